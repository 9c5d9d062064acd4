"""COURSE-04, COURSE-05: a class gets other seats, never fewer than are sold."""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

from prakerja.catalogue import queries
from prakerja.catalogue.operations import ScheduleClose, SeatChange, change_seats, close_schedules
from prakerja.catalogue.states import ScheduleState
from prakerja.kit import db
from prakerja.kit.context import Context
from tests.catalogue.world import Market, make_market


def seats(market: Market, schedule_id: UUID, number: int, trainers: int = 1, regime: str = "second") -> str:
    request = SeatChange(schedule_id=schedule_id, seats=number, trainers=trainers)
    return change_seats(market.context, [request], regime=market.regimes[regime])[0].code


def sell(schedule_id: UUID, count: int) -> None:
    """As a sale does: one seat of a lane that has it."""
    db.execute("UPDATE seat_allotments SET seats_left = seats_left - %s WHERE schedule_id = %s", [count, schedule_id])


def test_seats_are_never_fewer_than_sold(market: Market) -> None:
    schedule_id = market.schedule(market.course())
    sell(schedule_id, 12)
    assert seats(market, schedule_id, 11) == "fewer_than_sold"
    assert queries.seats_left([schedule_id]) == {schedule_id: 8}
    assert seats(market, schedule_id, 12) == "ok"
    assert queries.seats_left([schedule_id]) == {schedule_id: 0}
    assert seats(market, schedule_id, 30) == "ok"
    assert queries.seats_left([schedule_id]) == {schedule_id: 18}
    assert queries.get_schedules([schedule_id])[schedule_id].seats == 30
    assert db.value("SELECT count(*) FROM events WHERE kind = 'schedule.seats_changed'") == 2


def test_seats_keep_the_limits_of_the_regime(market: Market) -> None:
    schedule_id = market.schedule(market.course())
    assert seats(market, uuid4(), 10) == "schedule_unknown"
    assert seats(market, schedule_id, 0) == "seats_malformed"
    assert seats(market, schedule_id, 10, trainers=0) == "seats_malformed"
    assert seats(market, schedule_id, 151, trainers=9, regime="third") == "too_many_people"
    assert seats(market, schedule_id, 51, regime="third") == "too_few_trainers"
    assert seats(market, schedule_id, 51, trainers=2, regime="third") == "ok"
    close_schedules(market.context, [ScheduleClose(schedule_id=schedule_id, state=ScheduleState.CLOSED)])
    assert seats(market, schedule_id, 20, trainers=2) == "ok"
    gone = ScheduleClose(schedule_id=schedule_id, state=ScheduleState.CANCELLED, reason="Pengajar sakit")
    assert close_schedules(market.context, [gone])[0].code == "ok"
    assert seats(market, schedule_id, 20) == "move_not_allowed"


def test_one_change_of_a_class_counts_in_a_call(market: Market) -> None:
    schedule_id = market.schedule(market.course())
    requests = [SeatChange(schedule_id=schedule_id, seats=number, trainers=1) for number in (25, 26)]
    results = change_seats(market.context, requests, regime=market.regimes["second"])
    assert [one.code for one in results] == ["ok", "move_not_allowed"]
    assert queries.get_schedules([schedule_id])[schedule_id].seats == 25


def test_sales_and_changes_at_once_lose_no_seat(
    race: Callable[[Sequence[Callable[[], object]]], list[object]], context: Context
) -> None:
    """Real connections: ten sales of one seat, and changes between them; seats = left + sold at the end."""
    market = make_market(context)
    schedule_id = market.schedule(market.course(), seats=20)

    def one_seat() -> int:
        return db.execute(
            "UPDATE seat_allotments SET seats_left = seats_left - 1 WHERE schedule_id = %s AND seats_left > 0",
            [schedule_id],
        )

    def change(number: int) -> Callable[[], object]:
        return lambda: seats(market, schedule_id, number)

    race([one_seat, change(40), one_seat, change(15), one_seat, one_seat])
    found = queries.get_schedules([schedule_id])[schedule_id].seats
    assert found in (40, 15)
    assert queries.seats_left([schedule_id]) == {schedule_id: found - 4}
