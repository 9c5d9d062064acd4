"""The event log: append only, in the order of commits, under a chain of hashes."""

from uuid import UUID

import pytest
from django.db import IntegrityError

from prakerja.audit.operations import Event, record_events, seal_events
from prakerja.audit.queries import list_broken_seals, list_events_of, list_latest_events
from prakerja.kit import db
from prakerja.kit.context import Context

SUBJECT = UUID(int=7)


@pytest.mark.django_db
def test_records_who_did_what(context: Context) -> None:
    record_events(context, [Event("wave.opened", SUBJECT, {"number": 1}), Event("wave.closed", SUBJECT)])
    trail = list_events_of(SUBJECT)
    assert [(event.kind, event.actor, event.payload) for event in trail] == [
        ("wave.opened", context.actor, {"number": 1}),
        ("wave.closed", context.actor, {}),
    ]
    assert [event.kind for event in list_latest_events(limit=1)] == ["wave.closed"]


@pytest.mark.django_db
def test_refuses_an_event_without_an_actor() -> None:
    with pytest.raises(IntegrityError, match="every_event_has_an_actor"):
        db.execute(
            "INSERT INTO events (lane, event_id, kind, subject_id, actor, programme_at)"
            " VALUES (0, %s, 'x', %s, '', now())",
            (SUBJECT, SUBJECT),
        )


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE events SET actor = 'staff:x'", "DELETE FROM events", "TRUNCATE events"])
def test_history_is_append_only(context: Context, statement: str) -> None:
    record_events(context, [Event("wave.opened", SUBJECT)])
    with pytest.raises(IntegrityError, match="history_is_append_only"):
        db.execute(statement)


@pytest.mark.usefixtures("committed_db")
def test_a_changed_event_breaks_its_seal_and_no_other(context: Context) -> None:
    for number in range(6):
        record_events(context, [Event("wave.opened", UUID(int=100 + number), {"number": number})])
    sealed = []
    while counted := seal_events(most=2):
        sealed.append(counted)
    assert sum(sealed) == 6
    assert len(sealed) >= 2
    assert list_broken_seals() == []
    with db.transaction():
        db.execute("ALTER TABLE events DISABLE TRIGGER history_is_append_only")
        db.execute("UPDATE events SET payload = '{\"number\": 9}' WHERE subject_id = %s", (UUID(int=100),))
        db.execute("ALTER TABLE events ENABLE TRIGGER history_is_append_only")
    assert list_broken_seals() == [1]


@pytest.mark.usefixtures("committed_db")
def test_a_removed_event_breaks_its_seal(context: Context) -> None:
    record_events(context, [Event("wave.opened", UUID(int=100)), Event("wave.opened", UUID(int=101))])
    assert seal_events() == 2
    with db.transaction():
        db.execute("ALTER TABLE events DISABLE TRIGGER history_is_append_only")
        db.execute("DELETE FROM events WHERE subject_id = %s", (UUID(int=101),))
        db.execute("ALTER TABLE events ENABLE TRIGGER history_is_append_only")
    assert list_broken_seals() == [1]
