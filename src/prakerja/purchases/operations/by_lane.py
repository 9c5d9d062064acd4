"""One call per lane for a list of requests, and the replay of a call that failed as a whole."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from django.db import IntegrityError, OperationalError
from psycopg.errors import DeadlockDetected

from prakerja.kit import db

# One statement.
LaneCall = Callable[[int, Sequence[Mapping[str, object]]], list[db.Row]]


def answer_by_lane(
    lanes: Sequence[int | None], items: Sequence[Mapping[str, object]], *, call: LaneCall
) -> list[db.Row | None]:
    """Send each item to its lane's call and bring the answers back into the order of the items.

    A lane of None answers None: whatever names the item does not decode. The items of a call that failed as a whole
    (a constraint that fired, a deadlock) are replayed one by one, each in a transaction of its own, so that a bad item
    never fails the others. Each call is one statement, within an outer transaction behind a savepoint.
    """
    positions_by_lane: dict[int, list[int]] = defaultdict(list)
    for position, lane in enumerate(lanes):
        if lane is not None:
            positions_by_lane[lane].append(position)
    answers: list[db.Row | None] = [None] * len(items)
    for lane in sorted(positions_by_lane):
        positions = positions_by_lane[lane]
        chosen = [items[position] for position in positions]
        for position, answer in zip(positions, _answer(lane, chosen, call), strict=True):
            answers[position] = answer
    return answers


def _answer(lane: int, items: Sequence[Mapping[str, object]], call: LaneCall) -> list[db.Row]:
    try:
        with db.single_statement():
            return sorted(call(lane, items))
    except (IntegrityError, OperationalError) as error:
        if isinstance(error, OperationalError) and not isinstance(error.__cause__, DeadlockDetected):
            raise
        if len(items) > 1:
            return [answer for item in items for answer in _answer(lane, [item], call)]
        # Alone it fails only when another connection wrote the same key in between: what it wrote is visible now.
        with db.single_statement():
            return call(lane, items)
