"""Refusals of the report chain (LEARN-05), and of the settlement that follows it."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prakerja.kit.refusals import Code
from prakerja.learning.errors import ForwardCode, ReportCode, ReportRowReason, ReturnCode, VerifyCode
from prakerja.partner_api.callbacks import CallbackCode
from prakerja.settlement.errors import PrepareRunCode

_NOT_REPORTED = _("No report stands here: it was returned, or never made. Load the page again.")
_NOT_FORWARDED = _("The platform has not sent it on yet.")
_SAME_PERSON = _("You reported it or sent it on yourself. Somebody else checks it.")

LEARNING_REFUSALS: Final[dict[type[Code], dict[str, Promise]]] = {
    ReportCode: {
        "unknown_purchase": _("There is no such purchase."),
        "another_institution": _("This purchase is of another institution."),
        "voided": _("This purchase was voided."),
        "not_redeemed": _("The code was never redeemed."),
        "repeated": _("This was reported already."),
        "conflict": _(
            "Another result was reported already. A report changes only when the programme office returns it."
        ),
        "expired": _("The year is over and the money went back to the treasury."),
        "class_not_over": _("The last session has not ended yet."),
        "score_out_of_range": _("A score is a whole number from 0 to 100."),
    },
    CallbackCode: {
        "purpose_unfit": _("Choose what the address is for."),
        "address_unfit": _("Write a whole address that begins with https://, without user, spaces or #."),
        "repeated": _("This address is registered already."),
        "too_many": _("Twenty addresses are registered. Take one out first."),
        "address_unknown": _("Choose a registered address."),
    },
    PrepareRunCode: {
        "bad_period": _("The last day lies before the first one."),
        "period_not_over": _("The period must be over: the last day is yesterday at the latest."),
        "period_overlaps": _("Another settlement covers a day of it. Begin behind its last day."),
        "empty": _("Nothing has become payable that stands in no settlement yet."),
    },
    ReportRowReason: {
        "not_due": _("Nobody of this class waits for a report under this transaction code."),
        "row_repeated": _("This transaction code stands in an earlier row."),
        "score_not_readable": _("Write a whole number from 0 to 100, or tidak_ikut for who did not sit the test."),
        "not_yes_or_no": _("Write ya or tidak."),
    },
    ForwardCode: {
        "not_reported": _NOT_REPORTED,
        "another_platform": _("This was bought on another platform."),
        "repeated": _("This was sent on already."),
    },
    VerifyCode: {
        "not_reported": _NOT_REPORTED,
        "not_forwarded": _NOT_FORWARDED,
        "repeated": _("This was checked already."),
        "same_person": _SAME_PERSON,
    },
    ReturnCode: {
        "not_reported": _NOT_REPORTED,
        "not_forwarded": _NOT_FORWARDED,
        "verified": _("It was verified already: certificate and money follow it."),
        "same_person": _SAME_PERSON,
        "reason_missing": _("Write what the institution has to put right, in at most 1,000 characters."),
    },
}
