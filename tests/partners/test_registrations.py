"""SCHEME-05, SCHEME-06: drafts, deadlines and default outcomes of registrations; refusals; facts on record."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from prakerja.partners import queries
from prakerja.partners.operations import (
    AccreditationRecord,
    IdentityRecord,
    PremisesRecord,
    RecordEnd,
    RegistrationMove,
    RegistrationRefusal,
    RegistrationRequest,
    RequirementSetRequest,
    TrainerRecord,
    add_to_records,
    close_overdue_registrations,
    end_records,
    move_registrations,
    publish_requirement_sets,
    refuse_registrations,
    save_registrations,
    submit_registrations,
    verify_registrations,
)
from prakerja.partners.questions import read_answer, standard_questions
from prakerja.partners.requirements import explain_requirements, questions_asked, requirement_set_problems
from prakerja.partners.states import RegistrationState
from tests.partners.world import ANSWERS, World, sign_one

TEXT = {"id": "…", "en": "…"}


def request(world: World, platform: str = "tokopedia", **changes: Any) -> RegistrationRequest:  # noqa: ANN401
    fields = {"platform_id": world.platforms[platform], "institution_id": world.institution_id, "answers": ANSWERS}
    return RegistrationRequest(**{**fields, **changes})


def state_of(world: World, registration_id: UUID | None) -> str:
    return {one.id: one.state for one in queries.list_registrations(institution_id=world.institution_id)}[
        registration_id or uuid4()
    ]


def require(world: World, condition: dict[str, Any], platform: str = "tokopedia", **more: Any) -> None:  # noqa: ANN401
    """The platform asks one thing from today on."""
    requirement = {"id": "it", "text": TEXT, "condition": condition, **more}
    result = publish_requirement_sets(
        world.context,
        [
            RequirementSetRequest(
                platform_id=world.platforms[platform], requirements=[requirement], valid_from=world.context.today
            )
        ],
    )[0]
    assert result.code == "ok", result


def test_a_draft_is_saved_resumed_and_submitted(world: World) -> None:
    saved = save_registrations(world.context, [request(world, answers={"curriculum": "SKKNI"})])[0]
    assert (saved.code, state_of(world, saved.registration_id)) == ("ok", "draft")
    assert (
        verify_registrations(world.context, [saved.registration_id or uuid4()], regime=world.second)[0].code
        == "not_submitted"
    )
    submitted = submit_registrations(world.context, [request(world)])[0]
    assert submitted.registration_id == saved.registration_id
    assert save_registrations(world.context, [request(world)])[0].code == "already_registered"
    assert verify_registrations(world.context, [saved.registration_id or uuid4()], regime=world.second)[0].code == "ok"


def test_an_open_draft_keeps_the_version_with_which_it_was_opened(world: World) -> None:
    saved = save_registrations(world.context, [request(world)])[0].registration_id
    assert saved is not None
    require(world, {"question": "certified_trainers", "at_least": 10})
    submit_registrations(world.context, [request(world)])
    assert verify_registrations(world.context, [saved], regime=world.second)[0].code == "ok"


def test_who_was_refused_comes_back_under_the_new_version(world: World) -> None:
    submitted = submit_registrations(world.context, [request(world, answers={})])[0].registration_id
    assert submitted is not None
    assert verify_registrations(world.context, [submitted], regime=world.second)[0].code == "requirements_unmet"
    require(world, {"question": "certified_trainers", "at_least": 10})
    submit_registrations(world.context, [request(world)])
    result = verify_registrations(world.context, [submitted], regime=world.second)[0]
    assert result.unmet == ("it",)


def test_a_person_refuses_with_a_reason(world: World) -> None:
    submitted = submit_registrations(world.context, [request(world)])[0].registration_id
    assert submitted is not None

    def refuse(registration_id: UUID, reason: str) -> str:
        refusal = RegistrationRefusal(registration_id=registration_id, reason=reason)
        return refuse_registrations(world.context, [refusal])[0].code

    assert refuse(uuid4(), "x") == "registration_unknown"
    assert refuse(submitted, "  ") == "reason_missing"
    assert refuse(submitted, "Izin tidak terbaca") == "ok"
    assert refuse(submitted, "lagi") == "not_submitted"
    (found,) = queries.list_registrations(institution_id=world.institution_id)
    assert (found.state, found.reason, found.due_at) == ("refused", "Izin tidak terbaca", None)


def test_nobody_acts_and_the_default_outcome_comes(world: World) -> None:
    """Drafts lapse, the platform's own conditions decide, a verified one without an agreement lapses."""
    context = world.context
    draft = save_registrations(context, [request(world, "pijar")])[0].registration_id
    good = submit_registrations(context, [request(world)])[0].registration_id
    bad = submit_registrations(context, [request(world, "bukalapak", answers={})])[0].registration_id
    assert close_overdue_registrations(context, regime=world.second) == []
    results = close_overdue_registrations(context.at(context.now + timedelta(days=14)), regime=world.second)
    assert sorted(one.code for one in results) == ["ok", "requirements_unmet"]
    assert [state_of(world, one) for one in (draft, good, bad)] == ["draft", "verified", "refused"]
    close_overdue_registrations(context.at(context.now + timedelta(days=30)), regime=world.second)
    assert state_of(world, draft) == "lapsed"
    close_overdue_registrations(context.at(context.now + timedelta(days=75)), regime=world.second)
    assert [state_of(world, one) for one in (draft, good, bad)] == ["lapsed", "lapsed", "refused"]
    # A lapsed application is opened again, in time for nothing else to be lost.
    assert submit_registrations(context, [request(world)])[0].registration_id == good


def test_suspends_reinstates_and_ends_agreed_registrations_only(verified: World) -> None:
    sign_one(verified)
    by_platform = {one.platform_id: one.id for one in queries.list_registrations()}
    agreed, waiting = (by_platform[verified.platforms[code]] for code in ("tokopedia", "pijar"))

    def move(registration_id: UUID, state: RegistrationState) -> str:
        request = RegistrationMove(registration_id=registration_id, state=state, reason="audit")
        return move_registrations(verified.context, [request])[0].code

    assert move(uuid4(), RegistrationState.SUSPENDED) == "registration_unknown"
    assert move(waiting, RegistrationState.AGREED) == "move_not_allowed"
    assert move(waiting, RegistrationState.LAPSED) == "move_not_allowed"
    for state in (RegistrationState.SUSPENDED, RegistrationState.AGREED, RegistrationState.ENDED):
        assert move(agreed, state) == "ok"
    assert move(agreed, RegistrationState.AGREED) == "move_not_allowed"


@pytest.mark.parametrize(
    ("condition", "met_before", "met_after"),
    [
        ({"question": "legal_form", "one_of": ["pt", "foundation"]}, False, True),
        ({"question": "years_in_existence", "at_least": 3}, False, True),
        ({"question": "accreditation_grade", "one_of": ["A", "B"]}, False, True),
        ({"question": "accreditation_days_left", "at_least": 180}, False, True),
        ({"question": "certified_trainers_on_record", "at_least": 1}, False, True),
        ({"question": "trainers_on_record", "at_least": 3}, False, False),
        ({"question": "places_on_record", "at_least": 30}, False, True),
        ({"question": "tax_number_on_record", "is": True}, False, False),
    ],
)
def test_conditions_look_at_the_record_and_no_answer_replaces_it(
    world: World,
    condition: dict[str, Any],
    met_before: bool,  # noqa: FBT001
    met_after: bool,  # noqa: FBT001
) -> None:
    require(world, condition)
    claimed = {**ANSWERS, condition["question"]: condition.get("is", 999)}

    def met() -> bool:
        submitted = submit_registrations(world.context, [request(world, answers=claimed)])[0]
        assert submitted.registration_id is not None, submitted
        return verify_registrations(world.context, [submitted.registration_id], regime=world.second)[0].code == "ok"

    assert met() is met_before
    fill_the_record(world)
    if not met_before:
        assert met() is met_after


def fill_the_record(world: World) -> None:
    institution_id, today = world.institution_id, world.context.today
    results = add_to_records(
        world.context,
        [
            IdentityRecord(institution_id=institution_id, legal_form="pt", founded_date=date(2015, 1, 1), offline=True),
            AccreditationRecord(
                institution_id=institution_id,
                grade="B",
                number="LA-1",
                valid_from=date(2019, 1, 1),
                valid_until=today + timedelta(days=200),
            ),
            PremisesRecord(
                institution_id=institution_id, name="Gedung A", address="Jl. Contoh 1", province_code="32", places=40
            ),
            TrainerRecord(
                institution_id=institution_id,
                name="Pengajar 1",
                subject="Barista",
                certificate_number="BNSP-1",
                certified_until=today + timedelta(days=1),
            ),
            TrainerRecord(institution_id=institution_id, name="Pengajar 2", subject="Barista"),
        ],
    )
    assert {one.code.value for one in results} == {"ok"}


def test_the_record_refuses_what_cannot_be(world: World) -> None:
    institution_id, today = world.institution_id, world.context.today
    results = add_to_records(
        world.context,
        [
            TrainerRecord(institution_id=uuid4(), name="x", subject="y"),
            IdentityRecord(institution_id=institution_id, legal_form="king", founded_date=today, offline=True),
            IdentityRecord(
                institution_id=institution_id, legal_form="pt", founded_date=today + timedelta(days=1), offline=True
            ),
            AccreditationRecord(
                institution_id=institution_id, grade="A", number="1", valid_from=today, valid_until=today
            ),
            PremisesRecord(institution_id=institution_id, name="x", address="y", province_code="00", places=1),
            PremisesRecord(institution_id=institution_id, name="x", address="y", province_code="32", places=0),
            TrainerRecord(institution_id=institution_id, name="x", subject="y", certificate_number="1"),
        ],
    )
    assert [one.code for one in results] == [
        "institution_unknown",
        "record_malformed",
        "record_malformed",
        "record_malformed",
        "province_unknown",
        "record_malformed",
        "record_malformed",
    ]
    assert queries.list_record(institution_id) == []


def test_a_lost_accreditation_counts_no_more_and_undoes_nothing(world: World) -> None:
    """An institution that loses its accreditation stays where it was verified, and is refused where it applies now."""
    fill_the_record(world)
    for code in ("tokopedia", "pijar"):
        require(world, {"question": "accreditation_grade", "one_of": ["A", "B"]}, code)
    first = submit_registrations(world.context, [request(world)])[0].registration_id
    assert first is not None
    assert verify_registrations(world.context, [first], regime=world.second)[0].code == "ok"
    (accreditation,) = [one for one in queries.list_record(world.institution_id) if one.kind == "accreditation"]
    end = RecordEnd(kind="accreditation", record_id=accreditation.id, reason="dicabut")
    codes = [end_records(world.context, [end])[0].code for _ in range(2)]
    assert codes == ["ok", "record_unknown"]
    second = submit_registrations(world.context, [request(world, "pijar")])[0].registration_id
    assert second is not None
    assert verify_registrations(world.context, [second], regime=world.second)[0].unmet == ("it",)
    assert state_of(world, first) == "verified"


def test_the_form_asks_what_the_conditions_name() -> None:
    own = [{"id": "own_lab", "kind": "yes_no", "text": TEXT}]
    requirements = [
        {
            "id": "a",
            "text": TEXT,
            "condition": {
                "all_of": [{"question": "own_lab", "is": True}, {"question": "curriculum", "answered": True}]
            },
            "when": {"question": "delivery", "contains_all": ["offline"]},
        },
        {"id": "b", "text": TEXT, "condition": {"question": "institution_kind", "is": "private"}},
    ]
    assert requirement_set_problems(requirements, own, []) == []
    assert [one["id"] for one in questions_asked(requirements, own)] == ["curriculum", "delivery", "own_lab"]
    answers = {"delivery": ["online"], "institution_kind": "private"}
    assert [(one.id, one.applies, one.met, one.asked) for one in explain_requirements(requirements, answers)] == [
        ("a", False, False, ("own_lab", "curriculum")),
        ("b", True, True, ("institution_kind",)),
    ]


@pytest.mark.parametrize(
    ("requirements", "questions", "documents", "problem"),
    [
        (
            [{"id": "a", "text": TEXT, "condition": {"question": "shoe_size", "is": 1}}],
            [],
            [],
            "a: nobody asks shoe_size",
        ),
        ([], [{"id": "lab", "kind": "yes_no", "text": TEXT}], [], "question 1: id begins with own_"),
        ([], [{"id": "own_a", "kind": "choice", "text": TEXT}], [], "question 1: choices stand with a choice"),
        ([], [], [{"id": "a", "kind": "poem", "text": TEXT}], "document 1: kind is one of"),
        ([], [], [{"id": "a", "kind": "deed", "text": TEXT, "valid_days_at_least": 0}], "document 1: valid_days"),
        (
            [],
            [],
            [{"id": "a", "kind": "deed", "text": TEXT, "when": {"question": "delivery"}}],
            "a: a condition has a question",
        ),
    ],
)
def test_names_what_is_wrong_with_a_whole_set(
    requirements: list[Any], questions: list[Any], documents: list[Any], problem: str
) -> None:
    (found,) = requirement_set_problems(requirements, questions, documents)
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("question", "typed", "answer"),
    [
        ("licence_number", [" 12/2020 "], "12/2020"),
        ("licence_number", [""], None),
        ("certified_trainers", ["1.234"], 1234),
        ("certified_trainers", ["1.5"], ValueError),
        ("certified_trainers", ["-1"], ValueError),
        ("attendance_system", ["yes"], True),
        ("attendance_system", ["no"], False),
        ("attendance_system", ["maybe"], ValueError),
        ("accreditation", ["B"], "B"),
        ("accreditation", ["Z"], ValueError),
        ("delivery", ["offline", "online", "online"], ["offline", "online"]),
        ("delivery", ["abroad"], ValueError),
        ("licence_number", ["x" * 2001], ValueError),
    ],
)
def test_reads_what_was_typed(question: str, typed: list[str], answer: object) -> None:
    asked = standard_questions()[question]
    if answer is ValueError:
        with pytest.raises(ValueError, match="not readable"):
            read_answer(asked, typed)
    else:
        assert read_answer(asked, typed) == answer
