"""Settlement runs: lines, statements, two signatures, a payment batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.clock import jakarta_midnight
from prakerja.kit.context import Context
from prakerja.payouts.errors import PrepareCode
from prakerja.payouts.operations import OrderRequest, Signatures, prepare_payment_batch
from prakerja.settlement.errors import ApproveRunCode, PrepareRunCode


@dataclass(frozen=True, slots=True)
class PrepareRunResult:
    """The answer; the run stands with ok."""

    code: PrepareRunCode
    run_id: UUID | None = None
    number: int | None = None
    purchases: int = 0
    total_idr: int = 0


@dataclass(frozen=True, slots=True)
class ApproveRunRequest:
    """A second signature under a run."""

    run_id: UUID


@dataclass(frozen=True, slots=True)
class ApproveRunResult:
    """The answer; the batch stands with ok, `payees` with payee_without_account."""

    code: ApproveRunCode
    batch_id: UUID | None = None
    payees: tuple[UUID, ...] = ()


def prepare_settlement_run(context: Context, *, period_from: date, period_until: date) -> PrepareRunResult:
    """Collect what became payable before the end of the period and stands in no run; the actor is the run's maker.

    Each purchase gives two lines (the platform's may be nothing), each payee one statement. Legal days, half-open.
    Codes in order: bad_period, period_not_over, period_overlaps, empty, ok.

    Rule: SETTLE-01. Cost: three writes over the purchases of the period.
    """
    if period_from >= period_until:
        return PrepareRunResult(PrepareRunCode.BAD_PERIOD)
    if period_until > context.today:
        return PrepareRunResult(PrepareRunCode.PERIOD_NOT_OVER)
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(hashtext('settlement'))")
        overlapping = db.rows(
            "SELECT id FROM settlement_runs WHERE period_from < %s AND period_until > %s ORDER BY id LIMIT 1",
            (period_until, period_from),
        )
        if overlapping:
            return PrepareRunResult(PrepareRunCode.PERIOD_OVERLAPS)
        payable_before = jakarta_midnight(period_until)
        purchases, total_idr = _payable(payable_before)
        if not purchases:
            return PrepareRunResult(PrepareRunCode.EMPTY)
        run_id = context.uuid()
        number = int(db.value("SELECT coalesce(max(number), 0) + 1 FROM settlement_runs"))
        db.execute(
            """
            INSERT INTO settlement_runs
                (id, number, period_from, period_until, state, maker, purchases, total_idr, prepared_at)
            VALUES (%s, %s, %s, %s, 'prepared', %s, %s, %s, %s)
            """,
            (run_id, number, period_from, period_until, context.actor, purchases, total_idr, context.now),
        )
        db.execute(
            """
            INSERT INTO settlement_lines
                (lane, purchase_id, payee_kind, payee_id, run_id, budget_number, price_idr, amount_idr)
            SELECT p.lane, p.purchase_id, share.payee_kind, share.payee_id, %s, p.budget_number, p.price_idr,
            share.amount_idr FROM purchases p
            CROSS JOIN LATERAL (VALUES
                ('platform', p.platform_id, p.commission_idr),
                ('institution', p.institution_id, p.price_idr - p.commission_idr)
            ) AS share (payee_kind, payee_id, amount_idr)
            WHERE p.payable_at < %s AND NOT EXISTS (
                SELECT 1 FROM settlement_lines l WHERE l.lane = p.lane AND l.purchase_id = p.purchase_id
            )
            """,
            (run_id, payable_before),
        )
        _write_statements(context, run_id)
        payload = {"number": number, "purchases": purchases, "total_idr": total_idr}
        record_events(context, [Event("settlement_run.prepared", run_id, payload)])
        return PrepareRunResult(PrepareRunCode.OK, run_id, number, purchases, total_idr)


def approve_settlement_runs(context: Context, requests: Sequence[ApproveRunRequest]) -> list[ApproveRunResult]:
    """Give runs their second signature (another person than the maker) and make their payment batches.

    Codes in order: unknown_run, same_person, repeated, statements_differ, payee_without_account, ok.

    Cost: one sum over the run's lines, and the batch. The batch carries both signatures and can be sent.
    """
    with db.transaction():
        return [_approve(context, request.run_id) for request in requests]


def follow_settlement_payments(context: Context) -> int:
    """Mark runs as paid whose orders were all paid, retries included; how many. Idempotent."""
    with db.transaction():
        paid = db.rows(
            """
            WITH RECURSIVE orders AS (
                SELECT r.id AS run_id, o.lane, o.payment_order_id, o.state
                FROM settlement_runs r
                JOIN payment_orders o ON o.batch_id = r.batch_id
                WHERE r.state = 'approved'
                UNION ALL
                SELECT earlier.run_id, o.lane, o.payment_order_id, o.state
                FROM orders earlier
                JOIN payment_orders o ON o.lane = earlier.lane AND o.retries_order_id = earlier.payment_order_id
            ), last AS (
                SELECT orders.run_id, orders.state
                FROM orders
                WHERE NOT EXISTS (
                    SELECT 1
                    FROM payment_orders later
                    WHERE later.lane = orders.lane AND later.retries_order_id = orders.payment_order_id
                )
            ), moved AS (
                UPDATE settlement_runs
                SET state = 'paid', paid_at = %s
                WHERE id IN (SELECT run_id FROM last GROUP BY run_id HAVING bool_and(last.state = 'paid'))
                    AND state = 'approved'
                RETURNING id
            )
            SELECT id FROM moved ORDER BY id
            """,
            (context.now,),
        )
        record_events(context, [Event("settlement_run.paid", run_id) for (run_id,) in paid])
        return len(paid)


def _payable(payable_before: object) -> tuple[int, int]:
    found = db.row(
        """
        SELECT count(*), coalesce(sum(p.price_idr), 0)::bigint
        FROM purchases p
        WHERE p.payable_at < %s AND NOT EXISTS (
            SELECT 1 FROM settlement_lines l WHERE l.lane = p.lane AND l.purchase_id = p.purchase_id
        )
        """,
        (payable_before,),
    )
    assert found is not None  # noqa: S101 - an aggregate has one row
    return int(found[0]), int(found[1])


def _write_statements(context: Context, run_id: UUID) -> None:
    found = db.rows(
        """
        SELECT l.payee_kind, l.payee_id, count(*), sum(l.price_idr)::bigint, sum(p.commission_idr)::bigint,
            sum(l.amount_idr)::bigint
        FROM settlement_lines l
        JOIN purchases p ON p.lane = l.lane AND p.purchase_id = l.purchase_id
        WHERE l.run_id = %s
        GROUP BY l.payee_kind, l.payee_id
        ORDER BY l.payee_kind, l.payee_id
        """,
        (run_id,),
    )
    db.copy_rows(
        "settlement_statements",
        ("id", "run_id", "payee_kind", "payee_id", "purchases", "price_idr", "commission_idr", "amount_idr"),
        [(context.uuid(), run_id, *row) for row in found],
    )


def _approve(context: Context, run_id: UUID) -> ApproveRunResult:
    found = db.row("SELECT state, maker FROM settlement_runs WHERE id = %s FOR UPDATE", (run_id,))
    if found is None:
        return ApproveRunResult(ApproveRunCode.UNKNOWN_RUN)
    state, maker = found
    if maker == context.actor:
        return ApproveRunResult(ApproveRunCode.SAME_PERSON)
    if state != "prepared":
        return ApproveRunResult(ApproveRunCode.REPEATED)
    if _statements_differ(run_id):
        return ApproveRunResult(ApproveRunCode.STATEMENTS_DIFFER)
    orders = [
        OrderRequest(*row)
        for row in db.rows(
            """
            SELECT lane, payee_kind, payee_id, budget_number, sum(amount_idr)::bigint
            FROM settlement_lines
            WHERE run_id = %s
            GROUP BY lane, payee_kind, payee_id, budget_number
            HAVING sum(amount_idr) > 0
            ORDER BY payee_kind, payee_id, budget_number, lane
            """,
            (run_id,),
        )
    ]
    batch = prepare_payment_batch(context, "settlement", orders, signed=Signatures(maker, context.actor))
    if batch.code is PrepareCode.PAYEE_WITHOUT_ACCOUNT:
        return ApproveRunResult(ApproveRunCode.PAYEE_WITHOUT_ACCOUNT, payees=batch.payees)
    db.execute(
        """
        UPDATE settlement_runs
        SET state = 'approved', approver = %s, approved_at = %s, batch_id = %s
        WHERE id = %s
        """,
        (context.actor, context.now, batch.batch_id, run_id),
    )
    record_events(context, [Event("settlement_run.approved", run_id, {"batch_id": batch.batch_id})])
    return ApproveRunResult(ApproveRunCode.OK, batch.batch_id)


def _statements_differ(run_id: UUID) -> bool:
    """Whether a statement says something else than the ledger's transfers of the run's purchases."""
    found = db.rows(
        """
        SELECT payee_kind, payee_id
        FROM (
            SELECT payee_kind, payee_id, amount_idr
            FROM settlement_statements
            WHERE run_id = %(run)s
            UNION ALL
            SELECT l.payee_kind, l.payee_id, -coalesce(t.amount_idr, 0)
            FROM settlement_lines l
            LEFT JOIN transfers t
                ON t.lane = l.lane
                AND t.reference_id = l.purchase_id
                AND t.kind = CASE l.payee_kind WHEN 'platform' THEN 'commission' ELSE 'institution_share' END
                AND t.budget_number = l.budget_number
                AND t.credit_holder_id = l.payee_id
            WHERE l.run_id = %(run)s
        ) AS both_sides
        GROUP BY payee_kind, payee_id
        HAVING sum(amount_idr) <> 0
        ORDER BY payee_kind, payee_id
        LIMIT 1
        """,
        {"run": run_id},
    )
    return bool(found)
