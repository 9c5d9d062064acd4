"""Issuing, custody of physical cards, PINs, replacement."""

from collections import Counter
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from prakerja.cards import queries
from prakerja.cards.errors import CardCode, IssueCode
from prakerja.cards.operations import (
    Activation,
    HandOver,
    activate_cards,
    block_cards,
    change_pins,
    hand_over_cards,
    issue_cards,
    lose_cards,
    replace_cards,
    ship_cards,
    unblock_cards,
    withdraw_cards,
)
from prakerja.cards.rules import card_serial_of, pin_is_too_easy
from prakerja.cards.states import CARD_TRANSITIONS
from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.programme.queries import get_budget
from prakerja.selection.queries import find_participant_of_applicant
from tests.fixtures.database import Race
from tests.participants.people import april_context
from tests.selection.world import Decreed, approved, fund, prepared

NOBODY = UUID(int=4)
PIN = "730418"


def issued(context: Context | None = None, *, digital: int = 0, regular: int = 0) -> Decreed:
    decreed = approved(context or april_context(), {"digital": digital, "regular": regular})
    assert issue_cards(decreed.context, decreed.decree_id).code is IssueCode.OK
    return decreed


def card_of(decreed: Decreed, position: int = 0) -> queries.CardView:
    participant = find_participant_of_applicant(decreed.applicants[position])
    assert participant is not None
    return queries.list_cards_of_participant(participant.participant_id)[-1]


def active_physical(decreed: Decreed, position: int = 0) -> UUID:
    key = card_of(decreed, position).card_id
    steps = [
        ship_cards(decreed.context, [key]),
        hand_over_cards(decreed.context, [HandOver(key, "BAST-1")]),
        activate_cards(decreed.context, [Activation(key, PIN)]),
    ]
    assert [step[0].code for step in steps] == [CardCode.OK] * 3
    return key


@pytest.mark.django_db
def test_only_an_approved_decree_gets_cards() -> None:
    context = april_context()
    fund(context, {"digital": 3, "regular": 2})
    waiting = prepared(context, {"digital": 1})
    assert issue_cards(context, NOBODY).code is IssueCode.DECREE_NOT_FOUND
    assert issue_cards(context, waiting.decree_id).code is IssueCode.DECREE_NOT_APPROVED


@pytest.mark.django_db
def test_digital_cards_are_active_at_once_and_physical_ones_printed() -> None:
    decreed = issued(digital=3, regular=2)
    assert queries.count_cards() == {("digital", "active"): 3, ("regular", "printed"): 2}
    assert issue_cards(decreed.context, decreed.decree_id).code is IssueCode.ALREADY_ISSUED
    card = card_of(decreed)
    assert queries.find_card_by_number(card.number) == card
    assert queries.find_card_by_number(card.number[:-1] + str((int(card.number[-1]) + 1) % 10)) is None
    assert queries.find_card_by_number("no number") is None
    participant = find_participant_of_applicant(decreed.applicants[0])
    assert participant is not None
    assert codes.card_lane_seed(card.number) == db.value(
        "SELECT lane_seed FROM participants WHERE participant_id = %s", [participant.participant_id]
    )
    serials = sorted(
        codes.card_serial(number) or 0 for (number,) in db.rows("SELECT number FROM cards ORDER BY number")
    )
    batch = db.value("SELECT number FROM card_batches")
    assert serials == [card_serial_of(batch, position) for position in range(1, 6)]


@pytest.mark.django_db
def test_the_custody_of_a_physical_card_goes_step_by_step() -> None:
    decreed = issued(regular=1)
    context = decreed.context
    key = card_of(decreed).card_id
    assert hand_over_cards(context, [HandOver(key, "BAST-1")])[0].code is CardCode.STEP_NOT_ALLOWED
    assert activate_cards(context, [Activation(key, PIN)])[0].code is CardCode.STEP_NOT_ALLOWED
    assert [r.code for r in ship_cards(context, [key, key, NOBODY])] == [
        CardCode.OK,
        CardCode.REPEATED,
        CardCode.CARD_NOT_FOUND,
    ]
    assert ship_cards(context, [key])[0].code is CardCode.REPEATED
    assert hand_over_cards(context, [HandOver(key, "  ")])[0].code is CardCode.RECEIPT_MISSING
    assert hand_over_cards(context, [HandOver(key, "BAST-1")])[0].code is CardCode.OK
    assert activate_cards(context, [Activation(key, "12345")])[0].code is CardCode.PIN_NOT_SIX_DIGITS
    assert activate_cards(context, [Activation(key, "123456")])[0].code is CardCode.PIN_TOO_EASY
    assert activate_cards(context, [Activation(key, PIN)])[0].code is CardCode.OK
    card = card_of(decreed)
    assert (card.state, card.receipt, card.activated_at) == ("active", "BAST-1", context.now)
    assert block_cards(context, [key])[0].code is CardCode.OK
    assert activate_cards(context, [Activation(key, PIN)])[0].code is CardCode.STEP_NOT_ALLOWED
    assert unblock_cards(context, [key])[0].code is CardCode.OK
    assert lose_cards(context, [key])[0].code is CardCode.OK
    assert unblock_cards(context, [key])[0].code is CardCode.STEP_NOT_ALLOWED
    assert withdraw_cards(context, [key])[0].code is CardCode.OK
    assert lose_cards(context, [key])[0].code is CardCode.STEP_NOT_ALLOWED
    kinds = [kind for (kind,) in db.rows("SELECT kind FROM events WHERE subject_id = %s ORDER BY event_id", [key])]
    assert kinds == [
        f"card.{state}" for state in ("shipped", "handed_over", "active", "blocked", "active", "lost", "withdrawn")
    ]


@pytest.mark.parametrize("pin", ["000000", "999999", "123456", "234567", "987654", "098765"])
def test_easy_pins_are_known(pin: str) -> None:
    assert pin_is_too_easy(pin)
    assert not pin_is_too_easy(PIN)


@pytest.mark.django_db
def test_a_new_pin_gives_the_tries_back() -> None:
    decreed = issued(digital=1, regular=1)
    digital, key = card_of(decreed, 0).card_id, active_physical(decreed, 1)
    context = decreed.context
    # What three wrong PINs at a counter leave behind: purchases/test_purchase_codes.py.
    db.execute("UPDATE cards SET pin_tries_left = 0 WHERE card_id = %s", [key])
    before = db.value("SELECT pin_hash FROM cards WHERE card_id = %s", [key])
    requests = [Activation(NOBODY, PIN), Activation(digital, PIN), Activation(key, "1234"), Activation(key, "111111")]
    assert [r.code for r in change_pins(context, requests)] == [
        CardCode.CARD_NOT_FOUND,
        CardCode.STEP_NOT_ALLOWED,
        CardCode.PIN_NOT_SIX_DIGITS,
        CardCode.PIN_TOO_EASY,
    ]
    assert change_pins(context, [Activation(key, "604173")])[0].code is CardCode.OK
    assert card_of(decreed, 1).pin_tries_left == 3
    assert db.value("SELECT pin_hash FROM cards WHERE card_id = %s", [key]) != before
    lose_cards(context, [key])
    assert change_pins(context, [Activation(key, "604173")])[0].code is CardCode.STEP_NOT_ALLOWED


@pytest.mark.django_db
def test_a_replacement_has_a_new_number_and_takes_no_place() -> None:
    decreed = issued(digital=2, regular=1)
    context = decreed.context
    first, second = card_of(decreed, 0), card_of(decreed, 1)
    physical = active_physical(decreed, 2)
    assert replace_cards(context, [first.card_id])[0].code is CardCode.STEP_NOT_ALLOWED
    assert replace_cards(context, [NOBODY])[0].code is CardCode.CARD_NOT_FOUND
    lose_cards(context, [first.card_id, physical])
    block_cards(context, [second.card_id])
    results = replace_cards(context, [first.card_id, second.card_id, physical, physical])
    assert [r.code for r in results] == [CardCode.OK, CardCode.OK, CardCode.OK, CardCode.REPEATED]
    assert replace_cards(context, [first.card_id])[0].code is CardCode.REPEATED
    fresh = card_of(decreed, 0)
    assert (fresh.card_id, fresh.replaces_card_id, fresh.state) == (results[0].card_id, first.card_id, "active")
    assert fresh.number != first.number
    assert card_of(decreed, 2).state == "printed"
    assert queries.count_cards() == {
        ("digital", "active"): 2,
        ("digital", "replaced"): 2,
        ("regular", "printed"): 1,
        ("regular", "replaced"): 1,
    }
    assert get_budget("founding", "digital").places_taken == 2
    # A second replacement uses the same batch, with positions of its own.
    lose_cards(context, [fresh.card_id])
    assert replace_cards(context, [fresh.card_id])[0].code is CardCode.OK
    assert db.value("SELECT count FROM card_batches WHERE purpose = 'replacement'") == 4
    assert db.value("SELECT count(DISTINCT number) FROM cards") == 7


@pytest.mark.django_db
def test_nobody_outside_the_programme_gets_a_replacement() -> None:
    decreed = issued(digital=1)
    card = card_of(decreed)
    lose_cards(decreed.context, [card.card_id])
    db.execute("UPDATE participants SET state = 'suspended'")
    assert replace_cards(decreed.context, [card.card_id])[0].code is CardCode.PARTICIPANT_NOT_ACTIVE


_A_CARD_MORE = """
    INSERT INTO cards (lane, card_id, participant_id, channel, number, state, issued_at, batch_id)
    SELECT lane, gen_random_uuid(), {participant}, 'regular', '0000000000000000', 'lost', issued_at, {batch}
    FROM cards WHERE channel = 'digital'
"""

CONSTRAINTS = {
    "a_card_belongs_to_a_participant": _A_CARD_MORE.format(participant="gen_random_uuid()", batch="batch_id"),
    "a_card_comes_from_a_batch": _A_CARD_MORE.format(participant="participant_id", batch="gen_random_uuid()"),
    "a_participant_was_an_applicant": "DELETE FROM applicants",
    "a_participant_is_named_by_a_decree": "DELETE FROM decrees",
    "a_card_keeps_holder_and_batch": "UPDATE cards SET participant_id = gen_random_uuid()",
    "a_card_number_is_used_once": "UPDATE cards SET number = (SELECT min(number) FROM cards)",
    "a_participant_has_one_live_card": """
        INSERT INTO cards (lane, card_id, participant_id, channel, number, state, issued_at, activated_at, batch_id)
        SELECT lane, gen_random_uuid(), participant_id, channel, '0000000000000000', 'active', issued_at, issued_at,
            batch_id
        FROM cards WHERE channel = 'digital'
    """,
    "a_digital_card_is_never_on_its_way": """
        INSERT INTO cards (lane, card_id, participant_id, channel, number, state, issued_at, batch_id)
        SELECT lane, gen_random_uuid(), participant_id, channel, '0000000000000000', 'printed', issued_at, batch_id
        FROM cards WHERE channel = 'digital'
    """,
    "a_physical_card_is_handed_over_against_a_receipt": """
        UPDATE cards SET state = 'shipped' WHERE channel = 'regular';
        UPDATE cards SET state = 'handed_over' WHERE channel = 'regular'
    """,
    "an_active_physical_card_has_a_pin": """
        UPDATE cards SET state = 'shipped' WHERE channel = 'regular';
        UPDATE cards SET state = 'handed_over', receipt = 'x' WHERE channel = 'regular';
        UPDATE cards SET state = 'active', activated_at = issued_at WHERE channel = 'regular'
    """,
    "card_moves_along_its_states": "UPDATE cards SET state = 'active', receipt = 'x', pin_hash = '\\x00'",
    "one_batch_per_decree_and_lane": """
        INSERT INTO card_batches SELECT gen_random_uuid(), 9000, purpose, count, made_at, decree_id, lane
        FROM card_batches
    """,
}


@pytest.mark.django_db
@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_the_database_refuses_by_a_named_constraint(constraint: str) -> None:
    issued(digital=1, regular=1)
    statement = CONSTRAINTS[constraint].replace(
        "card_batches SELECT", "card_batches (id, number, purpose, count, made_at, decree_id, lane) SELECT"
    )
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        db.execute(statement)
    assert getattr(caught.value.__cause__, "diag").constraint_name == constraint  # noqa: B009 - psycopg's own


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "constraint"),
    [("participants", "a_card_belongs_to_a_participant"), ("card_batches", "a_card_comes_from_a_batch")],
)
@pytest.mark.parametrize("statement", ["DELETE FROM {table}", "UPDATE {table} SET {key} = gen_random_uuid()"])
def test_what_a_card_names_stays(table: str, constraint: str, statement: str) -> None:
    issued(digital=1)
    key = {"participants": "participant_id", "card_batches": "id"}[table]
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        db.execute(statement.format(table=table, key=key))
    assert getattr(caught.value.__cause__, "diag").constraint_name == constraint  # noqa: B009 - psycopg's own


def test_no_state_leads_back_to_the_press() -> None:
    assert not any("printed" in after for after in CARD_TRANSITIONS.values())


def test_of_many_who_issue_one_decree_one_does(race: Race[object]) -> None:
    decreed = approved(april_context(), {"digital": 5, "regular": 3})

    def issue(seed: int) -> object:
        return issue_cards(april_context(f"issue {seed}").at(decreed.context.now), decreed.decree_id).code

    answers = race([lambda seed=seed: issue(seed) for seed in range(5)])  # type: ignore[misc]
    assert Counter(map(str, answers)) == {"ok": 1, "already_issued": 4}
    assert db.value("SELECT count(*) FROM cards") == 8
