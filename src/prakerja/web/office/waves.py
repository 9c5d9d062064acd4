"""Waves and their draw in four acts: the office opens, closes, commits, reveals, or voids before the reveal.

What takes long is asked for here and carried out by the worker; the page shows how far it is and can be left.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.audit.queries import list_events_of
from prakerja.kit.refusals import Code
from prakerja.oversight.queries import waves as queries
from prakerja.selection.operations import ask_for_act, open_wave, void_wave
from prakerja.selection.queries import find_fallback
from prakerja.selection.states import WAVE_TRANSITIONS
from prakerja.web import formats, words
from prakerja.web.acts_shown import act_at_work, act_table, last_refusal
from prakerja.web.answers import back_with, csv_file, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.office.views import event_table
from prakerja.web.refusals import refusal
from prakerja.web.shown import filter_of, number_after_of, page_of, regime_name, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.visitors import user_of

_NOTICE_HOURS_MAX: Final = 30 * 24
_VOIDABLE: Final = frozenset(state for state, after in WAVE_TRANSITIONS.items() if "void" in after)


@dataclass(frozen=True, slots=True)
class Act:
    """What the office can do with a wave in one state: the button, and what it says will happen."""

    name: str
    button: Promise
    warning: Promise


# By the state of the wave.
ACTS: Final[dict[str, Act]] = {
    "planned": Act(
        "open",
        gettext_lazy("Open the wave"),
        gettext_lazy("From now until it closes people can join. It can still be voided, with a reason."),
    ),
    "open": Act(
        "close",
        gettext_lazy("Close the wave"),
        gettext_lazy(
            "Nobody can join any more. Everybody is checked again, and whoever is no longer eligible is dropped, with "
            "the rule. It cannot be undone."
        ),
    ),
    "closed": Act(
        "commit",
        gettext_lazy("Commit the list"),
        gettext_lazy(
            "First act. The list is frozen and published as tokens, and a round of the beacon is named that nobody "
            "knows yet. Nothing can be added or changed afterwards."
        ),
    ),
    "committed": Act(
        "reveal",
        gettext_lazy("Reveal and rank"),
        gettext_lazy(
            "Second to fourth act. The beacon's round makes the seed, the seed the ranks; all is published at once. "
            "There is no second draw."
        ),
    ),
    "drawn": Act(
        "prepare",
        gettext_lazy("Prepare the decree"),
        gettext_lazy(
            "Everybody selected is checked once more and named in a decree. Nothing is reserved before a second person "
            "has approved it."
        ),
    ),
}
_ASKED: Final = frozenset({"close", "commit", "reveal", "prepare"})


@requires(Permission.SEE_PROGRAMME)
def waves(request: HttpRequest) -> HttpResponse:
    """Waves with places, joined and selected, the newest first. `?state=` narrows, `?after=` turns the page."""
    state = filter_of(request, "state", WAVE_TRANSITIONS)
    rows, next_href = page_of(request, queries.list_waves(state=state, after=number_after_of(request)), "number")
    return show(
        request,
        "office/waves",
        table=_wave_table(rows, next_href),
        states=[(code, words.word("wave_state", code).text) for code in WAVE_TRANSITIONS],
        state=state or "",
        can_plan=may(user_of(request).role, Permission.MANAGE_WAVES),
    )


def _wave_table(rows: list[queries.OfficeWave], next_href: str) -> Table:
    return make_table(
        _("Waves"),
        (
            Column[queries.OfficeWave](
                _("Wave"), lambda row: Cell(str(row.number), href=reverse("wave", args=[row.wave_id]))
            ),
            Column[queries.OfficeWave](_("Scheme"), lambda row: regime_name(row.regime_code)),
            Column[queries.OfficeWave](_("State"), lambda row: state_cell("wave_state", row.state)),
            Column[queries.OfficeWave](_("Who must act"), lambda row: words.word("wave_state", row.state).who_acts),
            Column[queries.OfficeWave](_("Opens"), lambda row: formats.day(row.opens_at)),
            Column[queries.OfficeWave](_("Closes"), lambda row: formats.day(row.closes_at)),
            Column[queries.OfficeWave](_("Places"), lambda row: formats.count(row.places), number=True),
            Column[queries.OfficeWave](_("Joined"), lambda row: formats.count(row.joined), number=True),
            Column[queries.OfficeWave](_("Selected"), lambda row: formats.count(row.selected), number=True),
        ),
        rows,
        empty=_("There is no such wave yet."),
        next_href=next_href,
    )


@requires(Permission.SEE_PROGRAMME)
def waves_csv(request: HttpRequest) -> HttpResponse:
    """All waves of the filter as a file."""
    state = filter_of(request, "state", WAVE_TRANSITIONS)
    return csv_file(
        "gelombang",
        ("gelombang", "skema", "status", "dibuka", "ditutup", "tempat", "bergabung", "terpilih"),
        (
            (
                row.number,
                row.regime_code,
                row.state,
                row.opens_at.isoformat(),
                row.closes_at.isoformat(),
                row.places,
                row.joined,
                row.selected,
            )
            for row in queries.list_waves(state=state, limit=10_000)
        ),
    )


@requires(Permission.SEE_PROGRAMME)
def wave(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """A wave: what can be done now and what it does, what is at work, the draw with its results, the events."""
    try:
        found = queries.get_wave(wave_id)
    except LookupError:
        raise Http404 from None
    may_act = may(user_of(request).role, Permission.MANAGE_WAVES)
    draw = queries.find_draw(wave_id)
    waits_until = _waits_until(found, draw, now_of(request))
    acts = queries.list_acts(wave_id)
    at_work = act_at_work(acts)
    fallback = find_fallback(wave_id)
    return show(
        request,
        "office/wave",
        wave=found,
        regime=regime_name(found.regime_code),
        draw=draw,
        act=ACTS.get(found.state) if may_act and waits_until is None and at_work is None else None,
        at_work=at_work,
        refused=last_refusal(acts),
        waits_until=waits_until,
        waits_for_keepers=found.state == "closed" and fallback is not None and not fallback.is_confirmed,
        fallback=fallback,
        can_void=may_act and found.state in _VOIDABLE and not _has_spoken(draw, request) and at_work is None,
        strata=_strata_table(wave_id),
        acts=act_table(acts),
        events=event_table(list_events_of(wave_id), linked=False),
    )


def _waits_until(found: queries.OfficeWave, draw: queries.WaveDraw | None, now: datetime) -> datetime | None:
    """The moment that the next act waits for, if it is still to come."""
    moments = {"planned": found.opens_at, "open": found.closes_at, "committed": draw.beacon_at if draw else None}
    moment = moments.get(found.state)
    return moment if moment is not None and now < moment else None


def _has_spoken(draw: queries.WaveDraw | None, request: HttpRequest) -> bool:
    return draw is not None and draw.beacon_at <= now_of(request)


def _strata_table(wave_id: UUID) -> Table:
    return make_table(
        _("Results of the draw"),
        (
            Column[queries.DrawStratum](_("Channel"), lambda row: words.word("channel", row.channel).text),
            Column[queries.DrawStratum](_("Province"), lambda row: row.province_name or _("all provinces")),
            Column[queries.DrawStratum](_("Priority class"), lambda row: str(row.priority_class), number=True),
            Column[queries.DrawStratum](_("Applicants"), lambda row: formats.count(row.applicants), number=True),
            Column[queries.DrawStratum](_("Selected"), lambda row: formats.count(row.selected), number=True),
            Column[queries.DrawStratum](
                _("Last rank selected"),
                lambda row: "–" if row.cut_off_rank is None else formats.count(row.cut_off_rank),
                number=True,
            ),
        ),
        queries.list_draw_strata(wave_id),
        empty=_("The draw has not been held yet. First its list is committed, then the randomness comes."),
    )


@requires(Permission.MANAGE_WAVES)
@require_http_methods(["POST"])
def wave_act(request: HttpRequest, wave_id: UUID, name: str) -> HttpResponse:
    """One act on a wave. Of two officers at once the second one is told that it was done or asked for already."""
    context = context_of(request)
    asked_by = None
    if name == "void":
        reason = request.POST.get("reason", "").strip()
        if not reason:
            return back_with(
                request, _("Write the reason: it stays on record and is published."), "wave", wave_id, good=False
            )
        code: Code = void_wave(context, wave_id, reason=reason).code
        done = _("The wave is void. It stays on record with its reason.")
    elif name == "open":
        code, done = open_wave(context, wave_id).code, _("The wave is open.")
    elif name in _ASKED:
        text = request.POST.get("notice_hours", "")
        hours = min(int(text), _NOTICE_HOURS_MAX) if text.isdecimal() else 0
        result = ask_for_act(context, wave_id, name, notice_hours=hours)
        code, asked_by = result.code, result.asked_by
        done = _("Asked for. It is at work now; you can leave this page and come back.")
    else:
        raise Http404
    if code.value == "wave_not_found":
        raise Http404
    if code.is_refusal:
        first = " " + _("It was asked for by %(who)s.") % {"who": asked_by} if asked_by else ""
        return back_with(request, refusal(code) + first, "wave", wave_id, good=False)
    return back_with(request, done, "wave", wave_id)
