from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError

from prakerja.incentives.operations import EntitleRequest, entitle_incentives, forfeit_incentives, schedule_incentives
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.learning.operations import ForwardRequest, forward_completions
from prakerja.ledger.operations import Transfer, post_transfers
from prakerja.ledger.queries import get_balance
from prakerja.payouts.operations import ApproveRequest, approve_payment_batches, read_bank_replies, send_payment_batches
from prakerja.settlement.operations import (
    ApproveRunRequest,
    approve_settlement_runs,
    close_books,
    make_purchases_payable,
    prepare_settlement_run,
    sweep_held,
)
from prakerja.settlement.queries import list_book_closings
from tests.learning.world import (
    SOUND_BANK,
    World,
    attend,
    certify,
    complete,
    link_accounts,
    make_world,
    register_partners_accounts,
    report,
    sums,
)

END = datetime(2020, 12, 16, 3, tzinfo=UTC)


@pytest.fixture
def world(db: None, context: Context) -> World:
    """Three people: the first completes, the others never come."""
    world = make_world(context, people=3, lanes=2, sessions=1)
    complete(world, people=world.people[:1])
    register_partners_accounts(world)
    return world


def _end(world: World) -> Context:
    return world.context.at(END)


def _pay_out(context: Context, batch_id: object) -> None:
    file = send_payment_batches(context, [batch_id])[0].file  # type: ignore[list-item]
    assert file is not None
    assert read_bank_replies(context, [SOUND_BANK.take_file(file).content])[0].code == "ok"


def _settle(world: World) -> None:
    """What is payable goes to the bank and is paid."""
    context = world.context.at(world.context.now + timedelta(days=7))
    make_purchases_payable(world.after_class)
    run = prepare_settlement_run(context, period_from=date(2020, 9, 1), period_until=date(2020, 9, 8))
    assert run.run_id is not None
    (approved,) = approve_settlement_runs(context.acting_as("staff:approver"), [ApproveRunRequest(run.run_id)])
    _pay_out(context, approved.batch_id)


def _sweep_balances(world: World) -> None:
    """What the cards' yearly sweep does with the participants' accounts (CARD-02)."""
    transfers = [
        Transfer(
            p.lane, f"sweep_{kind}", p.participant_id, world.budget_number, p.participant_id, world.budget_id, amount
        )
        for p in world.people
        for kind in ("training", "incentive")
        if (amount := get_balance(p.lane, p.participant_id, kind)) > 0
    ]
    assert {answer.code for answer in post_transfers(_end(world), transfers)} == {"ok"}


def test_money_that_never_met_its_trigger_goes_back(world: World) -> None:
    """SETTLE-01, CARD-02."""
    _settle(world)
    assert sweep_held(world.after_class, year=2020).code == "period_not_over"
    result = sweep_held(_end(world), year=2020)
    assert (result.code, result.purchases, result.returned_idr) == ("ok", 2, 800_000)
    books = sums(world)
    assert "held" not in books
    assert books["returned"] == 800_000
    states: dict[UUID, str] = dict(db.rows("SELECT purchase_id, state FROM purchases ORDER BY purchase_id"))
    assert [states[p.purchase_id] for p in world.people] == ["completed", "expired", "expired"]
    assert sweep_held(_end(world), year=2020).purchases == 0


def test_a_course_that_was_not_completed_expires_too(world: World) -> None:
    _settle(world)
    others = world.people[1:]
    report(world, people=others)
    assert sweep_held(_end(world), year=2020).purchases == 0, "their reports wait to be checked"
    forward_completions(world.after_class, [ForwardRequest(p.lane, p.purchase_id, world.platform_id) for p in others])
    db.execute("UPDATE completions SET verified_at = forwarded_at WHERE verified_at IS NULL")
    assert sweep_held(_end(world), year=2020).purchases == 2


def test_the_sweep_leaves_what_can_still_be_earned(world: World) -> None:
    assert sweep_held(_end(world), year=2019).purchases == 0
    db.execute("UPDATE schedules SET ends_at = %s", (END + timedelta(days=1),))
    assert sweep_held(_end(world), year=2020).purchases == 0
    db.execute("UPDATE schedules SET ends_at = %s", (END,))
    db.execute("UPDATE participants SET balance_until_at = %s", (END + timedelta(days=1),))
    assert sweep_held(_end(world), year=2020).purchases == 0


def test_the_books_close_when_everything_is_settled(world: World) -> None:
    _settle(world)
    sweep_held(_end(world), year=2020)
    _sweep_balances(world)
    before = sums(world)
    assert close_books(world.after_class, year=2020).code == "period_not_over"
    result = close_books(_end(world), year=2020)
    assert (result.code, result.reasons) == ("ok", ())
    assert result.unspent_idr == before["unspent"]
    books = sums(world)
    assert set(books) == {"state_budget", "paid", "returned"}
    assert books["paid"] + books["returned"] == -books["state_budget"]
    again = close_books(_end(world), year=2020)
    assert (again.code, again.closing_id, again.unspent_idr) == ("repeated", result.closing_id, result.unspent_idr)
    assert [c.year for c in list_book_closings()] == [2020]


def test_what_is_open_is_named(world: World) -> None:
    make_purchases_payable(world.after_class)
    attend(world, people=world.people[1:2])
    report(world, people=world.people[1:2])
    result = close_books(_end(world), year=2020)
    assert result.code == "open"
    assert [(reason.kind, reason.count) for reason in result.reasons] == [
        ("completion_not_verified", 1),
        ("training_not_swept", 1),
        ("incentive_not_swept", 1),
        ("held", 1),
        ("platform_payable", 1),
        ("institution_payable", 1),
    ]
    assert [reason.amount_idr for reason in result.reasons if reason.kind == "held"] == [800_000]
    assert list_book_closings() == []


def test_every_open_signature_and_payment_is_named(world: World) -> None:
    certify(world, people=world.people[:1])
    link_accounts(world, people=world.people[:1])
    who = world.people[0]
    assert entitle_incentives(world.after_class, [EntitleRequest(who.lane, who.participant_id)])[0].code == "ok"
    scheduled = schedule_incentives(world.after_class)
    assert scheduled.batch_id is not None
    make_purchases_payable(world.after_class)
    context = world.context.at(world.context.now + timedelta(days=7))
    assert prepare_settlement_run(context, period_from=date(2020, 9, 1), period_until=date(2020, 9, 8)).code == "ok"

    def kinds() -> set[str]:
        return {reason.kind for reason in close_books(_end(world), year=2020).reasons}

    assert {"incentive_open", "run_not_approved", "batch_not_answered", "incentive_payable"} <= kinds()
    approve_payment_batches(context.acting_as("staff:approver"), [ApproveRequest(scheduled.batch_id)])
    send_payment_batches(context, [scheduled.batch_id])
    assert "in_payment" in kinds()
    forfeit_incentives(_end(world), year=2020)
    assert "incentive_open" in kinds()


def test_a_closing_is_never_changed(world: World) -> None:
    _settle(world)
    sweep_held(_end(world), year=2020)
    _sweep_balances(world)
    assert close_books(_end(world), year=2020).code == "ok"
    with pytest.raises(IntegrityError, match="history_is_append_only"), db.attempt():
        db.execute("UPDATE book_closings SET unspent_idr = 0")
