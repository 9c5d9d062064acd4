"""What is searched is made anew by whoever changes it."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.context import Context

_KEPT = timedelta(days=1)


def refresh_entries(course_ids: Iterable[UUID]) -> None:
    """Make the search entries of courses anew, in the caller's transaction. One statement; none for no course."""
    wanted = sorted(set(course_ids))
    if wanted:
        db.rows("SELECT refresh_search_entries(%s)", [wanted])


def drop_past_entries(context: Context) -> int:
    """Forget entries that stopped selling more than a day ago: a search would pass over them again and again.

    How many. One statement; a daily task.
    """
    return db.execute("DELETE FROM search_entries WHERE sells_until_at < %s", [context.now - _KEPT])
