"""Courses by rows of a call: the feed of an institution that has a system of its own."""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from prakerja.catalogue.errors import FeedCode
from prakerja.catalogue.operations import (
    FeedResult,
    discard_course_feed,
    publish_course_feed,
    stage_course_rows,
)
from prakerja.catalogue.queries import list_feed_rows
from prakerja.kit.lanes import lane_of
from prakerja.kit.settings import get_settings
from prakerja.partner_api.calls import Answer, Asked, Call, Moment, Reply
from prakerja.partner_api.errors import Refusal, Refused
from prakerja.partner_api.keys import INSTITUTION
from prakerja.partner_api.types import LongText, Plain
from prakerja.programme.queries import get_regime_book

ROWS_MAX: Final = 500
# So many rows with descriptions as institutions write them, two thousand bytes each.
_BODY_MAX_BYTES: Final = 1024 * 1024
_TRIES: Final = 3
_RETRY_AFTER_SECONDS: Final = 5
_LANE_SEEDS: Final = 10_000
Whole = Annotated[int, Meta(ge=0, le=10**12)]


class CourseRow(msgspec.Struct, frozen=True):
    """A course as its institution describes it. What is missing or wrong makes the row a bad one, not the call."""

    own_code: LongText = ""
    title: LongText = ""
    description: LongText = ""
    subject: LongText = ""
    skkni_code: LongText = ""
    mode: LongText = ""
    training_type: Whole | None = None
    hours: Whole | None = None
    price_idr: Whole | None = None
    comparison_price_idr: Whole | None = None
    free_elsewhere: bool = False
    bundle: bool = False
    age_min: Whole | None = None
    age_max: Whole | None = None
    minimum_education: LongText = ""


class CoursesRequest(msgspec.Struct, frozen=True):
    """Courses to propose or to change."""

    name: Annotated[Plain, Meta(min_length=1, max_length=100, description="Your own name of this call.")]
    rows: Annotated[
        list[CourseRow],
        Meta(
            min_length=1,
            max_length=ROWS_MAX,
            description="Courses by `own_code`; the other fields are those of the template for files.",
        ),
    ]
    preview: Annotated[bool, Meta(description="Only say what the rows would do; take none.")] = False


class BadCourseRow(msgspec.Struct, frozen=True):
    """A row that was not taken: its place from 1, the field and the reason."""

    row: int
    own_code: str
    field: str
    reason: str


class CoursesTaken(msgspec.Struct, frozen=True):
    """What the rows did, or would do. `bad` names the first fifty that were not taken."""

    new_rows: int
    changed_rows: int
    unchanged_rows: int
    bad_rows: int
    bad: list[BadCourseRow]


def courses(moment: Moment, asked: Sequence[Asked[CoursesRequest]]) -> list[Answer]:
    """Check the rows of each call and publish the good ones, unless it asks for a preview.

    All of them or, when the catalogue changed meanwhile, none.

    Refusal: unavailable, when another feed of the institution came between again and again.
    """
    return [_take(moment, one) for one in asked]


def _take(moment: Moment, asked: Asked[CoursesRequest]) -> Answer:
    context = moment.context.acting_as(asked.key.actor)
    institution_id = asked.key.partner_id
    rows = [
        {name: value for name, value in msgspec.structs.asdict(row).items() if value is not None}
        for row in asked.request.rows
    ]
    for _ in range(_TRIES):
        staged = stage_course_rows(context, institution_id=institution_id, rows=rows, name=asked.request.name)
        if staged.feed_id is None:
            break
        if asked.request.preview or staged.new_rows + staged.changed_rows == 0:
            discard_course_feed(context, staged.feed_id, institution_id=institution_id)
            return Reply(_taken(staged))
        published = publish_course_feed(
            context,
            staged.feed_id,
            institution_id=institution_id,
            regime=get_regime_book().on(context.today),
            sample=get_settings().deployment == "sandbox",
        )
        if published.code is FeedCode.OK:
            return Reply(_taken(staged))
        # Another feed came between: compare with what is there now.
        discard_course_feed(context, staged.feed_id, institution_id=institution_id)
    return Refused(Refusal.UNAVAILABLE, retry_after_seconds=_RETRY_AFTER_SECONDS)


def _taken(staged: FeedResult) -> CoursesTaken:
    bad = list_feed_rows(staged.feed_id, effects=["bad"]) if staged.feed_id and staged.bad_rows else []
    return CoursesTaken(
        staged.new_rows,
        staged.changed_rows,
        staged.unchanged_rows,
        staged.bad_rows,
        [BadCourseRow(row.number, row.own_code, row.field, row.reason) for row in bad],
    )


def _lane_of_partner(asked: Asked[CoursesRequest]) -> int:
    """One institution's calls wait in one lane: they follow each other."""
    return lane_of(asked.key.partner_id.int % _LANE_SEEDS)


COURSES: Final = Call(
    path="catalogue/courses",
    role=INSTITUTION,
    scope="catalogue",
    request=CoursesRequest,
    answer=CoursesTaken,
    lane=_lane_of_partner,
    body_max_bytes=_BODY_MAX_BYTES,
    work=courses,
    summary="Propose courses and change their prices, up to 500 at a time",
)
