"""Planning a wave: its days, and its places per channel and province."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.kit.clock import JAKARTA
from prakerja.oversight.queries.waves import latest_wave_number
from prakerja.programme.queries import get_regime_book
from prakerja.selection.operations import WavePlan, plan_waves
from prakerja.selection.rules import CHANNELS, Quota
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of
from prakerja.web.refusals import refusal

# Where the sentence about a refused plan stands.
_FIELDS: Final = {
    "wave_has_no_places": "digital",
    "province_quotas_not_allowed": "provinces",
    "more_than_the_programme_has": "digital",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A field that is wrong, and how to mend it."""

    field: str
    sentence: str


@requires(Permission.MANAGE_WAVES)
@require_http_methods(["GET", "POST"])
def plan_wave(request: HttpRequest) -> HttpResponse:
    """Announce a wave: days, places per channel and, where the rules allow it, per province (SELECT-02)."""
    context = context_of(request)
    typed = {name: request.POST.get(name, "").strip() for name in ("number", "opens", "closes", *CHANNELS, "provinces")}
    if request.method == "GET":
        typed["number"] = str(latest_wave_number() + 1)
        return show(request, "office/plan_wave", typed=typed, fault=None)
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
