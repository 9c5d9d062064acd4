"""Reading the bank's reply: every line is booked, or the file is refused as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.payouts.bank_file import UnreadableFileError
from prakerja.payouts.bank_reply import PAID, Reply, ReplyFault, compare_reply, read_reply_file
from prakerja.payouts.batch_queries import list_sent_lines
from prakerja.payouts.errors import ReplyCode

# In order of precedence.
_REFUSED = (
    (ReplyFault.LINE_UNKNOWN, ReplyCode.UNKNOWN_REFERENCE),
    (ReplyFault.LINE_REPEATED, ReplyCode.UNKNOWN_REFERENCE),
    (ReplyFault.REFERENCE_DIFFERS, ReplyCode.UNKNOWN_REFERENCE),
    (ReplyFault.LINE_MISSING, ReplyCode.LINE_MISSING),
    (ReplyFault.AMOUNT_DIFFERS, ReplyCode.AMOUNT_DIFFERS),
    (ReplyFault.TOTALS_DIFFER, ReplyCode.TOTALS_DIFFER),
)


@dataclass(frozen=True, slots=True)
class ReplyResult:
    """The answer; the batch stands with it when it is known, the counts are of lines."""

    code: ReplyCode
    batch_id: UUID | None = None
    paid: int = 0
    failed: int = 0


def read_bank_replies(context: Context, contents: Sequence[bytes]) -> list[ReplyResult]:
    """Book reply files, each as a whole or not at all: in payment → paid, or back to the payable with a reason.

    Codes in order: unreadable, unknown_batch, not_sent, repeated, conflict, unknown_reference, line_missing,
    amount_differs, totals_differ, ok. Cost: one SQL call per file and lane.
    """
    with db.transaction():
        return [_read(context, content) for content in contents]


def _read(context: Context, content: bytes) -> ReplyResult:
    try:
        reply = read_reply_file(content)
    except UnreadableFileError:
        return ReplyResult(ReplyCode.UNREADABLE)
    found = db.row("SELECT id, state, reply_sha256 FROM payment_batches WHERE number = %s FOR UPDATE", (reply.number,))
    if found is None:
        return ReplyResult(ReplyCode.UNKNOWN_BATCH)
    batch_id, state, reply_sha256 = found
    digest = sha256(content).hexdigest()
    if state == "answered":
        return ReplyResult(ReplyCode.REPEATED if digest == reply_sha256 else ReplyCode.CONFLICT, batch_id)
    if state != "sent":
        return ReplyResult(ReplyCode.NOT_SENT, batch_id)
    faults = {one.fault for one in compare_reply(reply, list_sent_lines(batch_id))}
    if faults:
        return ReplyResult(next(code for fault, code in _REFUSED if fault in faults), batch_id)
    _book(context, reply, batch_id)
    paid = sum(line.status == PAID for line in reply.lines)
    failed = len(reply.lines) - paid
    db.execute(
        "UPDATE payment_batches SET state = 'answered', answered_at = %s, reply_sha256 = %s WHERE id = %s",
        (context.now, digest, batch_id),
    )
    payload = {"paid": paid, "failed": failed, "reply_sha256": digest}
    record_events(context, [Event("payment_batch.answered", batch_id, payload)])
    return ReplyResult(ReplyCode.OK, batch_id, paid, failed)


def _book(context: Context, reply: Reply, batch_id: UUID) -> None:
    items = [
        {
            "line": line.line,
            "paid": line.status == PAID,
            "bank_reference": line.bank_reference or None,
            "reason": line.reason or None,
        }
        for line in reply.lines
    ]
    lanes = db.rows("SELECT DISTINCT lane FROM payment_orders WHERE batch_id = %s ORDER BY lane", (batch_id,))
    for (lane,) in lanes:
        db.call("answer_payment_orders", lane, items, batch_id=batch_id, now=context.now, effective_date=context.today)
    # Whoever asks "where is my money" reads this: what the bank said, to whom.
    answered = db.rows(
        """
        SELECT lane, payment_order_id, payee_id, state, bank_reference, failure_reason
        FROM payment_orders
        WHERE batch_id = %s
        ORDER BY lane, payment_order_id
        """,
        (batch_id,),
    )
    events = []
    for lane, order_id, payee_id, state, bank_reference, reason in answered:
        payload = {"payee_id": payee_id, "bank_reference": bank_reference, "reason": reason}
        events.append(Event(f"payment.{state}", order_id, payload, lane))
    record_events(context, events)
