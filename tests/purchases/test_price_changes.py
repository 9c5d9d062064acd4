"""A price that changes between the code and the payment: what was agreed to by the code is charged, or nothing."""

from collections import Counter as Tally
from functools import partial

import pytest

from prakerja.catalogue.operations import PriceChange, change_prices
from prakerja.catalogue.queries import get_schedules
from prakerja.kit import db
from prakerja.kit.context import Context
from tests.fixtures.database import Race
from tests.purchases.world import PRICE_IDR, TRAINING_IDR, Counter, make_counter

DEARER_IDR = PRICE_IDR + 50_000


def set_price(counter: Counter, price_idr: int) -> str:
    """As the institution does it on its page."""
    course_id = db.value("SELECT course_id FROM schedules WHERE id = %s", [counter.schedule_id])
    change = PriceChange(course_id=course_id, price_idr=price_idr, comparison_price_idr=DEARER_IDR)
    return change_prices(counter.context, [change])[0].code.value


@pytest.mark.django_db
@pytest.mark.parametrize("price_idr", [DEARER_IDR, PRICE_IDR - 50_000])
def test_after_a_code_was_sent_another_price_charges_nothing(context: Context, price_idr: int) -> None:
    counter = make_counter(context)
    order = counter.order()
    assert set_price(counter, price_idr) == "ok"
    assert counter.pay_codes(order) == ["price_changed"]
    assert (counter.balance_idr(), counter.seats_left()) == (TRAINING_IDR, 20)
    # Asked again it is the same answer; a new code says the new price, and that one is charged.
    assert counter.pay_codes(order) == ["price_changed"]
    assert counter.send(amount_idr=PRICE_IDR).code == "price_changed"
    assert counter.pay_codes(counter.order(amount_idr=price_idr, invoice="A-2")) == ["ok"]
    assert counter.balance_idr() == TRAINING_IDR - price_idr
    assert counter.purchase("A-2").price_idr == price_idr
    assert counter.books_agree()


@pytest.mark.django_db
def test_who_has_bought_keeps_the_price_of_then(context: Context) -> None:
    counter = make_counter(context)
    assert counter.buy().price_idr == PRICE_IDR
    assert set_price(counter, DEARER_IDR) == "ok"
    assert counter.purchase("A-1").price_idr == PRICE_IDR
    assert counter.balance_idr() == TRAINING_IDR - PRICE_IDR
    assert get_schedules([counter.schedule_id])[counter.schedule_id].price_idr == DEARER_IDR


def test_payments_and_a_price_at_once_charge_the_agreed_price_or_nothing(
    race: "Race[object]", context: Context
) -> None:
    """Real connections: whoever pays pays what the code said."""
    counter = make_counter(context, people=8)
    orders = [counter.order(person, f"A-{number}") for number, person in enumerate(counter.people)]
    calls = [partial(counter.at_window(f"w{number}").pay_codes, order) for number, order in enumerate(orders)]
    *answers, changed = race([*calls, partial(set_price, counter.at_window("institution"), DEARER_IDR)])
    assert changed == "ok"
    codes = Tally(code for answer in answers for code in answer)  # type: ignore[attr-defined]
    assert set(codes) <= {"ok", "price_changed"}
    paid = db.rows("SELECT price_idr FROM purchases ORDER BY purchase_id")
    assert paid == [(PRICE_IDR,)] * codes["ok"]
    spent = Tally(TRAINING_IDR - counter.balance_idr(person) for person in counter.people)
    assert spent == Tally({PRICE_IDR: codes["ok"], 0: codes["price_changed"]}) + Tally()
    assert counter.books_agree()
