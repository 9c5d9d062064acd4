"""Decrees: two people, whole packages, places and deadlines, all or nothing."""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from prakerja.kit import db, lanes
from prakerja.kit.settings import get_settings
from prakerja.ledger.queries import sum_by_account_kind
from prakerja.participants import lanes as participant_lanes
from prakerja.participants.operations import Blacklisting, blacklist_applicants
from prakerja.programme import operations as programme
from prakerja.programme.queries import get_budget, get_regime_book
from prakerja.selection import queries
from prakerja.selection.errors import DecreeCode
from prakerja.selection.operations import approve_decree, prepare_decree, reject_decree
from prakerja.selection.rules import Quota
from tests.participants.people import april_context, eligible, founding, person
from tests.selection.world import approve, approved, draw, fund, join, open_new_wave, prepared

pytestmark = pytest.mark.django_db
NOBODY = UUID(int=3)


def test_an_approval_names_reserves_and_pins() -> None:
    decreed = approved(april_context(), {"digital": 3, "regular": 2})
    participants = [queries.find_participant_of_applicant(key) for key in decreed.applicants]
    assert Counter((p.channel, p.state) for p in participants if p) == {
        ("digital", "active"): 3,
        ("regular", "active"): 2,
    }
    one = participants[0]
    assert one is not None
    # Decreed on 23 April: thirty whole days, and 15 December is the last day of the balance (Jakarta midnights).
    assert one.first_purchase_deadline_at == datetime(2020, 5, 23, 17, tzinfo=UTC)
    assert one.balance_until_at == datetime(2020, 12, 15, 17, tzinfo=UTC)
    assert one.regime_version == founding().version
    package = founding().package_idr
    assert package == 3_550_000
    digital, regular = get_budget("founding", "digital"), get_budget("founding", "regular")
    assert (digital.places_taken, regular.places_taken) == (3, 2)
    assert sum_by_account_kind() == {
        (digital.number, "state_budget"): -3 * package,
        (digital.number, "unspent"): 0,
        (digital.number, "training"): 3 * 1_000_000,
        (digital.number, "incentive"): 3 * 2_550_000,
        (regular.number, "state_budget"): -2 * package,
        (regular.number, "unspent"): 0,
        (regular.number, "training"): 2 * 1_000_000,
        (regular.number, "incentive"): 2 * 2_550_000,
    }
    (decree,) = queries.list_decrees(state="approved")
    assert (decree.maker, decree.approver, decree.participants, decree.total_idr) == (
        "staff:maker",
        "staff:approver",
        5,
        5 * package,
    )
    assert queries.get_wave(decreed.wave_id).state == "decreed"
    assert queries.list_places_of_applicant(decreed.applicants[0])[0].is_participant


def test_preparing_answers_each_refusal() -> None:
    context = april_context()
    fund(context, {"digital": 5})
    wave_id = open_new_wave(context, [Quota("digital", None, 5)])
    assert prepare_decree(context, NOBODY, founding()).code is DecreeCode.WAVE_NOT_FOUND
    assert prepare_decree(context, wave_id, founding()).code is DecreeCode.WAVE_NOT_DRAWN
    (key,) = eligible(context, [person(1)])
    join(context, wave_id, [key])
    after = draw(context, wave_id)
    blacklist_applicants(after, [Blacklisting(key, "fraud", UUID(int=1))])
    assert prepare_decree(after, wave_id, founding()).code is DecreeCode.NOBODY_SELECTED
    other = prepared(after, {"digital": 1}, number=2, first=10)
    again = prepare_decree(after, other.wave_id, founding())
    assert (again.code, again.decree_id) == (DecreeCode.ALREADY_PREPARED, other.decree_id)


def test_approving_answers_each_refusal_and_changes_nothing() -> None:
    context = april_context()
    fund(context, {"digital": 1})
    decreed = prepared(context, {"digital": 2})
    maker = decreed.context.acting_as("staff:maker")
    other_rules = get_regime_book().on(decreed.context.today)
    changed = type(other_rules)(**{f: getattr(other_rules, f) for f in other_rules.__slots__} | {"version": "0" * 12})
    assert approve_decree(decreed.approver, NOBODY, founding()).code is DecreeCode.DECREE_NOT_FOUND
    assert approve_decree(maker, decreed.decree_id, founding()).code is DecreeCode.SAME_PERSON
    assert approve_decree(decreed.approver, decreed.decree_id, changed).code is DecreeCode.REGIME_CHANGED
    assert approve(decreed).code is DecreeCode.MONEY_EXHAUSTED
    db.execute(
        "UPDATE quota_allotments SET places_left = 1 WHERE budget_id = %s", [get_budget("founding", "digital").id]
    )
    assert approve(decreed).code is DecreeCode.QUOTA_EXHAUSTED
    db.execute(
        "UPDATE applicants SET eligibility = 'waiting', waits_until_at = now() WHERE applicant_id = %s",
        [decreed.applicants[1]],
    )
    assert approve(decreed).code is DecreeCode.LIST_CHANGED
    db.execute("UPDATE applicants SET eligibility = 'eligible' WHERE applicant_id = %s", [decreed.applicants[1]])
    blacklist_applicants(decreed.context, [Blacklisting(decreed.applicants[0], "fraud", UUID(int=1))])
    assert approve(decreed).code is DecreeCode.LIST_CHANGED
    assert db.value("SELECT count(*) FROM participants") == 0
    assert db.value("SELECT count(*) FROM accounts WHERE kind <> 'unspent'") == 0
    assert db.value("SELECT sum(places_taken) FROM quota_allotments") == 0
    assert db.value("SELECT count(*) FROM applicants WHERE state = 'decreed'") == 0
    assert [d.state for d in queries.list_decrees()] == ["prepared"]


def test_without_a_budget_there_is_no_decree() -> None:
    decreed = prepared(april_context(), {"digital": 1})
    assert approve(decreed).code is DecreeCode.BUDGET_NOT_OPEN


def test_a_rejected_decree_can_be_prepared_anew() -> None:
    context = april_context()
    fund(context, {"digital": 2})
    decreed = prepared(context, {"digital": 2})
    maker = decreed.context.acting_as("staff:maker")
    assert reject_decree(decreed.approver, NOBODY, reason="typo").code is DecreeCode.DECREE_NOT_FOUND
    assert reject_decree(maker, decreed.decree_id, reason="typo").code is DecreeCode.SAME_PERSON
    assert reject_decree(decreed.approver, decreed.decree_id, reason="typo").code is DecreeCode.OK
    assert reject_decree(decreed.approver, decreed.decree_id, reason="typo").code is DecreeCode.ALREADY_DECIDED
    assert approve(decreed).code is DecreeCode.ALREADY_DECIDED
    anew = prepare_decree(maker, decreed.wave_id, founding())
    assert (anew.code, anew.number) == (DecreeCode.OK, 2)
    assert anew.decree_id is not None
    assert approve_decree(decreed.approver, anew.decree_id, founding()).code is DecreeCode.OK


_NAMED_AGAIN = """
    INSERT INTO participants
    SELECT p.lane, gen_random_uuid(), {applicant}, p.lane_seed, {decree}, p.wave_id, p.budget_number, p.channel,
        p.state, p.regime_version, p.birth_date, p.education, p.decreed_at, p.first_purchase_deadline_at,
        p.balance_until_at, NULL
    FROM participants AS p
"""


def test_the_database_itself_refuses_a_lonely_decree_and_a_second_life() -> None:
    decreed = approved(april_context(), {"digital": 1})
    statements = {
        "a_decree_needs_a_second_person": "UPDATE decrees SET approver = maker",
        "decree_moves_along_its_states": "UPDATE decrees SET state = 'rejected', approved_at = NULL",
        "a_participant_was_an_applicant": _NAMED_AGAIN.format(applicant="gen_random_uuid()", decree="p.decree_id"),
        "a_participant_is_named_by_a_decree": "UPDATE decrees SET id = gen_random_uuid()",
        "a_participant_keeps_applicant_and_decree": "UPDATE participants SET decree_id = gen_random_uuid()",
        "once_in_a_lifetime": _NAMED_AGAIN.format(applicant="p.applicant_id", decree="p.decree_id"),
        "deadlines_follow_the_decree": "UPDATE participants SET balance_until_at = decreed_at",
        "participant_moves_along_its_states": "UPDATE participants SET state = 'finished'; "
        "UPDATE participants SET state = 'active'",
    }
    for constraint, statement in statements.items():
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            db.execute(statement)
        assert caught.value.__cause__ is not None
        assert getattr(caught.value.__cause__, "diag").constraint_name == constraint  # noqa: B009 - psycopg's own
    assert decreed.applicants


def test_money_and_places_of_other_lanes_come_over(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = get_settings().model_copy(update={"lanes": 4})
    for module in (lanes, participant_lanes, programme):
        monkeypatch.setattr(module, "get_settings", lambda: settings)
    context = april_context()
    fund(context, {"digital": 20}, lane=3, lanes=4)
    decreed = prepared(context, {"digital": 20})
    assert approve(decreed).code is DecreeCode.OK
    by_lane: dict[int, int] = dict(db.rows("SELECT lane, count(*) FROM participants GROUP BY lane ORDER BY lane"))
    assert set(by_lane) == {0, 1, 2, 3}
    package = founding().package_idr
    moved = db.rows("SELECT lane, kind, amount_idr FROM transfers WHERE kind LIKE 'lane%' ORDER BY lane, kind")
    assert moved == [
        *((lane, "lane_in", by_lane[lane] * package) for lane in (0, 1, 2)),
        (3, "lane_out", (20 - by_lane[3]) * package),
    ]
    assert db.value("SELECT sum(balance_idr) FROM accounts WHERE kind = 'unspent'") == 0
    budget = get_budget("founding", "digital").number
    assert sum_by_account_kind()[budget, "between_lanes"] == 0
