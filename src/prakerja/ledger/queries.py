"""Reading the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class TransferLine:
    """One transfer as statements show it; amounts in whole rupiah."""

    kind: str
    reference_id: UUID
    debit_kind: str
    debit_holder_id: UUID
    credit_kind: str
    credit_holder_id: UUID
    amount_idr: int
    effective_date: date


def get_balance(lane: int, holder_id: UUID, kind: str) -> int:
    """The running balance of a kept account. Raises LookupError when it does not exist."""
    found = db.rows(
        "SELECT balance_idr FROM accounts WHERE lane = %s AND holder_id = %s AND kind = %s", (lane, holder_id, kind)
    )
    if not found:
        raise LookupError(f"no {kind} account of {holder_id}")
    return int(found[0][0])


def list_transfers_of(reference_ids: Sequence[UUID]) -> list[TransferLine]:
    """All transfers under the references (a purchase, a participant, a payment order), in the order of their keys."""
    found = db.rows(
        """
        SELECT kind, reference_id, debit_kind, debit_holder_id, credit_kind, credit_holder_id, amount_idr,
            effective_date
        FROM transfers
        WHERE reference_id = ANY (%s)
        ORDER BY effective_date, reference_id, kind, budget_number
        """,
        (list(reference_ids),),
    )
    return [TransferLine(*row) for row in found]


def sum_by_account_kind() -> dict[tuple[int, str], int]:
    """(budget number, account kind) → credits minus debits in whole rupiah. Reads every transfer."""
    found = db.rows(
        """
        SELECT side.budget_number, side.kind, sum(side.amount_idr)::bigint
        FROM (
            SELECT budget_number, debit_kind AS kind, -amount_idr AS amount_idr FROM transfers
            UNION ALL
            SELECT budget_number, credit_kind, amount_idr FROM transfers
        ) AS side
        GROUP BY side.budget_number, side.kind
        ORDER BY side.budget_number, side.kind
        """,
        (),
    )
    return {(int(number), kind): int(amount) for number, kind, amount in found}
