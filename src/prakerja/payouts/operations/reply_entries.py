"""Somebody of the office enters the bank's reply; another person confirms it, and only then it is booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.payouts.bank_reply import PAID, Reply, RowFault, compare_reply, examine_reply
from prakerja.payouts.batch_queries import list_sent_lines
from prakerja.payouts.errors import ReplyDecisionCode, ReplyEntryCode
from prakerja.payouts.models import BankReply, PaymentBatch
from prakerja.payouts.operations.replies import read_bank_replies
from prakerja.payouts.states import BankReplyState, BatchState

FILE_BYTES_MAX: Final = 8 * 1024 * 1024
CONFIRMING_TIME: Final = timedelta(days=3)
_NAME_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyEntry:
    """A reply of the bank to a batch, as the office got it."""

    batch_id: UUID
    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ReplyEntryResult:
    """The answer; `faults` stand with rows_faulty, every row of them."""

    code: ReplyEntryCode
    reply_id: UUID | None = None
    faults: tuple[RowFault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyDecision:
    """Confirmed, so that it is booked; or refused with a reason."""

    reply_id: UUID
    confirms: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReplyDecisionResult:
    """The answer; the counts are of lines and stand with a reply that was booked."""

    code: ReplyDecisionCode
    paid: int = 0
    failed: int = 0


def enter_bank_replies(context: Context, requests: Sequence[ReplyEntry]) -> list[ReplyEntryResult]:
    """Keep replies of which every row can be read and says what was sent; each waits three days for another person.

    Nothing is booked and nothing of a faulty file is kept. Codes in order: file_too_large, unknown_batch, not_sent,
    already_answered, reply_waiting, another_batch, rows_faulty, ok. Cost: two statements and one for each file; locks
    the batches in id order.
    """
    results: list[ReplyEntryResult] = []
    new: list[BankReply] = []
    with db.transaction():
        rows = PaymentBatch.objects.select_for_update().filter(id__in=[one.batch_id for one in requests])
        batches = {one.id: one for one in rows.order_by("id")}
        waiting = set(
            BankReply.objects.filter(batch__in=batches, state=BankReplyState.WAITING.value)
            .order_by("id")
            .values_list("batch_id", flat=True)
        )
        for request in requests:
            batch = batches.get(request.batch_id)
            code = _entry_code(request, batch, waiting)
            if batch is None or code.is_refusal:
                results.append(ReplyEntryResult(code))
                continue
            reply, faults = examine_reply(request.content)
            if reply is not None and reply.number != batch.number:
                results.append(ReplyEntryResult(ReplyEntryCode.ANOTHER_BATCH))
                continue
            if reply is not None:
                faults = sorted(
                    [*faults, *compare_reply(reply, list_sent_lines(batch.id), whole=not faults)],
                    key=lambda one: (one.row, one.line or 0),
                )
            if reply is None or faults:
                results.append(ReplyEntryResult(ReplyEntryCode.ROWS_FAULTY, faults=tuple(faults)))
                continue
            waiting.add(batch.id)
            new.append(_row(context, request, reply))
            results.append(ReplyEntryResult(code, new[-1].id))
        BankReply.objects.bulk_create(new)
        _record(context, new, "entered")
    return results


def decide_bank_replies(context: Context, requests: Sequence[ReplyDecision]) -> list[ReplyDecisionResult]:
    """Book replies that somebody else entered, by the operation that books all replies, or refuse them.

    A refused one leaves the batch at the bank: another reply can be entered. Codes in order: reply_unknown,
    already_decided, same_person, reason_missing (of a refusal), not_booked, ok.
    Cost: two statements and the booking of each; locks the replies in id order.
    """
    results: list[ReplyDecisionResult] = []
    with db.transaction():
        rows = BankReply.objects.select_for_update().filter(id__in=[one.reply_id for one in requests])
        found = {one.id: one for one in rows.order_by("id")}
        decided: list[BankReply] = []
        for request in requests:
            entry = found.get(request.reply_id)
            code = _decision_code(context, request, entry)
            if entry is None or code.is_refusal:
                results.append(ReplyDecisionResult(code))
                continue
            paid = failed = 0
            if request.confirms:
                (booked,) = read_bank_replies(context, [bytes(entry.content)])
                if booked.code.is_refusal:
                    results.append(ReplyDecisionResult(ReplyDecisionCode.NOT_BOOKED))
                    continue
                paid, failed = booked.paid, booked.failed
            entry.state = (BankReplyState.BOOKED if request.confirms else BankReplyState.REFUSED).value
            entry.decided_by, entry.decided_at, entry.reason = context.actor, context.now, request.reason.strip()
            decided.append(entry)
            results.append(ReplyDecisionResult(code, paid, failed))
        BankReply.objects.bulk_update(decided, ["state", "decided_by", "decided_at", "reason"])
        for state in (BankReplyState.BOOKED, BankReplyState.REFUSED):
            _record(context, [one for one in decided if one.state == state.value], state.value)
    return results


def lapse_bank_replies(context: Context) -> list[UUID]:
    """The default outcome of replies that nobody confirmed in time: nothing is booked. Cost: three statements."""
    with db.transaction():
        due = list(
            BankReply.objects.select_for_update()
            .filter(state=BankReplyState.WAITING.value, due_at__lte=context.now)
            .order_by("due_at", "id")
        )
        for entry in due:
            entry.state, entry.decided_at = BankReplyState.LAPSED.value, context.now
        BankReply.objects.bulk_update(due, ["state", "decided_at"])
        _record(context, due, BankReplyState.LAPSED.value)
    return [one.id for one in due]


def _entry_code(request: ReplyEntry, batch: PaymentBatch | None, waiting: set[UUID]) -> ReplyEntryCode:
    if len(request.content) > FILE_BYTES_MAX:
        return ReplyEntryCode.FILE_TOO_LARGE
    if batch is None:
        return ReplyEntryCode.UNKNOWN_BATCH
    if batch.state == BatchState.ANSWERED.value:
        return ReplyEntryCode.ALREADY_ANSWERED
    if batch.state != BatchState.SENT.value:
        return ReplyEntryCode.NOT_SENT
    return ReplyEntryCode.REPLY_WAITING if batch.id in waiting else ReplyEntryCode.OK


def _decision_code(context: Context, request: ReplyDecision, entry: BankReply | None) -> ReplyDecisionCode:
    if entry is None:
        return ReplyDecisionCode.REPLY_UNKNOWN
    if entry.state != BankReplyState.WAITING.value:
        return ReplyDecisionCode.ALREADY_DECIDED
    if entry.entered_by == context.actor:
        return ReplyDecisionCode.SAME_PERSON
    if not request.confirms and not request.reason.strip():
        return ReplyDecisionCode.REASON_MISSING
    return ReplyDecisionCode.OK


def _row(context: Context, request: ReplyEntry, reply: Reply) -> BankReply:
    paid = [line.amount_idr for line in reply.lines if line.status == PAID]
    failed = [line.amount_idr for line in reply.lines if line.status != PAID]
    return BankReply(
        id=context.uuid(),
        batch_id=request.batch_id,
        file_name=request.file_name[:_NAME_MAX],
        content=request.content,
        sha256=sha256(request.content).hexdigest(),
        paid=len(paid),
        failed=len(failed),
        paid_idr=sum(paid),
        failed_idr=sum(failed),
        state=BankReplyState.WAITING.value,
        entered_by=context.actor,
        entered_at=context.now,
        due_at=context.now + CONFIRMING_TIME,
    )


def _record(context: Context, entries: Sequence[BankReply], what: str) -> None:
    record_events(
        context,
        [
            Event(
                f"bank_reply.{what}",
                one.batch_id,
                {"reply_id": one.id, "sha256": one.sha256, **({"reason": one.reason} if one.reason else {})},
            )
            for one in entries
        ],
    )
