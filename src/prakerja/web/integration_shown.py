"""The automated checks of a platform's software in words: passed by which calls, or what to do."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prakerja.partner_api.integration_rules import Missing
from prakerja.partners.queries import CheckView
from prakerja.web import words
from prakerja.web.shown import moment_cell
from prakerja.web.tables import Cell, Column, Table, make_table

MISSING_WORDS: Final[dict[Missing, str | Promise]] = {
    Missing.NOTHING: "",
    Missing.NO_ACCEPTED_CALL: gettext_lazy("Send any signed call: reading the seats of the class is the simplest."),
    Missing.NO_WRONG_SIGNATURE: gettext_lazy(
        "Send one call with a wrong signature, see ERRPLT40107, then send the same body signed rightly."
    ),
    Missing.WRONG_CALL_REPEATED: gettext_lazy(
        "The wrong call was sent again unchanged. Stop at ERRPLT40107 and sign anew; then show it with another call."
    ),
    Missing.WRONG_CALL_NOT_CORRECTED: gettext_lazy(
        "The wrong call was seen; the same body with a right signature was not, or it was refused."
    ),
    Missing.NO_CODE_SENT: gettext_lazy("Ask for a code with payment/send-otp for one of the cards."),
    Missing.NOTHING_PAID: gettext_lazy("Pay with payment/authorize: token, the code of the outbox, your invoice."),
    Missing.INVOICE_NOT_REPEATED: gettext_lazy(
        "Send the payment again just as it was: same invoice, same body, same token. The answer is the same."
    ),
    Missing.REPEATED_WITH_ANOTHER_BODY: gettext_lazy(
        "The invoice came again with another body. A retry repeats everything, byte for byte."
    ),
    Missing.NOTHING_VOIDED: gettext_lazy("Take a payment of this run back with payment/void."),
    Missing.QUOTA_NOT_READ: gettext_lazy("Read the seats left with payment/quota-schedule."),
    Missing.STATUS_NOT_READ: gettext_lazy("Ask what became of an invoice with payment/status."),
}


def check_table(checks: list[CheckView], *, this_run: Mapping[str, Missing] | None = None, empty: str = "") -> Table:
    """Each check with its latest result and proof; where a run is open, what that run has shown or still lacks.

    `this_run`: check → what it waits for in the open run. A pass of an earlier run counts; the open run shows its own.
    """

    def proof(row: CheckView) -> Cell | str:
        if row.passed:
            return Cell(_proof(row), long=True)
        missing = Missing(row.detail) if row.detail and this_run is None else Missing.NOTHING
        return str(MISSING_WORDS[missing]) or "–"

    run = [Column[CheckView](_("This run"), lambda row: _seen((this_run or {})[row.name]))]
    return make_table(
        _("Automated checks of the integration"),
        (
            Column[CheckView](_("Check"), lambda row: words.word("integration_check", row.name).text),
            Column[CheckView](_("Result"), _result),
            *(run if this_run is not None else []),
            Column[CheckView](_("Proof") if this_run is not None else _("Proof, or what to do"), proof),
            Column[CheckView](_("Decided"), lambda row: moment_cell(row.checked_at)),
        ),
        checks,
        empty=empty,
    )


def _seen(missing: Missing) -> Cell | str:
    return str(MISSING_WORDS[missing]) if missing else Cell(_("seen"), tone=words.GOOD)


def _proof(row: CheckView) -> str:
    parts = [
        f"{one['call']} {one['code']} {one['seen_at'][:19]}Z {one['request_id']}"
        for one in row.evidence
        if "request_id" in one
    ]
    return "; ".join(parts) or _("sample")


def _result(row: CheckView) -> Cell | str:
    if row.passed is None:
        return Cell(_("not yet"), tone=words.WAIT)
    return Cell(_("passed"), tone=words.GOOD) if row.passed else Cell(_("failed"), tone=words.BAD)
