"""Payment batches, their lines and the bank's replies in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prakerja.payouts.bank_reply import ReplyFault, RowFault
from prakerja.payouts.batch_queries import BankReplyView, BatchLine, FailedPayment
from prakerja.payouts.queries import BatchView
from prakerja.web import formats, words
from prakerja.web.shown import moment_cell, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table

FAULTS_SHOWN: Final = 200
FAULT_WORDS: Final[Mapping[ReplyFault, Promise]] = {
    ReplyFault.NOT_TEXT: gettext_lazy("This is no CSV file in UTF-8. Ask the bank for its file again, unopened."),
    ReplyFault.HEADER_MISSING: gettext_lazy(
        "The first row is not a header of the bank: H, number of the batch, reply, with commas between. A spreadsheet "
        "may have saved the file anew; take it as the bank sent it."
    ),
    ReplyFault.TRAILER_MISSING: gettext_lazy(
        "The last row is not a trailer with count and sum: the file may be cut off. Fetch it again."
    ),
    ReplyFault.ROW_MALFORMED: gettext_lazy("This row has not the seven cells of a line: L, line, reference …"),
    ReplyFault.NUMBER_MALFORMED: gettext_lazy("Line and amount are digits only, in whole rupiah."),
    ReplyFault.STATUS_UNKNOWN: gettext_lazy("The status is paid or failed, nothing else."),
    ReplyFault.REFERENCE_MISSING: gettext_lazy("Paid, but without the bank's reference. Ask the bank for it."),
    ReplyFault.REASON_MISSING: gettext_lazy("Failed, but without a reason. Ask the bank for it."),
    ReplyFault.REFERENCE_AND_REASON: gettext_lazy("A reference belongs to what was paid, a reason to what failed."),
    ReplyFault.TEXT_MALFORMED: gettext_lazy("A text is longer than 64 characters or has signs that nobody can read."),
    ReplyFault.LINE_UNKNOWN: gettext_lazy("The batch has no such line: nobody asked the bank for this payment."),
    ReplyFault.LINE_REPEATED: gettext_lazy("This line is answered above already."),
    ReplyFault.REFERENCE_DIFFERS: gettext_lazy("The reference is not the one that was sent for this line."),
    ReplyFault.LINE_MISSING: gettext_lazy("The reply does not answer this line of the batch."),
    ReplyFault.AMOUNT_DIFFERS: gettext_lazy("The amount is not the one that was sent. Ask the bank what it has paid."),
    ReplyFault.TOTALS_DIFFER: gettext_lazy("Count or sum in the trailer are not those of the lines above."),
}


def batch_table(batches: Sequence[BatchView], *, next_href: str) -> Table:
    """Batches, the newest first."""
    return make_table(
        _("Payment batches"),
        (
            Column[BatchView](
                _("Batch"), lambda row: Cell(str(row.number), href=reverse("payment", args=[row.batch_id]))
            ),
            Column[BatchView](_("Pays"), lambda row: words.word("payment_batch_purpose", row.purpose).text),
            Column[BatchView](_("State"), lambda row: state_cell("payment_batch_state", row.state)),
            Column[BatchView](_("Who must act"), lambda row: words.word("payment_batch_state", row.state).who_acts),
            Column[BatchView](_("Payees"), lambda row: formats.count(row.lines), number=True),
            Column[BatchView](_("Amount"), lambda row: formats.rupiah(row.total_idr), number=True),
            Column[BatchView](_("Prepared"), lambda row: formats.day(row.prepared_at)),
            Column[BatchView](
                _("Answered"), lambda row: formats.day(row.answered_at) if row.answered_at is not None else "–"
            ),
        ),
        list(batches),
        empty=_("No batch yet. The second signature under a settlement makes one."),
        next_href=next_href,
    )


def failed_table(failed: Sequence[FailedPayment]) -> Table:
    """What partners were not paid, and whether it can go again."""
    return make_table(
        _("Payments to partners that failed"),
        (
            Column[FailedPayment](
                _("Batch"), lambda row: Cell(str(row.batch_number), href=reverse("payment", args=[row.batch_id]))
            ),
            Column[FailedPayment](_("Payee"), lambda row: row.payee_name),
            Column[FailedPayment](_("Amount"), lambda row: formats.rupiah(row.amount_idr), number=True),
            Column[FailedPayment](_("Reason of the bank"), lambda row: Cell(row.reason, code=True)),
            Column[FailedPayment](
                _("What now"),
                lambda row: (
                    Cell(_("can be paid again"), tone=words.WAIT)
                    if row.can_go_again
                    else Cell(_("waits for another account of the partner"), tone=words.BAD)
                ),
            ),
        ),
        list(failed),
        empty=_("Nothing failed that was not paid since."),
    )


def line_table(lines: Sequence[BatchLine], *, next_href: str) -> Table:
    """The lines as the bank sees them, without account numbers."""
    return make_table(
        _("Payments of this batch"),
        (
            Column[BatchLine](_("Line"), lambda row: formats.count(row.line), number=True),
            Column[BatchLine](_("Payee"), lambda row: row.payee_name or str(row.payee_id)[-12:]),
            Column[BatchLine](_("Kind"), lambda row: words.word("payee_kind", row.payee_kind).text),
            Column[BatchLine](_("Amount"), lambda row: formats.rupiah(row.amount_idr), number=True),
            Column[BatchLine](_("State"), lambda row: state_cell("payment_order_state", row.state)),
            Column[BatchLine](_("Reference of the bank"), lambda row: Cell(row.bank_reference or "–", code=True)),
            Column[BatchLine](_("Reason of the bank"), lambda row: Cell(row.failure_reason or "–", code=True)),
        ),
        list(lines),
        empty="",
        next_href=next_href,
    )


def reply_table(replies: Sequence[BankReplyView], *, now: datetime) -> Table:
    """The replies that were entered, the latest first."""
    return make_table(
        _("Replies of the bank that were entered"),
        (
            Column[BankReplyView](
                _("File"), lambda row: Cell(row.file_name, href=reverse("bank_reply_file", args=[row.id]), long=True)
            ),
            Column[BankReplyView](_("State"), lambda row: state_cell("bank_reply_state", row.state)),
            Column[BankReplyView](_("Until"), lambda row: formats.deadline(row.due_at, now=now) if row.waits else "–"),
            Column[BankReplyView](_("Paid"), lambda row: _amount(row.paid, row.paid_idr)),
            Column[BankReplyView](_("Failed"), lambda row: _amount(row.failed, row.failed_idr)),
            Column[BankReplyView](_("Entered by"), lambda row: row.entered_by),
            Column[BankReplyView](_("Decided by"), lambda row: row.decided_by or "–"),
            Column[BankReplyView](_("Decided"), lambda row: moment_cell(row.decided_at)),
            Column[BankReplyView](_("Reason"), lambda row: row.reason or "–"),
        ),
        list(replies),
        empty=_("No reply has been entered."),
    )


def fault_table(faults: Sequence[RowFault]) -> Table:
    """Every row that cannot be booked, with the remedy; the first ones of very many."""
    return make_table(
        _("Rows that cannot be booked: %(count)s") % {"count": formats.count(len(faults))},
        (
            Column[RowFault](_("Row"), lambda row: formats.count(row.row) if row.row else _("whole file")),
            Column[RowFault](_("Line"), lambda row: "–" if row.line is None else formats.count(row.line)),
            Column[RowFault](_("Reason and remedy"), lambda row: FAULT_WORDS[row.fault]),
        ),
        list(faults[:FAULTS_SHOWN]),
        empty="",
    )


def _amount(count: int, amount_idr: int) -> str:
    return _("%(count)s payments, %(amount)s") % {"count": formats.count(count), "amount": formats.rupiah(amount_idr)}
