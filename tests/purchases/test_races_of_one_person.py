"""Many connections for one person: courses, platform account, tries and a purchase taken back are each counted once."""

from functools import partial

from prakerja.kit.context import Context
from prakerja.purchases.operations import PurchaseRequest
from tests.fixtures.database import Race
from tests.purchases.world import PRICE_IDR, TRAINING_IDR, Counter, make_counter

WINDOWS = 8


def answers(race: "Race[list[str]]", counter: Counter, orders: list[PurchaseRequest]) -> list[str]:
    """The codes of orders that are paid at the same moment, sorted."""
    calls = [partial(counter.at_window(f"window {n}").pay_codes, order) for n, order in enumerate(orders)]
    return sorted(code for (code,) in race(calls))


def test_a_second_course_waits_for_the_first(race: "Race[list[str]]", context: Context) -> None:
    """SCHEME-10."""
    counter = make_counter(context, people=1)
    classes = [counter.add_class(f"S-{number}") for number in range(WINDOWS)]
    orders = [counter.order(invoice=f"A-{n}", schedule_id=one) for n, one in enumerate(classes)]
    assert answers(race, counter, orders) == ["first_course_not_completed"] * (WINDOWS - 1) + ["ok"]
    assert counter.balance_idr() == TRAINING_IDR - PRICE_IDR
    assert counter.books_agree()


def test_a_class_is_bought_once(race: "Race[list[str]]", context: Context) -> None:
    counter = make_counter(context, people=1).without_order_of_courses()
    orders = [counter.order(invoice=f"A-{number}") for number in range(WINDOWS)]
    assert answers(race, counter, orders) == ["already_bought"] * (WINDOWS - 1) + ["ok"]
    assert counter.balance_idr() == TRAINING_IDR - PRICE_IDR
    assert counter.seats_left() == 19


def test_a_platform_account_uses_one_card(race: "Race[list[str]]", context: Context) -> None:
    """CARD-03, SCHEME-05: no lock is shared, the claim's key decides."""
    counter = make_counter(context, people=WINDOWS)
    orders = [counter.order(person, f"A-{n}", platform_user_id="one") for n, person in enumerate(counter.people)]
    assert answers(race, counter, orders) == ["ok"] + ["platform_account_uses_another_card"] * (WINDOWS - 1)
    assert counter.seats_left() == 19
    assert counter.books_agree()


def test_wrong_codes_are_all_counted(race: "Race[list[str]]", context: Context) -> None:
    counter = make_counter(context, people=1)
    sent = counter.send()
    orders = [counter.order(invoice=f"A-{n}", sent=sent, otp="wrong") for n in range(WINDOWS)]
    assert answers(race, counter, orders) == ["otp_locked"] * 3 + ["otp_wrong"] * 5
    assert counter.send().code == "otp_locked"


def test_a_purchase_is_voided_once(race: "Race[list[str]]", context: Context) -> None:
    counter = make_counter(context, people=1)
    request = counter.void_request(counter.buy())
    calls = [partial(counter.at_window(f"void {number}").void, request) for number in range(WINDOWS)]
    assert sorted(code for (code,) in race(calls)) == ["already_voided"] * (WINDOWS - 1) + ["ok"]
    assert counter.balance_idr() == TRAINING_IDR
    assert counter.seats_left() == 20
