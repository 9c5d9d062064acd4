"""Conflicts of interest: the open ones by age, each with its path, and the decision of somebody unconnected."""

from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.audit.queries import list_events_of
from prakerja.catalogue.operations import settle_conflicts
from prakerja.catalogue.queries import count_live_listings
from prakerja.partners.conflict_errors import ConflictCode
from prakerja.partners.conflict_queries import ConflictView, get_conflict, list_conflicts
from prakerja.partners.operations.conflicts import ConflictDecision
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats, words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.conflicts_shown import path_text
from prakerja.web.fields import Field
from prakerja.web.office.views import event_table
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.shown import moment_cell, state_cell
from prakerja.web.tables import Cell, Column, make_table
from prakerja.web.visitors import user_of

_REASON_MAX: Final = 500


@requires(Permission.SEE_PROGRAMME)
def office_conflicts(request: HttpRequest) -> HttpResponse:
    """The queue: open cases first, the oldest on top."""
    now = now_of(request)
    table = make_table(
        _("Conflicts of interest"),
        (
            Column[ConflictView](
                _("Between"),
                lambda row: Cell(
                    f"{row.other_name} – {row.institution_name}", href=reverse("office_conflict", args=[row.id])
                ),
            ),
            Column[ConflictView](_("Act"), lambda row: words.word("conflict_act", row.act).text),
            Column[ConflictView](_("Steps"), lambda row: formats.count(row.hops), number=True),
            Column[ConflictView](_("Effect"), lambda row: words.word("conflict_effect", row.effect).text),
            Column[ConflictView](_("State"), lambda row: state_cell("conflict_state", row.state)),
            Column[ConflictView](_("Who must act"), lambda row: words.word("conflict_state", row.state).who_acts),
            Column[ConflictView](_("Found"), lambda row: formats.day(row.found_at)),
            Column[ConflictView](_("Days"), lambda row: formats.count((now - row.found_at).days), number=True),
        ),
        list_conflicts(),
        empty=_("No conflict has been found. Listings, assessments and agreements are looked at when they are made."),
    )
    return show(request, "office/list", heading=_("Conflicts of interest"), table=table)


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_conflict(request: HttpRequest, conflict_id: UUID) -> HttpResponse:
    """A case: its path, what it stops, and the decision, which is published."""
    try:
        found = get_conflict(conflict_id)
    except LookupError:
        raise Http404 from None
    may_decide = may(user_of(request).role, Permission.DECIDE_CONFLICTS)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        if not may_decide:
            text = _("Your role does not decide conflicts.")
            return back_with(request, text, "office_conflict", conflict_id, good=False)
        code, clear = _decide(request, conflict_id)
        if not code.is_refusal:
            text = (
                _("Decided and published: no conflict.")
                if clear
                else _("Decided and published: the conflict is upheld.")
            )
            return back_with(request, text, "office_conflict", conflict_id)
        errors["reason" if code is ConflictCode.REASON_MISSING else ""] = refusal(code)
    state = words.word("conflict_state", found.state)
    facts = [
        Fact(_("Act"), words.word("conflict_act", found.act).text),
        Fact(_("Path"), path_text(found, personal=True)),
        Fact(_("Steps"), formats.count(found.hops)),
        Fact(_("Effect"), words.word("conflict_effect", found.effect).text),
        Fact(_("State"), state.text, tone=state.tone),
        Fact(_("Found"), f"{formats.moment(found.found_at)}, {found.found_by}"),
    ]
    if found.decided_by:
        facts += [
            Fact(_("Decided"), f"{moment_cell(found.decided_at)}, {found.decided_by}"),
            Fact(_("Reason"), found.reason),
        ]
    sheet = Sheet(
        heading=f"{found.other_name} – {found.institution_name}",
        back=(reverse("office_conflicts"), _("Conflicts of interest")),
        facts=facts,
        forms=[_form(found)] if may_decide and found.state == "open" else [],
        tables=[event_table(list_events_of(conflict_id), linked=False)],
    )
    return show_sheet(request, sheet, errors=errors)


def _form(found: ConflictView) -> Form:
    """What upholding stops, and how much; one entity on both sides cannot be cleared."""
    notice = _("Upheld: where the regime forbids it, the institution's courses go off sale; what was sold is honoured.")
    if found.other_kind == "platform":
        on_sale = count_live_listings(found.other_id, found.institution_id)
        notice = f"{notice} {_('On sale on this platform now: %(count)s.') % {'count': formats.count(on_sale)}}"
    can_clear = found.hops > 0
    rest = (
        _("No conflict: this path no longer counts.") if can_clear else _("One entity on both sides cannot be cleared.")
    )
    reason = Field(
        name="reason",
        label=_("Reason"),
        hint=_("It is published with the decision: no name of a person, no number."),
        kind="textarea",
        length_max=_REASON_MAX,
    )
    return Form(
        act="uphold",
        heading=_("Decide"),
        button=_("Uphold the conflict"),
        second_act="clear" if can_clear else "",
        second_button=_("There is no conflict") if can_clear else "",
        notice=f"{notice} {rest} {_('It is final.')}",
        fields=[reason],
    )


def _decide(request: HttpRequest, conflict_id: UUID) -> tuple[ConflictCode, bool]:
    """The code of the decision, and whether it clears."""
    clear = request.POST.get("act") == "clear"
    reason = request.POST.get("reason", "").strip()[:_REASON_MAX]
    context = context_of(request)
    decision = ConflictDecision(conflict_id=conflict_id, clear=clear, reason=reason)
    (result,) = settle_conflicts(context, [decision], regime=get_regime_book().on(context.today))
    return result.code, clear
