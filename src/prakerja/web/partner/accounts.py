"""A platform or institution says to which account it is paid; somebody of the office confirms it before money goes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.payouts.account_queries import AccountRequestView, find_partner_account, list_account_requests
from prakerja.payouts.operations import AccountEntry, request_accounts, withdraw_account_requests
from prakerja.web import formats
from prakerja.web.accounts_shown import account_fact, plain_number, request_table
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of, now_of
from prakerja.web.cooperation_words import file_problem
from prakerja.web.fields import Field
from prakerja.web.partner.cooperation import side_of
from prakerja.web.partner.documents import FILE_BYTES_MAX
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Form, Sheet, show_sheet

_WHERE: dict[str, str] = {
    "bank_malformed": "bank",
    "holder_missing": "holder",
    "number_malformed": "number",
}


@requires(Permission.MANAGE_ACCOUNT)
@require_http_methods(["GET", "POST"])
def own_account(request: HttpRequest) -> HttpResponse:
    """The account in use, what waits for the office, and the form of another one."""
    side, partner_id = side_of(request), partner_id_of(request)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        answer = _withdraw(request) if request.POST.get("act") == "withdraw" else _enter(request)
        if isinstance(answer, HttpResponse):
            return answer
        errors = answer
    entries = list_account_requests(side, partner_id)
    waiting = next((one for one in entries if one.waits), None)
    notices = []
    if waiting is not None:
        day = formats.deadline(waiting.due_at, now=now_of(request))
        notices.append(_("An account waits for the office until %(day)s; without a decision it lapses.") % {"day": day})
    sheet = Sheet(
        heading=_("Payout account"),
        lead=_(
            "Settlement pays to this account. A person of the programme office types the number anew from your bank's "
            "document; until then the account in use stays in use."
        ),
        notices=notices,
        facts=[account_fact(find_partner_account(side, partner_id))],
        tables=[request_table(entries, names=False)],
        forms=[_withdrawal(waiting)] if waiting is not None else [_form()],
    )
    return show_sheet(request, sheet, errors=errors)


def _form() -> Form:
    return Form(
        act="enter",
        heading=_("Enter an account"),
        button=_("Send to the office"),
        uploads=True,
        fields=[
            Field(name="bank", label=_("Bank"), hint=_("Its short name, such as BRI.")),
            Field(name="holder", label=_("Name of the account's holder"), hint=_("As it stands in the document.")),
            Field(name="number", label=_("Account number"), hint=_("8 to 20 digits."), inputmode="numeric"),
            Field(
                name="file",
                label=_("Document of the bank that shows it"),
                hint=_("First page of the passbook or a letter of the bank: PDF, JPEG or PNG up to 5 MB."),
                kind="file",
            ),
        ],
    )


def _enter(request: HttpRequest) -> HttpResponse | dict[str, Any]:
    file = request.FILES.get("file")
    if file is None:
        return {"file": _("Choose a file.")}
    if (file.size or 0) > FILE_BYTES_MAX:
        return {"file": file_problem("too_large")}
    typed = {name: request.POST.get(name, "").strip()[:100] for name in ("bank", "holder", "number")}
    entry = AccountEntry(
        payee_kind=side_of(request),
        payee_id=partner_id_of(request),
        bank=typed["bank"],
        holder_name=typed["holder"],
        account_number=plain_number(typed["number"]),
        file_name=file.name or "",
        content=file.read(),
    )
    (result,) = request_accounts(context_of(request), [entry])
    if result.problem is not None:
        return {"file": file_problem(result.problem)}
    if result.code.is_refusal:
        return {_WHERE.get(result.code, ""): refusal(result.code)}
    return back_with(request, _("Entered. The programme office confirms it within 14 days."), "own_account")


def _withdraw(request: HttpRequest) -> HttpResponse:
    waiting = [one.id for one in list_account_requests(side_of(request), partner_id_of(request)) if one.waits]
    results = withdraw_account_requests(context_of(request), waiting, payee_id=partner_id_of(request))
    text = _("Taken back. The account in use stays in use.") if results else _("Nothing waits any more.")
    return back_with(request, text, "own_account", good=bool(results))


def _withdrawal(waiting: AccountRequestView) -> Form:
    return Form(
        act="withdraw",
        heading=_("Take %(account)s back") % {"account": f"{waiting.bank} {waiting.shown_number}"},
        button=_("Take back"),
        notice=_("Then you can enter another one."),
    )
