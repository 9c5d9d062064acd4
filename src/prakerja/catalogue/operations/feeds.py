"""Feeds of courses: checked row by row first, then published as a whole or discarded; nothing is half imported."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError

from prakerja.audit.operations import Event, record_events
from prakerja.catalogue.errors import FeedCode, FeedRowReason
from prakerja.catalogue.feed_files import FeedFile, FeedRow, read_call, read_feed
from prakerja.catalogue.feed_rules import COLUMNS, OPEN_FIELDS, ROWS_MAX, Content, changed_fields, read_row
from prakerja.catalogue.models import CourseFeed
from prakerja.catalogue.states import CourseState, FeedState
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.models import Institution
from prakerja.programme.regimes import Regime

_ROW_COLUMNS: Final = (
    "feed_id",
    "row_number",
    "own_code",
    "effect",
    "field",
    "reason",
    "course_id",
    "content",
)
_FIELDS: Final = tuple(COLUMNS.values())
_THERE: Final = f"""
    SELECT id, state, {", ".join(_FIELDS)}
    FROM courses
    WHERE institution_id = %s AND own_code = ANY (%s)
    ORDER BY id
"""
_CHANGED: Final = "feed_is_published_on_what_it_was_compared_with"
# What a feed may still touch; what was assessed and not approved waits for its institution.
_OPEN_STATES: Final = frozenset({CourseState.PROPOSED.value, CourseState.DRAFT.value, CourseState.APPROVED.value})


@dataclass(frozen=True, slots=True)
class FeedResult:
    """The answer; counts of the rows. `missing`: headings that are not there."""

    code: FeedCode
    feed_id: UUID | None = None
    new_rows: int = 0
    changed_rows: int = 0
    unchanged_rows: int = 0
    bad_rows: int = 0
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseThere:
    """A course of the institution as it is: its id, state, and values by field."""

    course_id: UUID
    state: str
    values: Mapping[str, object]


def stage_course_feed(context: Context, *, institution_id: UUID, content: bytes, name: str) -> FeedResult:
    """Check a CSV file or workbook, row by row, against the institution's courses. Nothing of it is in force yet.

    Codes: institution_unknown, file_empty, file_too_large, file_unsafe, file_unreadable, columns_missing, no_rows,
    too_many_rows. Cost: five statements, one of them a COPY; no lock.
    """
    way, file = read_feed(content)
    return _stage(context, institution_id, file, way=way, name=name, digest=sha256(content).hexdigest())


def stage_course_rows(
    context: Context, *, institution_id: UUID, rows: Sequence[Mapping[str, object]], name: str
) -> FeedResult:
    """Check the rows of a call, each an object with the fields of a course. Codes and cost: as `stage_course_feed`."""
    file = read_call(rows)
    digest = sha256(db.encode_json(list(rows)).encode()).hexdigest()
    return _stage(context, institution_id, file, way="api", name=name, digest=digest)


def publish_course_feed(
    context: Context, feed_id: UUID, *, institution_id: UUID, regime: Regime, sample: bool = False
) -> FeedResult:
    """Take the good rows of a checked feed: new courses are proposed, changed ones change, bad rows stay outside.

    Codes: feed_unknown (or another institution's), already_published, discarded, nothing_to_take, catalogue_changed
    (another feed or a decision came between: check the file again). Rule: COURSE-01.
    Cost: four statements and `publish_feed`; the feeds of one institution wait for each other.
    """
    with db.transaction():
        # Its own feeds wait here; keys that point at the institution do not.
        db.execute("SELECT FROM institutions WHERE id = %s FOR NO KEY UPDATE", [institution_id])
        feed = CourseFeed.objects.filter(id=feed_id, institution_id=institution_id).first()
        code = _publish_code(feed)
        if feed is None or code.is_refusal:
            return FeedResult(code, feed_id if feed else None)
        result = _result(FeedCode.OK, feed)
        if feed.base_id != _last_published(institution_id):
            return replace(result, code=FeedCode.CATALOGUE_CHANGED)
        try:
            with db.attempt():
                db.rows(
                    "SELECT * FROM publish_feed(%s, %s, %s, %s, %s)",
                    [feed_id, context.now, context.actor, regime.version, sample],
                )
        except IntegrityError as error:
            if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") != _CHANGED:
                raise
            return replace(result, code=FeedCode.CATALOGUE_CHANGED)
        payload = {"new": feed.new_rows, "changed": feed.changed_rows, "left_out": feed.bad_rows, "way": feed.way}
        record_events(context, [Event("course_feed.published", feed_id, payload)])
    return result


def discard_course_feed(context: Context, feed_id: UUID, *, institution_id: UUID) -> FeedResult:
    """Throw a checked feed away. Codes: feed_unknown, already_published, discarded. Cost: four statements."""
    with db.transaction():
        rows = CourseFeed.objects.select_for_update().filter(id=feed_id, institution_id=institution_id)
        feed = rows.first()
        code = _publish_code(feed)
        if feed is None or (code.is_refusal and code is not FeedCode.NOTHING_TO_TAKE):
            return FeedResult(code, feed_id if feed else None)
        feed.state, feed.decided_at = FeedState.DISCARDED.value, context.now
        feed.save(update_fields=["state", "decided_at"])
        record_events(context, [Event("course_feed.discarded", feed_id)])
        return _result(FeedCode.OK, feed)


def _stage(context: Context, institution_id: UUID, file: FeedFile, *, way: str, name: str, digest: str) -> FeedResult:
    if not Institution.objects.filter(id=institution_id).exists():
        return FeedResult(FeedCode.INSTITUTION_UNKNOWN)
    if file.code.is_refusal:
        return FeedResult(file.code, missing=file.missing)
    if len(file.rows) > ROWS_MAX:
        return FeedResult(FeedCode.TOO_MANY_ROWS)
    feed_id = context.uuid()
    with db.transaction():
        # The base first: a feed published while this one is read makes it outdated, never wrongly fresh.
        base_id = _last_published(institution_id)
        rows = list(_judged(context, file.rows, courses_there(institution_id, file.rows)))
        counts = {effect: sum(row[2] == effect for row in rows) for effect in ("new", "changed", "unchanged", "bad")}
        feed = CourseFeed(
            id=feed_id,
            institution_id=institution_id,
            base_id=base_id,
            way=way,
            name=name,
            file_sha256=digest,
            state=FeedState.STAGED.value,
            rows=len(rows),
            new_rows=counts["new"],
            changed_rows=counts["changed"],
            unchanged_rows=counts["unchanged"],
            bad_rows=counts["bad"],
            actor=context.actor,
            staged_at=context.now,
        )
        feed.save(force_insert=True)
        db.copy_rows("course_feed_rows", _ROW_COLUMNS, ((feed_id, *row) for row in rows))
        record_events(context, [Event("course_feed.checked", feed_id, {"rows": len(rows), "bad": counts["bad"]})])
    return _result(FeedCode.OK, feed)


def _judged(
    context: Context, rows: Sequence[FeedRow], there: Mapping[str, CourseThere]
) -> Iterator[tuple[int, str, str, str, str, UUID | None, str]]:
    """(row_number, own_code, effect, field, reason, course_id, content as JSON) of each row."""
    seen: set[str] = set()
    for row in rows:
        read = read_row(row.cells) if row.cells is not None else (FeedRowReason.COLUMN_COUNT_DIFFERS, "")
        if not isinstance(read, tuple) and str(read["own_code"]) in seen:
            read = (FeedRowReason.OWN_CODE_REPEATED, "own_code")
        if not isinstance(read, tuple):
            seen.add(str(read["own_code"]))
            read, effect, course_id = _effect(context, read, there.get(str(read["own_code"])))
        if isinstance(read, tuple):
            reason, field = read
            own_code = (row.cells or {}).get("own_code", "")[:64].replace("\x00", "")
            raw = [cell.replace("\x00", "") for cell in row.raw]
            fields = {name: text.replace("\x00", "") for name, text in (row.cells or {}).items()}
            yield row.number, own_code, "bad", field, reason.value, None, db.encode_json({"cells": fields, "raw": raw})
        else:
            yield row.number, str(read["own_code"]), effect, "", "", course_id, db.encode_json(read)


def _effect(
    context: Context, content: Content, there: CourseThere | None
) -> tuple[Content | tuple[FeedRowReason, str], str, UUID | None]:
    if there is None:
        return {**content, "price_id": context.uuid()}, "new", context.uuid()
    changed = changed_fields(content, there.values)
    if not changed:
        return content, "unchanged", there.course_id
    if there.state not in _OPEN_STATES:
        return (FeedRowReason.COURSE_CLOSED, "own_code"), "bad", None
    fixed = [field for field in changed if field not in OPEN_FIELDS]
    if there.state == CourseState.APPROVED.value and fixed:
        return (FeedRowReason.APPROVED_COURSE_IS_FIXED, fixed[0]), "bad", None
    priced = {"price_id": context.uuid()} if {"price_idr", "comparison_price_idr"} & set(changed) else {}
    return {**content, **priced, "was": there.state}, "changed", there.course_id


def courses_there(institution_id: UUID, rows: Sequence[FeedRow]) -> dict[str, CourseThere]:
    """The courses that the rows name: a call of 500 rows costs the same beside one course and beside 100,000."""
    codes = {row.cells.get("own_code", "").strip() for row in rows if row.cells is not None}
    found = db.rows(_THERE, [institution_id, [code for code in codes if "\x00" not in code]])
    values = ((course_id, state, dict(zip(_FIELDS, rest, strict=True))) for course_id, state, *rest in found)
    return {str(one["own_code"]): CourseThere(course_id, state, one) for course_id, state, one in values}


def _last_published(institution_id: UUID) -> UUID | None:
    """The feed that was published last: the one on which no other published one stands."""
    found: db.Row | None = db.row(
        """
        SELECT f.id
        FROM course_feeds AS f
        WHERE f.institution_id = %s
            AND f.state = 'published'
            AND NOT EXISTS (SELECT FROM course_feeds AS n WHERE n.base_id = f.id AND n.state = 'published')
        """,
        [institution_id],
    )
    return found[0] if found else None


def _publish_code(feed: CourseFeed | None) -> FeedCode:
    if feed is None:
        return FeedCode.FEED_UNKNOWN
    if feed.state == FeedState.PUBLISHED.value:
        return FeedCode.ALREADY_PUBLISHED
    if feed.state == FeedState.DISCARDED.value:
        return FeedCode.DISCARDED
    return FeedCode.OK if feed.new_rows + feed.changed_rows else FeedCode.NOTHING_TO_TAKE


def _result(code: FeedCode, feed: CourseFeed) -> FeedResult:
    counts: tuple[Any, ...] = (feed.new_rows, feed.changed_rows, feed.unchanged_rows, feed.bad_rows)
    return FeedResult(code, feed.id, *counts)
