"""Reading batches line by line, as the bank sees them, and the replies that were entered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.payouts.rules import may_be_tried_again
from prakerja.payouts.states import BankReplyState


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A line of a batch: all orders of one payee. `payee_name` None: a participant, who is not named here."""

    line: int
    payee_kind: str
    payee_id: UUID
    payee_name: str | None
    amount_idr: int
    state: str
    bank_reference: str | None
    failure_reason: str | None


@dataclass(frozen=True, slots=True)
class FailedPayment:
    """What a partner was not paid and no later batch has tried; `can_go_again` is what `retry_failed_orders` takes."""

    batch_id: UUID
    batch_number: int
    payee_kind: str
    payee_name: str
    amount_idr: int
    reason: str
    can_go_again: bool


@dataclass(frozen=True, slots=True)
class BankReplyView:
    """A reply that was entered, and what became of it; amounts in whole rupiah."""

    id: UUID
    batch_id: UUID
    file_name: str
    sha256: str
    paid: int
    failed: int
    paid_idr: int
    failed_idr: int
    state: str
    entered_by: str
    entered_at: datetime
    due_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str

    @property
    def waits(self) -> bool:
        """Whether nobody has decided yet."""
        return self.state == BankReplyState.WAITING.value


def list_sent_lines(batch_id: UUID) -> dict[int, int]:
    """The amount of each line of a batch, by line."""
    found = db.rows(
        """
        SELECT line_number, sum(amount_idr)::bigint
        FROM payment_orders
        WHERE batch_id = %s
        GROUP BY line_number
        ORDER BY line_number
        """,
        (batch_id,),
    )
    return dict(found)


def list_batch_lines(batch_id: UUID, *, after: int | None = None, limit: int = 51) -> list[BatchLine]:
    """The lines behind `after`, by line."""
    found = db.rows(
        """
        SELECT o.line_number, o.payee_kind, o.payee_id, coalesce(p.name, i.name), sum(o.amount_idr)::bigint,
            min(o.state), min(o.bank_reference), min(o.failure_reason)
        FROM payment_orders AS o
        LEFT JOIN platforms AS p ON o.payee_kind = 'platform' AND p.id = o.payee_id
        LEFT JOIN institutions AS i ON o.payee_kind = 'institution' AND i.id = o.payee_id
        WHERE o.batch_id = %(batch)s AND o.line_number > coalesce(%(after)s, 0)
        GROUP BY o.line_number, o.payee_kind, o.payee_id, p.name, i.name
        ORDER BY o.line_number
        LIMIT %(limit)s
        """,
        {"batch": batch_id, "after": after, "limit": limit},
    )
    return [BatchLine(*row) for row in found]


def list_batch_payees(batch_id: UUID) -> list[UUID]:
    """The participants whom a batch pays, by id."""
    found = db.rows(
        """
        SELECT DISTINCT payee_id
        FROM payment_orders
        WHERE batch_id = %s AND payee_kind = 'participant'
        ORDER BY payee_id
        """,
        (batch_id,),
    )
    return [row[0] for row in found]


def list_failed_payments() -> list[FailedPayment]:
    """Failed orders of partners that were not tried again, by batch, kind and name."""
    found = db.rows(
        """
        SELECT o.batch_id, b.number, o.payee_kind, coalesce(p.name, i.name), o.amount_idr, o.failure_reason,
            a.id IS NOT NULL, coalesce(o.account_id = a.id, FALSE)
        FROM payment_orders AS o
        JOIN payment_batches AS b ON b.id = o.batch_id
        LEFT JOIN platforms AS p ON o.payee_kind = 'platform' AND p.id = o.payee_id
        LEFT JOIN institutions AS i ON o.payee_kind = 'institution' AND i.id = o.payee_id
        LEFT JOIN partner_accounts AS a
            ON a.payee_kind = o.payee_kind AND a.payee_id = o.payee_id AND a.replaced_at IS NULL
        WHERE o.state = 'failed' AND o.payee_kind <> 'participant' AND NOT EXISTS (
            SELECT
            FROM payment_orders AS later
            WHERE later.lane = o.lane AND later.retries_order_id = o.payment_order_id
        )
        ORDER BY b.number, o.payee_kind, coalesce(p.name, i.name), o.payment_order_id
        """
    )
    failed = []
    for batch_id, number, kind, name, amount_idr, reason, has_account, same_account in found:
        again = has_account and may_be_tried_again(reason, same_account=same_account)
        failed.append(FailedPayment(batch_id, number, kind, name, amount_idr, reason, again))
    return failed


def list_bank_replies(batch_id: UUID) -> list[BankReplyView]:
    """The replies that were entered for a batch, the latest first."""
    found = db.rows(
        """
        SELECT id, batch_id, file_name, sha256, paid, failed, paid_idr, failed_idr, state, entered_by, entered_at,
            due_at, decided_by, decided_at, reason
        FROM bank_replies
        WHERE batch_id = %s
        ORDER BY entered_at DESC, id DESC
        """,
        (batch_id,),
    )
    return [BankReplyView(*row) for row in found]


def get_bank_reply_file(reply_id: UUID) -> tuple[str, bytes]:
    """Name and bytes of a reply as it was entered. Raises LookupError: there is none."""
    found = db.row("SELECT file_name, content FROM bank_replies WHERE id = %s", (reply_id,))
    if found is None:
        raise LookupError(f"no bank reply {reply_id}")
    return found[0], bytes(found[1])
