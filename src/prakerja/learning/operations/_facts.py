"""What the operations decide by, read under locks in key order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db

Key = tuple[int, UUID]


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A purchase, its class, its presences, and the report that stands there (outcome None: none)."""

    institution_id: UUID
    state: str
    redeemed_at: datetime | None
    paid_at: datetime
    practice: bool
    sessions: int
    class_ended_at: datetime
    attended: int
    outcome: str | None
    post_test_score: int | None
    skill_shown: bool | None
    feedback_given: bool | None

    @property
    def shown(self) -> tuple[object, ...]:
        """What the institution reported, to be compared with a second report."""
        return (self.post_test_score, self.skill_shown, self.feedback_given)


@dataclass(frozen=True, slots=True)
class CompletionFacts:
    """A report, the platform it goes through, and who has moved it."""

    platform_id: UUID
    outcome: str
    sessions_required: int
    sessions_attended: int
    post_test_score: int | None
    skill_shown: bool
    feedback_given: bool
    reported_by: str
    forwarded_at: datetime | None
    forwarded_by: str | None
    verified_at: datetime | None


def lock_purchases(keys: Sequence[Key]) -> dict[Key, ReportFacts]:
    """The purchases under the keys, locked; unknown ones are missing."""
    if not keys:
        return {}
    lanes, ids = _columns(keys)
    db.execute(
        """
        SELECT 1
        FROM purchases
        JOIN unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id) USING (lane, purchase_id)
        ORDER BY purchases.lane, purchases.purchase_id
        FOR NO KEY UPDATE OF purchases
        """,
        (lanes, ids),
    )
    # A practice course is one that meets face to face: there a skill can be shown.
    found = db.rows(
        """
        SELECT
            p.lane, p.purchase_id, p.institution_id, p.state, p.redeemed_at, p.paid_at, p.mode = 'offline',
            class.sessions, class.ended_at, presence.attended,
            c.outcome, c.post_test_score, c.skill_shown, c.feedback_given
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id)
        JOIN purchases p USING (lane, purchase_id)
        JOIN (
            SELECT schedule_id, count(*) AS sessions, max(ends_at) AS ended_at
            FROM sessions
            GROUP BY schedule_id
        ) AS class ON class.schedule_id = p.schedule_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS attended
            FROM counted_attendances a
            WHERE a.lane = p.lane AND a.purchase_id = p.purchase_id
        ) AS presence
        LEFT JOIN completions c ON c.lane = p.lane AND c.purchase_id = p.purchase_id
        ORDER BY p.lane, p.purchase_id
        """,
        (lanes, ids),
    )
    return {(row[0], row[1]): ReportFacts(*row[2:]) for row in found}


def move_purchases(states: Mapping[Key, str], *, closed_at: datetime | None) -> None:
    """Move purchases that the caller has locked and judged, each to its state."""
    keys = sorted(states)
    lanes, ids = [lane for lane, _ in keys], [purchase_id for _, purchase_id in keys]
    moved = db.execute(
        """
        UPDATE purchases
        SET state = given.state, closed_at = %s
        FROM unnest(%s::smallint[], %s::uuid[], %s::text[]) AS given (lane, purchase_id, state)
        WHERE purchases.lane = given.lane AND purchases.purchase_id = given.purchase_id
        """,
        (closed_at, lanes, ids, [states[key] for key in keys]),
    )
    assert moved == len(keys), "every purchase was locked and judged before"  # noqa: S101 - a defect, not a refusal


def lock_completions(keys: Sequence[Key]) -> dict[Key, CompletionFacts]:
    """The completions under the keys, locked with their purchases' platform; unreported ones are missing."""
    if not keys:
        return {}
    lanes, ids = _columns(keys)
    found = db.rows(
        """
        SELECT
            c.lane, c.purchase_id, p.platform_id, c.outcome, c.sessions_required, c.sessions_attended,
            c.post_test_score, c.skill_shown, c.feedback_given, c.reported_by, c.forwarded_at, c.forwarded_by,
            c.verified_at
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id)
        JOIN completions c USING (lane, purchase_id)
        JOIN purchases p ON p.lane = c.lane AND p.purchase_id = c.purchase_id
        ORDER BY c.lane, c.purchase_id
        FOR NO KEY UPDATE OF c
        """,
        (lanes, ids),
    )
    return {(row[0], row[1]): CompletionFacts(*row[2:]) for row in found}


def _columns(keys: Sequence[Key]) -> tuple[list[int], list[UUID]]:
    unique = sorted(set(keys))
    return [lane for lane, _ in unique], [purchase_id for _, purchase_id in unique]
