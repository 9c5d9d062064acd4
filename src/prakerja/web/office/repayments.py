"""What those who were never eligible pay back: the queue by deadline, and receipts that two people book."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.settlement.operations.repayments import Receipt, confirm_receipts, record_receipts
from prakerja.settlement.repayment_queries import RepaymentView, get_repayment, list_receipts, list_repayments
from prakerja.web import formats, words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.people_seen import note_people_of
from prakerja.web.refusals import refusal
from prakerja.web.shown import after_of, page_of, state_cell
from prakerja.web.tables import Cell, Column, make_table
from prakerja.web.visitors import actor_of, user_of


@requires(Permission.SEE_PROGRAMME)
def repayments(request: HttpRequest) -> HttpResponse:
    """Repayments by deadline, those that are over behind them."""
    now = now_of(request)
    found, next_href = page_of(request, list_repayments(after=after_of(request), limit=PAGE_ROWS + 1), "repayment_id")
    note_people_of(request, [row.participant_id for row in found])
    table = make_table(
        _("Repayments"),
        (
            Column[RepaymentView](
                _("Participant"),
                lambda row: Cell(str(row.participant_id)[-12:], href=reverse("repayment", args=[row.repayment_id])),
            ),
            Column[RepaymentView](_("State"), lambda row: state_cell("repayment_state", row.state)),
            Column[RepaymentView](_("Who must act"), lambda row: words.word("repayment_state", row.state).who_acts),
            Column[RepaymentView](
                _("Until"), lambda row: "–" if row.due_at is None else formats.deadline(row.due_at, now=now)
            ),
            Column[RepaymentView](_("To be repaid"), lambda row: formats.rupiah(row.assessed_idr), number=True),
            Column[RepaymentView](_("Repaid"), lambda row: formats.rupiah(row.repaid_idr), number=True),
        ),
        found,
        empty=_("Nobody has anything to repay."),
        next_href=next_href,
    )
    return show(request, "office/list", heading=_("Repayments"), table=table)


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def repayment(request: HttpRequest, repayment_id: UUID) -> HttpResponse:
    """One repayment with its receipts; a POST records money that came in."""
    try:
        found = get_repayment(repayment_id)
    except LookupError:
        raise Http404 from None
    note_people_of(request, [found.participant_id])
    user = user_of(request)
    can_record = found.state in ("due", "overdue") and may(user.role, Permission.RECORD_REPAYMENTS)
    typed = {name: request.POST.get(name, "").strip() for name in ("amount", "reference", "received")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        if not can_record:
            raise Http404
        amount = typed["amount"].removeprefix("Rp").replace(".", "").replace(" ", "")
        received = _day(typed["received"])
        if not (amount.isascii() and amount.isdigit()):
            errors["amount"] = _("Type the amount in whole rupiah, for example 1.000.000")
        if received is None or received > context_of(request).today:
            errors["received"] = _("Choose the day of the bank's statement.")
        if not errors and received is not None:
            receipt = Receipt(repayment_id, int(amount), typed["reference"], received)
            (result,) = record_receipts(context_of(request), [receipt])
            if not result.code.is_refusal:
                return back_with(
                    request,
                    _("Recorded. A second person confirms it by the bank's statement."),
                    "repayment",
                    repayment_id,
                )
            errors["reference" if "reference" in result.code.value else "amount"] = refusal(result.code)
    return show(
        request,
        "office/repayment",
        status=422 if errors else 200,
        repayment=found,
        receipts=list_receipts(repayment_id),
        actor=actor_of(user),
        can_record=can_record,
        can_confirm=may(user.role, Permission.CONFIRM_REPAYMENTS),
        errors=errors,
        fields=[
            Field("amount", _("Amount"), value=typed["amount"], error=errors.get("amount", ""), inputmode="numeric"),
            Field("reference", _("Reference of the bank"), value=typed["reference"], error=errors.get("reference", "")),
            Field(
                "received",
                _("Day on the bank's statement"),
                value=typed["received"],
                error=errors.get("received", ""),
                kind="date",
            ),
        ],
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@requires(Permission.CONFIRM_REPAYMENTS)
@require_http_methods(["POST"])
def confirm_receipt(request: HttpRequest, repayment_id: UUID, receipt_id: UUID) -> HttpResponse:
    """The second person has found the money in the bank's statement: it is booked."""
    (result,) = confirm_receipts(context_of(request), [receipt_id])
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "repayment", repayment_id, good=False)
    return back_with(request, _("Confirmed: the ledger has it."), "repayment", repayment_id)
