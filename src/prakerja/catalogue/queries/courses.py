"""Reads of the catalogue: frozen values, ordered by a unique key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from prakerja.catalogue.models import Course, CoursePrice, Listing, Schedule, Session
from prakerja.catalogue.states import CourseState, ScheduleState
from prakerja.kit import db
from prakerja.kit.clock import jakarta_date


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


@dataclass(frozen=True, slots=True)
class Offer:
    """A class on sale, with the platforms that sell it (by code) and the seats that all lanes have left."""

    schedule_id: UUID
    schedule_code: str
    course_id: UUID
    course_code: str
    title: str
    institution_id: UUID
    institution_name: str
    institution_kind: str
    mode: str
    training_type: int
    hours: int
    price_idr: int
    starts_at: datetime
    ends_at: datetime
    sells_until_at: datetime
    place: str
    province_code: str | None
    seats_left: int
    platform_codes: tuple[str, ...]
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a person looks for; what is None or empty does not count.

    `channel` "regular" sees offline classes only (SCHEME-04). `starts_from`/`starts_until` are legal days, half-open.
    A page begins after `after` = (starts_at, schedule_id) of the last offer seen.
    """

    words: str = ""
    mode: str | None = None
    channel: str | None = None
    province_code: str | None = None
    price_from_idr: int | None = None
    price_max_idr: int | None = None
    platform_id: UUID | None = None
    institution_id: UUID | None = None
    starts_from: date | None = None
    starts_until: date | None = None
    after: tuple[datetime, UUID] | None = None
    limit: int = 20


# What makes an offer: published and selling, approved, of a decreed institution, listed on an active platform under an
# agreement in force today, with a seat left in some lane.
_SEARCH = """
SELECT s.id, s.code, c.id, c.code, c.title, i.id, i.name, i.kind, s.mode, c.training_type, c.hours, s.price_idr,
       s.starts_at, s.ends_at, s.sells_until_at, s.place, s.province_code, left_over.seats, sold_by.codes, s.sample
FROM schedules AS s
JOIN courses AS c ON c.id = s.course_id AND c.state = 'approved'
JOIN institutions AS i ON i.id = s.institution_id AND i.state = 'decreed'
CROSS JOIN LATERAL (
    SELECT coalesce(sum(a.seats_left), 0)::integer AS seats
    FROM seat_allotments AS a
    WHERE a.schedule_id = s.id
) AS left_over
CROSS JOIN LATERAL (
    SELECT array_agg(p.code ORDER BY p.code) AS codes
    FROM listings AS l
    JOIN platforms AS p ON p.id = l.platform_id AND p.state = 'active'
    WHERE l.course_id = c.id
        AND l.listed_from <= %(now)s
        AND (l.listed_until IS NULL OR l.listed_until > %(now)s)
        AND (%(platform_id)s::uuid IS NULL OR p.id = %(platform_id)s)
        AND EXISTS (
            SELECT
            FROM agreements AS g
            WHERE g.platform_id = l.platform_id
                AND g.institution_id = l.institution_id
                AND g.valid_from <= %(today)s
                AND (g.valid_until IS NULL OR g.valid_until > %(today)s)
        )
) AS sold_by
WHERE s.state = 'published'
    AND s.sells_until_at > %(now)s
    AND left_over.seats > 0
    AND sold_by.codes IS NOT NULL
    {conditions}
ORDER BY s.starts_at, s.id
LIMIT %(limit)s
"""

# Only the conditions that were asked for are sent: the planner sees plain comparisons.
_CONDITIONS = {
    "mode": "s.mode = %(mode)s",
    "province_code": "s.province_code = %(province_code)s",
    "price_from_idr": "s.price_idr >= %(price_from_idr)s",
    "price_max_idr": "s.price_idr <= %(price_max_idr)s",
    "institution_id": "s.institution_id = %(institution_id)s",
    "starts_from": "(s.starts_at AT TIME ZONE 'Asia/Jakarta')::date >= %(starts_from)s",
    "starts_until": "(s.starts_at AT TIME ZONE 'Asia/Jakarta')::date < %(starts_until)s",
}


def search(wanted: Search, *, now: datetime) -> list[Offer]:
    """Classes that can be bought at a moment, by start and id; at most `limit`. One statement.

    Every word has to be somewhere in title, description or the institution's name.

    Rule: SCHEME-02, SCHEME-04, SCHEME-05.
    """
    parameters: dict[str, object] = {name: getattr(wanted, name) for name in (*_CONDITIONS, "platform_id", "limit")}
    conditions = [text for name, text in _CONDITIONS.items() if parameters[name] is not None]
    if wanted.channel == "regular":
        conditions.append("s.mode = 'offline'")
    for number, word in enumerate(wanted.words.split()):
        parameters[f"word_{number}"] = f"%{_escaped(word)}%"
        conditions.append(f"concat_ws(' ', c.title, c.description, i.name) ILIKE %(word_{number})s")
    if wanted.after is not None:
        parameters["after_at"], parameters["after_id"] = wanted.after
        conditions.append("(s.starts_at, s.id) > (%(after_at)s, %(after_id)s)")
    statement = _SEARCH.format(conditions="\n    ".join(f"AND {condition}" for condition in conditions))
    found = db.rows(statement, {**parameters, "now": now, "today": jakarta_date(now)})
    return [Offer(*(*row[:-2], tuple(row[-2]), row[-1])) for row in found]


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


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


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
