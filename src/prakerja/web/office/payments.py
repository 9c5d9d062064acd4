"""Payment batches of the office: signed by two, fetched for the bank, answered by its reply, tried again."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.incentives.operations import schedule_incentives
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.payouts.batch_queries import FailedPayment, list_failed_payments
from prakerja.payouts.operations import retry_failed_orders
from prakerja.payouts.queries import list_payment_batches
from prakerja.payouts.states import BatchState
from prakerja.web import formats
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of
from prakerja.web.payments_shown import batch_table, failed_table
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Form, Sheet, show_sheet
from prakerja.web.shown import filter_of, number_after_of, page_of
from prakerja.web.visitors import user_of


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def payments(request: HttpRequest) -> HttpResponse:
    """All batches, what failed; a POST prepares a batch of incentives, or of what can be paid again."""
    may_prepare = may(user_of(request).role, Permission.PREPARE_SETTLEMENTS)
    errors: dict[str, str] = {}
    if request.method == "POST":
        if not may_prepare:
            raise Http404
        prepare = schedule_incentives if request.POST.get("act") == "incentives" else retry_failed_orders
        result = prepare(context_of(request))
        if result.batch_id is not None:
            return back_with(request, _("The batch is prepared. Another person signs it."), "payment", result.batch_id)
        errors[""] = refusal(result.code)
    state = filter_of(request, "state", [one.value for one in BatchState])
    found = list_payment_batches(state=state, after=number_after_of(request), limit=PAGE_ROWS + 1)
    batches, next_href = page_of(request, found, "number")
    failed = list_failed_payments()
    again = [one for one in failed if one.can_go_again]
    sheet = Sheet(
        heading=_("Payments"),
        back=(reverse("settlements"), _("Settlement")),
        lead=_(
            "Each batch is a file for the bank: two people sign it, its reply is entered by one and booked by another."
        ),
        tables=[batch_table(batches, next_href=next_href), failed_table(failed)],
        forms=[*([_retry_form(again)] if again else []), _incentives_form()] if may_prepare else [],
    )
    return show_sheet(request, sheet, errors=errors)


def _incentives_form() -> Form:
    return Form(
        act="incentives",
        heading=_("Pay incentives"),
        button=_("Prepare a batch of incentives"),
        notice=_(
            "Every incentive that is owed to somebody with a validated account goes into a new batch, up to 20,000 of "
            "them. Nothing is paid before another person signs it."
        ),
    )


def _retry_form(again: list[FailedPayment]) -> Form:
    return Form(
        act="retry",
        heading=_("Pay again"),
        button=_("Prepare the batch"),
        notice=_(
            "%(count)s failed payments of %(amount)s go into a new batch, one of each payee and budget at a time. "
            "Nothing is paid before another person signs it."
        )
        % {"count": formats.count(len(again)), "amount": formats.rupiah(sum(one.amount_idr for one in again))},
    )
