"""Real connections at the same moment: nothing is sold, spent or used twice, and every loser gets its answer."""

from collections import Counter as Tally
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from prakerja.catalogue.operations import SeatChange, change_seats
from prakerja.kit import db, lanes
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.purchases.operations import PurchaseRequest, PurchaseResult, authorize
from prakerja.purchases.operations.by_lane import answer_by_lane
from tests.fixtures.database import Race
from tests.purchases.world import PRICE_IDR, TRAINING_IDR, Counter, make_counter

THREADS = 8


def pay(counter: Counter, *orders: PurchaseRequest) -> Callable[[], list[str]]:
    return partial(counter.pay_codes, *orders)


def test_many_on_one_cards_balance_never_spend_more_than_it_holds(race: "Race[list[str]]", context: Context) -> None:
    counter = make_counter(context).without_order_of_courses()
    classes = [counter.add_class(f"r{number}") for number in range(THREADS)]
    orders = [counter.order(invoice=f"A-{n}", schedule_id=schedule_id) for n, schedule_id in enumerate(classes)]
    answers = race([pay(counter.at_window(f"w{n}"), order) for n, order in enumerate(orders)])
    affordable = TRAINING_IDR // PRICE_IDR
    assert Tally(code for answer in answers for code in answer) == {
        "ok": affordable,
        "balance_too_low": THREADS - affordable,
    }
    assert counter.balance_idr() == TRAINING_IDR - affordable * PRICE_IDR
    assert counter.books_agree()
    assert sum(counter.seats_left(schedule_id) for schedule_id in classes) == THREADS * 20 - affordable


def test_a_class_is_sold_as_often_as_it_has_seats(race: "Race[list[str]]", context: Context) -> None:
    counter = make_counter(context, people=THREADS, seats=3)
    orders = [counter.order(person, f"A-{n}") for n, person in enumerate(counter.people)]
    answers = race([pay(counter.at_window(f"w{n}"), order) for n, order in enumerate(orders)])
    assert Tally(code for answer in answers for code in answer) == {"ok": 3, "sold_out": THREADS - 3}
    assert counter.seats_left() == 0
    assert db.value("SELECT count(*) FROM purchases") == 3
    assert counter.books_agree()


def test_seats_change_while_people_buy(race: "Race[list[str]]", context: Context) -> None:
    """Neither waits for the other in a circle: a sale asks for the class while it holds its seats."""
    counter = make_counter(context, people=THREADS)
    orders = [counter.order(person, f"A-{n}") for n, person in enumerate(counter.people)]

    def change(name: str, seats: int) -> list[str]:
        request = SeatChange(schedule_id=counter.schedule_id, seats=seats, trainers=3)
        results = change_seats(counter.at_window(name).context, [request], regime=counter.regime)
        return [result.code.value for result in results]

    sales = [pay(counter.at_window(f"w{n}"), order) for n, order in enumerate(orders)]
    changes = [partial(change, f"seats {seats}", seats) for seats in (25, 30, 40)]
    answers = race([*sales, *changes])
    assert Tally(code for answer in answers for code in answer) == {"ok": THREADS + 3}
    seats = db.value("SELECT seats FROM schedules WHERE id = %s", [counter.schedule_id])
    assert counter.seats_left() == seats - THREADS
    assert counter.books_agree()


@pytest.mark.parametrize("seats", [[0, 0, 0, 7], [1, 1, 1, 4], [2, 2, 2, 2]])
def test_seats_of_all_lanes_are_sold_before_anybody_is_refused(
    race: "Race[list[str]]", context: Context, monkeypatch: pytest.MonkeyPatch, seats: list[int]
) -> None:
    settings = get_settings().model_copy(update={"lanes": 4})
    monkeypatch.setattr(lanes, "get_settings", lambda: settings)
    monkeypatch.setattr(authorize, "get_settings", lambda: settings)
    counter = make_counter(context, people=12, lanes=4)
    schedule_id = counter.add_class("few", lane_seats=seats)
    orders = [counter.order(p, f"A-{n}", schedule_id=schedule_id) for n, p in enumerate(counter.people)]
    answers = race([pay(counter.at_window(f"w{n}"), order) for n, order in enumerate(orders)])
    assert Tally(code for answer in answers for code in answer) == {"ok": sum(seats), "sold_out": 12 - sum(seats)}
    assert counter.seats_left(schedule_id) == 0
    assert counter.books_agree()


@pytest.mark.django_db
@pytest.mark.parametrize(("moment", "to_lane", "decisions"), [("before 2", 1, 3), ("after 1", 0, 2)])
def test_seats_that_another_seller_moves_meanwhile_are_still_sold(
    context: Context, monkeypatch: pytest.MonkeyPatch, moment: str, to_lane: int, decisions: int
) -> None:
    """Somebody takes the seats away after we brought them, or brings them to our lane just before we do."""
    settings = get_settings().model_copy(update={"lanes": 2})
    monkeypatch.setattr(lanes, "get_settings", lambda: settings)
    monkeypatch.setattr(authorize, "get_settings", lambda: settings)
    counter = make_counter(context, lanes=2)
    schedule_id = counter.add_class("few", lane_seats=[0, 2])
    order = counter.order(schedule_id=schedule_id)
    decided = 0

    def move_at(reached: str) -> None:
        if reached == moment:
            db.value("SELECT move_seats(%s, %s::smallint)", (schedule_id, to_lane))

    def decide(*args: Any, **more: Any) -> Any:  # noqa: ANN401 - as answer_by_lane
        nonlocal decided
        decided += 1
        move_at(f"before {decided}")
        answers = answer_by_lane(*args, **more)
        move_at(f"after {decided}")
        return answers

    monkeypatch.setattr(authorize, "answer_by_lane", decide)
    assert counter.pay_codes(order) == ["ok"]
    assert decided == decisions
    assert counter.seats_left(schedule_id) == 1


def test_one_redeem_code_is_used_once(race: "Race[list[str]]", context: Context) -> None:
    counter = make_counter(context)
    bought = counter.buy()
    request = counter.redeem_request(bought)
    at_class = counter.later(days=10)
    answers = race([partial(at_class.at_window(f"w{n}").redeem, request) for n in range(THREADS)])
    assert Tally(code for answer in answers for code in answer) == {"ok": 1, "code_already_used": THREADS - 1}
    assert db.value("SELECT count(*) FROM events WHERE kind = 'purchase.redeemed'") == 1


def test_the_same_invoice_in_parallel_has_one_purchase_and_one_answer(
    race: "Race[list[PurchaseResult]]", context: Context
) -> None:
    counter = make_counter(context)
    order = counter.order()
    answers = race([partial(counter.at_window(f"w{n}").pay, order) for n in range(THREADS)])
    results = [result for answer in answers for result in answer]
    assert Tally(result.code.value for result in results) == {"ok": 1, "repeated": THREADS - 1}
    assert {result.transaction_code for result in results} == {counter.purchase("A-1").transaction_code}
    assert counter.balance_idr() == TRAINING_IDR - PRICE_IDR


def test_an_invoice_for_two_people_in_parallel_is_answered_for_one(race: "Race[list[str]]", context: Context) -> None:
    """Their locks do not meet: the claim of the invoice decides, and whoever fails on it is asked again."""
    counter = make_counter(context, people=THREADS)
    orders = [counter.order(person, "A-1") for person in counter.people]
    answers = race([pay(counter.at_window(f"w{n}"), order) for n, order in enumerate(orders)])
    assert Tally(code for answer in answers for code in answer) == {"ok": 1, "invoice_reused": THREADS - 1}
    assert counter.books_agree()


def test_of_void_and_redeem_one_wins(race: "Race[list[str]]", context: Context) -> None:
    counter = make_counter(context)
    for number, person in enumerate(counter.people):
        bought = counter.buy(person, f"A-{number}")
        at_class = counter.later(days=10)
        voided, redeemed = race(
            [
                partial(at_class.at_window(f"v{number}").void, counter.void_request(bought)),
                partial(at_class.at_window(f"r{number}").redeem, counter.redeem_request(bought)),
            ]
        )
        assert (voided, redeemed) in [(["ok"], ["purchase_voided"]), (["code_already_redeemed"], ["ok"])]
        held = TRAINING_IDR if voided == ["ok"] else TRAINING_IDR - PRICE_IDR
        assert counter.balance_idr(person) == held
    assert counter.books_agree()


def test_mixed_batches_in_opposite_order_all_end(race: "Race[list[str]]", context: Context) -> None:
    """Purchases of the same people and classes, forwards and backwards, with shared platform accounts and voids."""
    counter = make_counter(context, people=6).without_order_of_courses()
    second = counter.add_class("second")
    bought = [counter.buy(person, f"B-{n}", schedule_id=second) for n, person in enumerate(counter.people)]
    voids = [counter.void_request(purchase) for purchase in bought]
    calls: list[Callable[[], list[str]]] = []
    for number in range(6):
        orders = [counter.order(person, f"A-{number}-{n}") for n, person in enumerate(counter.people)]
        here = counter.at_window(f"w{number}")
        calls.append(pay(here, *(orders if number % 2 else orders[::-1])))
    calls.append(partial(counter.at_window("v1").void, *voids))
    calls.append(partial(counter.at_window("v2").void, *voids[::-1]))
    answers = race(calls)
    assert Tally(code for answer in answers[:6] for code in answer) == {"ok": 6, "already_bought": 30}
    assert Tally(code for answer in answers[6:] for code in answer) == {"ok": 6, "already_voided": 6}
    assert counter.seats_left() == 20 - 6
    assert counter.seats_left(second) == 20
    assert all(counter.balance_idr(person) == TRAINING_IDR - PRICE_IDR for person in counter.people)
    assert counter.books_agree()
