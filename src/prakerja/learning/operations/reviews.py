"""What participants say about their course."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.learning.errors import ReviewCode
from prakerja.learning.operations._facts import Key
from prakerja.learning.rules import CHARACTERS_OF_A_REVIEW_MAX, RATINGS


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """A rating of one to five and a text; INC-01 asks for both."""

    lane: int
    purchase_id: UUID
    participant_id: UUID
    rating: int
    text: str


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """The answer to one review."""

    code: ReviewCode


@dataclass(frozen=True, slots=True)
class _Facts:
    participant_id: UUID
    reported: bool
    rating: int | None
    text: str | None


def write_reviews(context: Context, requests: Sequence[ReviewRequest]) -> list[ReviewResult]:
    """Write reviews; a review is never changed, and one may be written about a course that was not completed, too.

    Codes in order: unknown_purchase, another_participant, not_reported, repeated, conflict, rating_out_of_range,
    text_out_of_range, ok. The text is stripped and has 1 to 2000 characters.

    Rule: INC-01. Cost: one read, two writes.
    """
    with db.transaction():
        keys = sorted({(request.lane, request.purchase_id) for request in requests})
        known = _facts(keys)
        fresh: dict[Key, ReviewRequest] = {}
        results = []
        for request in requests:
            key = (request.lane, request.purchase_id)
            code = _judge(request, known.get(key), fresh.get(key))
            if code is ReviewCode.OK:
                fresh[key] = request
            results.append(ReviewResult(code))
        if fresh:
            items = [
                {"lane": r.lane, "purchase_id": r.purchase_id, "rating": r.rating, "text": r.text.strip()}
                for r in fresh.values()
            ]
            db.execute(
                """
                INSERT INTO reviews (lane, purchase_id, rating, text, reviewed_at)
                SELECT g.lane, g.purchase_id, g.rating, g.text, %s
                FROM json_to_recordset(%s::json) AS g (lane smallint, purchase_id uuid, rating smallint, text text)
                """,
                (context.now, db.encode_json(items)),
            )
            record_events(
                context,
                [Event("review.written", r.purchase_id, {"rating": r.rating}, r.lane) for r in fresh.values()],
            )
    return results


def _judge(  # noqa: PLR0911 - one return per code, in their order
    request: ReviewRequest, facts: _Facts | None, earlier: ReviewRequest | None
) -> ReviewCode:
    text = request.text.strip()
    if facts is None:
        return ReviewCode.UNKNOWN_PURCHASE
    if facts.participant_id != request.participant_id:
        return ReviewCode.ANOTHER_PARTICIPANT
    if not facts.reported:
        return ReviewCode.NOT_REPORTED
    if earlier is not None or facts.rating is not None:
        there = (earlier.rating, earlier.text.strip()) if earlier is not None else (facts.rating, facts.text)
        return ReviewCode.REPEATED if there == (request.rating, text) else ReviewCode.CONFLICT
    if request.rating not in RATINGS:
        return ReviewCode.RATING_OUT_OF_RANGE
    if not 1 <= len(text) <= CHARACTERS_OF_A_REVIEW_MAX or "\x00" in text:
        return ReviewCode.TEXT_OUT_OF_RANGE
    return ReviewCode.OK


def _facts(keys: Sequence[Key]) -> dict[Key, _Facts]:
    lanes, ids = [lane for lane, _ in keys], [purchase_id for _, purchase_id in keys]
    # Two statements: what the winner of a race wrote is seen only by a statement that begins behind the lock.
    db.execute(
        """
        SELECT 1
        FROM purchases p
        JOIN unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id) USING (lane, purchase_id)
        ORDER BY p.lane, p.purchase_id
        FOR NO KEY UPDATE OF p
        """,
        (lanes, ids),
    )
    found = db.rows(
        """
        SELECT p.lane, p.purchase_id, p.participant_id, c.purchase_id IS NOT NULL, r.rating, r.text
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id)
        JOIN purchases p USING (lane, purchase_id)
        LEFT JOIN completions c ON c.lane = p.lane AND c.purchase_id = p.purchase_id
        LEFT JOIN reviews r ON r.lane = p.lane AND r.purchase_id = p.purchase_id
        ORDER BY p.lane, p.purchase_id
        """,
        (lanes, ids),
    )
    return {(row[0], row[1]): _Facts(*row[2:]) for row in found}
