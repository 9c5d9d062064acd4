"""Reads of courses, their prices, classes and listings: frozen values, ordered by a unique key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.catalogue.models import Course, CoursePrice, Listing, Schedule, Session
from prakerja.catalogue.states import CourseState, ScheduleState
from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class CourseView:
    """A course; `code` from its approval on."""

    id: UUID
    code: str | None
    institution_id: UUID
    title: str
    description: str
    mode: str
    training_type: int
    hours: int
    price_idr: int
    comparison_price_idr: int
    age_min: int
    age_max: int | None
    minimum_education: str | None
    state: CourseState
    regime_version: str
    sample: bool
    subject: str
    skkni_code: str | None
    own_code: str | None
    free_elsewhere: bool
    bundle: bool
    region_code: str
    proposed_at: datetime
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """A class with what a reader needs of its course."""

    id: UUID
    code: str
    course_id: UUID
    course_code: str
    title: str
    institution_id: UUID
    mode: str
    training_type: int
    price_idr: int
    seats: int
    starts_at: datetime
    ends_at: datetime
    sells_until_at: datetime
    state: ScheduleState
    place: str
    province_code: str | None
    regime_version: str
    sample: bool


@dataclass(frozen=True, slots=True)
class SessionView:
    """One meeting of a class; for a self-paced course its whole period."""

    id: UUID
    schedule_id: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime


def find_schedule_by_code(code: str) -> ScheduleView | None:
    """A class by its `schedule_code`. One statement."""
    found = Schedule.objects.select_related("course").filter(code=code).first()
    return _schedule(found) if found else None


def get_schedule_by_code(code: str) -> ScheduleView:
    """A class by its `schedule_code`.

    Raises:
        LookupError: there is none.
    """
    found = find_schedule_by_code(code)
    if found is None:
        raise LookupError(f"no schedule {code!r}")
    return found


def get_schedules(schedule_ids: Iterable[UUID]) -> dict[UUID, ScheduleView]:
    """Classes by id; ids that do not exist are left out. One statement."""
    rows = Schedule.objects.select_related("course").filter(id__in=list(schedule_ids)).order_by("id")
    return {one.id: _schedule(one) for one in rows}


def list_schedules_of_institution(
    institution_id: UUID, *, states: Sequence[ScheduleState] | None = None
) -> list[ScheduleView]:
    """An institution's classes by start and id. One statement."""
    rows = Schedule.objects.select_related("course").filter(institution_id=institution_id)
    if states is not None:
        rows = rows.filter(state__in=[state.value for state in states])
    return [_schedule(one) for one in rows.order_by("starts_at", "id")]


def list_sessions(schedule_ids: Iterable[UUID]) -> dict[UUID, list[SessionView]]:
    """The sessions of each class in their sequence; every id asked for has a list. One statement."""
    found: dict[UUID, list[SessionView]] = {schedule_id: [] for schedule_id in schedule_ids}
    for one in Session.objects.filter(schedule_id__in=list(found)).order_by("schedule_id", "sequence"):
        found[one.schedule_id].append(SessionView(one.id, one.schedule_id, one.sequence, one.starts_at, one.ends_at))
    return found


def seats_left(schedule_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The seats that all lanes together have left, for each class asked for. One statement."""
    wanted = list(schedule_ids)
    found = db.rows(
        """
        SELECT schedule_id, sum(seats_left)::integer
        FROM seat_allotments
        WHERE schedule_id = ANY (%s)
        GROUP BY schedule_id
        ORDER BY schedule_id
        """,
        [wanted],
    )
    return {**dict.fromkeys(wanted, 0), **dict(found)}


def find_course_by_code(code: str) -> CourseView | None:
    """A course by its `course_code`. One statement."""
    found = Course.objects.filter(code=code).first()
    return _course(found) if found else None


def get_course(course_id: UUID) -> CourseView:
    """A course by its id.

    Raises:
        LookupError: there is none.
    """
    found = Course.objects.filter(id=course_id).first()
    if found is None:
        raise LookupError(f"no course {course_id}")
    return _course(found)


def list_courses(
    *, institution_id: UUID | None = None, states: Sequence[CourseState] | None = None
) -> list[CourseView]:
    """Courses of an institution or of all, in the order of their proposal. One statement."""
    rows = Course.objects.order_by("id")
    if institution_id is not None:
        rows = rows.filter(institution_id=institution_id)
    if states is not None:
        rows = rows.filter(state__in=[state.value for state in states])
    return [_course(one) for one in rows]


@dataclass(frozen=True, slots=True)
class ListingView:
    """A course on a platform; `own_entity` is reported (PLAT-02)."""

    id: UUID
    platform_id: UUID
    course_id: UUID
    institution_id: UUID
    own_entity: bool
    listed_from: datetime
    listed_until: datetime | None


def list_listings(
    *, platform_id: UUID | None = None, institution_id: UUID | None = None, live: bool = True
) -> list[ListingView]:
    """Listings of a platform, an institution or all, in the order in which they began. One statement."""
    rows = Listing.objects.order_by("id")
    if platform_id is not None:
        rows = rows.filter(platform_id=platform_id)
    if institution_id is not None:
        rows = rows.filter(institution_id=institution_id)
    if live:
        rows = rows.filter(listed_until__isnull=True)
    return [
        ListingView(
            one.id,
            one.platform_id,
            one.course_id,
            one.institution_id,
            one.own_entity,
            one.listed_from,
            one.listed_until,
        )
        for one in rows
    ]


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price that a course had from a moment on."""

    price_idr: int
    comparison_price_idr: int
    priced_at: datetime
    actor: str


def list_prices(course_id: UUID) -> list[PriceRow]:
    """A course's prices, the oldest first. One statement."""
    rows = CoursePrice.objects.filter(course_id=course_id).order_by("priced_at", "id")
    return [PriceRow(one.price_idr, one.comparison_price_idr, one.priced_at, one.actor) for one in rows]


def _course(course: Course) -> CourseView:
    return CourseView(
        course.id,
        course.code,
        course.institution_id,
        course.title,
        course.description,
        course.mode,
        course.training_type,
        course.hours,
        course.price_idr,
        course.comparison_price_idr,
        course.age_min,
        course.age_max,
        course.minimum_education,
        CourseState(course.state),
        course.regime_version,
        course.sample,
        course.subject,
        course.skkni_code,
        course.own_code,
        course.free_elsewhere,
        course.bundle,
        course.region_code,
        course.proposed_at,
        course.approved_at,
    )


def _schedule(schedule: Schedule) -> ScheduleView:
    return ScheduleView(
        schedule.id,
        schedule.code,
        schedule.course_id,
        schedule.course.code or "",
        schedule.course.title,
        schedule.institution_id,
        schedule.mode,
        schedule.course.training_type,
        schedule.price_idr,
        schedule.seats,
        schedule.starts_at,
        schedule.ends_at,
        schedule.sells_until_at,
        ScheduleState(schedule.state),
        schedule.place,
        schedule.province_code,
        schedule.regime_version,
        schedule.sample,
    )
