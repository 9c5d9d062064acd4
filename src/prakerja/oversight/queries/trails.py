"""From a figure to its rows, from a row to what happened to it: the way of an auditor."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from prakerja.kit import db
from prakerja.oversight.queries import PAGE_ROWS

ColumnKind = Literal["text", "idr", "moment", "state"]


@dataclass(frozen=True, slots=True)
class RowColumn:
    """A column of a figure's rows: its code, and how its values are to be read (`noun` for states)."""

    code: str
    kind: ColumnKind
    noun: str = ""


@dataclass(frozen=True, slots=True)
class RowSource:
    """The rows behind a figure. The first column of `sql` is the id of the row and of its trail."""

    code: str
    columns: tuple[RowColumn, ...]
    sql: str
    key: str


_SOURCES: Final = (
    RowSource(
        "participants",
        (
            RowColumn("channel", "state", "channel"),
            RowColumn("state", "state", "participant_state"),
            RowColumn("decreed_at", "moment"),
            RowColumn("deadline_at", "moment"),
        ),
        "SELECT participant_id, channel, state, decreed_at, first_purchase_deadline_at FROM participants",
        "participant_id",
    ),
    RowSource(
        "cards",
        (
            RowColumn("channel", "state", "channel"),
            RowColumn("state", "state", "card_state"),
            RowColumn("issued_at", "moment"),
        ),
        "SELECT card_id, channel, state, issued_at FROM cards",
        "card_id",
    ),
    RowSource(
        "purchases",
        (
            RowColumn("transaction_code", "text"),
            RowColumn("state", "state", "purchase_state"),
            RowColumn("price", "idr"),
            RowColumn("paid_at", "moment"),
        ),
        "SELECT purchase_id, transaction_code, state, price_idr, paid_at FROM purchases",
        "purchase_id",
    ),
    RowSource(
        "completions",
        (
            RowColumn("outcome", "state", "completion_outcome"),
            RowColumn("reported_at", "moment"),
            RowColumn("forwarded_at", "moment"),
            RowColumn("verified_at", "moment"),
        ),
        "SELECT purchase_id, outcome, reported_at, forwarded_at, verified_at FROM completions",
        "purchase_id",
    ),
    RowSource(
        "certificates",
        (RowColumn("number", "text"), RowColumn("issued_at", "moment")),
        "SELECT certificate_id, number, issued_at FROM certificates",
        "certificate_id",
    ),
    RowSource(
        "incentives",
        (
            RowColumn("kind", "state", "incentive_kind"),
            RowColumn("state", "state", "incentive_state"),
            RowColumn("amount", "idr"),
            RowColumn("due_at", "moment"),
        ),
        "SELECT incentive_id, kind, state, amount_idr, due_at FROM incentives",
        "incentive_id",
    ),
    RowSource(
        "failed_payments",
        (
            RowColumn("payee", "state", "payee_kind"),
            RowColumn("amount", "idr"),
            RowColumn("reason", "text"),
            RowColumn("answered_at", "moment"),
        ),
        "SELECT payment_order_id, payee_kind, amount_idr, failure_reason, answered_at"
        " FROM payment_orders WHERE state = 'failed'",
        "payment_order_id",
    ),
)
ROW_SOURCES: Final = {source.code: source for source in _SOURCES}


@dataclass(frozen=True, slots=True)
class FigureCount:
    """A figure of the office."""

    code: str
    value: int


def list_figure_counts() -> list[FigureCount]:
    """The office's counts, each of which `list_rows` opens. One query over the primary keys."""
    columns = ", ".join(f"(SELECT count(*) FROM ({source.sql}) AS source)" for source in _SOURCES)
    found = db.row(f"SELECT {columns}")
    assert found is not None  # noqa: S101 - a SELECT without FROM has one row
    return [FigureCount(source.code, int(value)) for source, value in zip(_SOURCES, found, strict=True)]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row behind a figure: its id and its values in the order of the source's columns."""

    subject_id: UUID
    values: tuple[str | int | datetime | None, ...]


def list_rows(code: str, *, after: UUID | None = None) -> list[FigureRow]:
    """A page of the rows behind a figure, newest first, one more than a page where another page follows.

    Raises:
        LookupError: no figure has this code.
    """
    source = ROW_SOURCES[code]
    found = db.rows(
        f"""
        SELECT * FROM ({source.sql}) AS source
        WHERE %(after)s::uuid IS NULL OR {source.key} < %(after)s::uuid
        ORDER BY {source.key} DESC
        LIMIT %(limit)s
        """,
        {"after": after, "limit": PAGE_ROWS + 1},
    )
    return [FigureRow(row[0], row[1:]) for row in found]


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer about a row."""

    effective_date: date
    kind: str
    debit_kind: str
    credit_kind: str
    budget_number: int
    amount_idr: int


def list_transfers_about(subject_id: UUID, *, limit: int = 200) -> list[TransferRow]:
    """The transfers that a row is the reference of, in every lane; none for most kinds of rows. One query."""
    found = db.rows(
        """
        SELECT effective_date, kind, debit_kind, credit_kind, budget_number, amount_idr
        FROM transfers
        WHERE reference_id = %s
        ORDER BY effective_date, kind, lane, budget_number
        LIMIT %s
        """,
        (subject_id, limit),
    )
    return [TransferRow(*row) for row in found]


def find_purchase_id(code: str) -> UUID | None:
    """The purchase with a transaction code or a redeem code. One query."""
    return _first(
        db.rows(
            """
            SELECT purchase_id
            FROM purchases
            WHERE transaction_code = %(code)s OR redeem_code = %(code)s
            ORDER BY purchase_id
            LIMIT 1
            """,
            {"code": code},
        )
    )


def _first(rows: list[tuple[UUID]]) -> UUID | None:
    return rows[0][0] if rows else None
