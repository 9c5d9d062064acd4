"""Reads of feeds: what a checked file would do, and the rows that it cannot do."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from prakerja.catalogue.feed_rules import COLUMNS
from prakerja.catalogue.models import CourseFeed
from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class FeedView:
    """A feed with its counts."""

    id: UUID
    institution_id: UUID
    way: str
    name: str
    file_sha256: str
    state: str
    rows: int
    new_rows: int
    changed_rows: int
    unchanged_rows: int
    bad_rows: int
    actor: str
    staged_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedRowView:
    """A row of a feed. `cells`: what a bad one had in its columns; `title`, `price_idr` of one that is taken."""

    number: int
    own_code: str
    effect: str
    field: str
    reason: str
    title: str
    price_idr: int | None


def list_feeds(institution_id: UUID, *, after: UUID | None = None, limit: int = 50) -> list[FeedView]:
    """The feeds of an institution, the newest first, behind `after`. One statement."""
    rows = CourseFeed.objects.filter(institution_id=institution_id)
    if after is not None:
        rows = rows.filter(id__lt=after)
    return [_feed(one) for one in rows.order_by("-id")[:limit]]


def get_feed(feed_id: UUID, *, institution_id: UUID) -> FeedView:
    """A feed of the institution.

    Raises:
        LookupError: there is none, or it is another's.
    """
    found = CourseFeed.objects.filter(id=feed_id, institution_id=institution_id).first()
    if found is None:
        raise LookupError(f"no feed {feed_id}")
    return _feed(found)


def list_feed_rows(feed_id: UUID, *, effects: Sequence[str], after: int = 0, limit: int = 50) -> list[FeedRowView]:
    """Rows of a feed with these effects, by number, behind `after`. One statement."""
    found = db.rows(
        """
        SELECT row_number, own_code, effect, field, reason,
            coalesce(content ->> 'title', content #>> '{cells,title}', ''), (content ->> 'price_idr')::bigint
        FROM course_feed_rows
        WHERE feed_id = %s AND effect = ANY (%s) AND row_number > %s
        ORDER BY row_number
        LIMIT %s
        """,
        [feed_id, list(effects), after, limit],
    )
    return [FeedRowView(*row) for row in found]


def feed_error_file(feed_id: UUID) -> bytes:
    """The bad rows as CSV: the template's columns with what stood in them, then row, column and reason.

    Mended, the file can be uploaded as it is: the last columns are read by nobody. One statement.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([*COLUMNS, "baris", "kolom", "alasan"])
    names = {field: heading for heading, field in COLUMNS.items()}
    for number, field, reason, content in db.rows(
        """
        SELECT row_number, field, reason, content
        FROM course_feed_rows
        WHERE feed_id = %s AND effect = 'bad'
        ORDER BY row_number
        """,
        [feed_id],
    ):
        cells: dict[str, Any] = (json.loads(content) if isinstance(content, str) else content)["cells"]
        writer.writerow(
            [*(_harmless(str(cells.get(one, ""))) for one in COLUMNS.values()), number, names.get(field, ""), reason]
        )
    return ("\ufeff" + text.getvalue()).encode()


def _harmless(text: str) -> str:
    """A text that begins like a formula is none when a spreadsheet opens the file."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _feed(feed: CourseFeed) -> FeedView:
    return FeedView(
        feed.id,
        feed.institution_id,
        feed.way,
        feed.name,
        feed.file_sha256,
        feed.state,
        feed.rows,
        feed.new_rows,
        feed.changed_rows,
        feed.unchanged_rows,
        feed.bad_rows,
        feed.actor,
        feed.staged_at,
        feed.decided_at,
    )
