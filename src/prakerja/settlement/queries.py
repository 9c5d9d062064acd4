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
    """What a payee is owed, by how long ago it became payable; `on_its_way_idr` is with the bank.

    `due_at` is the first deadline of what is owed, by the payment terms of the agreements; `late_idr` is behind its.
    """

    payee_kind: str
    payee_id: UUID
    payee_name: str
    up_to_7_days_idr: int
    up_to_30_days_idr: int
    older_idr: int
    on_its_way_idr: int
    late_idr: int
    due_at: datetime

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

# Behind the last run nothing is left that became payable before the end of its period: what is in no run came since.
_AGEING = """
    WITH RECURSIVE chain AS (
        SELECT o.lane, o.payment_order_id AS first_order_id, o.payment_order_id, o.state
        FROM settlement_runs AS r
        JOIN payment_orders AS o ON o.batch_id = r.batch_id
        WHERE r.state = 'approved'
        UNION ALL
        SELECT c.lane, c.first_order_id, o.payment_order_id, o.state
        FROM chain AS c
        JOIN payment_orders AS o ON o.lane = c.lane AND o.retries_order_id = c.payment_order_id
    ), fate AS (
        SELECT lane, first_order_id, bool_or(state = 'paid') AS is_paid, bool_or(state = 'sent') AS on_its_way
        FROM chain
        GROUP BY lane, first_order_id
    ), owed AS (
        SELECT l.payee_kind, l.payee_id, l.amount_idr, p.payable_at, p.agreement_id,
            coalesce(f.on_its_way, FALSE) AS on_its_way
        FROM settlement_runs AS r
        JOIN settlement_lines AS l ON l.run_id = r.id
        JOIN purchases AS p ON p.lane = l.lane AND p.purchase_id = l.purchase_id
        LEFT JOIN payment_orders AS o
            ON o.lane = l.lane AND o.batch_id = r.batch_id AND o.payee_kind = l.payee_kind
            AND o.payee_id = l.payee_id AND o.budget_number = l.budget_number
        LEFT JOIN fate AS f ON f.lane = o.lane AND f.first_order_id = o.payment_order_id
        WHERE r.state <> 'paid' AND NOT coalesce(f.is_paid, FALSE)
            AND (%(kind)s::text IS NULL OR l.payee_kind = %(kind)s)
            AND (%(payee)s::uuid IS NULL OR l.payee_id = %(payee)s)
        UNION ALL
        SELECT share.payee_kind, share.payee_id, share.amount_idr, p.payable_at, p.agreement_id, FALSE
        FROM agreements AS a
        JOIN purchases AS p
            ON p.agreement_id = a.id AND p.payable_at >= coalesce(
                (SELECT max(period_until) FROM settlement_runs)::timestamp AT TIME ZONE 'Asia/Jakarta', '-infinity'
            )
        CROSS JOIN LATERAL (VALUES
            ('platform', p.platform_id, p.commission_idr),
            ('institution', p.institution_id, p.price_idr - p.commission_idr)
        ) AS share (payee_kind, payee_id, amount_idr)
        WHERE (%(payee)s::uuid IS NULL OR %(payee)s IN (a.platform_id, a.institution_id))
            AND (%(kind)s::text IS NULL OR share.payee_kind = %(kind)s)
            AND (%(payee)s::uuid IS NULL OR share.payee_id = %(payee)s)
    ), dated AS (
        SELECT o.payee_kind, o.payee_id, o.amount_idr, o.payable_at, o.on_its_way,
            o.payable_at + make_interval(
                days => coalesce((a.terms #>> '{calendar,payment_term_days}')::integer, p.payment_term_days)
            ) AS due_at
        FROM owed AS o
        JOIN agreements AS a ON a.id = o.agreement_id
        JOIN platforms AS p ON p.id = a.platform_id
        WHERE o.amount_idr > 0
    )
    SELECT d.payee_kind, d.payee_id, coalesce(p.name, i.name),
        coalesce(sum(d.amount_idr) FILTER (
            WHERE NOT d.on_its_way AND d.payable_at > %(now)s - interval '7 days'
        ), 0)::bigint,
        coalesce(sum(d.amount_idr) FILTER (
            WHERE NOT d.on_its_way AND d.payable_at <= %(now)s - interval '7 days'
                AND d.payable_at > %(now)s - interval '30 days'
        ), 0)::bigint,
        coalesce(sum(d.amount_idr) FILTER (
            WHERE NOT d.on_its_way AND d.payable_at <= %(now)s - interval '30 days'
        ), 0)::bigint,
        coalesce(sum(d.amount_idr) FILTER (WHERE d.on_its_way), 0)::bigint,
        coalesce(sum(d.amount_idr) FILTER (WHERE d.due_at <= %(now)s), 0)::bigint,
        min(d.due_at)
    FROM dated AS d
    LEFT JOIN platforms AS p ON d.payee_kind = 'platform' AND p.id = d.payee_id
    LEFT JOIN institutions AS i ON d.payee_kind = 'institution' AND i.id = d.payee_id
    GROUP BY d.payee_kind, d.payee_id, p.name, i.name
    ORDER BY d.payee_kind, d.payee_id
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

    A share is owed until the order of its run, or the last retry of that order, is paid; amounts that failed count from
    when they became payable. It is due behind the payment term of the agreement that the purchase was made under.
    Cost: one statement over the runs that are not paid and what became payable since the last run.
    """
    found = db.rows(_AGEING, {"now": now, "kind": payee_kind, "payee": payee_id})
    return [Ageing(*row) for row in found]


def list_book_closings() -> list[ClosingView]:
    """Closed years, the latest first."""
    found = db.rows("SELECT id, year, closed_by, closed_at, unspent_idr FROM book_closings ORDER BY year DESC")
    return [ClosingView(*row) for row in found]
