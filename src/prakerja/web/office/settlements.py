"""Settlements, which one person prepares and another one signs."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.audit.queries import list_events_of
from prakerja.oversight.queries import office as queries
from prakerja.settlement.errors import PrepareRunCode
from prakerja.settlement.operations.runs import ApproveRunRequest, approve_settlement_runs, prepare_settlement_run
from prakerja.settlement.queries import Ageing, list_ageing
from prakerja.web import formats, words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.office.views import event_table
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Form, Sheet, show_sheet
from prakerja.web.shown import number_after_of, page_of, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.visitors import actor_of, user_of

_ONE_DAY: Final = timedelta(days=1)


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def settlements(request: HttpRequest) -> HttpResponse:
    """Settlement runs: those that wait for the second signature first. A POST prepares the next one."""
    may_prepare = may(user_of(request).role, Permission.PREPARE_SETTLEMENTS)
    errors: dict[str, str] = {}
    if request.method == "POST":
        if not may_prepare:
            raise Http404
        days, errors = _days(request)
        if not errors:
            result = prepare_settlement_run(context_of(request), period_from=days[0], period_until=days[1])
            if result.run_id is not None:
                done = _("The settlement is prepared. Another person signs it.")
                return back_with(request, done, "settlement", result.run_id)
            errors["" if result.code is PrepareRunCode.EMPTY else "last"] = refusal(result.code)
    runs, next_href = page_of(request, queries.list_settlement_runs(after=number_after_of(request)), "number")
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
        runs,
        empty=_("Nothing has been settled yet. A run collects what has become payable in a period."),
        next_href=next_href,
    )
    today = context_of(request).today
    first = queries.find_settled_until() or today.replace(month=1, day=1)
    sheet = Sheet(
        heading=_("Settlement"),
        notices=[_("Everything up to yesterday stands in a settlement.")] if first >= today else [],
        tables=[table, _owed_table(now_of(request))],
        forms=[_prepare_form(first, today)] if may_prepare and (errors or first < today) else [],
    )
    return show_sheet(request, sheet, errors=errors)


def _owed_table(now: datetime) -> Table:
    """What partners wait for, the first deadline first."""
    return make_table(
        _("What partners are owed"),
        (
            Column[Ageing](_("Payee"), lambda row: row.payee_name),
            Column[Ageing](_("Kind"), lambda row: words.word("payee_kind", row.payee_kind).text),
            Column[Ageing](_("First payment due by"), lambda row: formats.deadline(row.due_at, now=now)),
            Column[Ageing](
                _("Behind its payment term"),
                lambda row: Cell(formats.rupiah(row.late_idr), tone=words.BAD) if row.late_idr else "–",
            ),
            Column[Ageing](_("Up to 7 days"), lambda row: formats.rupiah(row.up_to_7_days_idr), number=True),
            Column[Ageing](_("Up to 30 days"), lambda row: formats.rupiah(row.up_to_30_days_idr), number=True),
            Column[Ageing](_("Older"), lambda row: formats.rupiah(row.older_idr), number=True),
            Column[Ageing](_("At the bank"), lambda row: formats.rupiah(row.on_its_way_idr), number=True),
        ),
        sorted(list_ageing(now), key=lambda row: (row.due_at, row.payee_id)),
        empty=_("Nothing is owed to a partner."),
    )


def _days(request: HttpRequest) -> tuple[tuple[date, date], dict[str, str]]:
    """The period that a form names, half-open, or what is wrong with it."""
    days, errors = [], {}
    for name in ("first", "last"):
        try:
            days.append(date.fromisoformat(request.POST.get(name, "").strip()))
        except ValueError:
            errors[name] = _("Write the day as 2020-12-31.")
            days.append(date.min)
    first, last = days
    return (first, last if last == date.max else last + _ONE_DAY), errors


def _prepare_form(first: date, today: date) -> Form:
    """From the day behind the last run to yesterday, unless somebody types other days."""
    return Form(
        act="prepare",
        heading=_("Prepare a settlement"),
        button=_("Prepare it"),
        fields=[
            Field("first", _("First day"), first.isoformat(), kind="date", length_max=10),
            Field("last", _("Last day"), (today - _ONE_DAY).isoformat(), kind="date", length_max=10),
        ],
        notice=_(
            "It collects what has become payable up to the last day and stands in no settlement yet, with a statement "
            "for each payee. Nothing is paid before another person signs."
        ),
    )


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
        unpaid = [one.payee_name for one in queries.list_run_statements(run_id) if one.payee_id in result.payees]
        text = f"{refusal(result.code)} {', '.join(unpaid)}".strip()
        return back_with(request, text, "settlements", good=False)
    return back_with(request, _("Approved. The payment batch is ready for the bank."), "settlement", run_id)
