"""Reading settlement: runs, statements, ageing, closings."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class RunView:
    """A settlement run; the period is half-open, amounts are whole rupiah."""

    run_id: UUID
    number: int
    period_from: date
    period_until: date
    state: str
    maker: str
    approver: str | None
    batch_id: UUID | None
    purchases: int
    total_idr: int
    prepared_at: datetime
    approved_at: datetime | None
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class StatementView:
    """What one payee gets in a run: `amount_idr` is the commission for a platform, the rest for an institution."""

    run_id: UUID
    run_number: int
    run_state: str
    period_from: date
    period_until: date
    payee_kind: str
    payee_id: UUID
    purchases: int
    price_idr: int
    commission_idr: int
    amount_idr: int


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One purchase on a statement."""

    purchase_id: UUID
    transaction_code: str
    course_title: str
    paid_at: datetime
    payable_at: datetime
    price_idr: int
    commission_idr: int
    amount_idr: int


@dataclass(frozen=True, slots=True)
class Ageing:
    """What a payee is owed, by how long ago it became payable; `on_its_way_idr` is with the bank."""

    payee_kind: str
    payee_id: UUID
    up_to_7_days_idr: int
    up_to_30_days_idr: int
    older_idr: int
    on_its_way_idr: int

    @property
    def total_idr(self) -> int:
        """Everything that is owed."""
        return self.up_to_7_days_idr + self.up_to_30_days_idr + self.older_idr + self.on_its_way_idr


@dataclass(frozen=True, slots=True)
class ClosingView:
    """A year whose books are closed."""

    closing_id: UUID
    year: int
    closed_by: str
    closed_at: datetime
    unspent_idr: int


_RUN = """
    SELECT id, number, period_from, period_until, state, maker, approver, batch_id, purchases, total_idr,
        prepared_at, approved_at, paid_at
    FROM settlement_runs
"""
_STATEMENT = """
    SELECT s.run_id, r.number, r.state, r.period_from, r.period_until, s.payee_kind, s.payee_id, s.purchases,
        s.price_idr, s.commission_idr, s.amount_idr
    FROM settlement_statements s
    JOIN settlement_runs r ON r.id = s.run_id
"""


def get_settlement_run(run_id: UUID) -> RunView:
    """A run. Raises LookupError when there is none."""
    found = db.row(f"{_RUN} WHERE id = %s", (run_id,))
    if found is None:
        raise LookupError(f"no settlement run {run_id}")
    return RunView(*found)


def list_settlement_runs(*, limit: int = 100, offset: int = 0) -> list[RunView]:
    """Runs, the newest number first."""
    return [RunView(*row) for row in db.rows(f"{_RUN} ORDER BY number DESC LIMIT %s OFFSET %s", (limit, offset))]


def list_runs_waiting_for_approval() -> list[RunView]:
    """Runs that wait for a second signature, the oldest first."""
    return [RunView(*row) for row in db.rows(f"{_RUN} WHERE state = 'prepared' ORDER BY number")]


def list_statements(run_id: UUID) -> list[StatementView]:
    """The statements of a run, institutions before platforms, then by id."""
    found = db.rows(f"{_STATEMENT} WHERE s.run_id = %s ORDER BY s.payee_kind, s.payee_id", (run_id,))
    return [StatementView(*row) for row in found]


def list_statements_of_payee(payee_kind: str, payee_id: UUID) -> list[StatementView]:
    """A payee's statements, the newest run first."""
    found = db.rows(
        f"{_STATEMENT} WHERE s.payee_kind = %s AND s.payee_id = %s ORDER BY r.number DESC", (payee_kind, payee_id)
    )
    return [StatementView(*row) for row in found]


def list_statement_lines(run_id: UUID, payee_kind: str, payee_id: UUID) -> list[StatementLine]:
    """The purchases of a statement, by the moment of purchase and id."""
    found = db.rows(
        """
        SELECT p.purchase_id, p.transaction_code, course.title, p.paid_at, p.payable_at, l.price_idr, p.commission_idr,
            l.amount_idr
        FROM settlement_lines l
        JOIN purchases p ON p.lane = l.lane AND p.purchase_id = l.purchase_id
        JOIN courses course ON course.id = p.course_id
        WHERE l.run_id = %s AND l.payee_kind = %s AND l.payee_id = %s
        ORDER BY p.paid_at, p.purchase_id
        """,
        (run_id, payee_kind, payee_id),
    )
    return [StatementLine(*row) for row in found]


def list_ageing(now: datetime, *, payee_kind: str | None = None, payee_id: UUID | None = None) -> list[Ageing]:
    """What each partner is owed, by age; payees that are owed nothing are missing. By kind and id.

    A purchase is owed until an order of its run's chain is paid; amounts that failed count from when they became
    payable.
    """
    found = db.rows(
        """
        WITH owed AS (
            SELECT share.payee_kind, share.payee_id, share.amount_idr, p.payable_at,
                EXISTS (
                    SELECT 1
                    FROM settlement_lines l
                    JOIN settlement_runs r ON r.id = l.run_id
                    JOIN payment_orders o
                        ON o.lane = l.lane AND o.batch_id = r.batch_id AND o.payee_kind = l.payee_kind
                        AND o.payee_id = l.payee_id AND o.budget_number = l.budget_number
                    WHERE l.lane = p.lane AND l.purchase_id = p.purchase_id AND l.payee_kind = share.payee_kind
                        AND o.state = 'sent'
                ) AS on_its_way
            FROM purchases p
            CROSS JOIN LATERAL (VALUES
                ('platform', p.platform_id, p.commission_idr),
                ('institution', p.institution_id, p.price_idr - p.commission_idr)
            ) AS share (payee_kind, payee_id, amount_idr)
            WHERE p.payable_at IS NOT NULL
                AND share.amount_idr > 0
                AND (%(kind)s::text IS NULL OR share.payee_kind = %(kind)s)
                AND (%(payee)s::uuid IS NULL OR share.payee_id = %(payee)s)
                AND NOT EXISTS (
                    SELECT 1
                    FROM settlement_lines l
                    JOIN settlement_runs r ON r.id = l.run_id
                    WHERE l.lane = p.lane AND l.purchase_id = p.purchase_id AND l.payee_kind = share.payee_kind
                        AND (r.state = 'paid' OR EXISTS (
                            SELECT 1
                            FROM payment_orders o
                            WHERE o.lane = l.lane AND o.batch_id = r.batch_id AND o.payee_kind = l.payee_kind
                                AND o.payee_id = l.payee_id AND o.budget_number = l.budget_number AND o.state = 'paid'
                        ))
                )
        )
        SELECT payee_kind, payee_id,
            coalesce(sum(amount_idr) FILTER (
                WHERE NOT on_its_way AND payable_at > %(now)s - interval '7 days'
            ), 0)::bigint,
            coalesce(sum(amount_idr) FILTER (
                WHERE NOT on_its_way AND payable_at <= %(now)s - interval '7 days'
                    AND payable_at > %(now)s - interval '30 days'
            ), 0)::bigint,
            coalesce(sum(amount_idr) FILTER (
                WHERE NOT on_its_way AND payable_at <= %(now)s - interval '30 days'
            ), 0)::bigint,
            coalesce(sum(amount_idr) FILTER (WHERE on_its_way), 0)::bigint
        FROM owed
        GROUP BY payee_kind, payee_id
        ORDER BY payee_kind, payee_id
        """,
        {"now": now, "kind": payee_kind, "payee": payee_id},
    )
    return [Ageing(*row) for row in found]


def list_book_closings() -> list[ClosingView]:
    """Closed years, the latest first."""
    found = db.rows("SELECT id, year, closed_by, closed_at, unspent_idr FROM book_closings ORDER BY year DESC")
    return [ClosingView(*row) for row in found]
