"""Recording who looked at whose data. Each person on a page is a row, so that each can be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.context import Context


@dataclass(frozen=True, slots=True)
class PageView:
    """A page that a user was shown. `page` is the pattern of its address; `people` are lanes and applicant ids."""

    user_id: UUID
    role: str
    page: str
    people: Sequence[tuple[int, UUID]]


def record_page_views(context: Context, views: Sequence[PageView]) -> int:
    """Record views; how many rows. A person twice on a page is one row.

    No event: the log is a history of its own, as append-only as the events are. Cost: one statement.
    """
    items = [
        {
            "lane": lane,
            "access_id": context.uuid(),
            "applicant_id": applicant_id,
            "user_id": view.user_id,
            "role": view.role,
            "page": view.page,
        }
        for view in views
        for lane, applicant_id in sorted(set(view.people))
    ]
    if not items:
        return 0
    return db.execute(
        """
        INSERT INTO page_accesses (lane, access_id, applicant_id, user_id, actor, role, page, programme_at)
        SELECT g.lane, g.access_id, g.applicant_id, g.user_id, %s, g.role, g.page, %s
        FROM json_to_recordset(%s::json)
            AS g (lane smallint, access_id uuid, applicant_id uuid, user_id uuid, role text, page text)
        """,
        (context.actor, context.now, db.encode_json(items)),
    )
