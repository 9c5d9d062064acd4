"""The default outcome of the first hop of LEARN-05: who does not report in time is reminded, once a deadline."""

from datetime import UTC, datetime, timedelta

import pytest

from prakerja.access.messages import CourierSandbox, list_sandbox_letters
from prakerja.access.operations import UserRequest, create_users
from prakerja.access.operations.contacts import ContactRequest, register_contacts
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.learning.operations import (
    ForwardRequest,
    ReturnRequest,
    forward_completions,
    remind_of_reports,
    return_completions,
)
from tests.learning.world import World, attend, make_world, report

pytestmark = pytest.mark.django_db
TEXT = "{people} orang, {course}, kelas {code}"
# The class ends on Wednesday, 16 September 2020 in Jakarta; the deadline is the end of Thursday.
ENDS = datetime(2020, 9, 16, 5, tzinfo=UTC)
DEADLINE = datetime(2020, 9, 17, 17, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def world(context: Context) -> World:
    """A class that is over, of an institution with one user who reads e-mail."""
    made = make_world(context)
    attend(made)
    db.execute("UPDATE schedules SET ends_at = %s", [ENDS])
    create_users(context, [UserRequest("budi", "Budi", Role.INSTITUTION, partner_id=made.institution_id)])
    user = find_user("budi")
    assert user is not None
    registered = register_contacts(context, [ContactRequest(user.id, "email", "budi@lpk.example")])
    assert [code.value for code in registered] == ["ok"]
    return made


def remind(world: World, moment: datetime) -> int:
    return remind_of_reports(world.after_class.at(moment).acting_as("system:worker"), CourierSandbox(), TEXT)


def letters() -> list[str]:
    return [one.text for one in list_sandbox_letters()]


def test_an_institution_is_reminded_once_behind_the_deadline(world: World) -> None:
    assert remind(world, DEADLINE - SECOND) == 0
    assert remind(world, DEADLINE) == 1
    assert remind(world, DEADLINE + timedelta(days=5)) == 0
    assert letters() == ["2 orang, Barista, kelas J-1"]
    assert db.rows("SELECT deadline_at, people, letters FROM report_reminders") == [(DEADLINE, 2, 1)]
    assert db.value("SELECT count(*) FROM events WHERE kind = 'report.reminded'") == 1


def test_who_has_reported_everybody_hears_nothing(world: World) -> None:
    report(world)
    assert remind(world, DEADLINE) == 0
    assert letters() == []


def test_a_returned_report_has_a_deadline_of_its_own(world: World) -> None:
    assert remind(world, DEADLINE) == 1
    report(world)
    forward_completions(
        world.after_class, [ForwardRequest(p.lane, p.purchase_id, world.platform_id) for p in world.people]
    )
    who = world.people[0]
    # On Friday: the institution has until Monday's end.
    friday = world.office.at(datetime(2020, 9, 18, 4, tzinfo=UTC))
    assert return_completions(friday, [ReturnRequest(who.lane, who.purchase_id, "Salah.")])[0].code == "ok"
    monday_ends = datetime(2020, 9, 21, 17, tzinfo=UTC)
    assert remind(world, monday_ends - SECOND) == 0
    assert remind(world, monday_ends) == 1
    assert remind(world, monday_ends + timedelta(days=1)) == 0
    assert letters() == ["1 orang, Barista, kelas J-1", "2 orang, Barista, kelas J-1"]


def test_without_anybody_to_write_to_the_reminder_stands_all_the_same(world: World) -> None:
    db.execute("DELETE FROM user_contacts")
    assert remind(world, DEADLINE) == 1
    assert letters() == []
    assert db.rows("SELECT people, letters FROM report_reminders") == [(2, 0)]
