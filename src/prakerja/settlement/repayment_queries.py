"""Reads about what is repaid by those who were never eligible (REV-01)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.participants.lanes import every_lane


@dataclass(frozen=True, slots=True)
class RepaymentView:
    """A repayment; `left_idr` is still to come."""

    repayment_id: UUID
    participant_id: UUID
    state: str
    assessed_idr: int
    repaid_idr: int
    opened_at: datetime
    due_at: datetime | None
    ended_at: datetime | None

    @property
    def left_idr(self) -> int:
        """What has not come in yet."""
        return self.assessed_idr - self.repaid_idr


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """Money that came in, with who recorded and who confirmed it."""

    receipt_id: UUID
    amount_idr: int
    bank_reference: str
    received_date: date
    recorded_by: str
    recorded_at: datetime
    confirmed_by: str | None


_REPAYMENT = """
    SELECT repayment_id, participant_id, state, assessed_idr, repaid_idr, opened_at, due_at, ended_at
    FROM repayments
"""


def list_repayments(*, after: UUID | None = None, limit: int = 26) -> list[RepaymentView]:
    """Open repayments by deadline, then those that are over, behind `after`; what was never claimed is left out.

    One query.
    """
    place = "state NOT IN ('due', 'overdue'), coalesce(due_at, 'infinity'), repayment_id"
    found = db.rows(
        f"""
        {_REPAYMENT}
        WHERE state <> 'not_due'
            AND (
                %(after)s::uuid IS NULL
                OR ({place}) > (SELECT {place} FROM repayments WHERE repayment_id = %(after)s)
            )
        ORDER BY {place}
        LIMIT %(limit)s
        """,
        {"after": after, "limit": limit},
    )
    return [RepaymentView(*row) for row in found]


def get_repayment(repayment_id: UUID) -> RepaymentView:
    """One repayment.

    Raises:
        LookupError: there is none of this id.
    """
    found = db.row(_REPAYMENT + "WHERE lane = ANY (%s) AND repayment_id = %s", [every_lane(), repayment_id])
    if found is None:
        raise LookupError(f"repayment {repayment_id}")
    return RepaymentView(*found)


def find_open_repayment(participant_id: UUID) -> RepaymentView | None:
    """What a person has to repay now, or None."""
    found = db.row(
        _REPAYMENT + "WHERE lane = ANY (%s) AND participant_id = %s AND state IN ('due', 'overdue')",
        [every_lane(), participant_id],
    )
    return None if found is None else RepaymentView(*found)


def list_receipts(repayment_id: UUID) -> list[ReceiptView]:
    """The receipts of a repayment, the latest first."""
    found = db.rows(
        """
        SELECT receipt_id, amount_idr, bank_reference, received_date, recorded_by, recorded_at, confirmed_by
        FROM repayment_receipts
        WHERE lane = ANY (%s) AND repayment_id = %s
        ORDER BY recorded_at DESC, receipt_id
        """,
        [every_lane(), repayment_id],
    )
    return [ReceiptView(*row) for row in found]
