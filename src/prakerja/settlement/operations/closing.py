"""The end of a year: held money that never met its trigger goes back, and the books close."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.ledger.errors import PostCode
from prakerja.ledger.operations import Transfer, post_transfers
from prakerja.ledger.queries import sum_by_account_kind
from prakerja.programme.queries import get_regime_book
from prakerja.settlement.errors import CloseCode, OpenKind, SweepCode
from prakerja.settlement.rules import last_usable_day

# Account kinds that must be empty when the books close, and what it is called when they are not.
_EMPTY_AT_THE_END = {
    "training": OpenKind.TRAINING_NOT_SWEPT,
    "incentive": OpenKind.INCENTIVE_NOT_SWEPT,
    "held": OpenKind.HELD,
    "platform_payable": OpenKind.PLATFORM_PAYABLE,
    "institution_payable": OpenKind.INSTITUTION_PAYABLE,
    "incentive_payable": OpenKind.INCENTIVE_PAYABLE,
    "in_payment": OpenKind.IN_PAYMENT,
    "between_lanes": OpenKind.BETWEEN_LANES,
}
_OPEN_WORK = {
    OpenKind.COMPLETION_NOT_VERIFIED: "SELECT count(*), 0 FROM completions WHERE verified_at IS NULL",
    OpenKind.INCENTIVE_OPEN: (
        "SELECT count(*), coalesce(sum(amount_idr), 0)::bigint FROM incentives WHERE state NOT IN ('paid', 'forfeited')"
    ),
    OpenKind.RUN_NOT_APPROVED: (
        "SELECT count(*), coalesce(sum(total_idr), 0)::bigint FROM settlement_runs WHERE state = 'prepared'"
    ),
    OpenKind.BATCH_NOT_ANSWERED: (
        "SELECT count(*), coalesce(sum(total_idr), 0)::bigint FROM payment_batches WHERE state <> 'answered'"
    ),
}


@dataclass(frozen=True, slots=True)
class SweepResult:
    """The answer; how many purchases expired and what went back."""

    code: SweepCode
    purchases: int = 0
    returned_idr: int = 0


@dataclass(frozen=True, slots=True)
class OpenReason:
    """Something that keeps the books open: how many, and how much of it (0 where it has no amount)."""

    kind: OpenKind
    count: int
    amount_idr: int


@dataclass(frozen=True, slots=True)
class CloseResult:
    """The answer; the closing stands with ok and repeated, the reasons with open."""

    code: CloseCode
    closing_id: UUID | None = None
    unspent_idr: int = 0
    reasons: tuple[OpenReason, ...] = ()


def sweep_held(context: Context, *, year: int) -> SweepResult:
    """Return held money that never met its trigger and can no longer meet it; the purchases expire.

    Swept are purchases of participants whose balance ended in that year or before (CARD-02), whose class is over, and
    of which no report waits to be checked (LEARN-05). Run `make_purchases_payable` before. Codes: period_not_over, ok.

    Rule: SETTLE-01, programme money 5.4. Cost: one locking read, one write, one posting per lane.
    """
    if context.today <= last_usable_day(get_regime_book().on(context.today), year):
        return SweepResult(SweepCode.PERIOD_NOT_OVER)
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(hashtext('settlement'))")
        found = db.rows(
            """
            SELECT p.lane, p.purchase_id, p.budget_number, b.id, p.price_idr, p.state
            FROM purchases p
            JOIN budgets b ON b.number = p.budget_number
            JOIN participants holder ON holder.lane = p.lane AND holder.participant_id = p.participant_id
            JOIN schedules class ON class.id = p.schedule_id
            LEFT JOIN completions c ON c.lane = p.lane AND c.purchase_id = p.purchase_id
            WHERE p.payable_at IS NULL
                AND p.state IN ('paid', 'redeemed', 'not_completed')
                AND extract(year FROM holder.balance_until_at AT TIME ZONE 'Asia/Jakarta') <= %(year)s
                AND holder.balance_until_at <= %(now)s
                AND class.ends_at <= %(now)s
                AND (c.purchase_id IS NULL OR c.verified_at IS NOT NULL)
            ORDER BY p.lane, p.purchase_id
            FOR NO KEY UPDATE OF p
            """,
            {"year": year, "now": context.now},
        )
        _return_held(context, found)
        db.execute(
            """
            UPDATE purchases
            SET state = 'expired', closed_at = coalesce(closed_at, %s)
            FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id)
            WHERE purchases.lane = given.lane AND purchases.purchase_id = given.purchase_id
            """,
            (context.now, [row[0] for row in found], [row[1] for row in found]),
        )
        record_events(context, [Event("purchase.expired", row[1], {"was": row[5]}, row[0]) for row in found])
        return SweepResult(SweepCode.OK, len(found), sum(row[4] for row in found))


def close_books(context: Context, *, year: int) -> CloseResult:
    """Close a year: nothing may be open in any budget; what is unspent goes back to the treasury.

    Codes in order: repeated, period_not_over, open (with every reason), ok.

    Rule: CARD-02, programme money 5.4. Cost: reads every transfer once.
    """
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(hashtext('settlement'))")
        closed = db.row("SELECT id, unspent_idr FROM book_closings WHERE year = %s", (year,))
        if closed is not None:
            return CloseResult(CloseCode.REPEATED, closed[0], closed[1])
        if context.today <= last_usable_day(get_regime_book().on(context.today), year):
            return CloseResult(CloseCode.PERIOD_NOT_OVER)
        sums = sum_by_account_kind()
        reasons = find_open_reasons(sums)
        if reasons:
            return CloseResult(CloseCode.OPEN, reasons=reasons)
        closing_id = context.uuid()
        unspent_idr = _return_unspent(context, closing_id)
        figures: dict[str, dict[str, int]] = {}
        for (number, kind), amount_idr in sum_by_account_kind().items():
            figures.setdefault(str(number), {})[kind] = amount_idr
        db.execute(
            """
            INSERT INTO book_closings (id, year, closed_by, closed_at, unspent_idr, figures)
            VALUES (%s, %s, %s, %s, %s, %s::jsonb)
            """,
            (closing_id, year, context.actor, context.now, unspent_idr, db.encode_json(figures)),
        )
        record_events(context, [Event("books.closed", closing_id, {"year": year, "unspent_idr": unspent_idr})])
        return CloseResult(CloseCode.OK, closing_id, unspent_idr)


def find_open_reasons(sums: dict[tuple[int, str], int]) -> tuple[OpenReason, ...]:
    """What keeps the books open, in the order of `OpenKind`; `sums` is (budget number, account kind) → balance."""
    reasons = []
    for kind, sql in _OPEN_WORK.items():
        ((count, amount_idr),) = db.rows(sql)
        if count:
            reasons.append(OpenReason(kind, count, amount_idr))
    for account_kind, kind in _EMPTY_AT_THE_END.items():
        open_sums = [amount for (_, found), amount in sums.items() if found == account_kind and amount != 0]
        if open_sums:
            reasons.append(OpenReason(kind, len(open_sums), sum(open_sums)))
    return tuple(reasons)


def _return_held(context: Context, rows: Sequence[db.Row]) -> None:
    transfers = [
        Transfer(lane, "sweep_held", purchase_id, budget_number, budget_id, budget_id, price_idr)
        for lane, purchase_id, budget_number, budget_id, price_idr, _ in rows
    ]
    if any(answer.code is not PostCode.OK for answer in post_transfers(context, transfers)):
        raise RuntimeError("a purchase that is held was swept before")


def _return_unspent(context: Context, closing_id: UUID) -> int:
    unspent = db.rows(
        """
        SELECT lane, budget_number, holder_id, balance_idr
        FROM accounts
        WHERE kind = 'unspent' AND balance_idr > 0
        ORDER BY lane, holder_id
        FOR NO KEY UPDATE
        """
    )
    answers = post_transfers(
        context,
        [
            Transfer(lane, "close_unspent", closing_id, number, budget_id, budget_id, amount_idr)
            for lane, number, budget_id, amount_idr in unspent
        ],
    )
    if any(answer.code is not PostCode.OK for answer in answers):
        raise RuntimeError("unspent money was returned under this closing before")
    return sum(row[3] for row in unspent)
