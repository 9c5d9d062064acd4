"""What the pages of the catalogue read: courses with their names, registers, what may be listed, what waits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from prakerja.kit import db
from prakerja.oversight.queries import PAGE_ROWS

REGISTER_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A course with the names around it."""

    id: UUID
    code: str | None
    own_code: str | None
    title: str
    description: str
    subject: str
    skkni_code: str | None
    mode: str
    training_type: int
    hours: int
    price_idr: int
    comparison_price_idr: int
    free_elsewhere: bool
    bundle: bool
    age_min: int
    minimum_education: str | None
    state: str
    proposed_at: datetime
    approved_at: datetime | None
    institution_id: UUID
    institution_code: str
    institution_name: str
    institution_kind: str
    institution_state: str
    province_name: str
    sample: bool


_COURSE: Final = """
    SELECT c.id, c.code, c.own_code, c.title, c.description, c.subject, c.skkni_code, c.mode, c.training_type, c.hours,
        c.price_idr, c.comparison_price_idr, c.free_elsewhere, c.bundle, c.age_min, c.minimum_education, c.state,
        c.proposed_at, c.approved_at, i.id, i.code, i.name, i.kind, i.state, p.name, c.sample
    FROM courses AS c
    JOIN institutions AS i ON i.id = c.institution_id
    JOIN provinces AS p ON p.code = i.province_code
"""


def get_course_page(course_id: UUID, *, institution_id: UUID | None = None) -> CoursePage:
    """A course by its id, of an institution where one is given. One query.

    Raises:
        LookupError: there is none, or it is another's.
    """
    found = db.row(
        f"{_COURSE} WHERE c.id = %s AND (%s::uuid IS NULL OR c.institution_id = %s)",
        [course_id, institution_id, institution_id],
    )
    if found is None:
        raise LookupError(f"no course {course_id}")
    return CoursePage(*found)


def get_public_course(code: str) -> CoursePage:
    """A course by its code, once it was approved. One query.

    Raises:
        LookupError: there is none.
    """
    found = db.row(f"{_COURSE} WHERE c.code = %s AND c.approved_at IS NOT NULL", [code])
    if found is None:
        raise LookupError(f"no course {code!r}")
    return CoursePage(*found)


@dataclass(frozen=True, slots=True)
class OwnCourse:
    """A course in its institution's list: open classes and platforms that sell it."""

    course_id: UUID
    code: str | None
    own_code: str | None
    title: str
    mode: str
    state: str
    price_idr: int
    open_classes: int
    platforms: int


def list_own_courses(institution_id: UUID, *, now: datetime, after: UUID | None = None) -> list[OwnCourse]:
    """A page of an institution's courses, the newest first, behind `after`. One query."""
    found = db.rows(
        """
        SELECT c.id, c.code, c.own_code, c.title, c.mode, c.state, c.price_idr,
            (SELECT count(*) FROM schedules AS s
             WHERE s.course_id = c.id AND s.state = 'published' AND s.sells_until_at > %(now)s),
            (SELECT count(*) FROM listings AS l WHERE l.course_id = c.id AND l.listed_until IS NULL)
        FROM courses AS c
        WHERE c.institution_id = %(institution)s AND (%(after)s::uuid IS NULL OR c.id < %(after)s::uuid)
        ORDER BY c.id DESC
        LIMIT %(limit)s
        """,
        {"institution": institution_id, "now": now, "after": after, "limit": PAGE_ROWS + 1},
    )
    return [OwnCourse(*row) for row in found]


@dataclass(frozen=True, slots=True)
class CourseClass:
    """A class of a course with its seats."""

    schedule_id: UUID
    code: str
    state: str
    starts_at: datetime
    ends_at: datetime
    place: str
    price_idr: int
    seats: int
    seats_left: int

    @property
    def page_key(self) -> tuple[datetime, UUID]:
        """What the pages of the list go by."""
        return self.starts_at, self.schedule_id


def list_course_classes(course_id: UUID, *, after: tuple[datetime, UUID] | None = None) -> list[CourseClass]:
    """A page of the classes of a course, the latest first, behind `after` (start, class). One query."""
    at, key = after or (None, None)
    found = db.rows(
        """
        SELECT s.id, s.code, s.state, s.starts_at, s.ends_at, s.place, s.price_idr, s.seats,
            coalesce((SELECT sum(a.seats_left) FROM seat_allotments AS a WHERE a.schedule_id = s.id), 0)::integer
        FROM schedules AS s
        WHERE s.course_id = %(course)s
            AND (
                %(after_at)s::timestamptz IS NULL
                OR (s.starts_at, s.id) < (%(after_at)s::timestamptz, %(after_id)s::uuid)
            )
        ORDER BY s.starts_at DESC, s.id DESC
        LIMIT %(limit)s
        """,
        {"course": course_id, "after_at": at, "after_id": key, "limit": PAGE_ROWS + 1},
    )
    return [CourseClass(*row) for row in found]


@dataclass(frozen=True, slots=True)
class CourseListing:
    """A platform on which a course is or was on sale."""

    listing_id: UUID
    platform_name: str
    listed_from: datetime
    listed_until: datetime | None


def list_course_listings(course_id: UUID) -> list[CourseListing]:
    """Where a course was and is sold, from when until when. One query."""
    found = db.rows(
        """
        SELECT l.id, p.name, l.listed_from, l.listed_until
        FROM listings AS l
        JOIN platforms AS p ON p.id = l.platform_id
        WHERE l.course_id = %s
        ORDER BY l.listed_from DESC, l.id DESC
        LIMIT %s
        """,
        [course_id, PAGE_ROWS],
    )
    return [CourseListing(*row) for row in found]


@dataclass(frozen=True, slots=True)
class RegisteredInstitution:
    """An institution in the public register; `platforms`: those with an agreement in force."""

    code: str
    name: str
    kind: str
    province_name: str
    state: str
    decree_number: str | None
    decreed_at: datetime | None
    courses: int
    platforms: tuple[str, ...]


def list_institutions(
    *, today: date, words: str = "", kind: str = "", province_code: str = "", page: int = 1
) -> list[RegisteredInstitution]:
    """A page of the register by name: decreed, suspended and revoked institutions; one row more when more follow.

    `words` stand anywhere in the name. One query.
    """
    found = db.rows(
        """
        SELECT i.code, i.name, i.kind, p.name, i.state, i.decree_number, i.decreed_at,
            (SELECT count(*) FROM courses AS c WHERE c.institution_id = i.id AND c.state = 'approved'),
            coalesce((
                SELECT array_agg(DISTINCT platform.name ORDER BY platform.name)
                FROM agreements AS g
                JOIN platforms AS platform ON platform.id = g.platform_id
                WHERE g.institution_id = i.id
                    AND g.valid_from <= %(today)s
                    AND (g.valid_until IS NULL OR g.valid_until > %(today)s)
            ), '{}')
        FROM institutions AS i
        JOIN provinces AS p ON p.code = i.province_code
        WHERE i.decreed_at IS NOT NULL
            AND (%(words)s = '' OR i.name ILIKE %(pattern)s)
            AND (%(kind)s = '' OR i.kind = %(kind)s)
            AND (%(province)s = '' OR i.province_code = %(province)s)
        ORDER BY i.name, i.id
        OFFSET %(skip)s
        LIMIT %(limit)s
        """,
        {
            "today": today,
            "words": words,
            "pattern": "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%",
            "kind": kind,
            "province": province_code,
            "skip": (page - 1) * REGISTER_ROWS,
            "limit": REGISTER_ROWS + 1,
        },
    )
    return [RegisteredInstitution(*(*row[:-1], tuple(row[-1]))) for row in found]


@dataclass(frozen=True, slots=True)
class ListableCourse:
    """An approved course that a platform may list: the institution has an agreement with it today."""

    course_id: UUID
    code: str
    title: str
    institution_name: str
    mode: str
    price_idr: int


def list_listable_courses(platform_id: UUID, *, today: date, after: UUID | None = None) -> list[ListableCourse]:
    """A page of the courses that a platform may list and has not, by id. One query. Rule: SCHEME-05, SCHEME-10."""
    found = db.rows(
        """
        SELECT c.id, c.code, c.title, i.name, c.mode, c.price_idr
        FROM agreements AS g
        JOIN platforms AS p ON p.id = g.platform_id
        JOIN institutions AS i ON i.id = g.institution_id AND i.state = 'decreed'
        JOIN courses AS c ON c.institution_id = i.id AND c.state = 'approved' AND c.mode = ANY (p.modes)
        WHERE g.platform_id = %(platform)s
            AND g.valid_from <= %(today)s
            AND (g.valid_until IS NULL OR g.valid_until > %(today)s)
            AND (%(after)s::uuid IS NULL OR c.id > %(after)s::uuid)
            AND NOT EXISTS (
                SELECT FROM listings AS l
                WHERE l.platform_id = g.platform_id AND l.course_id = c.id AND l.listed_until IS NULL
            )
        ORDER BY c.id
        LIMIT %(limit)s
        """,
        {"platform": platform_id, "today": today, "after": after, "limit": PAGE_ROWS + 1},
    )
    return [ListableCourse(*row) for row in found]


@dataclass(frozen=True, slots=True)
class ProposedCourse:
    """A course that waits for its assessment, with its age by `proposed_at`."""

    course_id: UUID
    title: str
    institution_name: str
    mode: str
    hours: int
    price_idr: int
    proposed_at: datetime


def list_proposed_courses(*, after: UUID | None = None) -> list[ProposedCourse]:
    """A page of the courses to assess, by their proposal. One query."""
    found = db.rows(
        """
        SELECT c.id, c.title, i.name, c.mode, c.hours, c.price_idr, c.proposed_at
        FROM courses AS c
        JOIN institutions AS i ON i.id = c.institution_id
        WHERE c.state = 'proposed' AND (%(after)s::uuid IS NULL OR c.id > %(after)s::uuid)
        ORDER BY c.id
        LIMIT %(limit)s
        """,
        {"after": after, "limit": PAGE_ROWS + 1},
    )
    return [ProposedCourse(*row) for row in found]


def list_choices() -> tuple[list[tuple[str, str]], list[tuple[str, str, UUID]]]:
    """Provinces as (code, name) and active platforms as (code, name, id), for forms. Two queries."""
    provinces = [(code, name) for code, name in db.rows("SELECT code, name FROM provinces ORDER BY name, code")]
    platforms = db.rows("SELECT code, name, id FROM platforms WHERE state = 'active' ORDER BY name, code")
    return provinces, [(code, name, platform_id) for code, name, platform_id in platforms]
