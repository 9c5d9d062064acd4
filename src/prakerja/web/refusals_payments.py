"""Each refusal of payment batches and the bank's replies, in a sentence that says what to do next."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prakerja.incentives.errors import ScheduleCode
from prakerja.kit.refusals import Code
from prakerja.payouts.errors import ApproveCode, PrepareCode, ReplyDecisionCode, ReplyEntryCode, SendCode

_NO_BATCH = _("There is no such payment batch.")

PAYMENT_REFUSALS: Final[dict[type[Code], dict[str, Promise]]] = {
    PrepareCode: {
        "empty": _("Nothing can be paid again now."),
        "payee_without_account": _("A partner has no bank account on record. It must register one first."),
    },
    ScheduleCode: {
        "empty": _("No incentive can be paid now: none is owed, or no account of those it is owed to is validated."),
    },
    ApproveCode: {
        "unknown_batch": _NO_BATCH,
        "same_person": _("You prepared this yourself. A second person must approve it."),
        "repeated": _("This batch was signed already."),
        "another_file": _("The file is not the one that you looked at. Load the page again."),
    },
    SendCode: {
        "unknown_batch": _NO_BATCH,
        "not_approved": _("This batch has one signature only."),
        "file_changed": _("What would be sent is not what two people signed. Do not pay; tell the auditor."),
        "repeated": _("This batch is at the bank already. Its file can be fetched on this page."),
    },
    ReplyEntryCode: {
        "file_too_large": _("The file is larger than 8 MB. A reply has one row for each payment."),
        "unknown_batch": _NO_BATCH,
        "not_sent": _("This batch is not at the bank yet."),
        "already_answered": _("The bank's reply to this batch was booked already."),
        "reply_waiting": _("A reply to this batch waits for another person already."),
        "another_batch": _("This reply is about another batch. Look at the number in its first row."),
        "rows_faulty": _("The reply was not taken: the rows below cannot be booked. Nothing of it was kept."),
    },
    ReplyDecisionCode: {
        "reply_unknown": _("There is no such reply."),
        "already_decided": _("This was decided already. Load the page again."),
        "same_person": _("You entered this reply yourself. Another person must confirm it."),
        "reason_missing": _("Write why you refuse it: whoever entered it reads it."),
        "not_booked": _("The batch was answered in the meantime. Nothing was booked a second time."),
    },
}
