"""Decrees, which one person prepares and another one approves or rejects."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.audit.queries import list_events_of
from prakerja.cards.errors import ReinstatementCode, RemovalCode
from prakerja.cards.operations import (
    approve_reinstatement,
    decline_revocation,
    reject_reinstatement,
    revoke_participants,
    take_off_revocation,
)
from prakerja.cards.queries import find_proposal, find_reinstatement_of_decree
from prakerja.kit.refusals import Code
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.oversight.queries import office as queries
from prakerja.oversight.queries.waves import OfficeAct, list_acts
from prakerja.selection.errors import DecreeCode
from prakerja.selection.operations import ask_for_act, reject_decree
from prakerja.selection.states import DECREE_TRANSITIONS
from prakerja.web import formats, words
from prakerja.web.acts_shown import act_at_work, last_refusal
from prakerja.web.answers import back_with, csv_file, show
from prakerja.web.clock import context_of
from prakerja.web.office.views import event_table
from prakerja.web.people_seen import note_people_of
from prakerja.web.proposed_shown import TakingOff, proposed_table, removable
from prakerja.web.refusals import refusal
from prakerja.web.shown import after_of, filter_of, moment_cell, number_after_of, page_of, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.visitors import actor_of, user_of

_REASON_LENGTH_MAX: Final = 500
_KINDS: Final = ("appointment", "revocation", "reinstatement")
_WAITS: Final = {
    ReinstatementCode.BUDGET_NOT_OPEN,
    ReinstatementCode.QUOTA_EXHAUSTED,
    ReinstatementCode.MONEY_EXHAUSTED,
}


@requires(Permission.SEE_PROGRAMME)
def decrees(request: HttpRequest) -> HttpResponse:
    """Decrees, the newest first. `?state=` and `?kind=` narrow, `?after=` turns the page."""
    state, kind = filter_of(request, "state", DECREE_TRANSITIONS), filter_of(request, "kind", _KINDS)
    found = queries.list_decrees(state=state, kind=kind, after=number_after_of(request))
    rows, next_href = page_of(request, found, "number")
    return show(
        request,
        "office/decrees",
        table=_decree_table(rows, next_href),
        states=[(code, words.word("decree_state", code).text) for code in DECREE_TRANSITIONS],
        kinds=[(code, words.word("decree_kind", code).text) for code in _KINDS],
        state=state or "",
        kind=kind or "",
    )


def _decree_table(rows: list[queries.OfficeDecree], next_href: str) -> Table:
    return make_table(
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
        rows,
        empty=_("There is no such decree yet. A drawn wave leads to one."),
        next_href=next_href,
    )


@requires(Permission.SEE_PROGRAMME)
def decrees_csv(request: HttpRequest) -> HttpResponse:
    """All decrees of the filter as a file."""
    state, kind = filter_of(request, "state", DECREE_TRANSITIONS), filter_of(request, "kind", _KINDS)
    return csv_file(
        "sk",
        ("sk", "jenis", "gelombang", "status", "pembuat", "penyetuju", "peserta", "rupiah", "disiapkan", "disetujui"),
        (
            (
                row.number,
                row.kind,
                row.wave_number or "",
                row.state,
                row.maker,
                row.approver or "",
                row.participants,
                row.total_idr,
                row.prepared_at.isoformat(),
                row.approved_at.isoformat() if row.approved_at else "",
            )
            for row in queries.list_decrees(state=state, kind=kind, limit=10_000)
        ),
    )


@requires(Permission.SEE_PROGRAMME)
def decree(request: HttpRequest, decree_id: UUID) -> HttpResponse:
    """A decree: what it does, to how many, who has signed, and the second signature."""
    return _decree_page(request, decree_id)


def _decree_page(request: HttpRequest, decree_id: UUID, typed: TakingOff | None = None) -> HttpResponse:
    """The page; with `typed` what was wrong when somebody was to be taken off."""
    found = _decree(decree_id)
    user = user_of(request)
    acts = _approvals(found)
    at_work = act_at_work(acts)
    given_back = find_reinstatement_of_decree(decree_id) if found.kind == "reinstatement" else None
    if given_back is not None:
        note_people_of(request, [given_back.participant_id])
    proposal = None
    if found.kind == "revocation":
        proposal = find_proposal(decree_id, after=after_of(request), limit=PAGE_ROWS + 1)
    proposed, next_href = ([], "") if proposal is None else page_of(request, proposal.people, "participant_id")
    if typed is not None:  # This page stands at the form's address; the next one does not.
        next_href = next_href.replace(request.path, reverse("decree", args=[decree_id]), 1)
    note_people_of(request, [one.participant_id for one in proposed])
    can_decide = (
        found.state == "prepared"
        and (given_back is None or given_back.state == "prepared")
        and may(user.role, Permission.APPROVE_DECREES)
        and at_work is None
    )
    return show(
        request,
        "office/decree",
        decree=found,
        approved=moment_cell(found.approved_at),
        can_decide=can_decide,
        is_maker=found.maker == actor_of(user),
        given_back=given_back,
        proposal=proposal,
        proposed=proposed_table(proposed, next_href, is_decided=found.state != "prepared"),
        taking_off=replace(typed or TakingOff([]), choices=removable(proposed)),
        here=request.GET.urlencode(),
        waits_for=None
        if given_back is None or given_back.waits_for is None
        else refusal(ReinstatementCode(given_back.waits_for)),
        at_work=at_work,
        refused=last_refusal(acts) if found.state == "prepared" else "",
        events=event_table(list_events_of(decree_id), linked=False),
        status=200 if typed is None else 422,
    )


def _decree(decree_id: UUID) -> queries.OfficeDecree:
    try:
        return queries.get_decree(decree_id)
    except LookupError:
        raise Http404 from None


def _approvals(found: queries.OfficeDecree) -> list[OfficeAct]:
    if found.wave_id is None:
        return []
    return [act for act in list_acts(found.wave_id) if act.decree_id == found.decree_id]


@requires(Permission.APPROVE_DECREES)
@require_http_methods(["POST"])
def approve_decree(request: HttpRequest, decree_id: UUID) -> HttpResponse:
    """The second signature under a decree: an appointment makes participants and cards, a revocation takes back.

    An appointment is carried out by the worker, as whoever signed; the others at once.
    """
    found = _decree(decree_id)
    done = _("Approved. What it did stands in the audit trail below.")
    if found.kind == "revocation":
        code: Code = revoke_participants(context_of(request), decree_id).code
    elif found.kind == "reinstatement":
        code = approve_reinstatement(context_of(request), decree_id).code
    else:
        code, done = _ask(request, found), _("Signed. It is at work now; you can leave this page.")
    if code in _WAITS:
        text = _("Signed. %(why)s It is tried again every hour, until the day on this page.") % {"why": refusal(code)}
        return back_with(request, text, "decree", decree_id)
    if code.is_refusal:
        return back_with(request, refusal(code), "decree", decree_id, good=False)
    return back_with(request, done, "decree", decree_id)


def _ask(request: HttpRequest, found: queries.OfficeDecree) -> Code:
    """What can be told at once is told at once; the operation decides again."""
    context = context_of(request)
    if found.wave_id is None or found.state != "prepared":
        return DecreeCode.ALREADY_DECIDED
    if found.maker == context.actor:
        return DecreeCode.SAME_PERSON
    return ask_for_act(context, found.wave_id, "approve", decree_id=found.decree_id).code


@requires(Permission.APPROVE_DECREES)
@require_http_methods(["POST"])
def refuse_decree(request: HttpRequest, decree_id: UUID) -> HttpResponse:
    """The second person says no, with a reason; another one can be prepared."""
    found = _decree(decree_id)
    reason = request.POST.get("reason", "").strip()[:_REASON_LENGTH_MAX]
    if not reason:
        return back_with(request, _("Write the reason: it stays on record."), "decree", decree_id, good=False)
    context = context_of(request)
    if found.kind == "revocation":
        code: Code = decline_revocation(context, decree_id, reason=reason).code
    elif found.kind == "reinstatement":
        code = reject_reinstatement(context, decree_id, reason=reason).code
    else:
        code = reject_decree(context, decree_id, reason=reason).code
    if code.is_refusal:
        return back_with(request, refusal(code), "decree", decree_id, good=False)
    if found.kind == "revocation":
        return back_with(request, _("Not signed. Everybody on it keeps place and money."), "decree", decree_id)
    return back_with(request, _("Not signed. Another one can be prepared."), "decree", decree_id)


@requires(Permission.APPROVE_DECREES)
@require_http_methods(["POST"])
def take_off_decree(request: HttpRequest, decree_id: UUID) -> HttpResponse:
    """The second person takes single people off a revocation, with a reason; the rest can still be signed."""
    found = _decree(decree_id)
    if found.kind != "revocation":
        raise Http404
    ticked = frozenset(request.POST.getlist("participant")[: PAGE_ROWS + 1])
    reason = request.POST.get("off_reason", "").strip()[:_REASON_LENGTH_MAX]
    errors = {}
    if not ticked:
        errors["participant"] = _("Tick whom you take off.")
    if not reason:
        errors["off_reason"] = _("Write the reason: it stays on record.")
    if errors:
        return _decree_page(request, decree_id, TakingOff([], ticked, reason, errors))
    try:
        chosen = sorted(UUID(one) for one in ticked)
    except ValueError:
        raise Http404 from None
    codes = take_off_revocation(context_of(request), decree_id, chosen, reason=reason)
    taken = codes.count(RemovalCode.OK)
    refused = next((code for code in codes if code.is_refusal), None)
    if not taken and refused is not None:
        return back_with(request, refusal(refused), "decree", decree_id, good=False)
    text = _("People taken off the decree: %(taken)s.") % {"taken": formats.count(taken)}
    here = request.GET.urlencode()
    return back_with(request, text, reverse("decree", args=[decree_id]) + (f"?{here}" if here else ""))
