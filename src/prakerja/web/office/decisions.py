"""Decrees and settlements, which one person prepares and another one signs."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.audit.queries import list_events_of
from prakerja.cards.errors import ReinstatementCode
from prakerja.cards.operations import (
    approve_reinstatement,
    issue_cards,
    reject_reinstatement,
    revoke_participants,
)
from prakerja.cards.queries import find_reinstatement_of_decree
from prakerja.kit import db
from prakerja.kit.refusals import Code
from prakerja.oversight.queries import office as queries
from prakerja.programme.queries import get_regime_book
from prakerja.selection.operations import approve_decree as approve_appointment
from prakerja.selection.operations import reject_decree as reject_unsigned
from prakerja.settlement.operations.runs import ApproveRunRequest, approve_settlement_runs
from prakerja.web import formats, words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of
from prakerja.web.office.views import event_table
from prakerja.web.people_seen import note_people_of
from prakerja.web.refusals import refusal
from prakerja.web.shown import moment_cell, state_cell
from prakerja.web.tables import Cell, Column, make_table
from prakerja.web.visitors import actor_of, user_of


@requires(Permission.SEE_PROGRAMME)
def decrees(request: HttpRequest) -> HttpResponse:
    """Decrees: those that wait for the second signature first."""
    table = make_table(
        _("Decrees"),
        (
            Column[queries.OfficeDecree](
                _("Decree"), lambda row: Cell(str(row.number), href=reverse("decree", args=[row.decree_id]))
            ),
            Column[queries.OfficeDecree](_("Kind"), lambda row: words.word("decree_kind", row.kind).text),
            Column[queries.OfficeDecree](_("Wave"), lambda row: str(row.wave_number or "–")),
            Column[queries.OfficeDecree](_("State"), lambda row: state_cell("decree_state", row.state)),
            Column[queries.OfficeDecree](_("Who must act"), lambda row: words.word("decree_state", row.state).who_acts),
            Column[queries.OfficeDecree](_("Prepared"), lambda row: formats.day(row.prepared_at)),
            Column[queries.OfficeDecree](_("Participants"), lambda row: formats.count(row.participants), number=True),
            Column[queries.OfficeDecree](_("Amount"), lambda row: formats.rupiah(row.total_idr), number=True),
        ),
        queries.list_decrees(),
        empty=_("No decree has been prepared yet. A drawn wave leads to one."),
    )
    return show(request, "office/list", heading=_("Decrees"), table=table)


@requires(Permission.SEE_PROGRAMME)
def decree(request: HttpRequest, decree_id: UUID) -> HttpResponse:
    """A decree: what it does, to how many, who has signed, and the second signature."""
    try:
        found = queries.get_decree(decree_id)
    except LookupError:
        raise Http404 from None
    user = user_of(request)
    given_back = find_reinstatement_of_decree(decree_id) if found.kind == "reinstatement" else None
    if given_back is not None:
        note_people_of(request, [given_back.participant_id])
    return show(
        request,
        "office/decree",
        decree=found,
        approved=moment_cell(found.approved_at),
        can_approve=found.state == "prepared"
        and (given_back is None or given_back.state == "prepared")
        and may(user.role, Permission.APPROVE_DECREES),
        is_maker=found.maker == actor_of(user),
        given_back=given_back,
        waits_for=None
        if given_back is None or given_back.waits_for is None
        else refusal(ReinstatementCode(given_back.waits_for)),
        events=event_table(list_events_of(decree_id), linked=False),
    )


@requires(Permission.APPROVE_DECREES)
@require_http_methods(["POST"])
def approve_decree(request: HttpRequest, decree_id: UUID) -> HttpResponse:
    """The second signature under a decree: an appointment makes participants and cards, a revocation takes back."""
    try:
        found = queries.get_decree(decree_id)
    except LookupError:
        raise Http404 from None
    code = _approve(request, found)
    if code in _WAITS:
        text = _("Signed. %(why)s It is tried again every hour, until the day on this page.") % {"why": refusal(code)}
        return back_with(request, text, "decree", decree_id)
    if code.is_refusal:
        return back_with(request, refusal(code), "decree", decree_id, good=False)
    return back_with(request, _("Approved. What it did stands in the audit trail below."), "decree", decree_id)


_WAITS = {
    ReinstatementCode.BUDGET_NOT_OPEN,
    ReinstatementCode.QUOTA_EXHAUSTED,
    ReinstatementCode.MONEY_EXHAUSTED,
}


@requires(Permission.APPROVE_DECREES)
@require_http_methods(["POST"])
def reject_decree(request: HttpRequest, decree_id: UUID) -> HttpResponse:
    """The second person does not sign, and says why; another decree can be prepared from where this one came."""
    try:
        found = queries.get_decree(decree_id)
    except LookupError:
        raise Http404 from None
    context, reason = context_of(request), request.POST.get("reason", "").strip()[:_REASON_MAX]
    code: Code = ReinstatementCode.REASON_MISSING
    if reason and found.kind == "reinstatement":
        code = reject_reinstatement(context, decree_id, reason=reason).code
    elif reason:
        code = reject_unsigned(context, decree_id, reason=reason).code
    if code.is_refusal:
        return back_with(request, refusal(code), "decree", decree_id, good=False)
    return back_with(request, _("Not signed. Another one can be prepared."), "decree", decree_id)


_REASON_MAX = 500


def _approve(request: HttpRequest, found: queries.OfficeDecree) -> Code:
    context = context_of(request)
    if found.kind == "revocation":
        return revoke_participants(context, found.decree_id).code
    if found.kind == "reinstatement":
        return approve_reinstatement(context, found.decree_id).code
    # In one transaction, so that nobody is a participant without a card.
    with db.transaction():
        result = approve_appointment(context, found.decree_id, get_regime_book().on(context.today))
        if not result.code.is_refusal:
            issue_cards(context, found.decree_id)
    return result.code


@requires(Permission.SEE_PROGRAMME)
def settlements(request: HttpRequest) -> HttpResponse:
    """Settlement runs: those that wait for the second signature first."""
    table = make_table(
        _("Settlement"),
        (
            Column[queries.SettlementRun](
                _("Settlement"), lambda row: Cell(str(row.number), href=reverse("settlement", args=[row.run_id]))
            ),
            Column[queries.SettlementRun](_("Period"), lambda row: formats.period(row.period_from, row.period_until)),
            Column[queries.SettlementRun](_("State"), lambda row: state_cell("settlement_state", row.state)),
            Column[queries.SettlementRun](
                _("Who must act"), lambda row: words.word("settlement_state", row.state).who_acts
            ),
            Column[queries.SettlementRun](_("Payees"), lambda row: formats.count(row.payees), number=True),
            Column[queries.SettlementRun](_("Purchases"), lambda row: formats.count(row.purchases), number=True),
            Column[queries.SettlementRun](_("Amount"), lambda row: formats.rupiah(row.amount_idr), number=True),
        ),
        queries.list_settlement_runs(),
        empty=_("Nothing has been settled yet. A run collects what has become payable in a period."),
    )
    return show(request, "office/list", heading=_("Settlement"), table=table)


@requires(Permission.SEE_PROGRAMME)
def settlement(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """A settlement run: its statements, who has signed, and the second signature."""
    try:
        found = queries.get_settlement_run(run_id)
    except LookupError:
        raise Http404 from None
    user = user_of(request)
    statements = queries.list_run_statements(run_id)
    table = make_table(
        _("Statements"),
        (
            Column[queries.RunStatement](_("Payee"), lambda row: row.payee_name),
            Column[queries.RunStatement](_("Kind"), lambda row: words.word("payee_kind", row.payee_kind).text),
            Column[queries.RunStatement](_("Purchases"), lambda row: formats.count(row.purchases), number=True),
            Column[queries.RunStatement](_("Price"), lambda row: formats.rupiah(row.price_idr), number=True),
            Column[queries.RunStatement](_("Commission"), lambda row: formats.rupiah(row.commission_idr), number=True),
            Column[queries.RunStatement](_("To be paid"), lambda row: formats.rupiah(row.amount_idr), number=True),
        ),
        statements,
        empty=_("This run has no statements."),
        total=(_("Total"), "", "", "", "", formats.rupiah(found.amount_idr)),
    )
    return show(
        request,
        "office/settlement",
        run=found,
        period=formats.period(found.period_from, found.period_until),
        can_approve=found.state == "prepared" and may(user.role, Permission.APPROVE_SETTLEMENTS),
        is_maker=found.maker == actor_of(user),
        table=table,
        events=event_table(list_events_of(run_id), linked=False),
    )


@requires(Permission.APPROVE_SETTLEMENTS)
@require_http_methods(["POST"])
def approve_settlement(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The second signature under a settlement run; it makes the payment batch."""
    (result,) = approve_settlement_runs(context_of(request), [ApproveRunRequest(run_id=run_id)])
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "settlements", good=False)
    return back_with(request, _("Approved. The payment batch is ready for the bank."), "settlement", run_id)
