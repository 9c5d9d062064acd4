"""The seats of classes by lane, under the locks that everybody takes in the same order."""

from collections.abc import Collection
from uuid import UUID

from prakerja.kit import db


def lock_allotments(schedule_ids: Collection[UUID]) -> dict[UUID, dict[int, int]]:
    """The seats left of each class by lane. Whoever buys in them is behind us or has committed. One statement.

    Who locks the class as well does so before, and never by its key (`no_key`): a sale holds its seats when it asks
    whether the class is there.
    """
    found: dict[UUID, dict[int, int]] = {schedule_id: {} for schedule_id in schedule_ids}
    for schedule_id, lane, seats in db.rows(
        """
        SELECT schedule_id, lane, seats_left
        FROM seat_allotments
        WHERE schedule_id = ANY (%s)
        ORDER BY schedule_id, lane
        FOR UPDATE
        """,
        [list(schedule_ids)],
    ):
        found[schedule_id][lane] = seats
    return found
