"""Pages of the programme office and of those who sign or look after it: figures down to the audit trail."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.audit.queries import EventRow, list_events_of, list_latest_events
from prakerja.oversight.queries import office as queries
from prakerja.oversight.queries import trails as trail_queries
from prakerja.web import formats, words
from prakerja.web.answers import show
from prakerja.web.clock import now_of
from prakerja.web.people_seen import note_people_of
from prakerja.web.shown import after_of, moment_cell, page_of, regime_name, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table

FIGURES: dict[str, Promise] = {
    "participants": gettext_lazy("Participants"),
    "cards": gettext_lazy("Cards"),
    "purchases": gettext_lazy("Purchases"),
    "completions": gettext_lazy("Results reported"),
    "certificates": gettext_lazy("Certificates"),
    "incentives": gettext_lazy("Incentives"),
    "failed_payments": gettext_lazy("Failed payments"),
}
COLUMNS: dict[str, Promise] = {
    "channel": gettext_lazy("Channel"),
    "state": gettext_lazy("State"),
    "decreed_at": gettext_lazy("Decreed"),
    "deadline_at": gettext_lazy("Deadline of the first purchase"),
    "issued_at": gettext_lazy("Issued"),
    "transaction_code": gettext_lazy("Transaction"),
    "price": gettext_lazy("Price"),
    "paid_at": gettext_lazy("Paid"),
    "outcome": gettext_lazy("Outcome"),
    "reported_at": gettext_lazy("Reported"),
    "forwarded_at": gettext_lazy("Sent on"),
    "verified_at": gettext_lazy("Checked"),
    "number": gettext_lazy("Number"),
    "kind": gettext_lazy("Kind"),
    "amount": gettext_lazy("Amount"),
    "due_at": gettext_lazy("Due"),
    "payee": gettext_lazy("Payee"),
    "reason": gettext_lazy("Reason"),
    "answered_at": gettext_lazy("Answered"),
}
QUEUES: dict[str, tuple[Promise, str]] = {
    "decrees": (gettext_lazy("Decrees waiting for the second signature"), "decrees"),
    "settlements": (gettext_lazy("Settlements waiting for the second signature"), "settlements"),
    "completions": (gettext_lazy("Results waiting for the office's check"), "reports_to_check"),
    "failed_payments": (gettext_lazy("Payments that failed"), "rows:failed_payments"),
    "waves": (gettext_lazy("Waves waiting for draw or decree"), "waves"),
    "waiting_people": (gettext_lazy("People who wait for a register"), "waiting_people"),
    "print_batches": (gettext_lazy("Print batches that are not counted yet"), "office_cards"),
    "payment_batches": (gettext_lazy("Payment batches that are not at the bank yet"), "payments"),
    "bank_replies": (gettext_lazy("Replies of the bank waiting for confirmation"), "payments"),
}


@requires(Permission.SEE_PROGRAMME)
def office(request: HttpRequest) -> HttpResponse:
    """What waits, the figures, and where the money of each budget is."""
    counts = trail_queries.list_figure_counts()
    budgets = queries.list_budget_parts()
    used = [budget for budget in budgets if budget.allocated_idr != budget.unspent_idr]
    return show(
        request,
        "office/office",
        queues=_queue_table(now_of(request)),
        figures=[
            {
                "title": FIGURES[found.code],
                "value": formats.count(found.value),
                "href": reverse("rows", args=[found.code]),
            }
            for found in counts
        ],
        budgets=[_budget_table(budget) for budget in used],
        untouched=len(budgets) - len(used),
    )


def _queue_table(now: datetime) -> Table:
    def link(row: queries.Queue) -> Cell:
        title, name = QUEUES[row.code]
        page, _colon, code = name.partition(":")
        return Cell(title, href=reverse(page, args=[code] if code else []))

    def age(row: queries.Queue) -> str:
        if row.oldest_at is None:
            return "–"
        days = max((now - row.oldest_at).days, 0)
        return _("%(days)s days") % {"days": formats.count(days)}

    return make_table(
        _("What waits"),
        (
            Column[queries.Queue](_("Queue"), link),
            Column[queries.Queue](_("Waiting"), lambda row: formats.count(row.waiting), number=True),
            Column[queries.Queue](_("Age of the oldest"), age, number=True),
        ),
        queries.list_queues(),
        empty="",
    )


def _budget_table(budget: queries.BudgetParts) -> Table:
    parts: list[tuple[str, int]] = [
        (_("Not yet reserved"), budget.unspent_idr),
        (_("Reserved for participants"), budget.reserved_idr),
        (_("Held for purchases"), budget.held_idr),
        (_("Payable"), budget.payable_idr),
        (_("At the bank"), budget.in_payment_idr),
        (_("Paid"), budget.paid_idr),
        (_("Returned to the treasury"), budget.returned_idr),
    ]
    caption = _("%(regime)s, %(channel)s: %(taken)s of %(places)s places") % {
        "regime": regime_name(budget.regime_code),
        "channel": words.word("channel", budget.channel).text,
        "taken": formats.count(budget.places_taken),
        "places": formats.count(budget.places),
    }
    return make_table(
        caption,
        (
            Column[tuple[str, int]](_("Part"), lambda part: part[0]),
            Column[tuple[str, int]](_("Amount"), lambda part: formats.rupiah(part[1]), number=True),
        ),
        parts,
        empty="",
        total=(_("Allocated"), formats.rupiah(budget.allocated_idr)),
    )


@requires(Permission.SEE_PROGRAMME)
def rows(request: HttpRequest, code: str) -> HttpResponse:
    """The rows behind a figure, each leading to its audit trail."""
    source = trail_queries.ROW_SOURCES.get(code)
    if source is None:
        raise Http404
    found, next_href = page_of(request, trail_queries.list_rows(code, after=after_of(request)), "subject_id")
    note_people_of(request, [row.subject_id for row in found])
    columns = [
        Column[trail_queries.FigureRow](
            _("Row"),
            lambda row: Cell(row.subject_id.hex[-12:], href=reverse("trail", args=[row.subject_id])),
        ),
        *(
            Column[trail_queries.FigureRow](COLUMNS[column.code], _value_of(place, column), number=column.kind == "idr")
            for place, column in enumerate(source.columns)
        ),
    ]
    table = make_table(
        _("Newest first"),
        columns,
        found,
        empty=_("There are no rows yet: the figure is zero."),
        next_href=next_href,
    )
    return show(request, "office/rows", heading=FIGURES[code], table=table)


def _value_of(place: int, column: trail_queries.RowColumn) -> Callable[[trail_queries.FigureRow], Cell | str]:
    def shown(row: trail_queries.FigureRow) -> Cell | str:
        value = row.values[place]
        if value is None:
            return "–"
        if isinstance(value, datetime):
            return moment_cell(value)
        if isinstance(value, int):
            return formats.rupiah(value)
        return state_cell(column.noun, value) if column.kind == "state" else str(value)

    return shown


@requires(Permission.SEE_AUDIT_TRAIL)
@require_http_methods(["GET", "POST"])
def trails(request: HttpRequest) -> HttpResponse:
    """The latest events of all; a POST goes to the purchase of a transaction code or redeem code.

    A code is never part of an address: addresses stand in logs and histories.
    """
    code = "".join(character for character in request.POST.get("code", "").upper() if character.isalnum())
    found = trail_queries.find_purchase_id(code) if code else None
    if found is not None:
        return redirect("trail", found)
    return show(request, "office/trails", code=code, table=event_table(list_latest_events(limit=25), linked=True))


@requires(Permission.SEE_AUDIT_TRAIL)
def trail(request: HttpRequest, subject_id: UUID) -> HttpResponse:
    """What happened to one row: its events and its transfers."""
    note_people_of(request, [subject_id])
    events = list_events_of(subject_id)
    transfers = trail_queries.list_transfers_about(subject_id)
    table = make_table(
        _("Transfers"),
        (
            Column[trail_queries.TransferRow](_("Day"), lambda row: formats.day(row.effective_date)),
            Column[trail_queries.TransferRow](_("What"), lambda row: words.word("transfer_kind", row.kind).text),
            Column[trail_queries.TransferRow](_("From"), lambda row: words.word("account_kind", row.debit_kind).text),
            Column[trail_queries.TransferRow](_("To"), lambda row: words.word("account_kind", row.credit_kind).text),
            Column[trail_queries.TransferRow](_("Budget"), lambda row: str(row.budget_number), number=True),
            Column[trail_queries.TransferRow](_("Amount"), lambda row: formats.rupiah(row.amount_idr), number=True),
        ),
        transfers,
        empty=_("No money has moved under this id."),
    )
    return show(
        request, "office/trail", subject_id=subject_id, events=event_table(events, linked=False), transfers=table
    )


def event_table(events: list[EventRow], *, linked: bool) -> Table:
    """Events as a table; `linked` rows lead to their own trail."""

    def subject(row: EventRow) -> Cell:
        return Cell(row.subject_id.hex[-12:], href=reverse("trail", args=[row.subject_id]))

    def facts(row: EventRow) -> Cell:
        return Cell(", ".join(f"{key}: {value}" for key, value in row.payload.items()) or "–", long=True)

    return make_table(
        _("Events"),
        (
            Column[EventRow](_("When"), lambda row: formats.moment(row.programme_at)),
            Column[EventRow](_("Event"), lambda row: Cell(row.kind, code=True)),
            Column[EventRow](_("By whom"), lambda row: row.actor),
            *([Column[EventRow](_("Row"), subject)] if linked else []),
            Column[EventRow](_("Facts"), facts),
        ),
        events,
        empty=_("No event is recorded under this id alone. Bulk steps record one event for the whole batch."),
    )


@requires(Permission.SEE_PROGRAMME)
def revocations(request: HttpRequest) -> HttpResponse:
    """Revocations with their reason and what they returned."""
    totals = queries.list_revocation_totals()
    found, next_href = page_of(request, queries.list_revocations(after=after_of(request)), "participant_id")
    note_people_of(request, [row.participant_id for row in found])
    by_reason = make_table(
        _("By reason"),
        (
            Column[queries.RevocationTotal](_("Reason"), lambda row: words.word("revocation_reason", row.reason).text),
            Column[queries.RevocationTotal](
                _("Participants"), lambda row: formats.count(row.participants), number=True
            ),
            Column[queries.RevocationTotal](_("Returned"), lambda row: formats.rupiah(row.returned_idr), number=True),
        ),
        totals,
        empty=_("Nobody has been revoked. A missed first purchase or a decree brings people here."),
        total=(
            _("Total"),
            formats.count(sum(row.participants for row in totals)),
            formats.rupiah(sum(row.returned_idr for row in totals)),
        ),
    )
    table = make_table(
        _("Participants"),
        (
            Column[queries.RevocationRow](
                _("Participant"),
                lambda row: Cell(row.participant_id.hex[-12:], href=reverse("trail", args=[row.participant_id])),
            ),
            Column[queries.RevocationRow](_("Decree"), lambda row: str(row.decree_number)),
            Column[queries.RevocationRow](_("Reason"), lambda row: words.word("revocation_reason", row.reason).text),
            Column[queries.RevocationRow](_("Revoked"), lambda row: formats.day(row.revoked_at)),
            Column[queries.RevocationRow](_("Training"), lambda row: formats.rupiah(row.training_idr), number=True),
            Column[queries.RevocationRow](_("Incentives"), lambda row: formats.rupiah(row.incentive_idr), number=True),
        ),
        found,
        empty=_("There are no rows yet: the figure is zero."),
        next_href=next_href,
    )
    return show(request, "office/revocations", by_reason=by_reason, table=table)
