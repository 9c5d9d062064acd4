"""SCHEME-07, PLAT-01: platforms enter, move and leave."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.partners import queries
from prakerja.partners.files import check_file
from prakerja.partners.models import INTEGRATION_CHECKS
from prakerja.partners.operations import (
    Finding,
    IntegrationResult,
    PlatformApplication,
    PlatformEvaluation,
    PlatformMove,
    apply_platforms,
    evaluate_platforms,
    load_sample_platforms,
    move_platforms,
    record_integration_checks,
)
from prakerja.partners.operations import samples as sample_operations
from prakerja.partners.sample_papers import FOLDER, MARK, PaperSubject, make_sample_paper
from prakerja.partners.samples import CODES
from prakerja.partners.states import (
    INSTITUTION_MOVES,
    PLATFORM_MOVES,
    REGISTRATION_MOVES,
    PlatformState,
)
from tests.partners.world import World, refused


def application(code: str = "baru", **changes: Any) -> PlatformApplication:  # noqa: ANN401 - fields of the request
    fields: dict[str, Any] = {
        "code": code,
        "name": "Platform Baru",
        "kind": "private",
        "modes": ["online"],
        "payment_term_days": 14,
        "owner_entity": "PT Baru",
    }
    return PlatformApplication(**{**fields, **changes})


EVIDENCE: dict[str, str | int] = {
    "province_reach": 23,
    "works_with_institutions": "a.pdf",
    "licences": "b.pdf",
    "office_agreement": "c.pdf",
    "card_as_payment": "d.pdf",
}


def evaluate_by_two(world: World, platform_id: UUID) -> None:
    for reviewer in ("staff:pmo-1", "staff:pmo-2"):
        assert evaluate(world, platform_id, reviewer) == "ok"


CALLS = ({"request_id": "r-1", "call": "payment/status", "code": "OK"},)


def evaluate(world: World, platform_id: UUID, reviewer: str, **changes: Finding) -> str:
    criteria = {word: Finding(met=True, note="") for word in ("province_reach", "works_with_institutions", "licences")}
    request = PlatformEvaluation(platform_id=platform_id, criteria={**criteria, **changes})
    return evaluate_platforms(world.context.acting_as(reviewer), [request], regime=world.founding)[0].code


def check(world: World, platform_id: UUID, **results: bool) -> None:
    checks = {**dict.fromkeys(INTEGRATION_CHECKS, True), **results}
    found = record_integration_checks(
        world.context,
        [
            IntegrationResult(platform_id=platform_id, name=name, passed=passed, evidence=CALLS if passed else ())
            for name, passed in checks.items()
        ],
    )
    assert {one.code.value for one in found} == {"ok"}


def test_two_people_evaluate_and_nobody_twice(world: World) -> None:
    """PLAT-01: a criterion that is not met is no approval, and one person's word is not enough."""
    platform_id = apply_platforms(world.context, [application()])[0].platform_id
    assert platform_id is not None
    assert evaluate(world, uuid4(), "staff:pmo-1") == "platform_unknown"
    assert evaluate(world, platform_id, "staff:pmo-1", licences=Finding(met=False, note=" ")) == "criteria_malformed"
    assert evaluate(world, platform_id, "staff:pmo-1", cosiness=Finding(met=True, note="")) == "criteria_malformed"
    assert evaluate(world, platform_id, "staff:pmo-1") == "ok"
    assert evaluate(world, platform_id, "staff:pmo-1") == "already_reviewed"
    assert evaluate(world, platform_id, "staff:pmo-2", licences=Finding(met=False, note="kedaluwarsa")) == "ok"
    move = PlatformMove(platform_id=platform_id, state=PlatformState.EVALUATED, evidence=EVIDENCE)
    assert move_platforms(world.context, [move], regime=world.founding)[0].code == "not_evaluated_by_two"
    assert refused("UPDATE platforms SET state = 'evaluated' WHERE id = %s", platform_id) == (
        "platform_is_evaluated_by_two_people"
    )
    assert evaluate(world, platform_id, "staff:pmo-3") == "ok"
    assert move_platforms(world.context, [move], regime=world.founding)[0].code == "ok"
    assert evaluate(world, platform_id, "staff:pmo-4") == "move_not_allowed"


def test_the_latest_result_of_every_check_counts(world: World) -> None:
    platform_id = apply_platforms(world.context, [application()])[0].platform_id
    assert platform_id is not None
    evaluate_by_two(world, platform_id)
    way = (PlatformState.EVALUATED, PlatformState.MEMORANDUM, PlatformState.AGREEMENT)
    moves = [PlatformMove(platform_id=platform_id, state=state, evidence=EVIDENCE) for state in way]
    assert {one.code.value for one in move_platforms(world.context, moves, regime=world.founding)} == {"ok"}
    integrate = PlatformMove(platform_id=platform_id, state=PlatformState.INTEGRATED)

    def tried() -> tuple[str, tuple[str, ...]]:
        found = move_platforms(world.context, [integrate], regime=world.founding)[0]
        return found.code, found.missing

    assert tried() == ("checks_not_passed", INTEGRATION_CHECKS)
    check(world, platform_id)
    check(world, platform_id, voids_a_payment=False)
    assert tried() == ("checks_not_passed", ("voids_a_payment",))
    check(world, platform_id)
    assert tried() == ("ok", ())
    unknown = [IntegrationResult(platform_id=platform_id, name="sings", passed=True)]
    unknown += [IntegrationResult(platform_id=uuid4(), name="voids_a_payment", passed=True)]
    unknown += [IntegrationResult(platform_id=platform_id, name="voids_a_payment", passed=True)]
    codes = [one.code for one in record_integration_checks(world.context, unknown)]
    # Nobody's word passes a check: it has calls that prove it, or it is not passed.
    assert codes == ["check_unknown", "platform_unknown", "evidence_missing"]
    assert refused("UPDATE integration_checks SET evidence = '[]'") == "passed_check_has_evidence"


def test_the_database_integrates_no_platform_without_its_checks(world: World) -> None:
    platform_id = apply_platforms(world.context, [application()])[0].platform_id
    assert platform_id is not None
    evaluate_by_two(world, platform_id)
    way = (PlatformState.EVALUATED, PlatformState.MEMORANDUM, PlatformState.AGREEMENT)
    moves = [PlatformMove(platform_id=platform_id, state=state, evidence=EVIDENCE) for state in way]
    move_platforms(world.context, moves, regime=world.founding)
    integrate = "UPDATE platforms SET state = 'integrated' WHERE id = %s"
    assert refused(integrate, platform_id) == "platform_passes_its_checks"
    check(world, platform_id)
    check(world, platform_id, reads_quota_and_status=False)
    assert refused(integrate, platform_id) == "platform_passes_its_checks"
    check(world, platform_id)
    assert db.execute(integrate, [platform_id]) == 1


def test_applies_and_refuses_in_order(world: World) -> None:
    results = apply_platforms(
        world.context,
        [
            application(),
            application(),
            application("tokopedia"),
            application("lain", kind="foreign"),
            application("lain", modes=["hybrid"]),
            application("lain", modes=[]),
            application("lain", requirements=[{"id": "x"}]),
        ],
    )
    assert [result.code for result in results] == [
        "ok",
        "code_taken",
        "code_taken",
        "kind_unknown",
        "modes_unknown",
        "modes_unknown",
        "requirements_malformed",
    ]
    found = queries.find_platform("baru")
    assert found is not None
    assert (found.state, found.sells, found.sample) == (PlatformState.APPLIED, False, False)


def test_admission_asks_for_its_evidence_step_by_step(world: World) -> None:
    platform_id = apply_platforms(world.context, [application()])[0].platform_id
    assert platform_id is not None
    first = {word: EVIDENCE[word] for word in ("province_reach", "works_with_institutions", "licences")}
    early = PlatformMove(platform_id=platform_id, state=PlatformState.EVALUATED, evidence=first)
    assert move_platforms(world.context, [early], regime=world.founding)[0].code == "not_evaluated_by_two"
    evaluate_by_two(world, platform_id)
    check(world, platform_id)
    moves: list[tuple[PlatformState, dict[str, str | int], str, tuple[str, ...]]] = [
        (PlatformState.ACTIVE, EVIDENCE, "move_not_allowed", ()),
        (
            PlatformState.EVALUATED,
            {},
            "evidence_missing",
            ("province_reach", "works_with_institutions", "licences"),
        ),
        # 22 of 34 provinces are less than two thirds.
        (PlatformState.EVALUATED, {**first, "province_reach": 22}, "evidence_missing", ("province_reach",)),
        (PlatformState.EVALUATED, first, "ok", ()),
        (PlatformState.MEMORANDUM, {}, "ok", ()),
        (PlatformState.AGREEMENT, {}, "evidence_missing", ("office_agreement",)),
        (PlatformState.AGREEMENT, {"office_agreement": "c.pdf"}, "ok", ()),
        (PlatformState.INTEGRATED, {"card_as_payment": " "}, "evidence_missing", ("card_as_payment",)),
        (PlatformState.INTEGRATED, {"card_as_payment": "d.pdf"}, "ok", ()),
        (PlatformState.ACTIVE, {}, "ok", ()),
        (PlatformState.SUSPENDED, {}, "ok", ()),
        (PlatformState.ACTIVE, {}, "ok", ()),
        (PlatformState.ENDED, {}, "ok", ()),
        (PlatformState.ACTIVE, {}, "move_not_allowed", ()),
    ]
    results = move_platforms(
        world.context,
        [PlatformMove(platform_id=platform_id, state=state, evidence=shown) for state, shown, _, _ in moves],
        regime=world.founding,
    )
    assert [(result.code, result.missing) for result in results] == [(code, missing) for _, _, code, missing in moves]
    found = queries.get_platform(platform_id)
    assert (found.state, found.sells) == (PlatformState.ENDED, False)
    assert found.recognised_at == found.ended_at == world.context.now


def test_refuses_to_move_an_unknown_platform(world: World) -> None:
    move = PlatformMove(platform_id=uuid4(), state=PlatformState.ENDED)
    assert move_platforms(world.context, [move], regime=world.founding)[0].code == "platform_unknown"


def test_a_move_is_an_event_with_its_actor(world: World) -> None:
    context = world.context.acting_as("staff:pmo-1")
    platform_id = world.platforms["skillacademy"]
    move_platforms(context, [PlatformMove(platform_id=platform_id, state=PlatformState.ENDED)], regime=world.founding)
    found = db.rows(
        "SELECT kind, payload ->> 'from', payload ->> 'to' FROM events WHERE actor = 'staff:pmo-1' AND subject_id = %s"
        " ORDER BY event_id",
        [platform_id],
    )
    assert found == [("platform.moved", "active", "ended")]


def test_the_samples_are_active_marked_and_loaded_once(world: World) -> None:
    found = queries.list_platforms(states=[PlatformState.ACTIVE])
    assert {platform.code for platform in found} == set(CODES)
    assert all(platform.sample and platform.sells for platform in found)
    again = load_sample_platforms(world.context, regime=world.founding)
    assert [result.code for result in again] == ["code_taken"] * 8
    assert [result.platform_id for result in again] == [world.platforms[code] for code in CODES]


def test_what_the_samples_show_are_files_that_open_and_say_that_they_are_samples(world: World) -> None:
    """PLAT-01: a paper for each criterion, in the platform's registry; its steps rest on them by name and hash."""
    criteria = [str(word) for word in world.founding.platform_admission_evidence]
    contents = set()
    for platform_id in world.platforms.values():
        shown = queries.list_admission_documents([platform_id])[platform_id]
        assert sorted(one.criterion for one in shown) == sorted(criteria)
        assert {one.shown_by for one in shown} == {world.context.actor}
        evidence = queries.get_platform_evidence(platform_id)
        references = {one.criterion: one.reference for one in shown}
        assert {word: evidence[word] for word in criteria if word != "province_reach"} == {
            word: references[word] for word in criteria if word != "province_reach"
        }
        for one in shown:
            file = queries.get_document_file(one.document_id)
            assert check_file(file.file_name, file.content).media_type == "application/pdf"
            contents.add(file.content)
    assert len(contents) == len(criteria) * len(CODES)


def test_a_sample_paper_is_marked_on_its_face_and_always_the_same() -> None:
    subject = PaperSubject("Contoh", "PT Contoh", "private", ("online",), 14, 30)
    paper = make_sample_paper("licences", subject)
    assert make_sample_paper.__wrapped__("licences", subject) == paper
    # The moment at which it was set would be another one in each process.
    assert b"CreationDate" not in paper.content
    template = (FOLDER / "paper.typ").read_text(encoding="utf-8")
    assert template.count("data.mark") == 2
    assert "CONTOH" in MARK
    assert "SAMPLE" in MARK


def test_a_production_deployment_has_no_samples(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    production = get_settings().model_copy(update={"deployment": "production"})
    monkeypatch.setattr(sample_operations, "get_settings", lambda: production)
    with pytest.raises(RuntimeError, match="sandbox only"):
        load_sample_platforms(world.context, regime=world.founding)


@pytest.mark.parametrize(
    ("table", "moves", "columns"),
    [
        ("platforms", PLATFORM_MOVES, "recognised_at = now()"),
        ("institutions", INSTITUTION_MOVES, "decreed_at = now(), decree_number = '1'"),
        ("registrations", REGISTRATION_MOVES, "unmet = '{}'"),
    ],
)
def test_the_database_knows_the_same_moves(
    verified: World, table: str, moves: dict[Any, tuple[Any, ...]], columns: str
) -> None:
    """Every pair of states: allowed there exactly when the transition table allows it."""
    row_id = db.value(f"SELECT id FROM {table} ORDER BY id LIMIT 1")
    for state_from, allowed in moves.items():
        for state_to in moves:
            db.execute("SET LOCAL session_replication_role = replica")
            db.execute(f"UPDATE {table} SET state = %s, {columns} WHERE id = %s", [state_from, row_id])
            db.execute("SET LOCAL session_replication_role = origin")
            if state_to in allowed or state_to == state_from:
                db.execute(f"UPDATE {table} SET state = %s WHERE id = %s", [state_to, row_id])
            else:
                found = refused(f"UPDATE {table} SET state = %s WHERE id = %s", state_to, row_id)
                assert found == f"{table.removesuffix('s')}_state_moves_along_its_table"


def test_platform_queries_find_one_or_say_so(world: World, context: Context) -> None:
    assert queries.find_platform("nobody") is None
    with pytest.raises(LookupError, match="no platform"):
        queries.get_platform(uuid4())
    assert [platform.code for platform in queries.list_platforms()] == sorted(CODES)
