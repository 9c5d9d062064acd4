"""Joining a wave, and what became of it: reason, or own rank and cut-off with the proof."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.kit.clock import jakarta_date
from prakerja.oversight.queries import portal
from prakerja.participants.queries.waiting import find_waiting_applicant
from prakerja.programme.queries import get_regime_book
from prakerja.selection import queries
from prakerja.selection.errors import JoinCode
from prakerja.selection.operations.joinings import Join, join_waves
from prakerja.selection.tokens import receipt_of, wave_key
from prakerja.web import formats, words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.portal.draw_proof import proof_of
from prakerja.web.portal.sign_up_tasks import waiting_words
from prakerja.web.portal.views import person_of
from prakerja.web.refusals import REFUSALS, refusal
from prakerja.web.shown import state_cell
from prakerja.web.strata_shown import class_words
from prakerja.web.tables import Cell, Column, Table, make_table


@requires(Permission.JOIN_WAVE)
def my_waves(request: HttpRequest) -> HttpResponse:
    """Open waves to join, and the outcome of those joined, each leading to its own page."""
    person = person_of(request)
    joinings = portal.list_joinings(lane=person.lane, applicant_id=person.applicant_id)
    why_not = REFUSALS[JoinCode]["already_a_participant" if person.participant_id else "not_eligible"]
    waiting = find_waiting_applicant(person.applicant_id) if person.state == "ready" else None
    return show(
        request,
        "portal/waves",
        open_waves=portal.list_open_waves(now=now_of(request)),
        joined=[joining.wave_id for joining in joinings],
        can_join=person.state == "ready" and person.participant_id is None and waiting is None,
        why_not=why_not if waiting is None else waiting_words(waiting),
        joinings=_joining_table(joinings),
    )


@requires(Permission.JOIN_WAVE)
@require_http_methods(["GET", "POST"])
def join_wave(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """Check the choice, then join a wave for one channel; once. Leads to the receipt."""
    person = person_of(request)
    if request.method == "GET":
        return _check(request, wave_id)
    context = context_of(request)
    (result,) = join_waves(
        context,
        [Join(applicant_id=person.applicant_id, wave_id=wave_id, channel=request.POST.get("channel", ""))],
        get_regime_book().on(context.today),
    )
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "my_waves", good=False)
    return back_with(
        request,
        _("You have joined. Keep the receipt on this page: the list of the draw must honour it."),
        "my_wave",
        wave_id,
    )


def _check(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """What was chosen, before it cannot be changed any more."""
    wave = next((one for one in portal.list_open_waves(now=now_of(request)) if one.wave_id == wave_id), None)
    if wave is None:
        raise Http404
    channel = request.GET.get("channel", "")
    if channel not in wave.channels:
        return back_with(request, _("Choose a card first."), "my_waves", good=False)
    return show(request, "portal/join_wave", wave=wave, channel=channel)


@requires(Permission.JOIN_WAVE)
def my_wave(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """One wave of the person: receipt, own token, rank and cut-off, the proof of the place on the list."""
    person = person_of(request)
    place = queries.find_place_of_applicant(person.lane, person.applicant_id, wave_id)
    if place is None:
        raise Http404
    draw = queries.find_draw(wave_id)
    proof = proof_of(draw, place.token) if draw is not None else None
    return show(
        request,
        "portal/wave",
        place=place,
        outcome="decreed" if place.is_participant else place.outcome,
        # A person's rank stands with the list; whoever was chosen has it beside the joining too.
        rank=proof.rank if proof is not None else place.rank,
        household_is_full=place.outcome == "not_selected"
        and proof is not None
        and queries.household_is_full(person.lane, person.applicant_id, wave_id, recipients=proof.recipients),
        who=class_words(get_regime_book().on(jakarta_date(place.joined_at))).get(place.priority_class, ""),
        receipt=receipt_of(wave_key(wave_id), place.token),
        draw=draw,
        proof=proof,
        can_appeal=place.outcome in ("not_selected", "dropped") and not place.is_participant,
    )


def _joining_table(joinings: list[portal.OwnJoining]) -> Table:
    return make_table(
        _("Waves that you joined"),
        (
            Column[portal.OwnJoining](
                _("Wave"), lambda row: Cell(str(row.wave_number), href=reverse("my_wave", args=[row.wave_id]))
            ),
            Column[portal.OwnJoining](_("Card"), lambda row: words.word("channel", row.channel).text),
            Column[portal.OwnJoining](_("Joined"), lambda row: formats.day(row.joined_at)),
            Column[portal.OwnJoining](_("Outcome"), lambda row: state_cell("joining_outcome", row.outcome)),
            Column[portal.OwnJoining](_("Why"), _why),
        ),
        joinings,
        empty=_("You have not joined any wave yet."),
    )


def _why(row: portal.OwnJoining) -> Cell | str:
    if row.dropped_rule:
        return _("rule %(rule)s") % {"rule": row.dropped_rule}
    if row.outcome == "not_selected":
        return Cell(_("your rank, the cut-off and the proof"), href=reverse("my_wave", args=[row.wave_id]))
    if row.rank is None:
        return _("the draw has not been held")
    if row.cut_off_rank is None:
        return _("rank %(rank)s in class %(number)s") % {"rank": formats.count(row.rank), "number": row.priority_class}
    return _("rank %(rank)s in class %(number)s, the last one selected had rank %(cut_off)s") % {
        "rank": formats.count(row.rank),
        "number": row.priority_class,
        "cut_off": formats.count(row.cut_off_rank),
    }
