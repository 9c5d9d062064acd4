"""A purchase's learning begins anew: presence stays in history and counts no more, tasks are taken out."""

from uuid import UUID

import pytest
from django.db import IntegrityError

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.learning.operations import (
    AnnulmentRequest,
    AttendanceRequest,
    TaskRequest,
    annul_learning,
    record_attendances,
    submit_tasks,
)
from prakerja.learning.queries import list_attendances
from prakerja.oversight.invariants import run_invariants
from prakerja.oversight.invariants.learning import INVARIANTS
from tests.learning.world import World, make_world, report


@pytest.fixture
def world(db: None, context: Context) -> World:
    return make_world(context)


def attend(world: World, number: int = 0) -> str:
    who = world.people[number]
    request = AttendanceRequest(who.lane, who.purchase_id, world.institution_id, 1, "selfie")
    return str(record_attendances(world.context, [request])[0].code)


def hand_in(world: World, number: int = 0) -> None:
    who = world.people[number]
    request = TaskRequest(who.lane, who.purchase_id, world.institution_id, "tpm", 1, "https://lpk.example.id/1")
    assert submit_tasks(world.context, [request])[0].code == "ok"


def annul(world: World, *purchase_ids: UUID) -> list[tuple[str, int, int]]:
    lane = world.people[0].lane
    results = annul_learning(world.context, [AnnulmentRequest(lane, one, "uji") for one in purchase_ids])
    return [(str(result.code), result.presences, result.tasks) for result in results]


def test_a_session_is_attended_again_after_its_presence_was_annulled(world: World) -> None:
    who = world.people[0]
    for number in (1, 2, 3):
        assert [attend(world), attend(world)] == ["ok", "repeated"]
        assert list_attendances(who.lane, who.purchase_id)[0].attended_at == world.context.now
        assert annul(world, who.purchase_id) == [("ok", 1, 0)]
        assert list_attendances(who.lane, who.purchase_id)[0].attended_at is None
        assert db.value("SELECT max(round) FROM attendances") == number
    assert db.rows("SELECT sequence, round, reason FROM attendance_annulments ORDER BY round") == [
        (1, number, "uji") for number in (1, 2, 3)
    ]
    events = db.rows("SELECT kind FROM events WHERE kind LIKE 'attendance.%%' ORDER BY event_id")
    assert [kind for (kind,) in events] == ["attendance.recorded", "attendance.annulled"] * 3


def test_answers_in_order_and_a_bad_item_fails_no_other(world: World) -> None:
    first, second = (who.purchase_id for who in world.people[:2])
    for number in (0, 1):
        assert attend(world, number) == "ok"
        hand_in(world, number)
    db.execute("UPDATE purchases SET state = 'expired', closed_at = paid_at WHERE purchase_id = %s", (second,))
    answers = annul(world, world.other_id, first, second, first)
    assert answers == [("unknown_purchase", 0, 0), ("ok", 1, 1), ("closed", 0, 0), ("ok", 0, 0)]
    assert db.rows("SELECT purchase_id FROM tasks") == [(second,)]
    told = "SELECT payload ->> 'scope', payload ->> 'sequence', payload ->> 'reason' FROM events WHERE kind = %s"
    assert db.row(told, ("task.taken_out",)) == ("tpm", "1", "uji")


def test_what_was_reported_stays(world: World) -> None:
    who = world.people[0]
    attend(world)
    report(world)
    assert annul(world, who.purchase_id) == [("closed", 0, 0)]
    assert list_attendances(who.lane, who.purchase_id)[0].attended_at is not None


def test_annulments_are_history_and_say_why(world: World) -> None:
    attend(world)
    annul(world, world.people[0].purchase_id)
    with pytest.raises(IntegrityError, match="history_is_append_only"):
        db.execute("DELETE FROM attendance_annulments")


@pytest.mark.parametrize(
    ("constraint", "round_", "reason"), [("an_annulment_says_why", 1, ""), ("an_annulment_is_of_a_presence", 2, "x")]
)
def test_the_database_refuses_a_wrong_annulment(world: World, constraint: str, round_: int, reason: str) -> None:
    who = world.people[0]
    attend(world)
    with pytest.raises(IntegrityError, match=constraint):
        db.execute(
            """
            INSERT INTO attendance_annulments (lane, purchase_id, sequence, round, annulled_at, reason)
            VALUES (%s, %s, 1, %s, now(), %s)
            """,
            (who.lane, who.purchase_id, round_, reason),
        )


def test_an_annulled_presence_is_no_evidence(world: World) -> None:
    for number in (0, 1):
        attend(world, number)
    annul(world, world.people[0].purchase_id)
    broken = {result.name for result in run_invariants() if not result.ok}
    assert not broken & {invariant.name for invariant in INVARIANTS}
    (attended,) = db.rows("SELECT count(*) FROM counted_attendances")
    assert attended == (1,)
