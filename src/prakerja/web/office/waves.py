"""Waves and their draw in four acts: the office plans, opens, closes, commits, reveals, or voids before the reveal."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from prakerja.kit.clock import JAKARTA
from prakerja.kit.context import Context
from prakerja.kit.refusals import Code
from prakerja.oversight.queries import office as queries
from prakerja.programme.queries import get_regime_book
from prakerja.selection.beacon import beacon_of_deployment
from prakerja.selection.operations import (
    WavePlan,
    close_wave,
    commit_draw,
    open_wave,
    plan_waves,
    prepare_decree,
    reveal_draw,
    void_wave,
)
from prakerja.selection.rules import CHANNELS, Quota
from prakerja.web import formats, words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.office.views import event_table
from prakerja.web.refusals import refusal
from prakerja.web.shown import regime_name, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.visitors import user_of

_NOTICE_HOURS_MAX: Final = 30 * 24
# Where the sentence about a refused plan stands.
_FIELDS: Final = {"wave_has_no_places": "digital", "province_quotas_not_allowed": "provinces"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A field that is wrong, and how to mend it."""

    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Act:
    """What the office can do with a wave in one state: the operation, the button, and what it says will happen."""

    act: Callable[[Context, UUID, HttpRequest], Code]
    state: str
    button: Promise
    warning: Promise
    done: Promise


def _commit(context: Context, wave_id: UUID, request: HttpRequest) -> Code:
    text = request.POST.get("notice_hours", "")
    hours = min(int(text), _NOTICE_HOURS_MAX) if text.isdecimal() else 0
    regime = get_regime_book().on(context.today)
    return commit_draw(context, wave_id, regime, beacon_of_deployment(), notice=timedelta(hours=hours)).code


ACTS: Final[dict[str, Act]] = {
    "open": Act(
        lambda context, wave_id, _request: open_wave(context, wave_id).code,
        "planned",
        gettext_lazy("Open the wave"),
        gettext_lazy("From now until it closes people can join. It can still be voided, with a reason."),
        gettext_lazy("The wave is open."),
    ),
    "close": Act(
        lambda context, wave_id, _request: close_wave(context, wave_id).code,
        "open",
        gettext_lazy("Close the wave"),
        gettext_lazy(
            "Nobody can join any more. Everybody is checked again, and whoever is no longer eligible is dropped, with "
            "the rule. It cannot be undone."
        ),
        gettext_lazy("The wave is closed, and everybody was checked again."),
    ),
    "commit": Act(
        _commit,
        "closed",
        gettext_lazy("Commit the list"),
        gettext_lazy(
            "First act. The list is frozen and published as tokens, and a round of the beacon is named that nobody "
            "knows yet. Nothing can be added or changed afterwards."
        ),
        gettext_lazy("The list is committed and published."),
    ),
    "reveal": Act(
        lambda context, wave_id, _request: reveal_draw(context, wave_id, beacon_of_deployment()).code,
        "committed",
        gettext_lazy("Reveal and rank"),
        gettext_lazy(
            "Second to fourth act. The beacon's round makes the seed, the seed the ranks; all is published at once. "
            "There is no second draw."
        ),
        gettext_lazy("The draw has been held. Anybody can verify it."),
    ),
    "prepare": Act(
        lambda context, wave_id, _request: prepare_decree(context, wave_id, get_regime_book().on(context.today)).code,
        "drawn",
        gettext_lazy("Prepare the decree"),
        gettext_lazy(
            "Everybody selected is checked once more and named in a decree. Nothing is reserved before a second person "
            "has approved it."
        ),
        gettext_lazy("The decree is prepared. A second person must approve it."),
    ),
}


@requires(Permission.SEE_PROGRAMME)
def waves(request: HttpRequest) -> HttpResponse:
    """All waves with places, joined and selected."""
    table = make_table(
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
        queries.list_waves(),
        empty=_("No wave has been planned yet."),
    )
    can_plan = may(user_of(request).role, Permission.MANAGE_WAVES)
    return show(request, "office/waves", table=table, can_plan=can_plan)


@requires(Permission.SEE_PROGRAMME)
def wave(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """A wave: what can be done now and what it does, the draw with its results by stratum, the events."""
    try:
        found = queries.get_wave(wave_id)
    except LookupError:
        raise Http404 from None
    may_act = may(user_of(request).role, Permission.MANAGE_WAVES)
    name, act = next(((name, act) for name, act in ACTS.items() if act.state == found.state), ("", None))
    draw = queries.find_draw(wave_id)
    waits_until = _waits_until(found, draw, now_of(request))
    return show(
        request,
        "office/wave",
        wave=found,
        regime=regime_name(found.regime_code),
        draw=draw,
        act=act if may_act and waits_until is None else None,
        act_name=name,
        waits_until=waits_until,
        can_void=may_act
        and found.state in ("planned", "open", "closed", "committed")
        and not _has_spoken(draw, request),
        strata=_strata_table(wave_id),
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
    """One act on a wave. Of two officers at once the second one is told that it was done already."""
    context = context_of(request)
    if name == "void":
        reason = request.POST.get("reason", "").strip()
        if not reason:
            return back_with(
                request, _("Write the reason: it stays on record and is published."), "wave", wave_id, good=False
            )
        code: Code = void_wave(context, wave_id, reason=reason).code
        done = _("The wave is void. It stays on record with its reason.")
    elif name in ACTS:
        code, done = ACTS[name].act(context, wave_id, request), str(ACTS[name].done)
    else:
        raise Http404
    if code.value == "wave_not_found":
        raise Http404
    if code.is_refusal:
        return back_with(request, refusal(code), "wave", wave_id, good=False)
    return back_with(request, done, "wave", wave_id)


@requires(Permission.MANAGE_WAVES)
@require_http_methods(["GET", "POST"])
def plan_wave(request: HttpRequest) -> HttpResponse:
    """Announce a wave: days, places per channel and, where the rules allow it, per province (SELECT-02)."""
    context = context_of(request)
    typed = {name: request.POST.get(name, "").strip() for name in ("number", "opens", "closes", *CHANNELS, "provinces")}
    if request.method == "GET":
        latest = max((row.number for row in queries.list_waves()), default=0)
        return show(request, "office/plan_wave", typed=typed | {"number": str(latest + 1)}, fault=None)
    plan = _read_plan(typed)
    if isinstance(plan, Fault):
        return show(request, "office/plan_wave", typed=typed, fault=plan, status=422)
    (result,) = plan_waves(context, [plan], get_regime_book().on(context.today))
    if result.code.is_refusal or result.wave_id is None:
        fault = Fault(_FIELDS.get(result.code.value, "number"), str(refusal(result.code)))
        return show(request, "office/plan_wave", typed=typed, fault=fault, status=422)
    return back_with(request, _("The wave is planned. It opens at its time, by your hand."), "wave", result.wave_id)


def _read_plan(typed: dict[str, str]) -> WavePlan | Fault:
    """The plan that was typed, or the field that is wrong and how to mend it."""
    moments = {}
    for name in ("opens", "closes"):
        try:
            moments[name] = datetime.fromisoformat(typed[name]).replace(tzinfo=JAKARTA)
        except ValueError:
            return Fault(name, _("Type the day with its hour, for example 2020-07-13T08:00."))
    if moments["closes"] <= moments["opens"]:
        return Fault("closes", _("A wave closes after it opens."))
    for name in ("number", *CHANNELS):
        if not (typed[name] or "0").isdecimal() or (name == "number" and int(typed[name] or 0) < 1):
            return Fault(name, _("The number of a wave and its places are whole numbers."))
    quotas = [Quota(channel, None, int(typed[channel] or 0)) for channel in CHANNELS]
    for line in typed["provinces"].splitlines():
        quota = _quota_of(line)
        if quota is None:
            sentence = _("A line is channel, province, places: for example digital,32,500. This one is not: %(line)s")
            return Fault("provinces", sentence % {"line": line})
        quotas.append(quota)
    if len({(quota.channel, quota.province_code) for quota in quotas}) < len(quotas):
        return Fault("provinces", _("A province stands there twice for one channel."))
    places = tuple(quota for quota in quotas if quota.places)
    return WavePlan(int(typed["number"]), moments["opens"], moments["closes"], places)


def _quota_of(line: str) -> Quota | None:
    found = re.fullmatch(r"\s*(\w+)\s*,\s*([0-9]{2})\s*,\s*([0-9]{1,7})\s*", line)
    if found is None or found[1] not in CHANNELS:
        return None
    return Quota(found[1], found[2], int(found[3]))
