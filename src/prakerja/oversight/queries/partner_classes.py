"""An institution's classes and who is in them."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.oversight.queries import PAGE_ROWS


@dataclass(frozen=True, slots=True)
class InstitutionClass:
    """A class of an institution with its participants counted."""

    schedule_id: UUID
    code: str
    course_title: str
    mode: str
    place: str
    state: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    sold: int
    redeemed: int
    sells_until_at: datetime
    sold_idr: int
    cancel_reason: str

    @property
    def page_key(self) -> tuple[datetime, UUID]:
        """What the pages of the list go by."""
        return self.starts_at, self.schedule_id


# Bought seats are counted for the classes of the page only.
_CLASS = """
    SELECT class.id, class.code, class.title, class.mode, class.place, class.state, class.starts_at, class.ends_at,
        class.seats, people.sold, people.redeemed, class.sells_until_at, people.sold_idr, class.cancel_reason
    FROM (
        SELECT schedule.*, course.title
        FROM schedules schedule
        JOIN courses course ON course.id = schedule.course_id
        WHERE schedule.institution_id = %(institution)s AND {which}
    ) AS class
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE purchase.state <> 'voided') AS sold,
            count(*) FILTER (WHERE purchase.redeemed_at IS NOT NULL) AS redeemed,
            coalesce(sum(purchase.price_idr) FILTER (WHERE purchase.state <> 'voided'), 0)::bigint AS sold_idr
        FROM purchases purchase
        WHERE purchase.schedule_id = class.id
    ) AS people
"""
# Those that are not over by their start; past ones from the latest on.
_WHICH = {
    False: ("schedule.ends_at >= %(now)s", ">", "ASC"),
    True: ("schedule.ends_at < %(now)s", "<", "DESC"),
}


def list_classes(
    institution_id: UUID,
    *,
    now: datetime,
    are_over: bool = False,
    words: str = "",
    after: tuple[datetime, UUID] | None = None,
) -> list[InstitutionClass]:
    """A page of an institution's classes behind `after` (start, class): coming ones by start, or the latest past ones.

    `words`: in the title, or how the code begins. One query.
    """
    over, behind, way = _WHICH[are_over]
    which = f"""
        {over}
            AND (
                %(words)s = ''
                OR course.title ILIKE '%%' || %(words)s || '%%'
                OR schedule.code ILIKE %(words)s || '%%'
            )
            AND (
                %(after_at)s::timestamptz IS NULL
                OR (schedule.starts_at, schedule.id) {behind} (%(after_at)s::timestamptz, %(after_id)s::uuid)
            )
        ORDER BY schedule.starts_at {way}, schedule.id {way}
        LIMIT %(limit)s
        """
    at, key = after or (None, None)
    found = db.rows(
        _CLASS.format(which=which) + f" ORDER BY class.starts_at {way}, class.id {way}",
        {
            "institution": institution_id,
            "now": now,
            "words": re.sub(r"([\\%_])", r"\\\1", words),
            "after_at": at,
            "after_id": key,
            "limit": PAGE_ROWS + 1,
        },
    )
    return [InstitutionClass(*row) for row in found]


def get_class(institution_id: UUID, schedule_id: UUID) -> InstitutionClass:
    """A class of the institution.

    Raises:
        LookupError: there is none, or it is another institution's.
    """
    found = db.row(
        _CLASS.format(which="schedule.id = %(schedule)s"), {"institution": institution_id, "schedule": schedule_id}
    )
    if found is None:
        raise LookupError(f"class {schedule_id}")
    return InstitutionClass(*found)


@dataclass(frozen=True, slots=True)
class ClassParticipant:
    """A participant of a class: the name for the attendance list, never NIK, card or phone."""

    purchase_id: UUID
    lane: int
    applicant_id: UUID
    name: str
    state: str
    redeemed_at: datetime | None
    attended: int
    sessions: int
    report_state: str


def list_class_participants(
    institution_id: UUID, schedule_id: UUID, *, after: UUID | None = None
) -> list[ClassParticipant]:
    """A page of the participants of a class by purchase, behind `after`. One query."""
    found = db.rows(
        """
        SELECT purchase.purchase_id, person.lane, person.applicant_id, person.name, purchase.state,
            purchase.redeemed_at,
            (SELECT count(*) FROM counted_attendances attendance
             WHERE attendance.lane = purchase.lane AND attendance.purchase_id = purchase.purchase_id),
            (SELECT count(*) FROM sessions session WHERE session.schedule_id = purchase.schedule_id),
            CASE
                WHEN completion.verified_at IS NOT NULL THEN 'verified'
                WHEN completion.forwarded_at IS NOT NULL THEN 'forwarded'
                WHEN completion.reported_at IS NOT NULL THEN 'reported'
                WHEN EXISTS (
                    SELECT FROM completion_returns gone
                    WHERE gone.lane = purchase.lane AND gone.purchase_id = purchase.purchase_id
                ) THEN 'returned'
                ELSE 'not_reported'
            END
        FROM purchases purchase
        JOIN participants participant
            ON (participant.lane, participant.participant_id) = (purchase.lane, purchase.participant_id)
        JOIN applicants person ON (person.lane, person.applicant_id) = (participant.lane, participant.applicant_id)
        LEFT JOIN completions completion
            ON (completion.lane, completion.purchase_id) = (purchase.lane, purchase.purchase_id)
        WHERE purchase.institution_id = %(institution)s AND purchase.schedule_id = %(schedule)s
            AND purchase.state <> 'voided'
            AND (%(after)s::uuid IS NULL OR purchase.purchase_id > %(after)s::uuid)
        ORDER BY purchase.purchase_id
        LIMIT %(limit)s
        """,
        {"institution": institution_id, "schedule": schedule_id, "after": after, "limit": PAGE_ROWS + 1},
    )
    return [ClassParticipant(*row) for row in found]
