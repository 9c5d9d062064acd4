"""The default outcome of the first hop of LEARN-05: who does not report a class in time is reminded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from prakerja.access.messages import Courier, Letter
from prakerja.access.queries import list_contacts_of_partners
from prakerja.access.roles import Role
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.kit.context import Context
from prakerja.learning.rules import chain_step, chain_terms
from prakerja.programme.queries import get_regime_book

# No deadline of a working day ends earlier than this; what is older than a year went back to the treasury.
_SHORTEST: Final = timedelta(days=1)
_LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class _Late:
    """A class, since when its report waits, and of how many people."""

    schedule_id: UUID
    code: str
    title: str
    institution_id: UUID
    since_at: datetime
    people: int
    deadline_at: datetime


def remind_of_reports(context: Context, courier: Courier | None, text: str, *, most: int = 2_000) -> int:
    """Remind institutions of classes that are not wholly reported behind the deadline; how many classes.

    Once for each class and deadline; a returned report has a deadline of its own. `text`: what a letter says, with
    `{people}`, `{course}` and `{code}`. Letters go to the contacts of the institution's users that the courier reaches.
    Rule: LEARN-05. Cost: one read of the classes of a year, one of contacts, two writes.
    """
    with db.transaction():
        late = _late(context, most)
        if not late:
            return 0
        contacts = list_contacts_of_partners(Role.INSTITUTION, {one.institution_id for one in late})
        letters: list[Letter] = []
        rows, events = [], []
        for one in late:
            said = text.replace("{people}", str(one.people)).replace("{course}", one.title).replace("{code}", one.code)
            mine = [
                Letter(contact.kind, contact.plain, said)
                for contact in contacts.get(one.institution_id, [])
                if courier is not None and contact.kind in courier.kinds
            ]
            letters += mine
            rows.append((one.schedule_id, one.deadline_at, one.institution_id, one.people, context.now, len(mine)))
            events.append(Event("report.reminded", one.schedule_id, {"people": one.people, "letters": len(mine)}))
        db.copy_rows(
            "report_reminders",
            ["schedule_id", "deadline_at", "institution_id", "people", "reminded_at", "letters"],
            rows,
        )
        if courier is not None and letters:
            courier.send(letters, ids=context.ids, machine_now=context.now)
        record_events(context, events)
        return len(late)


def _late(context: Context, most: int) -> Sequence[_Late]:
    book = get_regime_book()
    found = db.rows(
        """
        SELECT s.id, s.code, course.title, s.institution_id, greatest(s.ends_at, people.returned_at), people.waiting,
            reminded.deadline_at
        FROM schedules AS s
        JOIN courses AS course ON course.id = s.course_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS waiting, max(gone.returned_at) AS returned_at
            FROM purchases AS p
            LEFT JOIN LATERAL (
                SELECT max(back.returned_at) AS returned_at
                FROM completion_returns AS back
                WHERE back.lane = p.lane AND back.purchase_id = p.purchase_id
            ) AS gone ON true
            WHERE p.schedule_id = s.id AND p.state = 'redeemed'
        ) AS people
        LEFT JOIN LATERAL (
            SELECT max(r.deadline_at) AS deadline_at FROM report_reminders AS r WHERE r.schedule_id = s.id
        ) AS reminded ON true
        WHERE s.ends_at < %(until)s AND s.ends_at >= %(from)s AND people.waiting > 0
            AND (reminded.deadline_at IS NULL OR reminded.deadline_at <= people.returned_at)
        ORDER BY s.ends_at, s.id
        LIMIT %(most)s
        """,
        {"until": context.now - _SHORTEST, "from": context.now - _LONGEST, "most": most},
    )
    late = []
    for schedule_id, code, title, institution_id, since_at, waiting, _reminded in found:
        step = chain_step(
            class_ended_at=since_at,
            reported_at=None,
            forwarded_at=None,
            verified_at=None,
            terms=chain_terms(book.on(jakarta_date(since_at))),
        )
        if step is not None and step.deadline_at <= context.now:
            late.append(_Late(schedule_id, code, title, institution_id, since_at, waiting, step.deadline_at))
    return late
