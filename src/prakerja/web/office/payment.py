"""One payment batch: second signature, file for the bank, its reply entered by one person and booked by another."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.audit.queries import list_events_of
from prakerja.kit.refusals import Code
from prakerja.kit.settings import get_settings
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.payouts.bank_reply import RowFault
from prakerja.payouts.batch_queries import (
    BankReplyView,
    get_bank_reply_file,
    list_bank_replies,
    list_batch_lines,
    list_batch_payees,
)
from prakerja.payouts.errors import ReplyDecisionCode, ReplyEntryCode
from prakerja.payouts.files import payment_file
from prakerja.payouts.operations import (
    ApproveRequest,
    ReplyDecision,
    ReplyEntry,
    approve_payment_batches,
    decide_bank_replies,
    enter_bank_replies,
    send_payment_batches,
)
from prakerja.payouts.operations.reply_entries import FILE_BYTES_MAX
from prakerja.payouts.queries import BatchView, get_payment_batch
from prakerja.payouts.sandbox import BankSandbox
from prakerja.web import formats, words
from prakerja.web.answers import back_with, file_answer
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.office.views import event_table
from prakerja.web.payments_shown import FAULTS_SHOWN, fault_table, line_table, reply_table
from prakerja.web.people_seen import note_people_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.shown import moment_cell, number_after_of, page_of
from prakerja.web.visitors import actor_of, user_of

_CSV = "text/csv; charset=utf-8"
_AT_THE_BANK = ("sent", "answered")


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def payment(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The batch with its lines and replies, and what whoever looks may do with it."""
    found = _batch_of(batch_id)
    errors: dict[str, str] = {}
    faults: Sequence[RowFault] = ()
    if request.method == "POST":
        said, errors, faults = _act(request, found)
        if said:
            return back_with(request, said, "payment", batch_id)
    lines, next_href = page_of(
        request, list_batch_lines(batch_id, after=number_after_of(request), limit=PAGE_ROWS + 1), "line"
    )
    note_people_of(request, [one.payee_id for one in lines if one.payee_kind == "participant"])
    replies = list_bank_replies(batch_id)
    word = words.word("payment_batch_state", found.state)
    notices = []
    if len(faults) > FAULTS_SHOWN:
        notices.append(_("The first %(count)s of them are shown.") % {"count": formats.count(FAULTS_SHOWN)})
    sheet = Sheet(
        heading=_("Payment batch %(number)s") % {"number": found.number},
        back=(reverse("payments"), _("Payments")),
        notices=notices,
        facts=[
            Fact(_("Pays"), words.word("payment_batch_purpose", found.purpose).text),
            Fact(_("State"), word.text, tone=word.tone),
            Fact(_("Who must act"), word.who_acts),
            Fact(_("Payees"), formats.count(found.lines)),
            Fact(_("Amount"), formats.rupiah(found.total_idr)),
            Fact(_("Prepared by"), found.maker),
            Fact(_("Approved by"), found.approver or "–"),
            Fact(_("At the bank since"), moment_cell(found.sent_at)),
            Fact(_("Answered"), moment_cell(found.answered_at)),
            Fact(_("File"), found.file_name),
            Fact(_("Hash of the file that two people sign"), found.file_sha256),
        ],
        links=_links(request, found),
        tables=[
            *([fault_table(faults)] if faults else []),
            line_table(lines, next_href=next_href),
            *([reply_table(replies, now=now_of(request))] if found.state in _AT_THE_BANK else []),
            event_table(list_events_of(batch_id), linked=False),
        ],
        forms=_forms(request, found, next((one for one in replies if one.waits), None)),
    )
    return show_sheet(request, sheet, errors=errors)


@requires(Permission.PREPARE_SETTLEMENTS)
@require_http_methods(["GET"])
def bank_file(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The file of a batch that is at the bank, once more; whose account stands in it is noted."""
    found = _batch_of(batch_id)
    if found.state not in _AT_THE_BANK:
        raise Http404
    note_people_of(request, list_batch_payees(batch_id))
    return _download(found.file_name, payment_file(batch_id).content)


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET"])
def bank_reply_file(_request: HttpRequest, request_id: UUID) -> HttpResponse:
    """A reply of the bank as it was entered: references and reasons, no account and no name."""
    try:
        name, content = get_bank_reply_file(request_id)
    except LookupError:
        raise Http404 from None
    return _download("".join(one if one.isalnum() or one in "-_." else "-" for one in name), content)


@requires(Permission.PREPARE_SETTLEMENTS)
@require_http_methods(["GET"])
def sandbox_reply(_request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """SANDBOX: what the sandbox's bank answers to a batch that is with it; in production there is no such page."""
    found = _batch_of(batch_id)
    if get_settings().deployment != "sandbox" or found.state != "sent":
        raise Http404
    reply = BankSandbox("sandbox").take_file(payment_file(batch_id))
    return _download(reply.name, reply.content)


def _download(name: str, content: bytes) -> HttpResponse:
    answer = file_answer(name, content, _CSV)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _batch_of(batch_id: UUID) -> BatchView:
    try:
        return get_payment_batch(batch_id)
    except LookupError:
        raise Http404 from None


def _may(request: HttpRequest, permission: Permission) -> bool:
    return may(user_of(request).role, permission)


def _links(request: HttpRequest, found: BatchView) -> list[tuple[str, str]]:
    if not _may(request, Permission.PREPARE_SETTLEMENTS) or found.state not in _AT_THE_BANK:
        return []
    links = [(reverse("bank_file", args=[found.batch_id]), _("The file for the bank (with account numbers)"))]
    if found.state == "sent" and get_settings().deployment == "sandbox":
        links.append(
            (reverse("sandbox_reply", args=[found.batch_id]), _("Sandbox: what the bank of the sandbox replies"))
        )
    return links


def _forms(request: HttpRequest, found: BatchView, waiting: BankReplyView | None) -> list[Form]:
    actor = actor_of(user_of(request))
    if found.state == "prepared" and _may(request, Permission.APPROVE_SETTLEMENTS) and found.maker != actor:
        return [_sign_form(found)]
    if found.state == "approved" and _may(request, Permission.PREPARE_SETTLEMENTS):
        return [_send_form(found)]
    if found.state != "sent":
        return []
    if waiting is None:
        return [_reply_form()] if _may(request, Permission.PREPARE_SETTLEMENTS) else []
    can_confirm = _may(request, Permission.APPROVE_SETTLEMENTS) and waiting.entered_by != actor
    return [_confirm_form(waiting)] if can_confirm else []


def _sign_form(found: BatchView) -> Form:
    return Form(
        act="sign",
        heading=_("Second signature"),
        button=_("Sign the batch"),
        about=found.file_sha256,
        notice=_("You sign the file with the hash above: %(amount)s to %(payees)s payees. It cannot be undone.")
        % {"amount": formats.rupiah(found.total_idr), "payees": formats.count(found.lines)},
    )


def _send_form(found: BatchView) -> Form:
    return Form(
        act="send",
        heading=_("Give the file to the bank"),
        button=_("Take it on its way"),
        notice=_(
            "%(amount)s of %(payees)s payees are in payment from then on. The file is made anew and must have the hash "
            "that two people signed; you fetch it on this page. It cannot be undone: the bank's reply decides."
        )
        % {"amount": formats.rupiah(found.total_idr), "payees": formats.count(found.lines)},
    )


def _reply_form() -> Form:
    hint = _("CSV as the bank sent it, up to 8 MB. Every row is checked against what was sent.")
    return Form(
        act="enter",
        heading=_("Enter the reply of the bank"),
        button=_("Check it"),
        fields=[Field("file", _("Reply of the bank"), hint=hint, kind="file")],
        notice=_("Nothing is booked yet: another person confirms it within three days, otherwise it lapses."),
        uploads=True,
    )


def _confirm_form(waiting: BankReplyView) -> Form:
    return Form(
        act="confirm",
        heading=_("Confirm the reply of the bank"),
        button=_("Book it"),
        second_act="refuse",
        second_button=_("Refuse it"),
        about=str(waiting.id),
        fields=[Field("reason", _("Reason (where you refuse)"), kind="textarea", length_max=500)],
        notice=_(
            "%(paid)s payments of %(paid_amount)s become paid; %(failed)s of %(failed_amount)s are owed again. "
            "Compare with the bank's statement first: it cannot be undone."
        )
        % {
            "paid": formats.count(waiting.paid),
            "paid_amount": formats.rupiah(waiting.paid_idr),
            "failed": formats.count(waiting.failed),
            "failed_amount": formats.rupiah(waiting.failed_idr),
        },
    )


def _act(request: HttpRequest, found: BatchView) -> tuple[str, dict[str, str], Sequence[RowFault]]:
    """What was done in a sentence, or errors by field and the rows of a file that cannot be booked."""
    act = request.POST.get("act")
    wanted = Permission.PREPARE_SETTLEMENTS if act in ("send", "enter") else Permission.APPROVE_SETTLEMENTS
    if not _may(request, wanted):
        raise Http404
    if act == "enter":
        return _enter(request, found)
    context = context_of(request)
    if act == "sign":
        signature = ApproveRequest(found.batch_id, file_sha256=request.POST.get("about", ""))
        (signed,) = approve_payment_batches(context, [signature])
        return _said(_("Signed. The office gives the file to the bank."), signed.code)
    if act == "send":
        (sent,) = send_payment_batches(context, [found.batch_id])
        return _said(_("On its way. Fetch the file and give it to the bank."), sent.code)
    try:
        reply_id = UUID(request.POST.get("about", ""))
    except ValueError:
        raise Http404 from None
    reason = request.POST.get("reason", "")[:500]
    decision = ReplyDecision(reply_id=reply_id, confirms=act == "confirm", reason=reason)
    (decided,) = decide_bank_replies(context, [decision])
    booked = _("Booked. Incentives and settlements follow within a minute.")
    if decided.code is ReplyDecisionCode.REASON_MISSING:
        return "", {"reason": refusal(decided.code)}, ()
    return _said(booked if decision.confirms else _("Refused: nothing is booked."), decided.code)


def _said(done: str, code: Code) -> tuple[str, dict[str, str], Sequence[RowFault]]:
    if code.is_refusal:
        return "", {"": refusal(code)}, ()
    return done, {}, ()


def _enter(request: HttpRequest, found: BatchView) -> tuple[str, dict[str, str], Sequence[RowFault]]:
    file = request.FILES.get("file")
    if file is None:
        return "", {"file": _("Choose the file of the bank.")}, ()
    if (file.size or 0) > FILE_BYTES_MAX:
        return "", {"file": refusal(ReplyEntryCode.FILE_TOO_LARGE)}, ()
    entry = ReplyEntry(batch_id=found.batch_id, file_name=file.name or "", content=file.read())
    (result,) = enter_bank_replies(context_of(request), [entry])
    if result.code.is_refusal:
        return "", {"file": refusal(result.code)}, result.faults
    return _("Every row agrees. Another person confirms it; then it is booked."), {}, ()
