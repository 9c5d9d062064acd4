"""SCHEME-08: what a platform says of itself in public is entered by it and confirmed by somebody of the office."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners import queries
from prakerja.partners.operations import (
    PlatformMove,
    TermsDecision,
    TermsRequest,
    decide_terms,
    enter_terms,
    lapse_terms,
    move_platforms,
    withdraw_terms,
)
from prakerja.partners.operations.owners import TieRequest, record_ties, reviewer_node
from prakerja.partners.states import TERMS_MOVES, PlatformState
from tests.partners.world import World, make_world, refused

Race = Callable[[Sequence[Callable[[], object]]], list[object]]

TIERS = {
    "kind": "tiered_by_price",
    "tiers": [{"from_idr": 0, "commission_bp": 1500}, {"from_idr": 500_000, "commission_bp": 1000}],
}
SIDE = "platform:sari"


def request(world: World, platform: str = "pijar", **changes: Any) -> TermsRequest:  # noqa: ANN401
    fields: dict[str, Any] = {
        "platform_id": world.platforms[platform],
        "description": {"id": " Kursus digital ", "en": "Digital courses"},
        "fee_scheme": TIERS,
        "modes": ["online"],
        "payment_term_days": 21,
    }
    return TermsRequest(**{**fields, **changes})


def entered(world: World, platform: str = "pijar", **changes: Any) -> UUID:  # noqa: ANN401
    (result,) = enter_terms(world.context.acting_as(SIDE), [request(world, platform, **changes)], regime=world.second)
    assert result.code == "ok"
    assert result.terms_id is not None
    return result.terms_id


def decided(
    world: World, terms_id: UUID, *, actor: str = "staff:pmo-1", confirms: bool = True, reason: str = ""
) -> str:
    decision = TermsDecision(terms_id=terms_id, confirms=confirms, reason=reason)
    return decide_terms(world.context.acting_as(actor), [decision], regime=world.second)[0].code.value


def test_nothing_is_said_before_somebody_confirms(world: World) -> None:
    before = queries.get_platform(world.platforms["pijar"])
    terms_id = entered(world)
    assert queries.get_platform(before.id) == before
    (waiting,) = queries.list_terms_waiting()
    assert (waiting.id, waiting.version, waiting.entered_by) == (terms_id, 1, SIDE)
    assert waiting.due_at == world.context.now + timedelta(days=14)
    assert decided(world, terms_id) == "ok"
    found = queries.get_platform(before.id)
    assert found.profile == {"description": {"id": "Kursus digital", "en": "Digital courses"}, "fee_scheme": TIERS}
    assert (found.modes, found.payment_term_days) == (("online",), 21)
    (one,) = queries.list_terms(before.id)
    assert (one.state, one.decided_by, one.decided_at) == ("confirmed", "staff:pmo-1", world.context.now)
    assert queries.list_terms_waiting() == []
    kinds = [row[0] for row in db.rows("SELECT kind FROM events WHERE kind LIKE 'platform_terms%%' ORDER BY kind")]
    assert kinds == ["platform_terms.confirmed", "platform_terms.entered"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"platform_id": uuid4()}, "platform_unknown"),
        ({"description": {"id": "Kursus", "en": " "}}, "description_missing"),
        ({"description": {"id": "Kursus", "en": "x" * 501}}, "description_missing"),
        ({"modes": []}, "modes_unknown"),
        ({"modes": ["online", "mail"]}, "modes_unknown"),
        ({"payment_term_days": 366}, "term_malformed"),
        ({"fee_scheme": {"kind": "share"}}, "fee_scheme_malformed"),
        (
            {"fee_scheme": {"kind": "tiered_by_price", "tiers": [{"from_idr": 1, "commission_bp": 1}]}},
            "fee_scheme_malformed",
        ),
        ({"fee_scheme": {"kind": "share", "commission_bp": 1501}}, "above_the_cap"),
    ],
)
def test_refuses_what_cannot_be_announced(world: World, changes: dict[str, Any], code: str) -> None:
    (result,) = enter_terms(world.context, [request(world, **changes)], regime=world.second)
    assert result.code == code
    assert queries.list_terms_waiting() == []


def test_the_governments_platform_announces_no_fee(world: World) -> None:
    (result,) = enter_terms(world.context, [request(world, "sisnaker")], regime=world.founding)
    assert result.code == "government_platform_charges"
    free = request(world, "sisnaker", fee_scheme={"kind": "none"})
    assert enter_terms(world.context, [free], regime=world.founding)[0].code == "ok"


def test_one_version_waits_and_is_taken_back_by_its_platform_only(world: World) -> None:
    terms_id = entered(world)
    assert enter_terms(world.context, [request(world)], regime=world.second)[0].code == "terms_waiting"
    own, other = world.platforms["pijar"], world.platforms["tokopedia"]
    assert withdraw_terms(world.context, [terms_id], platform_id=other)[0].code == "terms_unknown"
    assert withdraw_terms(world.context, [terms_id], platform_id=own)[0].code == "ok"
    assert withdraw_terms(world.context, [terms_id], platform_id=own)[0].code == "already_decided"
    assert decided(world, terms_id) == "already_decided"
    entered(world)
    assert [one.version for one in queries.list_terms(own)] == [2, 1]


def test_a_refusal_has_a_reason_and_changes_nothing(world: World) -> None:
    before = queries.get_platform(world.platforms["pijar"])
    terms_id = entered(world)
    assert decided(world, terms_id, confirms=False, reason=" ") == "reason_missing"
    assert decided(world, terms_id, confirms=False, reason="Biaya tidak jelas") == "ok"
    assert queries.get_platform(before.id) == before
    (one,) = queries.list_terms(before.id)
    assert (one.state, one.reason) == ("refused", "Biaya tidak jelas")


def test_nobody_confirms_their_own_or_what_they_are_tied_to(world: World) -> None:
    terms_id = entered(world)
    assert decided(world, uuid4()) == "terms_unknown"
    assert decided(world, terms_id, actor=SIDE) == "same_person"
    holders = (("platform", world.platforms["pijar"]), ("reviewer", reviewer_node("staff:pmo-1")))
    ties = [
        TieRequest(
            holder_kind=kind, holder_id=holder, kind="address", value="Jl. Sudirman No. 1, Jakarta", source="akta"
        )
        for kind, holder in holders
    ]
    assert {one.code for one in record_ties(world.context, ties)} == {"ok"}
    assert decided(world, terms_id) == "decider_connected"
    assert decided(world, terms_id, actor="staff:pmo-2") == "ok"


def test_the_cap_is_the_one_of_the_day_of_the_decision(world: World) -> None:
    """Entered while there was no cap, confirmed when there is one (FEE-01)."""
    dear = request(world, fee_scheme={"kind": "share", "commission_bp": 2000})
    (result,) = enter_terms(world.context.acting_as(SIDE), [dear], regime=world.founding)
    assert result.terms_id is not None
    assert decided(world, result.terms_id) == "above_the_cap"
    assert decided(world, result.terms_id, confirms=False, reason="FEE-01") == "ok"


def test_terms_of_a_platform_that_ended_meanwhile_are_not_confirmed(world: World) -> None:
    terms_id = entered(world)
    move = PlatformMove(platform_id=world.platforms["pijar"], state=PlatformState.ENDED)
    assert move_platforms(world.context, [move], regime=world.second)[0].code == "ok"
    assert decided(world, terms_id) == "platform_ended"
    assert decided(world, terms_id, confirms=False, reason="Berhenti") == "ok"
    assert enter_terms(world.context, [request(world)], regime=world.second)[0].code == "platform_ended"


def test_terms_that_nobody_decides_lapse(world: World) -> None:
    terms_id = entered(world)
    assert lapse_terms(world.context.at(world.context.now + timedelta(days=14, seconds=-1))) == []
    assert lapse_terms(world.context.at(world.context.now + timedelta(days=14))) == [terms_id]
    assert queries.list_terms(world.platforms["pijar"])[0].state == "lapsed"


INSERT = """
    INSERT INTO platform_terms
    SELECT (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'version', 9) || %s::jsonb)).*
    FROM platform_terms AS t
"""


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ('{"fee_scheme": {"kind": "share", "commission_bp": 1501}}', "announced_commission_is_within_the_cap"),
        ('{"fee_scheme": {"kind": "bonus"}}', "announced_fee_scheme_is_whole"),
        ('{"description": {"id": "x"}}', "terms_describe_the_platform_in_both_languages"),
        ('{"modes": ["mail"]}', "terms_modes_are_known"),
        ('{"payment_term_days": 366}', "terms_are_paid_within_a_year"),
        ('{"version": 1}', "platform_terms_version_is_unique"),
        ('{"state": "waiting"}', "platform_has_one_version_of_terms_waiting"),
        ('{"state": "confirmed", "decided_at": "2020-09-01"}', "decided_terms_name_who_and_when"),
        (
            '{"state": "confirmed", "decided_at": "2020-09-01", "decided_by": "platform:sari"}',
            "terms_are_confirmed_by_someone_else",
        ),
        (
            '{"state": "refused", "decided_at": "2020-09-01", "decided_by": "staff:pmo-1", "reason": ""}',
            "refused_terms_have_a_reason",
        ),
    ],
)
def test_the_database_refuses_it_too(world: World, changes: str, constraint: str) -> None:
    entered(world)
    assert refused(INSERT, changes) == constraint


def test_the_database_refuses_a_governments_fee(world: World) -> None:
    entered(world, "sisnaker", fee_scheme={"kind": "none"})
    changes = '{"fee_scheme": {"kind": "flat", "fee_idr": 1}, "state": "lapsed", "decided_at": "2020-09-01"}'
    assert refused(INSERT, changes) == "government_platform_announces_no_fee"


def test_what_was_entered_is_never_edited_and_a_decision_stands(world: World) -> None:
    terms_id = entered(world)
    edit = "UPDATE platform_terms SET payment_term_days = 1 WHERE id = %s"
    assert refused(edit, terms_id) == "platform_terms_are_never_edited"
    assert refused("DELETE FROM platform_terms WHERE id = %s", terms_id) == "platform_terms_are_never_edited"
    assert decided(world, terms_id) == "ok"
    again = "UPDATE platform_terms SET decided_by = 'staff:pmo-2' WHERE id = %s"
    assert refused(again, terms_id) == "decision_about_terms_stands"


@pytest.mark.django_db
def test_the_database_knows_the_same_moves() -> None:
    definition = db.value(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'platform_terms_move_along_their_states'"
    )
    moves = {f"{old}>{new}" for old, following in TERMS_MOVES.items() for new in following}
    assert {part for part in str(definition).split("'") if ">" in part} == moves


def test_two_who_enter_and_two_who_decide_at_once(race: Race, context: Context) -> None:
    world = make_world(context)

    def enter() -> str:
        return enter_terms(world.context.acting_as(SIDE), [request(world)], regime=world.second)[0].code.value

    assert sorted(map(str, race([enter] * 4))) == ["ok", *["terms_waiting"] * 3]
    (waiting,) = queries.list_terms_waiting()

    def decide(actor: str, *, confirms: bool) -> str:
        return decided(world, waiting.id, actor=actor, confirms=confirms, reason="x")

    answers = race([partial(decide, "staff:pmo-1", confirms=True), partial(decide, "staff:pmo-2", confirms=False)] * 2)
    assert sorted(map(str, answers)) == [*["already_decided"] * 3, "ok"]
    (found,) = queries.list_terms(world.platforms["pijar"])
    assert (found.state == "confirmed") == (queries.get_platform(world.platforms["pijar"]).modes == ("online",))
