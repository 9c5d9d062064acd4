"""A partner's money: what is owed, and its statements."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from prakerja.kit import db
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.oversight.queries.partner import PayeeKind


@dataclass(frozen=True, slots=True)
class MoneyDue:
    """A partner's money: owed + in payment + paid = what ever became payable."""

    payable_idr: int
    in_payment_idr: int
    paid_idr: int


def get_money_due(kind: PayeeKind, partner_id: UUID) -> MoneyDue:
    """A partner's money from the ledger's payable account and the bank's answers. One query."""
    found = db.row(
        """
        SELECT
            coalesce((SELECT sum(amount_idr) FROM transfers
                      WHERE credit_holder_id = %(partner)s AND credit_kind = %(account)s), 0)::bigint
            - coalesce((SELECT sum(amount_idr) FROM transfers
                        WHERE debit_holder_id = %(partner)s AND debit_kind = %(account)s), 0)::bigint,
            coalesce(sum(amount_idr) FILTER (WHERE state IN ('prepared', 'sent')), 0)::bigint,
            coalesce(sum(amount_idr) FILTER (WHERE state = 'paid'), 0)::bigint
        FROM payment_orders
        WHERE payee_kind = %(kind)s AND payee_id = %(partner)s
        """,
        {"partner": partner_id, "kind": kind, "account": f"{kind}_payable"},
    )
    assert found is not None  # noqa: S101 - an aggregate without GROUP BY has one row
    return MoneyDue(*found)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one settlement run owes a partner."""

    run_id: UUID
    run_number: int
    period_from: date
    period_until: date
    state: str
    purchases: int
    price_idr: int
    commission_idr: int
    amount_idr: int


_STATEMENT = """
    SELECT run.id, run.number, run.period_from, run.period_until, run.state,
        statement.purchases, statement.price_idr, statement.commission_idr, statement.amount_idr
    FROM settlement_statements statement
    JOIN settlement_runs run ON run.id = statement.run_id
    WHERE statement.payee_kind = %(kind)s AND statement.payee_id = %(partner)s AND {which}
"""


def list_statements(kind: PayeeKind, partner_id: UUID, *, after: int | None = None) -> list[Statement]:
    """A page of a partner's statements, newest first, behind the run of this number. One query."""
    which = "(%(after)s::integer IS NULL OR run.number < %(after)s) ORDER BY run.number DESC LIMIT %(limit)s"
    found = db.rows(
        _STATEMENT.format(which=which),
        {"kind": kind, "partner": partner_id, "after": after, "limit": PAGE_ROWS + 1},
    )
    return [Statement(*row) for row in found]


def get_statement(kind: PayeeKind, partner_id: UUID, run_id: UUID) -> Statement:
    """What a run owes the partner.

    Raises:
        LookupError: there is no such run, or nothing of the partner's in it.
    """
    found = db.row(_STATEMENT.format(which="run.id = %(run)s"), {"kind": kind, "partner": partner_id, "run": run_id})
    if found is None:
        raise LookupError(f"statement {run_id}")
    return Statement(*found)
