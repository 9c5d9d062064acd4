"""Writing the event log: append only, in the transaction of what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.context import Context


@dataclass(frozen=True, slots=True)
class Event:
    """One fact about one row. `payload` holds codes, ids and figures, never a personal value."""

    kind: str
    subject_id: UUID
    payload: Mapping[str, object] = field(default_factory=dict)
    lane: int = 0


def record_events(context: Context, events: Sequence[Event]) -> None:
    """Append the events with the context's actor and moment. One statement."""
    if not events:
        return
    items = [
        {
            "lane": event.lane,
            "event_id": context.uuid(),
            "kind": event.kind,
            "subject_id": event.subject_id,
            "payload": event.payload,
        }
        for event in events
    ]
    db.execute(
        """
        INSERT INTO events (lane, event_id, kind, subject_id, actor, programme_at, payload)
        SELECT item.lane, item.event_id, item.kind, item.subject_id, %s, %s, item.payload
        FROM jsonb_to_recordset(%s::jsonb)
            AS item (lane smallint, event_id uuid, kind text, subject_id uuid, payload jsonb)
        """,
        (context.actor, context.now, db.encode_json(items)),
    )


def seal_events(*, most: int = 50_000) -> int:
    """Put committed events into the hash chain; returns how many. Run again until it returns 0.

    Cost: one transaction, one read of the events sealed.
    """
    with db.transaction():
        return int(db.value("SELECT seal_events(%s)", (most,)))
