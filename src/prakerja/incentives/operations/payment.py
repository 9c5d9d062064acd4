"""Incentives on their way to the account, and what happens to those that never get there."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.incentives.errors import ForfeitCode, ScheduleCode
from prakerja.incentives.rules import ENTITLED_STATES
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.ledger.errors import PostCode
from prakerja.ledger.operations import Transfer, post_transfers
from prakerja.payouts.errors import PrepareCode
from prakerja.payouts.operations import OrderRequest, prepare_payment_batch
from prakerja.payouts.rules import needs_another_account

# lane, participant, budget number: what one order pays.
Payee = tuple[int, UUID, int]


@dataclass(frozen=True, slots=True)
class ScheduleResult:
    """The answer; with ok the batch that waits for its second signature, and how many incentives it pays."""

    code: ScheduleCode
    batch_id: UUID | None = None
    incentives: int = 0
    total_idr: int = 0


@dataclass(frozen=True, slots=True)
class FollowResult:
    """How many incentives moved with their payment orders."""

    in_transfer: int
    paid: int
    failed: int


@dataclass(frozen=True, slots=True)
class ForfeitResult:
    """The answer; how many were forfeited, and what went back to the treasury out of the payable ones."""

    code: ForfeitCode
    forfeited: int = 0
    returned_idr: int = 0


def schedule_incentives(context: Context, *, limit: int = 20_000) -> ScheduleResult:
    """Put what is payable into a payment batch, one order per participant and budget; the actor is the batch's maker.

    A failed incentive is scheduled again: at once after a passing fault of the bank, otherwise when another account is
    validated. Without a validated account in use an incentive waits. Codes: empty, ok.

    Rule: INC-01. Cost: one locking read, two writes, and the batch.
    """
    with db.transaction():
        found = db.rows(
            """
            SELECT i.lane, i.incentive_id, i.participant_id, i.budget_number, i.amount_idr, i.failure_reason,
                i.payout_account_id = account.payout_account_id, account.payout_account_id
            FROM incentives i
            JOIN payout_accounts account
                ON account.lane = i.lane
                AND account.participant_id = i.participant_id
                AND account.replaced_at IS NULL
                AND account.is_validated
            WHERE i.state IN ('waiting', 'failed') AND (
                SELECT p.state FROM participants p WHERE p.lane = i.lane AND p.participant_id = i.participant_id
            ) = ANY (%s)
            ORDER BY i.lane, i.incentive_id
            LIMIT %s
            FOR NO KEY UPDATE OF i
            """,
            (sorted(ENTITLED_STATES), limit),
        )
        accounts: dict[Payee, UUID] = {}
        amounts: dict[Payee, int] = {}
        chosen: list[tuple[UUID, Payee]] = []
        for lane, incentive_id, participant_id, budget_number, amount_idr, reason, same_account, account_id in found:
            if reason is not None and same_account and needs_another_account(reason):
                continue
            payee = (lane, participant_id, budget_number)
            accounts[payee] = account_id
            amounts[payee] = amounts.get(payee, 0) + amount_idr
            chosen.append((incentive_id, payee))
        orders = [
            OrderRequest(payee[0], "participant", payee[1], payee[2], amount_idr, account_id=accounts[payee])
            for payee, amount_idr in amounts.items()
        ]
        batch = prepare_payment_batch(context, "incentives", orders)
        if batch.code is PrepareCode.EMPTY:
            return ScheduleResult(ScheduleCode.EMPTY)
        order_ids = dict(zip(amounts, batch.order_ids, strict=True))
        db.execute(
            """
            UPDATE incentives
            SET state = 'scheduled',
                payment_order_id = given.order_id,
                payout_account_id = given.account_id,
                failure_reason = NULL
            FROM unnest(%s::smallint[], %s::uuid[], %s::uuid[], %s::uuid[])
                AS given (lane, incentive_id, order_id, account_id)
            WHERE incentives.lane = given.lane AND incentives.incentive_id = given.incentive_id
            """,
            (
                [payee[0] for _, payee in chosen],
                [incentive_id for incentive_id, _ in chosen],
                [order_ids[payee] for _, payee in chosen],
                [accounts[payee] for _, payee in chosen],
            ),
        )
        events = [
            Event("incentive.scheduled", incentive_id, {"payment_order_id": order_ids[payee]}, payee[0])
            for incentive_id, payee in chosen
        ]
        record_events(context, events)
        return ScheduleResult(ScheduleCode.OK, batch.batch_id, len(chosen), sum(amounts.values()))


def follow_payments(context: Context) -> FollowResult:
    """Move incentives along with their payment orders: sent, paid, failed. Safe to run at any time; idempotent.

    Cost: two updates over the incentives that are scheduled or in transfer.
    """
    with db.transaction():
        moved = db.execute(
            """
            UPDATE incentives
            SET state = 'in_transfer'
            FROM payment_orders o
            WHERE o.lane = incentives.lane
                AND o.payment_order_id = incentives.payment_order_id
                AND incentives.state = 'scheduled'
                AND o.state <> 'prepared'
            """
        )
        answered = db.rows(
            """
            WITH answered AS (
                UPDATE incentives
                SET state = o.state,
                    failure_reason = o.failure_reason,
                    closed_at = CASE WHEN o.state = 'paid' THEN o.answered_at END
                FROM payment_orders o
                WHERE o.lane = incentives.lane
                    AND o.payment_order_id = incentives.payment_order_id
                    AND incentives.state = 'in_transfer'
                    AND o.state IN ('paid', 'failed')
                RETURNING incentives.lane, incentives.incentive_id, incentives.state, incentives.failure_reason
            )
            SELECT lane, incentive_id, state, failure_reason
            FROM answered
            ORDER BY lane, incentive_id
            """
        )
        events = [
            Event(f"incentive.{state}", incentive_id, {} if reason is None else {"reason": reason}, lane)
            for lane, incentive_id, state, reason in answered
        ]
        record_events(context, events)
    paid = sum(state == "paid" for _, _, state, _ in answered)
    return FollowResult(in_transfer=moved, paid=paid, failed=len(answered) - paid)


def forfeit_incentives(context: Context, *, year: int) -> ForfeitResult:
    """End the period: what participants of that year have not been paid is forfeited; what was payable is returned.

    The year is the one in which the participant's balance ends (CARD-02). What is scheduled or in transfer is left:
    the bank has the word. What was not yet due never left the reserved package, which is swept by itself. Codes:
    period_not_over, ok.

    Rule: MONEY-02, MONEY-03, CARD-02. Cost: one locking read, one write, one posting per lane.
    """
    with db.transaction():
        running = db.rows(
            """
            SELECT 1
            FROM participants p
            WHERE extract(year FROM p.balance_until_at AT TIME ZONE 'Asia/Jakarta') = %s AND p.balance_until_at > %s
            LIMIT 1
            """,
            (year, context.now),
        )
        if running:
            return ForfeitResult(ForfeitCode.PERIOD_NOT_OVER)
        found = db.rows(
            """
            SELECT i.lane, i.incentive_id, i.participant_id, i.budget_number, i.amount_idr, i.state, b.id
            FROM incentives i
            JOIN participants p ON p.lane = i.lane AND p.participant_id = i.participant_id
            JOIN budgets b ON b.number = i.budget_number
            WHERE i.state IN ('not_yet_due', 'waiting', 'failed')
                AND extract(year FROM p.balance_until_at AT TIME ZONE 'Asia/Jakarta') <= %s
            ORDER BY i.lane, i.incentive_id
            FOR NO KEY UPDATE OF i
            """,
            (year,),
        )
        returned_idr = _return_payables(context, [row for row in found if row[5] != "not_yet_due"])
        db.execute(
            """
            UPDATE incentives
            SET state = 'forfeited', closed_at = %s, failure_reason = NULL
            FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, incentive_id)
            WHERE incentives.lane = given.lane AND incentives.incentive_id = given.incentive_id
            """,
            (context.now, [row[0] for row in found], [row[1] for row in found]),
        )
        record_events(context, [Event("incentive.forfeited", row[1], {"was": row[5]}, row[0]) for row in found])
        return ForfeitResult(ForfeitCode.OK, len(found), returned_idr)


def _return_payables(context: Context, rows: Sequence[db.Row]) -> int:
    transfers = [
        Transfer(lane, "incentive_forfeit", incentive_id, budget_number, participant_id, budget_id, amount_idr)
        for lane, incentive_id, participant_id, budget_number, amount_idr, _, budget_id in rows
    ]
    answers = post_transfers(context, transfers)
    if any(answer.code is PostCode.CONFLICT for answer in answers):
        raise RuntimeError("another forfeiture stands under the same incentive")
    return sum(transfer.amount_idr for transfer in transfers)
