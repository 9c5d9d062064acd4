"""Sanctions with due process, and what each does to sales, codes and payouts."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from prakerja.kit.context import Context
from prakerja.kit.refusals import Code
from prakerja.partners import queries
from prakerja.partners.errors import SanctionCode
from prakerja.partners.models import Sanction
from prakerja.partners.operations import (
    SampleAdmission,
    SanctionDecision,
    SanctionNotice,
    SanctionResult,
    SanctionWord,
    admit_sample_institutions,
    answer_sanctions,
    appeal_sanctions,
    close_overdue_sanctions,
    decide_appeals,
    decide_sanctions,
    lift_sanctions,
    notice_sanctions,
)
from prakerja.partners.sanction_rules import EFFECTS
from prakerja.partners.states import SANCTION_MOVES, SanctionKind, SanctionState
from tests.partners.world import World, refused, sign_one

NOTICER, DECIDER, JUDGE = "staff:pmo-1", "staff:pmo-2", "staff:pmo-3"


@pytest.fixture
def decreed(verified: World) -> World:
    """The institution sells on Tokopedia."""
    sign_one(verified)
    admission = SampleAdmission(institution_id=verified.institution_id, decree_number="SK-1")
    assert admit_sample_institutions(verified.context, [admission], regime=verified.second)[0].code == "ok"
    return verified


def registration_id(world: World) -> UUID:
    (found,) = queries.list_registrations(platform_id=world.platforms["tokopedia"])
    return found.id


def notice(world: World, kind: SanctionKind, **changes: Any) -> SanctionResult:  # noqa: ANN401 - fields of the request
    fields: dict[str, Any] = {
        "kind": kind,
        "rule": "LEARN-04",
        "notice": "Sertifikat tanpa kehadiran",
        "evidence": ["berkas.pdf"],
        "institution_id": world.institution_id,
        "platform_id": world.platforms["tokopedia"],
        "registration_id": registration_id(world),
    }
    context = world.context.acting_as(NOTICER)
    return notice_sanctions(context, [SanctionNotice(**{**fields, **changes})])[0]


def impose(world: World, kind: SanctionKind, **changes: Any) -> UUID:  # noqa: ANN401 - fields of the request
    """Noticed, answered and imposed."""
    case_id = notice(world, kind, **changes).sanction_id
    assert case_id is not None
    assert say(world, case_id) == "ok"
    assert decide(world, case_id) == "ok"
    return case_id


def say(world: World, case_id: UUID, party: UUID | None = None, text: str = "Kami keliru") -> str:
    word = SanctionWord(sanction_id=case_id, party_id=party or world.institution_id, text=text)
    return answer_sanctions(world.context.acting_as("institution:lpk-maju"), [word])[0].code


def appeal(world: World, case_id: UUID, *, after_days: int = 0) -> str:
    word = SanctionWord(sanction_id=case_id, party_id=world.institution_id, text="Kami keberatan")
    return appeal_sanctions(world.context.at(world.context.now + timedelta(days=after_days)), [word])[0].code


def decide(
    world: World, case_id: UUID, actor: str = DECIDER, *, impose: bool = True, reason: str = "Bukti kuat", days: int = 0
) -> str:
    context = world.context.acting_as(actor).at(world.context.now + timedelta(days=days))
    request = SanctionDecision(sanction_id=case_id, impose=impose, reason=reason)
    return decide_sanctions(context, [request], regime=world.second, course=course)[0].code


def judge(world: World, case_id: UUID, actor: str = JUDGE, *, impose: bool, reason: str = "Sudah diperiksa") -> str:
    request = SanctionDecision(sanction_id=case_id, impose=impose, reason=reason)
    context = world.context.acting_as(actor)
    return decide_appeals(context, [request], regime=world.second, course=course)[0].code


moved_courses: list[tuple[UUID, bool]] = []


def course(context: Context, course_id: UUID, *, suspend: bool, reason: str) -> Code:
    """The catalogue's side, as it is given in."""
    moved_courses.append((course_id, suspend))
    return SanctionCode.OK


def states(world: World) -> tuple[str, str, str]:
    """Registration, institution and platform."""
    (registration,) = queries.list_registrations(platform_id=world.platforms["tokopedia"])
    institution = queries.get_institution(world.institution_id)
    return registration.state, institution.state, queries.get_platform(world.platforms["tokopedia"]).state


AT_WORK = ("agreed", "decreed", "active")


def test_a_notice_names_party_rule_and_evidence(decreed: World) -> None:
    suspension = SanctionKind.INSTITUTION_SUSPENSION
    cases: list[tuple[SanctionKind, dict[str, Any], str]] = [
        (suspension, {"institution_id": uuid4()}, "target_unknown"),
        (SanctionKind.PLATFORM_SUSPENSION, {"platform_id": None}, "target_unknown"),
        (SanctionKind.REGISTRATION_SUSPENSION, {"registration_id": uuid4()}, "target_unknown"),
        (SanctionKind.COURSE_SUSPENSION, {}, "target_unknown"),
        (SanctionKind.WARNING, {"institution_id": None, "platform_id": None}, "target_unknown"),
        (suspension, {"rule": " "}, "notice_malformed"),
        (suspension, {"evidence": []}, "notice_malformed"),
        (SanctionKind.WARNING, {"evidence": []}, "ok"),
        (suspension, {}, "ok"),
    ]
    assert [notice(decreed, kind, **changes).code for kind, changes, _ in cases] == [code for *_, code in cases]
    assert [one.number for one in Sanction.objects.order_by("number")] == [1, 2]
    # A notice changes nothing yet.
    assert states(decreed) == AT_WORK


def test_nobody_is_judged_unheard_or_by_the_one_who_accuses(decreed: World) -> None:
    case_id = notice(decreed, SanctionKind.INSTITUTION_SUSPENSION).sanction_id
    assert case_id is not None
    assert decide(decreed, uuid4()) == "sanction_unknown"
    assert decide(decreed, case_id, NOTICER) == "same_person"
    assert decide(decreed, case_id) == "too_early"
    assert say(decreed, case_id, party=uuid4()) == "another_party"
    assert say(decreed, case_id, text=" ") == "reason_missing"
    assert say(decreed, case_id) == "ok"
    assert say(decreed, case_id) == "move_not_allowed"
    assert decide(decreed, case_id, reason=" ") == "reason_missing"
    assert decide(decreed, case_id) == "ok"
    assert decide(decreed, case_id) == "move_not_allowed"


def test_who_does_not_answer_is_decided_about_after_two_weeks(decreed: World) -> None:
    case_id = notice(decreed, SanctionKind.INSTITUTION_SUSPENSION).sanction_id
    assert case_id is not None
    assert decide(decreed, case_id, days=13) == "too_early"
    assert decide(decreed, case_id, days=14, impose=False) == "ok"
    assert states(decreed) == AT_WORK
    assert Sanction.objects.get(id=case_id).state == "dropped"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (SanctionKind.WARNING, AT_WORK),
        (SanctionKind.COURSE_SUSPENSION, AT_WORK),
        (SanctionKind.REGISTRATION_SUSPENSION, ("suspended", "decreed", "active")),
        (SanctionKind.INSTITUTION_SUSPENSION, ("agreed", "suspended", "active")),
        (SanctionKind.PLATFORM_SUSPENSION, ("agreed", "decreed", "suspended")),
        (SanctionKind.REGISTRATION_ENDING, ("suspended", "decreed", "active")),
        (SanctionKind.INSTITUTION_ENDING, ("agreed", "suspended", "active")),
        (SanctionKind.PLATFORM_ENDING, ("agreed", "decreed", "suspended")),
    ],
)
def test_an_imposed_sanction_takes_effect_and_a_lifted_one_gives_back(
    decreed: World, kind: SanctionKind, expected: tuple[str, str, str]
) -> None:
    moved_courses.clear()
    course_id = uuid4()
    case_id = impose(decreed, kind, course_id=course_id if kind is SanctionKind.COURSE_SUSPENSION else None)
    assert states(decreed) == expected
    assert appeal(decreed, case_id) == "ok"
    assert judge(decreed, case_id, NOTICER, impose=False) == "same_person"
    assert judge(decreed, case_id, DECIDER, impose=False) == "same_person"
    assert judge(decreed, case_id, impose=False, reason="") == "reason_missing"
    assert judge(decreed, case_id, impose=False) == "ok"
    assert states(decreed) == AT_WORK
    assert Sanction.objects.get(id=case_id).state == "lifted"
    assert moved_courses == ([(course_id, True), (course_id, False)] if kind is SanctionKind.COURSE_SUSPENSION else [])


@pytest.mark.parametrize(
    ("kind", "ended"),
    [
        (SanctionKind.REGISTRATION_ENDING, ("ended", "decreed", "active")),
        (SanctionKind.INSTITUTION_ENDING, ("agreed", "revoked", "active")),
        (SanctionKind.PLATFORM_ENDING, ("agreed", "decreed", "ended")),
        (SanctionKind.INSTITUTION_SUSPENSION, ("agreed", "suspended", "active")),
    ],
)
def test_an_ending_waits_for_the_appeal(decreed: World, kind: SanctionKind, ended: tuple[str, str, str]) -> None:
    case_id = impose(decreed, kind)
    before = states(decreed)
    assert close_overdue_sanctions(decreed.context, regime=decreed.second) == []
    later = decreed.context.at(decreed.context.now + timedelta(days=14))
    assert appeal(decreed, case_id, after_days=14) == "too_late"
    assert states(decreed) == before
    assert [one.code for one in close_overdue_sanctions(later, regime=decreed.second)] == ["ok"]
    assert states(decreed) == ended
    request = SanctionDecision(sanction_id=case_id, impose=False, reason="Perbaikan selesai")
    lifted = lift_sanctions(later.acting_as(JUDGE), [request], regime=decreed.second)[0].code
    # What has ended stays ended; a suspension that stands can still be lifted when its reason is gone.
    assert lifted == ("move_not_allowed" if EFFECTS[kind].final else "ok")


def test_an_upheld_ending_ends_and_an_appeal_that_nobody_decides_lifts(decreed: World) -> None:
    first = impose(decreed, SanctionKind.REGISTRATION_SUSPENSION)
    appeal(decreed, first)
    later = decreed.context.at(decreed.context.now + timedelta(days=30))
    close_overdue_sanctions(later, regime=decreed.second)
    assert states(decreed) == AT_WORK
    second = impose(decreed, SanctionKind.INSTITUTION_ENDING)
    appeal(decreed, second)
    assert judge(decreed, second, impose=True) == "ok"
    assert states(decreed) == ("agreed", "revoked", "active")
    # Whoever has ended cannot be suspended any more.
    third = notice(decreed, SanctionKind.INSTITUTION_SUSPENSION).sanction_id
    assert third is not None
    say(decreed, third)
    assert decide(decreed, third) == "consequence_refused"


def test_one_lifted_sanction_does_not_undo_another(decreed: World) -> None:
    first = impose(decreed, SanctionKind.INSTITUTION_SUSPENSION)
    second = notice(decreed, SanctionKind.INSTITUTION_SUSPENSION).sanction_id
    assert second is not None
    say(decreed, second)
    assert decide(decreed, second) == "ok"
    for case_id, expected in ((first, "suspended"), (second, "decreed")):
        request = SanctionDecision(sanction_id=case_id, impose=False, reason="Selesai")
        lifted = lift_sanctions(decreed.context.acting_as(JUDGE), [request], regime=decreed.second)[0]
        assert lifted.code == "ok"
        assert queries.get_institution(decreed.institution_id).state == expected


def test_no_sanction_touches_what_was_bought_or_earned() -> None:
    assert set(EFFECTS) == set(SanctionKind)
    for kind, effect in EFFECTS.items():
        assert effect.codes_stay_redeemable, kind
        assert effect.classes_go_on, kind
        assert effect.earned_money_is_paid, kind
        assert effect.new_sales_stop is (kind is not SanctionKind.WARNING)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("UPDATE sanctions SET state = 'imposed', decided_by = noticed_by, reason = 'x'", "decided_by_another_person"),
        (
            "UPDATE sanctions SET state = 'imposed', decided_by = 'staff:x', reason = 'x', decided_at = noticed_at",
            "sanction_hears_the_party_first",
        ),
        (
            "UPDATE sanctions SET state = 'imposed', decided_by = 'staff:x', decided_at = answer_due_at",
            "decision_about_a_sanction_has_a_reason",
        ),
        ("UPDATE sanctions SET appeal_decided_by = noticed_by", "appeal_is_decided_by_a_third_person"),
        ("UPDATE sanctions SET notice = 'something else'", "sanction_notice_is_never_edited"),
        ("UPDATE sanctions SET kind = 'ban'", "sanction_notice_is_never_edited"),
        ("DELETE FROM sanctions", "sanction_notice_is_never_edited"),
    ],
)
def test_the_database_keeps_due_process(decreed: World, change: str, constraint: str) -> None:
    notice(decreed, SanctionKind.INSTITUTION_SUSPENSION)
    assert refused(change).endswith(constraint)


def test_the_database_knows_the_same_moves_of_sanctions(decreed: World) -> None:
    from prakerja.kit import db

    case_id = impose(decreed, SanctionKind.WARNING)
    for state_from in SanctionState:
        for state_to in SanctionState:
            db.execute("SET LOCAL session_replication_role = replica")
            db.execute("UPDATE sanctions SET state = %s WHERE id = %s", [state_from.value, case_id])
            db.execute("SET LOCAL session_replication_role = origin")
            if state_to in SANCTION_MOVES[state_from] or state_to is state_from:
                db.execute("UPDATE sanctions SET state = %s WHERE id = %s", [state_to.value, case_id])
            else:
                statement = "UPDATE sanctions SET state = %s WHERE id = %s"
                assert refused(statement, state_to.value, case_id) == "sanction_state_moves_along_its_table"
