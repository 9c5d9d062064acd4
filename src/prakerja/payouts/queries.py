"""Reading payouts: what waits for whom, what is open, what a batch pays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class BatchView:
    """A payment batch; amounts in whole rupiah."""

    batch_id: UUID
    number: int
    purpose: str
    state: str
    maker: str
    approver: str | None
    total_idr: int
    orders: int
    lines: int
    file_name: str
    file_sha256: str
    prepared_at: datetime
    approved_at: datetime | None
    sent_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderView:
    """A payment order."""

    lane: int
    payment_order_id: UUID
    batch_id: UUID
    batch_number: int
    payee_kind: str
    payee_id: UUID
    budget_number: int
    amount_idr: int
    state: str
    bank_reference: str | None
    failure_reason: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class PayoutAccountView:
    """A participant's account. The number is not among the fields: no screen needs it."""

    lane: int
    payout_account_id: UUID
    participant_id: UUID
    payout_partner: str
    nik_matches: bool | None
    kyc_passed: bool | None
    account_active: bool | None
    linked_at: datetime
    checked_at: datetime | None
    validated_at: datetime | None


_BATCH = """
    SELECT id, number, purpose, state, maker, approver, total_idr, orders, lines, file_name, file_sha256,
        prepared_at, approved_at, sent_at, answered_at
    FROM payment_batches
"""
_ORDER = """
    SELECT o.lane, o.payment_order_id, o.batch_id, b.number, o.payee_kind, o.payee_id, o.budget_number, o.amount_idr,
        o.state, o.bank_reference, o.failure_reason, o.answered_at
    FROM payment_orders o
    JOIN payment_batches b ON b.id = o.batch_id
"""


def get_payment_batch(batch_id: UUID) -> BatchView:
    """A batch. Raises LookupError when there is none."""
    found = db.row(f"{_BATCH} WHERE id = %s", (batch_id,))
    if found is None:
        raise LookupError(f"no payment batch {batch_id}")
    return BatchView(*found)


def list_payment_batches(*, state: str | None = None, after: int | None = None, limit: int = 100) -> list[BatchView]:
    """Batches, newest number first; those behind the number `after`."""
    found = db.rows(
        f"""
        {_BATCH}
        WHERE (%(state)s::text IS NULL OR state = %(state)s) AND (%(after)s::integer IS NULL OR number < %(after)s)
        ORDER BY number DESC
        LIMIT %(limit)s
        """,
        {"state": state, "after": after, "limit": limit},
    )
    return [BatchView(*row) for row in found]


def list_batches_waiting_for_approval(*, limit: int = 100) -> list[BatchView]:
    """Batches that wait for a second signature, oldest first."""
    found = db.rows(f"{_BATCH} WHERE state = 'prepared' ORDER BY number LIMIT %s", (limit,))
    return [BatchView(*row) for row in found]


def list_payment_orders(batch_id: UUID, *, limit: int = 1000, offset: int = 0) -> list[OrderView]:
    """The orders of a batch, by lane and id."""
    found = db.rows(
        f"{_ORDER} WHERE o.batch_id = %s ORDER BY o.lane, o.payment_order_id LIMIT %s OFFSET %s",
        (batch_id, limit, offset),
    )
    return [OrderView(*row) for row in found]


def list_orders_of_payee(payee_kind: str, payee_id: UUID, *, lane: int | None = None) -> list[OrderView]:
    """Everything that was or is paid to a payee, newest batch first."""
    found = db.rows(
        f"""
        {_ORDER}
        WHERE o.payee_kind = %(kind)s AND o.payee_id = %(payee)s AND (%(lane)s::smallint IS NULL OR o.lane = %(lane)s)
        ORDER BY b.number DESC, o.lane, o.payment_order_id
        """,
        {"kind": payee_kind, "payee": payee_id, "lane": lane},
    )
    return [OrderView(*row) for row in found]


def list_open_orders(*, limit: int = 1000) -> list[OrderView]:
    """Orders that are prepared or on their way, by batch, lane and id."""
    found = db.rows(
        f"""
        {_ORDER}
        WHERE o.state IN ('prepared', 'sent')
        ORDER BY b.number, o.lane, o.payment_order_id
        LIMIT %s
        """,
        (limit,),
    )
    return [OrderView(*row) for row in found]


def list_failed_partner_orders() -> list[OrderView]:
    """Orders of platforms and institutions that failed and were not tried again, by batch, lane and id."""
    found = db.rows(
        f"""
        {_ORDER}
        WHERE o.state = 'failed' AND o.payee_kind <> 'participant'
            AND NOT EXISTS (
                SELECT FROM payment_orders AS again
                WHERE again.lane = o.lane AND again.retries_order_id = o.payment_order_id
            )
        ORDER BY b.number, o.lane, o.payment_order_id
        """
    )
    return [OrderView(*row) for row in found]


def find_payout_account(lane: int, participant_id: UUID) -> PayoutAccountView | None:
    """The account that a participant has in use."""
    found = db.row(
        """
        SELECT lane, payout_account_id, participant_id, payout_partner, nik_matches, kyc_passed, account_active,
            linked_at, checked_at, validated_at
        FROM payout_accounts
        WHERE lane = %s AND participant_id = %s AND replaced_at IS NULL
        """,
        (lane, participant_id),
    )
    return None if found is None else PayoutAccountView(*found)


def find_partner_accounts(payees: Sequence[tuple[str, UUID]]) -> dict[tuple[str, UUID], UUID]:
    """(kind, id) of partners → id of the account in use; partners without one are missing."""
    if not payees:
        return {}
    unique = sorted(set(payees))
    found = db.rows(
        """
        SELECT a.payee_kind, a.payee_id, a.id
        FROM unnest(%s::text[], %s::uuid[]) AS given (payee_kind, payee_id)
        JOIN partner_accounts a USING (payee_kind, payee_id)
        WHERE a.replaced_at IS NULL
        ORDER BY a.payee_kind, a.payee_id
        """,
        ([kind for kind, _ in unique], [payee_id for _, payee_id in unique]),
    )
    return {(kind, payee_id): account_id for kind, payee_id, account_id in found}
