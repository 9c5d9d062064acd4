"""What holds when the beacon never speaks: the office names keepers and their deadlines, and sees where they are."""

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.kit.clock import JAKARTA
from prakerja.oversight.queries import waves as queries
from prakerja.selection.operations import (
    FallbackPlan,
    KeeperRequest,
    add_seal_keepers,
    drop_fallback,
    name_fallback,
)
from prakerja.selection.operations.fallbacks import BEFORE_COMMITMENT
from prakerja.selection.queries import KeeperView, find_draw, find_fallback, list_keepers
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of
from prakerja.web.office.wave_plans import Fault
from prakerja.web.refusals import refusal
from prakerja.web.seals_shown import opens_at_of, own_until_of, seat_table, seed_table
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.visitors import user_of

_FIELDS = {"unfair_threshold": "threshold", "keeper_not_found": "keepers", "deadlines_not_possible": "seal_until"}


@requires(Permission.SEE_PROGRAMME)
def wave_fallback(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """The fallback of a wave: keepers, deadlines, what happens when somebody withholds, what was opened."""
    wave, fallback, draw = _wave(wave_id), find_fallback(wave_id), find_draw(wave_id)
    may_act = may(user_of(request).role, Permission.MANAGE_WAVES) and wave.state in BEFORE_COMMITMENT
    is_committed = fallback is not None and draw is not None
    return show(
        request,
        "office/fallback",
        wave=wave,
        fallback=fallback,
        seats=seat_table(fallback) if fallback is not None else None,
        seeds=seed_table(fallback, draw) if fallback is not None and draw is not None else None,
        opens_at=opens_at_of(draw) if is_committed and draw is not None else None,
        own_until=own_until_of(draw) if is_committed and draw is not None else None,
        can_name=may_act and fallback is None,
        can_drop=may_act and fallback is not None,
    )


def _wave(wave_id: UUID) -> queries.OfficeWave:
    try:
        return queries.get_wave(wave_id)
    except LookupError:
        raise Http404 from None


@requires(Permission.MANAGE_WAVES)
@require_http_methods(["GET", "POST"])
def plan_fallback(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """Choose keepers, threshold and deadlines."""
    wave = _wave(wave_id)
    if request.method == "GET":
        return _plan_page(request, wave, None)
    plan = _read_plan(_typed(request), request.POST.getlist("keepers"), list_keepers())
    if isinstance(plan, Fault):
        return _plan_page(request, wave, plan)
    code = name_fallback(context_of(request), wave_id, plan)
    if code.is_refusal and code.value in _FIELDS:
        return _plan_page(request, wave, Fault(_FIELDS[code.value], str(refusal(code))))
    if code.is_refusal:
        return back_with(request, refusal(code), "wave_fallback", wave_id, good=False)
    return back_with(
        request,
        _("The fallback is named. The keepers see it on their pages; the list is committed when all have confirmed."),
        "wave_fallback",
        wave_id,
    )


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip() for name in ("threshold", "seal_until", "confirm_until")}


def _plan_page(request: HttpRequest, wave: queries.OfficeWave, fault: Fault | None) -> HttpResponse:
    return show(
        request,
        "office/plan_fallback",
        status=422 if fault else 200,
        fault=fault,
        wave=wave,
        keepers=list_keepers(),
        typed=_typed(request),
        chosen=request.POST.getlist("keepers"),
    )


def _read_plan(typed: dict[str, str], chosen: list[str], keepers: list[KeeperView]) -> FallbackPlan | Fault:
    by_code = {one.code: one.keeper_id for one in keepers}
    if any(code not in by_code for code in chosen):
        return Fault("keepers", _("One of these keepers is not on record."))
    if not typed["threshold"].isdecimal():
        return Fault("threshold", _("The threshold is a whole number."))
    moments = {}
    for name in ("seal_until", "confirm_until"):
        try:
            moments[name] = datetime.fromisoformat(typed[name]).replace(tzinfo=JAKARTA)
        except ValueError:
            return Fault(name, _("Type the day with its hour, for example 2020-07-13T08:00."))
    keeper_ids = tuple(by_code[code] for code in chosen)
    return FallbackPlan(keeper_ids, int(typed["threshold"]), moments["seal_until"], moments["confirm_until"])


@requires(Permission.MANAGE_WAVES)
@require_http_methods(["POST"])
def give_up_fallback(request: HttpRequest, wave_id: UUID) -> HttpResponse:
    """Drop a fallback that does not come about, with its reason."""
    code = drop_fallback(context_of(request), wave_id, reason=request.POST.get("reason", ""))
    if code.value == "wave_not_found":
        raise Http404
    if code.is_refusal:
        return back_with(request, refusal(code), "wave_fallback", wave_id, good=False)
    return back_with(request, _("The fallback is dropped. Another one can be named."), "wave_fallback", wave_id)


@requires(Permission.MANAGE_WAVES)
@require_http_methods(["GET", "POST"])
def seal_keepers(request: HttpRequest) -> HttpResponse:
    """Bodies outside of the programme that may keep sealed seeds; a POST puts one on record."""
    typed = {name: request.POST.get(name, "").strip() for name in ("code", "name")}
    if request.method == "POST":
        (result,) = add_seal_keepers(context_of(request), [KeeperRequest(typed["code"], typed["name"])])
        if not result.code.is_refusal:
            return back_with(request, _("The keeper is on record."), "seal_keepers")
        field = "name" if result.code.value == "name_missing" else "code"
        fault = Fault(field, str(refusal(result.code)))
        return show(request, "office/seal_keepers", table=_keeper_table(), typed=typed, fault=fault, status=422)
    return show(request, "office/seal_keepers", table=_keeper_table(), typed=typed, fault=None)


def _keeper_table() -> Table:
    return make_table(
        _("Keepers of sealed seeds"),
        (
            Column[KeeperView](_("Code"), lambda one: Cell(one.code, code=True)),
            Column[KeeperView](_("Name"), lambda one: one.name),
        ),
        list_keepers(),
        empty=_("Nobody is on record yet. Three bodies that nobody believes to act together are the least."),
    )
