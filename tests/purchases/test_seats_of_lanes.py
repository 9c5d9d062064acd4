"""Seats that stand in several lanes: a purchase is refused only when no lane has any left."""

from collections.abc import Iterator
from functools import partial

import pytest

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from tests.fixtures.database import Race
from tests.purchases.world import Counter, make_counter


@pytest.fixture(autouse=True)
def four_lanes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PRAKERJA_LANES", "4")
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.mark.django_db
@pytest.mark.parametrize("lane_seats", [(3, 0, 0, 0), (1, 1, 0, 1)])
def test_a_batch_of_one_lane_gets_every_seat_of_the_others(context: Context, lane_seats: tuple[int, ...]) -> None:
    counter = make_counter(context, people=20, lanes=4)
    schedule_id = counter.add_class("S", lane_seats=lane_seats)
    chosen = [person for person in counter.people if person.lane == 2]
    orders = [counter.order(person, f"S-{n}", schedule_id=schedule_id) for n, person in enumerate(chosen)]
    assert counter.pay_codes(*orders) == ["ok", "ok", "ok", "sold_out", "sold_out"]
    assert counter.seats_left(schedule_id) == 0
    assert counter.books_agree()


@pytest.mark.django_db
def test_whoever_may_not_buy_takes_no_seat_of_another_lane(context: Context) -> None:
    counter = make_counter(context, people=8, lanes=4)
    schedule_id = counter.add_class("S", lane_seats=(1, 0, 0, 0))
    poor, other = [person for person in counter.people if person.lane == 3]
    db.execute("UPDATE accounts SET balance_idr = 1 WHERE kind = 'training' AND holder_id = %s", (poor.participant_id,))
    orders = [
        counter.order(poor, "S-1", schedule_id=schedule_id),
        counter.order(other, "S-2", schedule_id=schedule_id),
    ]
    assert counter.pay_codes(*orders) == ["balance_too_low", "ok"]


@pytest.mark.parametrize("seats", [1, 7, 13])
def test_lanes_that_race_for_the_last_seats_sell_them_all(
    race: "Race[list[str]]", context: Context, seats: int
) -> None:
    counter = make_counter(context, people=16, lanes=4)
    schedule_id = counter.add_class("S", lane_seats=(seats, 0, 0, 0))
    orders = [counter.order(person, f"S-{n}", schedule_id=schedule_id) for n, person in enumerate(counter.people)]

    def pay(window: int) -> list[str]:
        # Two neighbouring lanes at each window, in either order.
        chosen = orders[2 * window : 2 * window + 2]
        here: Counter = counter.at_window(f"window {window}")
        return here.pay_codes(*(chosen if window % 2 else chosen[::-1]))

    answers = [code for codes in race([partial(pay, window) for window in range(8)]) for code in codes]
    assert sorted(answers) == ["ok"] * seats + ["sold_out"] * (16 - seats)
    assert counter.seats_left(schedule_id) == 0
    assert db.value("SELECT count(*) FROM purchases WHERE schedule_id = %s", (schedule_id,)) == seats
    assert counter.books_agree()
