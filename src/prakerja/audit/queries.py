"""Reading the event log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event as pages show it."""

    event_id: UUID
    kind: str
    subject_id: UUID
    actor: str
    programme_at: datetime
    payload: Mapping[str, object]


def list_events_of(subject_id: UUID, *, limit: int = 100) -> list[EventRow]:
    """The audit trail of one row, oldest first, at most `limit`."""
    found = db.rows(
        """
        SELECT event_id, kind, subject_id, actor, programme_at, payload
        FROM events
        WHERE subject_id = %s
        ORDER BY event_id
        LIMIT %s
        """,
        (subject_id, limit),
    )
    return [_event(row) for row in found]


def list_latest_events(*, limit: int = 50) -> list[EventRow]:
    """The newest events of all, newest first."""
    found = db.rows(
        """
        SELECT event_id, kind, subject_id, actor, programme_at, payload
        FROM events
        ORDER BY recorded_xid DESC, lane DESC, event_id DESC
        LIMIT %s
        """,
        (limit,),
    )
    return [_event(row) for row in found]


def _event(row: db.Row) -> EventRow:
    event_id, kind, subject_id, actor, programme_at, payload = row
    return EventRow(event_id, kind, subject_id, actor, programme_at, msgspec.json.decode(payload))


def list_broken_seals() -> list[int]:
    """Numbers of seals that no longer fit the events below them; empty when the chain holds. Reads every event."""
    return [int(row[0]) for row in db.rows("SELECT broken_seal_number FROM broken_seals()", ())]
