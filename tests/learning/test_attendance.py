from datetime import timedelta

import pytest
from django.db import IntegrityError

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.learning.errors import AttendanceCode
from prakerja.learning.operations import AttendanceRequest, record_attendances
from tests.learning.world import World, attend, make_world, report


@pytest.fixture
def world(db: None, context: Context) -> World:
    return make_world(context)


def _request(world: World, **changes: object) -> AttendanceRequest:
    person = world.people[0]
    fields = {
        "lane": person.lane,
        "purchase_id": person.purchase_id,
        "institution_id": world.institution_id,
        "sequence": 1,
        "presence": "selfie",
    }
    return AttendanceRequest(**{**fields, **changes})  # type: ignore[arg-type]


def _code(world: World, *, at: Context | None = None, **changes: object) -> AttendanceCode:
    return record_attendances(at or world.context, [_request(world, **changes)])[0].code


def _state(world: World, state: str) -> None:
    """The purchase as if it had gone another way."""
    db.execute(
        """
        UPDATE purchases
        SET state = %(state)s,
            redeemed_at = CASE WHEN %(state)s IN ('redeemed', 'completed') THEN paid_at END,
            voided_at = CASE WHEN %(state)s = 'voided' THEN paid_at END,
            closed_at = CASE WHEN %(state)s IN ('completed', 'expired') THEN paid_at END
        WHERE purchase_id = %(purchase)s
        """,
        {"state": state, "purchase": world.people[0].purchase_id},
    )


def test_records_presence_and_an_event(world: World) -> None:
    assert _code(world) == "ok"
    ((attended_at, presence, session_id),) = db.rows("SELECT attended_at, presence, session_id FROM attendances")
    assert (attended_at, presence, session_id) == (world.context.now, "selfie", world.session_ids[0])
    ((subject_id, actor),) = db.rows("SELECT subject_id, actor FROM events WHERE kind = 'attendance.recorded'")
    assert (subject_id, actor) == (world.people[0].purchase_id, "system:test")


def test_answers_in_order_and_a_bad_item_fails_no_other(world: World) -> None:
    second = world.people[1]
    results = record_attendances(
        world.context,
        [
            _request(world, purchase_id=world.other_id),
            _request(world),
            _request(world),
            _request(world, purchase_id=second.purchase_id, lane=second.lane),
            _request(world, sequence=3),
        ],
    )
    assert [result.code for result in results] == ["unknown_purchase", "ok", "repeated", "ok", "no_such_session"]
    assert db.value("SELECT count(*) FROM attendances") == 2


def test_refuses_another_lane(world: World) -> None:
    assert _code(world, lane=1) == "unknown_purchase"


def test_refuses_a_code_of_another_institution(world: World) -> None:
    assert _code(world, institution_id=world.other_id) == "another_institution"


def test_refuses_a_voided_purchase(world: World) -> None:
    _state(world, "voided")
    assert _code(world) == "voided"


def test_refuses_a_purchase_that_is_not_redeemed(world: World) -> None:
    _state(world, "paid")
    assert _code(world, sequence=9) == "not_redeemed"


def test_refuses_a_closed_purchase(world: World) -> None:
    _state(world, "completed")
    assert _code(world) == "closed"


def test_repeats_behind_the_window_too(world: World) -> None:
    assert _code(world) == "ok"
    assert _code(world, at=world.context.at(world.context.now + timedelta(days=9))) == "repeated"


@pytest.mark.parametrize(
    ("minutes", "code"),
    [(-61, "outside_the_window"), (-60, "ok"), (0, "ok"), (60, "ok"), (61, "outside_the_window")],
)
def test_window_is_an_hour_around_the_start(world: World, minutes: int, code: str) -> None:
    """LEARN-01."""
    at = world.context.at(world.session_starts[0] + timedelta(minutes=minutes))
    assert _code(world, at=at) == code


@pytest.mark.parametrize(("minutes", "code"), [(-1, "outside_the_window"), (0, "ok"), (24 * 60, "ok")])
@pytest.mark.django_db
def test_self_paced_training_is_open_during_its_period(context: Context, minutes: int, code: str) -> None:
    """LEARN-01."""
    world = make_world(context, training_type=2)
    at = world.context.at(world.session_starts[0] + timedelta(minutes=minutes))
    assert _code(world, at=at) == code


def test_refuses_without_a_presence_check(world: World) -> None:
    """LEARN-03."""
    assert _code(world, presence="") == "no_presence"


def test_a_session_of_which_the_class_has_none_is_no_session(world: World) -> None:
    assert _code(world, sequence=999) == "no_such_session"


def test_presence_is_never_changed(world: World) -> None:
    assert _code(world) == "ok"
    with pytest.raises(IntegrityError, match="history_is_append_only"), db.attempt():
        db.execute("UPDATE attendances SET presence = 'other'")


def test_a_late_presence_does_not_reach_a_reported_course(world: World) -> None:
    attend(world, sessions=[1])
    report(world)
    assert _code(world, sequence=2, at=world.context.at(world.session_starts[1])) == "closed"


@pytest.mark.django_db
def test_thousands_in_one_call(context: Context) -> None:
    world = make_world(context, people=2000, lanes=4)
    results = record_attendances(
        world.context,
        [AttendanceRequest(p.lane, p.purchase_id, world.institution_id, 1, "selfie") for p in world.people],
    )
    assert {result.code for result in results} == {AttendanceCode.OK}
    assert db.value("SELECT count(*) FROM attendances") == 2000
