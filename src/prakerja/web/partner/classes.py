"""Classes of a course are opened, and get more seats or fewer."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.catalogue.models import SELF_PACED
from prakerja.catalogue.operations import ScheduleRequest, SeatChange, change_seats, open_schedules
from prakerja.catalogue.rules import SessionTimes
from prakerja.kit.clock import JAKARTA
from prakerja.oversight.queries import partner_classes
from prakerja.oversight.queries.catalogue import CoursePage, list_choices
from prakerja.programme.queries import get_regime_book, list_provinces
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of
from prakerja.web.fields import Field
from prakerja.web.partner import shared
from prakerja.web.partner.courses import course_of
from prakerja.web.refusals import refusal

_NAMES: Final = ("first_day", "days", "from", "until", "seats", "trainers", "place", "province")
_DAYS_MAX: Final = 366
_NUMBER_MAX: Final = 9_999


@requires(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "POST"])
def open_class(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Open a class: so many days in a row at the same hours; a self-paced one is one period."""
    course = course_of(request, course_id)
    typed = {name: request.POST.get(name, "").strip() for name in _NAMES}
    if request.method == "GET":
        return _class_form(request, course, {**typed, "days": "1", "trainers": "1"}, {})
    sessions, errors = _sessions(course, typed)
    seats, trainers = _number(typed["seats"]), _number(typed["trainers"])
    if seats is None:
        errors["seats"] = _("Write a number.")
    if trainers is None:
        errors["trainers"] = _("Write a number.")
    if errors or seats is None or trainers is None:
        return _class_form(request, course, typed, errors)
    context = context_of(request)
    (result,) = open_schedules(
        context,
        [
            ScheduleRequest(
                course_id=course_id,
                sessions=sessions,
                seats=seats,
                trainers=trainers,
                place=typed["place"][:200],
                province_code=typed["province"] or None if course.mode == "offline" else None,
                sample=course.sample,
            )
        ],
        regime=get_regime_book().on(context.today),
    )
    if result.code.is_refusal:
        return _class_form(request, course, typed, {"first_day": refusal(result.code)})
    return back_with(
        request, _("The class is open: %(code)s.") % {"code": result.schedule_code}, "own_course", course_id
    )


@requires(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "POST"])
def seats(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """Change the seats of a class, never below those that are sold."""
    try:
        found = partner_classes.get_class(shared.partner_id_of(request), schedule_id)
    except LookupError:
        raise Http404 from None
    typed = {"seats": str(found.seats), "trainers": "1"}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip() for name in typed}
        number, trainers = _number(typed["seats"]), _number(typed["trainers"])
        if number is None or trainers is None:
            errors["seats" if number is None else "trainers"] = _("Write a number.")
        else:
            context = context_of(request)
            change = SeatChange(schedule_id=schedule_id, seats=number, trainers=trainers)
            (result,) = change_seats(context, [change], regime=get_regime_book().on(context.today))
            if not result.code.is_refusal:
                return back_with(
                    request, _("The class has %(seats)s seats now.") % {"seats": number}, "class", schedule_id
                )
            errors["seats"] = refusal(result.code)
    return show(
        request,
        "partner/form",
        status=422 if errors else 200,
        heading=_("Change the seats"),
        text=_("%(title)s: %(sold)s of %(seats)s seats are sold.")
        % {"title": found.course_title, "sold": found.sold, "seats": found.seats},
        fields=[
            Field(
                "seats", _("Seats"), typed["seats"], error=errors.get("seats", ""), inputmode="numeric", length_max=5
            ),
            Field(
                "trainers",
                _("Trainers"),
                typed["trainers"],
                error=errors.get("trainers", ""),
                inputmode="numeric",
                length_max=4,
            ),
        ],
        button=_("Change the seats"),
        back=reverse("class", args=[schedule_id]),
        back_text=found.code,
    )


def _sessions(course: CoursePage, typed: Mapping[str, str]) -> tuple[list[SessionTimes], dict[str, str]]:
    """The sessions that a form describes, in the time of the class's place, or what is wrong with it."""
    errors: dict[str, str] = {}
    try:
        first = date.fromisoformat(typed["first_day"])
    except ValueError:
        errors["first_day"] = _("Write the day as 2020-12-31.")
    hours = []
    for name in ("from", "until"):
        try:
            hours.append(time.fromisoformat(typed[name].replace(".", ":")))
        except ValueError:
            errors[name] = _("Write the hour as 09:00.")
    days = _number(typed["days"])
    if days is None or not 0 < days <= _DAYS_MAX:
        errors["days"] = _("Write a number.")
    if errors or days is None:
        return [], errors
    zones = {province.code: ZoneInfo(province.time_zone) for province in list_provinces()}
    zone = zones.get(typed["province"], JAKARTA) if course.mode == "offline" else JAKARTA

    def at(day: date, hour: time) -> datetime:
        return datetime.combine(day, hour.replace(tzinfo=None), zone)

    if course.training_type == SELF_PACED:
        return [SessionTimes(at(first, hours[0]), at(first + timedelta(days=days - 1), hours[1]))], {}
    each = [first + timedelta(days=extra) for extra in range(days)]
    return [SessionTimes(at(day, hours[0]), at(day, hours[1])) for day in each], {}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= _NUMBER_MAX else None  # noqa: PLR2004


def _class_form(
    request: HttpRequest, course: CoursePage, typed: Mapping[str, str], errors: Mapping[str, str]
) -> HttpResponse:
    def field(name: str, label: str, **more: str | int) -> Field:
        return Field(name, label, typed[name], error=errors.get(name, ""), **more)  # type: ignore[arg-type]

    place = []
    if course.mode == "offline":
        provinces, _platforms = list_choices()
        chosen = Field("province", _("Province"), typed["province"], options=tuple(provinces), select=True)
        place = [field("place", _("Place")), chosen]
    return show(
        request,
        "partner/form",
        status=422 if errors else 200,
        heading=_("Open a class"),
        text=_("%(title)s. The hours are those of the class's place.") % {"title": course.title},
        fields=[
            field("first_day", _("First day"), kind="date", length_max=10),
            field("days", _("Days in a row"), inputmode="numeric", length_max=3),
            field("from", _("From (hour)"), kind="time", length_max=5),
            field("until", _("Until (hour)"), kind="time", length_max=5),
            field("seats", _("Seats"), inputmode="numeric", length_max=5),
            field("trainers", _("Trainers"), inputmode="numeric", length_max=4),
            *place,
        ],
        button=_("Open the class"),
        back=reverse("own_course", args=[course.id]),
        back_text=course.title,
    )
