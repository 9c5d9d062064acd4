"""REV-01: who was never eligible repays what was used, within 60 days of the own regime; by receipts of two people."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from prakerja.access.messages import CourierSandbox, list_sandbox_letters
from prakerja.cards.operations import prepare_revocation, revoke_participants
from prakerja.kit import db
from prakerja.kit.clock import jakarta_midnight
from prakerja.kit.context import Context
from prakerja.ledger.queries import sum_by_account_kind
from prakerja.oversight.invariants.running import run_invariants
from prakerja.participants.operations.sign_up import note_phone
from prakerja.programme.operations import take_places
from prakerja.programme.queries import get_regime_book
from prakerja.programme.rules import PlacesRequest
from prakerja.purchases.operations import VoidRequest, void_purchases
from prakerja.settlement.errors import RepaymentCode
from prakerja.settlement.operations.repayments import (
    Demand,
    Receipt,
    confirm_receipts,
    open_repayments,
    record_receipts,
    review_repayments,
)
from prakerja.settlement.repayment_queries import find_open_repayment, get_repayment, list_receipts, list_repayments
from prakerja.settlement.states import REPAYMENT_MOVES
from tests.learning.world import World, make_world

pytestmark = pytest.mark.django_db
PRICE_IDR = 400_000


@pytest.fixture
def world(context: Context) -> World:
    """Two people of the second regime, each with one class of Rp400,000 that is paid and not redeemed yet."""
    world = make_world(context, state="paid")
    take_places(context, [PlacesRequest(0, world.budget_id, len(world.people))])
    note_phone(context, lane=0, applicant_id=world.people[0].applicant_id, phone="628123456789")
    return world


def revoke(world: World, *, number: int = 0, reason: str = "ineligible") -> UUID:
    context = world.context
    regime = get_regime_book().on(context.today)
    ids = [world.people[number].participant_id]
    proposed = prepare_revocation(context.acting_as("staff:maker"), ids, regime, reason=reason)
    assert proposed.decree_id is not None, proposed
    assert revoke_participants(context.acting_as("staff:approver"), proposed.decree_id).participants == 1
    return proposed.decree_id


def void(world: World, number: int) -> None:
    code = db.value("SELECT transaction_code FROM purchases WHERE invoice_code = %s", [f"INV-{number}"])
    (result,) = void_purchases(world.context, [VoidRequest(world.platform_id, f"INV-{number}", code)])
    assert result.code == "ok"


def demand(context: Context) -> int:
    asked = Demand(CourierSandbox(), "Kembalikan {amount} sampai {day}.", context.now)
    return open_repayments(context, asked)


def broken() -> list[str]:
    return [result.name for result in run_invariants(["what_is_repaid_is_in_the_ledger"]) if not result.ok]


def test_what_was_used_is_demanded_back_within_sixty_whole_days(world: World) -> None:
    revoke(world)
    assert demand(world.context) == 1
    assert demand(world.context) == 0
    found = find_open_repayment(world.people[0].participant_id)
    assert found is not None
    assert (found.state, found.assessed_idr, found.left_idr) == ("due", PRICE_IDR, PRICE_IDR)
    assert found.due_at == jakarta_midnight(date(2020, 9, 1) + timedelta(days=61))
    assert [letter.text for letter in list_sandbox_letters()] == ["Kembalikan Rp400.000 sampai 31-10-2020."]
    assert db.value("SELECT payload ->> 'rule' FROM events WHERE kind = 'participant.repayment_due'") == "REV-01"
    # The other one, who keeps everything, and whoever was revoked for being late, owe nothing.
    assert find_open_repayment(world.people[1].participant_id) is None
    assert broken() == []


def test_fraud_is_a_ground_too_and_a_missed_deadline_is_none(world: World) -> None:
    revoke(world, reason="fraud")
    revoke(world, number=1, reason="own_request")
    assert demand(world.context) == 1
    assert [one.participant_id for one in list_repayments()] == [world.people[0].participant_id]


def test_under_the_founding_regime_and_without_use_nothing_is_due(world: World) -> None:
    """REV-01 came with the second regime: whoever was decreed before keeps the rules of that day."""
    revoke(world)
    revoke(world, number=1)
    db.execute(
        "UPDATE participants SET decreed_at = '2020-05-01 03:00+00' WHERE participant_id = %s",
        [world.people[0].participant_id],
    )
    void(world, 1)
    assert demand(world.context) == 0
    rows = db.rows("SELECT participant_id, state, assessed_idr, due_at FROM repayments ORDER BY assessed_idr DESC")
    assert rows == [
        (world.people[0].participant_id, "not_due", PRICE_IDR, None),
        (world.people[1].participant_id, "not_due", 0, None),
    ]
    assert list_repayments() == []
    assert db.value("SELECT count(*) FROM events WHERE kind = 'participant.nothing_to_repay'") == 2


def test_receipts_are_recorded_by_one_and_confirmed_by_another_until_nothing_is_left(world: World) -> None:
    revoke(world)
    demand(world.context)
    (owed,) = list_repayments()
    clerk, second = world.context.acting_as("staff:clerk"), world.context.acting_as("staff:second")
    day = date(2020, 9, 1)

    def receipt(amount_idr: int, reference: str, repayment_id: UUID = owed.repayment_id) -> Receipt:
        return Receipt(repayment_id, amount_idr, reference, day)

    results = record_receipts(
        clerk,
        [
            receipt(1, "A", UUID(int=1)),
            receipt(0, "A"),
            receipt(PRICE_IDR + 1, "A"),
            receipt(150_000, "  "),
            receipt(150_000, "BRI-1"),
            receipt(100_000, "BRI-1"),
            receipt(PRICE_IDR, "BRI-2"),
            receipt(250_000, "BRI-2"),
        ],
    )
    assert [result.code for result in results] == [
        RepaymentCode.REPAYMENT_NOT_FOUND,
        RepaymentCode.AMOUNT_OUT_OF_RANGE,
        RepaymentCode.AMOUNT_OUT_OF_RANGE,
        RepaymentCode.REFERENCE_MISSING,
        RepaymentCode.OK,
        RepaymentCode.REFERENCE_KNOWN,
        RepaymentCode.AMOUNT_OUT_OF_RANGE,
        RepaymentCode.OK,
    ]
    ids = [result.receipt_id for result in results if result.receipt_id is not None]
    assert get_repayment(owed.repayment_id).repaid_idr == 0
    assert (world.budget_number, "recovered") not in sum_by_account_kind()
    assert [r.code for r in confirm_receipts(clerk, [ids[0], UUID(int=2)])] == [
        RepaymentCode.SAME_PERSON,
        RepaymentCode.RECEIPT_NOT_FOUND,
    ]
    assert [r.code for r in confirm_receipts(second, [ids[0], ids[0]])] == [RepaymentCode.OK, RepaymentCode.REPEATED]
    assert (get_repayment(owed.repayment_id).state, get_repayment(owed.repayment_id).left_idr) == ("due", 250_000)
    assert [r.code for r in confirm_receipts(second, [ids[1]])] == [RepaymentCode.OK]
    paid = get_repayment(owed.repayment_id)
    assert (paid.state, paid.left_idr, paid.ended_at) == ("paid", 0, world.context.now)
    sums = sum_by_account_kind()
    assert (sums[world.budget_number, "recovered"], sums[world.budget_number, "recipient"]) == (PRICE_IDR, -PRICE_IDR)
    assert [one.confirmed_by for one in list_receipts(owed.repayment_id)] == ["staff:second", "staff:second"]
    assert record_receipts(clerk, [receipt(1, "BRI-3")])[0].code is RepaymentCode.NOT_OPEN
    assert review_repayments(world.context) == 0
    assert broken() == []
    books = {
        result.name: result.ok for result in run_invariants(["every_budget_adds_up", "no_summed_account_is_negative"])
    }
    assert set(books.values()) == {True}


def test_when_the_term_passes_the_office_goes_on_and_money_still_counts(world: World) -> None:
    revoke(world)
    demand(world.context)
    (owed,) = list_repayments()
    assert owed.due_at is not None
    assert review_repayments(world.context.at(owed.due_at - timedelta(microseconds=1))) == 0
    late = world.context.at(owed.due_at)
    assert review_repayments(late) == 1
    assert get_repayment(owed.repayment_id).state == "overdue"
    told = db.row(
        "SELECT payload ->> 'owner', payload ->> 'then' FROM events WHERE kind = 'participant.repayment_overdue'"
    )
    assert told == ("programme_office", "civil_suit")
    (recorded,) = record_receipts(late.acting_as("staff:a"), [Receipt(owed.repayment_id, PRICE_IDR, "X", late.today)])
    assert recorded.receipt_id is not None
    assert confirm_receipts(late.acting_as("staff:b"), [recorded.receipt_id])[0].code is RepaymentCode.OK
    assert get_repayment(owed.repayment_id).state == "paid"


def test_what_is_voided_later_is_not_repaid(world: World) -> None:
    revoke(world)
    demand(world.context)
    (owed,) = list_repayments()
    void(world, 0)
    assert review_repayments(world.context) == 1
    assert get_repayment(owed.repayment_id).state == "cancelled"


def test_the_database_keeps_states_and_amounts(world: World) -> None:
    revoke(world)
    demand(world.context)
    for change, name in (
        ("repaid_idr = assessed_idr + 1", "nobody_repays_more"),
        ("state = 'paid', ended_at = now()", "paid_is_all_of_it"),
        ("due_at = NULL", "has_a_day_and_an_amount"),
        ("state = 'not_due', ended_at = now()", "does not move from due to not_due"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            db.execute(f"UPDATE repayments SET {change}")
    definition = db.value(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'repayment_moves_along_its_states'"
    )
    written = {part for part in definition.split("'") if ">" in part and part.replace(">", "").isalpha()}
    assert written == {f"{old}>{new}" for old, following in REPAYMENT_MOVES.items() for new in following}
