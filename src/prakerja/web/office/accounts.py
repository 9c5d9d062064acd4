"""The office confirms to which accounts partners are paid: by the bank's paper, typed anew by a second person."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.payouts.account_queries import (
    AccountRequestView,
    find_partner_account,
    get_account_request,
    list_account_requests,
    list_account_requests_waiting,
    list_partners_without_account,
)
from prakerja.payouts.operations import AccountDecision, decide_account_requests
from prakerja.web import formats, words
from prakerja.web.accounts_shown import account_fact, plain_number, request_table, waiting_table, without_table
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.office.platforms import may_judge
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.visitors import user_of


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET"])
def office_accounts(request: HttpRequest) -> HttpResponse:
    """What waits for the office, and who could not be paid."""
    sheet = Sheet(
        heading=_("Payout accounts of partners"),
        back=(reverse("settlements"), _("Settlement")),
        lead=_("A settlement is not signed while one of its payees has no account."),
        tables=[
            waiting_table(list_account_requests_waiting(), now=now_of(request)),
            without_table(list_partners_without_account()),
        ],
    )
    return show_sheet(request, sheet)


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_account(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One account that was entered: the bank's paper, the number typed anew, the decision."""
    found = _found(request_id)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        if not may(user_of(request).role, Permission.CONFIRM_ACCOUNTS):
            raise Http404
        confirms = request.POST.get("act") == "confirm"
        decision = AccountDecision(
            request_id=found.id,
            confirms=confirms,
            account_number=plain_number(request.POST.get("number", "")),
            reason=request.POST.get("reason", "").strip()[:500],
        )
        (result,) = decide_account_requests(context_of(request), [decision])
        if not result.code.is_refusal:
            text = _("Confirmed: settlement pays to it.") if confirms else _("Refused. The partner reads why.")
            return back_with(request, text, "office_account", found.id)
        where = {"number_differs": "number", "reason_missing": "reason"}.get(result.code, "")
        errors[where] = refusal(result.code)
    word = words.word("account_request_state", found.state)
    opens = may_judge(request)
    file_href = reverse("document_file", args=[found.document_id]) if opens else ""
    sheet = Sheet(
        heading=_("Account of %(partner)s") % {"partner": found.payee_name},
        back=(reverse("office_accounts"), _("Payout accounts of partners")),
        facts=[
            Fact(_("State"), word.text, tone=word.tone),
            Fact(_("Who must act"), word.who_acts),
            Fact(_("By when"), formats.deadline(found.due_at, now=now_of(request)) if found.waits else "–"),
            Fact(_("Legal entity behind it"), found.owner_entity),
            Fact(_("Bank"), found.bank),
            Fact(_("In the name of"), found.holder_name),
            Fact(_("Account number"), found.shown_number),
            Fact(_("Document"), found.document_name, href=file_href),
            Fact(_("Entered by"), found.entered_by),
            account_fact(find_partner_account(found.payee_kind, found.payee_id)),
        ],
        links=[(reverse("trail", args=[found.payee_id]), _("Audit trail"))],
        tables=[request_table(list_account_requests(found.payee_kind, found.payee_id), names=True, opens=opens)],
        forms=_forms(request, found),
    )
    return show_sheet(request, sheet, errors=errors)


def _found(request_id: UUID) -> AccountRequestView:
    try:
        return get_account_request(request_id)
    except LookupError:
        raise Http404 from None


def _forms(request: HttpRequest, found: AccountRequestView) -> list[Form]:
    if not found.waits or not may(user_of(request).role, Permission.CONFIRM_ACCOUNTS):
        return []
    number = Field(
        name="number",
        label=_("Account number, as it stands in the document"),
        hint=_("Type it from the document: it is compared with what was entered."),
        inputmode="numeric",
    )
    return [
        Form(
            act="confirm",
            heading=_("Decide"),
            button=_("Confirm"),
            second_act="refuse",
            second_button=_("Refuse"),
            notice=_("Every settlement from now on pays to it. It is on record with your name."),
            fields=[
                number,
                Field(name="reason", label=_("Reason (where you refuse)"), kind="textarea", length_max=500),
            ],
        )
    ]
