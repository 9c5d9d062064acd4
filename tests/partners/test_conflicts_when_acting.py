"""PLAT-02: two tied ends are found when they act: registering, signing, assessing, evaluating, decreeing."""

from datetime import timedelta
from uuid import UUID

import pytest

from prakerja.kit import db
from prakerja.partners.conflict_queries import ConflictView, list_conflicts
from prakerja.partners.operations import (
    Finding,
    PlatformApplication,
    PlatformEvaluation,
    RegistrationRequest,
    apply_platforms,
    close_overdue_registrations,
    evaluate_platforms,
    propose_agreements,
    reassign_steps,
    sign_agreements,
    submit_registrations,
    verify_registrations,
)
from prakerja.partners.operations.conflicts import ConflictDecision, decide_conflicts
from prakerja.partners.operations.owners import TieRequest, end_ties, record_ties, reviewer_node
from prakerja.programme.regimes import Regime
from tests.partners.test_admission import REVIEWERS, decide, decree, open_step, submit
from tests.partners.test_conflicts import COMPANY, PERSON, tie
from tests.partners.test_signatures import register, upload
from tests.partners.world import ANSWERS, World, agreement_request, refused, sign_one


def meet(world: World) -> list[UUID]:
    """Somebody sits on both boards."""
    return [tie(world, "platform", "director", PERSON), tie(world, "institution", "owner", PERSON)]


def settle(world: World, case: ConflictView, *, clear: bool) -> None:
    decision = ConflictDecision(conflict_id=case.id, clear=clear, reason="diperiksa")
    assert decide_conflicts(world.context.acting_as("staff:pmo-2"), [decision])[0].code == "ok"


def proposed(world: World, regime: Regime) -> UUID:
    register(world)
    (result,) = propose_agreements(world.context, [agreement_request(world)], regime=regime)
    assert result.agreement_id is not None
    return result.agreement_id


def sign(world: World, proposal_id: UUID, regime: Regime, role: str = "institution") -> tuple[str, int]:
    (result,) = sign_agreements(world.context, [upload(world, proposal_id, role)], regime=regime)  # type: ignore[arg-type]
    return result.code, result.conflicts


def applied(world: World) -> UUID:
    request = RegistrationRequest(
        platform_id=world.platforms["tokopedia"], institution_id=world.institution_id, answers=ANSWERS
    )
    (result,) = submit_registrations(world.context, [request])
    assert result.registration_id is not None
    return result.registration_id


def test_a_tie_that_comes_to_light_before_the_second_signature_stops_it(verified: World) -> None:
    proposal_id = proposed(verified, verified.second)
    assert sign(verified, proposal_id, verified.second, "platform") == ("ok", 0)
    meet(verified)
    assert sign(verified, proposal_id, verified.second) == ("conflict_of_interest", 1)
    (case,) = list_conflicts()
    assert (case.act, case.state, case.effect, case.hops) == ("agreement", "open", "stopped", 2)
    assert [step["kind"] for step in case.steps] == ["director", "owner"]
    settle(verified, case, clear=True)
    assert sign(verified, proposal_id, verified.second) == ("ok", 0)


def test_who_proposes_is_told_and_an_upheld_conflict_stays_one(verified: World) -> None:
    meet(verified)
    register(verified)
    (result,) = propose_agreements(verified.context, [agreement_request(verified)], regime=verified.second)
    assert (result.code, result.conflicts, result.stopped) == ("ok", 1, True)
    assert result.agreement_id is not None
    assert sign(verified, result.agreement_id, verified.second, "platform") == ("ok", 0)
    settle(verified, list_conflicts()[0], clear=False)
    assert sign(verified, result.agreement_id, verified.second) == ("conflict_of_interest", 1)


def test_where_the_regime_only_reports_the_agreement_is_made(verified: World) -> None:
    meet(verified)
    proposal_id = proposed(verified, verified.founding)
    sign(verified, proposal_id, verified.founding, "platform")
    assert sign(verified, proposal_id, verified.founding) == ("ok", 1)
    (case,) = list_conflicts()
    assert (case.act, case.effect) == ("agreement", "flagged")


def test_a_flagged_case_stops_as_soon_as_a_regime_forbids(verified: World) -> None:
    meet(verified)
    proposal_id = proposed(verified, verified.founding)
    sign(verified, proposal_id, verified.founding, "platform")
    assert sign(verified, proposal_id, verified.second) == ("conflict_of_interest", 1)
    (case,) = list_conflicts()
    assert (case.effect, case.regime_version) == ("stopped", verified.founding.version)
    kinds = [row[0] for row in db.rows("SELECT kind FROM events WHERE subject_id = %s ORDER BY event_id", [case.id])]
    assert kinds == ["conflict.found", "conflict.stops"]


def test_ending_a_tie_does_not_get_round_an_open_case(verified: World) -> None:
    ties = meet(verified)
    proposal_id = proposed(verified, verified.second)
    sign(verified, proposal_id, verified.second, "platform")
    end_ties(verified.context, ties)
    assert sign(verified, proposal_id, verified.second) == ("conflict_of_interest", 0)
    settle(verified, list_conflicts()[0], clear=True)
    assert sign(verified, proposal_id, verified.second) == ("ok", 0)


def test_the_database_makes_no_agreement_against_a_case(verified: World) -> None:
    sign_one(verified)
    meet(verified)
    later = agreement_request(verified, "tokopedia", valid_from=verified.context.today + timedelta(days=90))
    again = (
        "INSERT INTO agreements SELECT (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid()))).* "
        "FROM agreements AS a"
    )
    db.execute("UPDATE agreements SET valid_until = valid_from + 30")
    assert propose_agreements(verified.context, [later], regime=verified.second)[0].stopped
    db.execute("SET CONSTRAINTS ALL IMMEDIATE")
    db.execute("ALTER TABLE agreements DISABLE TRIGGER agreement_is_signed_by_both_sides")
    assert refused(again) == "agreement_waits_for_its_conflicts"
    settle(verified, list_conflicts()[0], clear=True)
    assert refused(again) != "agreement_waits_for_its_conflicts"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("UPDATE conflicts SET path = '[]'", "conflict_is_what_was_found"),
        ("UPDATE conflicts SET effect = 'flagged'", "conflict_is_what_was_found"),
        ("UPDATE conflicts SET act = 'marriage'", "conflict_is_what_was_found"),
    ],
)
def test_what_was_found_stays_as_it_was_found(verified: World, change: str, constraint: str) -> None:
    meet(verified)
    proposed(verified, verified.second)
    assert refused(change) == constraint


def test_a_registration_is_reported_in_every_regime(world: World) -> None:
    """It sells nothing: a ministry's own training centre may join the ministry's platform, PLAT-02 is about sales."""
    meet(world)
    assert verify_registrations(world.context, [applied(world)], regime=world.second)[0].code == "ok"
    (case,) = list_conflicts()
    assert (case.act, case.effect, case.found_by) == ("registration", "flagged", "system:test")
    settle(world, case, clear=True)
    # The decision was about the tie: it holds for the agreement too.
    (result,) = propose_agreements(world.context, [agreement_request(world)], regime=world.second)
    assert (result.code, result.conflicts) == ("ok", 0)


def test_silence_does_not_hide_a_tie(world: World) -> None:
    meet(world)
    applied(world)
    late = world.context.at(world.context.now + timedelta(days=15))
    assert [one.code for one in close_overdue_registrations(late, regime=world.second)] == ["ok"]
    assert [(one.act, one.state) for one in list_conflicts()] == [("registration", "open")]


def test_one_company_on_both_sides_can_never_sign_where_it_is_forbidden(verified: World) -> None:
    tie(verified, "platform", "tax_number", COMPANY)
    tie(verified, "institution", "tax_number", COMPANY)
    proposal_id = proposed(verified, verified.second)
    sign(verified, proposal_id, verified.second, "platform")
    assert sign(verified, proposal_id, verified.second) == ("conflict_of_interest", 1)
    decision = ConflictDecision(conflict_id=list_conflicts()[0].id, clear=True, reason="x")
    assert decide_conflicts(verified.context.acting_as("staff:pmo-2"), [decision])[0].code == "same_entity"


def tie_reviewer(world: World, actor: str, to: str = "institution") -> None:
    """The reviewer and a partner share a telephone."""
    holders = {"institution": world.institution_id, "platform": world.platforms["tokopedia"]}
    requests = [
        TieRequest(holder_kind=kind, holder_id=holder, kind="phone", value="0811 2233 4455", source="daftar isian")
        for kind, holder in (("reviewer", reviewer_node(actor)), (to, holders[to]))
    ]
    assert {one.code for one in record_ties(world.context, requests)} <= {"ok", "repeated"}


def test_a_reviewer_who_turns_out_to_be_tied_decides_nothing_and_is_replaced(verified: World) -> None:
    sign_one(verified)
    assert submit(verified) == "ok"
    first = open_step(verified)
    tie_reviewer(verified, first.reviewer)
    assert decide(verified) == "reviewer_connected"
    assert [one.code for one in reassign_steps(verified.context, reviewers=REVIEWERS)] == ["ok"]
    second = open_step(verified)
    assert (second.step, second.reviewer != first.reviewer) == (first.step, True)
    assert reassign_steps(verified.context, reviewers=REVIEWERS) == []
    assert decide(verified) == "ok"


def test_who_is_tied_does_not_decree(verified: World) -> None:
    sign_one(verified)
    submit(verified)
    for _ in range(4):
        assert decide(verified) == "ok"
    tie_reviewer(verified, "staff:penetap")
    assert decree(verified)[0] == "reviewer_connected"
    assert decree(verified, "staff:penetap-2")[0] == "ok"


def test_who_is_tied_does_not_evaluate_a_platform(world: World) -> None:
    application = PlatformApplication(
        code="belajarin", name="Belajarin", kind="private", modes=["online"], payment_term_days=14, owner_entity="PT B"
    )
    (applied_for,) = apply_platforms(world.context, [application])
    assert applied_for.platform_id is not None
    words = ("province_reach", "works_with_institutions", "licences")
    evaluation = PlatformEvaluation(
        platform_id=applied_for.platform_id, criteria={word: Finding(met=True, note="") for word in words}
    )

    def evaluate(actor: str) -> str:
        return evaluate_platforms(world.context.acting_as(actor), [evaluation], regime=world.second)[0].code

    ties = [
        TieRequest(holder_kind="reviewer", holder_id=reviewer_node("staff:pmo-1"), kind="director", value=PERSON,
                   name="Seseorang", source="daftar isian"),
        TieRequest(holder_kind="platform", holder_id=applied_for.platform_id, kind="owner", value=PERSON,
                   name="Seseorang", source="akta"),
    ]  # fmt: skip
    assert {one.code for one in record_ties(world.context, ties)} == {"ok"}
    assert [evaluate("staff:pmo-1"), evaluate("staff:pmo-2")] == ["reviewer_connected", "ok"]
