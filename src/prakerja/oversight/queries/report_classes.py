"""Classes whose reports wait for one of the chain's three owners: which, how many, by when.

Rule: LEARN-05. Lists go by (moment, class), the longest waiting first.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.learning.rules import ChainStep, chain_step, chain_terms
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.participants.lanes import every_lane
from prakerja.programme.queries import get_regime_book

Place = tuple[datetime, UUID]
Hop = Literal["forward", "check"]

_ROWS_MAX = 5_000

# What waits for whom, of `completions report`; `lanes` is a parameter.
WAITS: Final[dict[Hop, str]] = {
    "forward": "report.lane = ANY (%(lanes)s) AND report.verified_at IS NULL AND report.forwarded_at IS NULL",
    "check": "report.lane = ANY (%(lanes)s) AND report.verified_at IS NULL AND report.forwarded_at IS NOT NULL",
}


@dataclass(frozen=True, slots=True)
class ClassToReport:
    """A class that is over, and how many of its people the institution has not reported."""

    schedule_id: UUID
    code: str
    course_title: str
    ends_at: datetime
    waiting: int
    returned: int
    waits_since: datetime

    @property
    def page_key(self) -> Place:
        """What the pages of the list go by."""
        return self.ends_at, self.schedule_id

    @property
    def step(self) -> ChainStep:
        """By when it is to be reported, and what comes of it when it is not."""
        return _step(self.waits_since, None, None)


@dataclass(frozen=True, slots=True)
class ClassOnItsWay:
    """A class whose reports wait for the platform, or for the office."""

    hop: Hop
    schedule_id: UUID
    code: str
    course_title: str
    institution_name: str
    waiting: int
    completed: int
    waits_since: datetime
    reported_at: datetime

    @property
    def page_key(self) -> Place:
        """What the pages of the list go by."""
        return self.waits_since, self.schedule_id

    @property
    def step(self) -> ChainStep:
        """Whose it is, until when, and what comes of it when nobody moves it."""
        forwarded_at = self.waits_since if self.hop == "check" else None
        return _step(self.reported_at, self.reported_at, forwarded_at)


def list_classes_to_report(institution_id: UUID, *, now: datetime, after: Place | None = None) -> list[ClassToReport]:
    """A page of an institution's classes that are over and not wholly reported, the longest over first. One query."""
    found = db.rows(
        """
        SELECT schedule.id, schedule.code, course.title, schedule.ends_at, people.waiting, people.returned,
            greatest(schedule.ends_at, people.returned_at)
        FROM schedules schedule
        JOIN courses course ON course.id = schedule.course_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS waiting, count(gone.returned_at) AS returned, max(gone.returned_at) AS returned_at
            FROM purchases purchase
            LEFT JOIN LATERAL (
                SELECT max(back.returned_at) AS returned_at
                FROM completion_returns back
                WHERE back.lane = purchase.lane AND back.purchase_id = purchase.purchase_id
            ) AS gone ON true
            WHERE purchase.schedule_id = schedule.id AND purchase.state = 'redeemed'
        ) AS people
        WHERE schedule.institution_id = %(institution)s AND schedule.ends_at <= %(now)s AND people.waiting > 0
            AND (
                %(after_at)s::timestamptz IS NULL
                OR (schedule.ends_at, schedule.id) > (%(after_at)s::timestamptz, %(after_id)s::uuid)
            )
        ORDER BY schedule.ends_at, schedule.id
        LIMIT %(limit)s
        """,
        {"institution": institution_id, "now": now, **_behind(after)},
    )
    return [ClassToReport(*row) for row in found]


def list_classes_on_their_way(
    hop: Hop, *, platform_id: UUID | None = None, after: Place | None = None
) -> list[ClassOnItsWay]:
    """A page of the classes whose reports wait for a platform, or for the office; the longest waiting first. One query.

    Cost: reads every report that waits (`completions_on_their_way`).
    """
    found = db.rows(
        f"""
        SELECT schedule.id, schedule.code, course.title, institution.name, waits.waiting, waits.completed,
            waits.since_at, waits.reported_at
        FROM (
            SELECT purchase.schedule_id, count(*) AS waiting,
                count(*) FILTER (WHERE report.outcome = 'completed') AS completed,
                min(coalesce(report.forwarded_at, report.reported_at)) AS since_at,
                min(report.reported_at) AS reported_at
            FROM completions report
            JOIN purchases purchase
                ON purchase.lane = report.lane AND purchase.purchase_id = report.purchase_id
            WHERE {WAITS[hop]} AND (%(platform)s::uuid IS NULL OR purchase.platform_id = %(platform)s)
            GROUP BY purchase.schedule_id
        ) AS waits
        JOIN schedules schedule ON schedule.id = waits.schedule_id
        JOIN courses course ON course.id = schedule.course_id
        JOIN institutions institution ON institution.id = schedule.institution_id
        WHERE %(after_at)s::timestamptz IS NULL
            OR (waits.since_at, schedule.id) > (%(after_at)s::timestamptz, %(after_id)s::uuid)
        ORDER BY waits.since_at, schedule.id
        LIMIT %(limit)s
        """,
        {"lanes": every_lane(), "platform": platform_id, **_behind(after)},
    )
    return [ClassOnItsWay(hop, *row) for row in found]


def list_waiting_keys(
    hop: Hop, schedule_id: UUID, *, platform_id: UUID | None = None, until_at: datetime | None = None
) -> list[tuple[int, UUID]]:
    """(lane, purchase id) of a class's reports that wait, by key, without those of after `until_at`. One query."""
    found = db.rows(
        f"""
        SELECT report.lane, report.purchase_id
        FROM purchases purchase
        JOIN completions report ON report.lane = purchase.lane AND report.purchase_id = purchase.purchase_id
        WHERE purchase.schedule_id = %(schedule)s AND {WAITS[hop]}
            AND (%(platform)s::uuid IS NULL OR purchase.platform_id = %(platform)s)
            AND (%(until)s::timestamptz IS NULL OR coalesce(report.forwarded_at, report.reported_at) <= %(until)s)
        ORDER BY report.lane, report.purchase_id
        LIMIT %(limit)s
        """,
        {
            "lanes": every_lane(),
            "schedule": schedule_id,
            "platform": platform_id,
            "until": until_at,
            "limit": _ROWS_MAX,
        },
    )
    return [(lane, purchase_id) for lane, purchase_id in found]


def _behind(after: Place | None) -> dict[str, object]:
    at, key = after or (None, None)
    return {"after_at": at, "after_id": key, "limit": PAGE_ROWS + 1}


def _step(class_ended_at: datetime, reported_at: datetime | None, forwarded_at: datetime | None) -> ChainStep:
    terms = chain_terms(get_regime_book().on(jakarta_date(class_ended_at)))
    step = chain_step(
        class_ended_at=class_ended_at,
        reported_at=reported_at,
        forwarded_at=forwarded_at,
        verified_at=None,
        terms=terms,
    )
    assert step is not None  # noqa: S101 - only what is verified waits for nobody
    return step
