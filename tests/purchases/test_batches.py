"""Batches: items are decided in order, a bad one fails no other, and an answer that was given stays."""

from dataclasses import replace
from uuid import UUID

import pytest

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.purchases.rules import OTP_TRIES
from tests.purchases.world import PIN, PRICE_IDR, TRAINING_IDR, WRONG_OTP, Counter, give_regular_card, make_counter


@pytest.fixture
def counter(db: None, context: Context) -> Counter:
    return make_counter(context)


def test_second_purchase_of_one_card_sees_the_first(counter: Counter) -> None:
    second = counter.add_class("3")
    first, again = counter.order(), counter.order(invoice="A-2", schedule_id=second)
    assert counter.pay_codes(first, again) == ["ok", "first_course_not_completed"]


def test_a_balance_is_spent_in_the_order_of_the_batch(counter: Counter) -> None:
    loose = counter.without_order_of_courses()
    orders = [
        loose.order(invoice=f"A-{n}", schedule_id=loose.add_class(f"b{n}"))
        for n in range(TRAINING_IDR // PRICE_IDR + 2)
    ]
    assert loose.pay_codes(*orders) == ["ok", "ok", "ok", "balance_too_low", "balance_too_low"]
    assert loose.balance_idr() == TRAINING_IDR % PRICE_IDR
    assert loose.books_agree()


def test_the_last_seats_go_to_the_first_of_the_batch_who_can_pay(counter: Counter) -> None:
    few = counter.add_class("few", lane_seats=[2])
    orders = [counter.order(person, f"A-{n}", schedule_id=few) for n, person in enumerate(counter.people)]
    poor = counter.people[0]
    db.execute("UPDATE accounts SET balance_idr = 0 WHERE holder_id = %s", (poor.participant_id,))
    assert counter.pay_codes(*orders) == ["balance_too_low", "ok", "ok", "sold_out"]
    assert counter.seats_left(few) == 0


def test_tries_of_a_code_are_counted_within_a_batch_then_it_is_locked(counter: Counter) -> None:
    sent = counter.send()
    wrong, right = counter.order(sent=sent, otp=WRONG_OTP), counter.order(sent=sent)
    tries = [*[wrong] * OTP_TRIES, wrong, right]
    assert counter.pay_codes(*tries) == ["otp_wrong"] * OTP_TRIES + ["otp_locked"] * 2
    assert db.value("SELECT tries_left FROM otps") == 0
    assert counter.send().code == "otp_locked"


def test_a_new_code_brings_no_new_tries(counter: Counter) -> None:
    first = counter.send()
    wrong = counter.order(sent=first, otp=WRONG_OTP)
    assert counter.pay_codes(*[wrong] * (OTP_TRIES - 1)) == ["otp_wrong"] * (OTP_TRIES - 1)
    second = counter.send()
    assert second.code == "ok"
    tries = [counter.order(sent=second, otp=WRONG_OTP), counter.order(sent=second)]
    assert counter.pay_codes(*tries) == ["otp_wrong", "otp_locked"]
    assert counter.send().code == "otp_locked"


def test_the_last_try_may_be_the_right_one(counter: Counter) -> None:
    sent = counter.send()
    wrong, right = counter.order(sent=sent, otp=WRONG_OTP), counter.order(sent=sent)
    assert counter.pay_codes(*[wrong] * (OTP_TRIES - 1), right, right) == ["otp_wrong"] * 4 + ["ok", "repeated"]


def test_codes_sent_ahead_share_their_tries(counter: Counter) -> None:
    first, second = counter.send(), counter.send()
    wrong = [counter.order(sent=one, otp=WRONG_OTP) for one in (first, second, first, second, first)]
    right = [counter.order(sent=one) for one in (first, second)]
    assert counter.pay_codes(*wrong) == ["otp_wrong"] * OTP_TRIES
    assert counter.pay_codes(*right) == ["otp_locked"] * 2
    assert db.rows("SELECT DISTINCT tries_left, locked_until_at IS NOT NULL FROM otps") == [(0, True)]


def test_a_right_pin_gives_the_tries_back(counter: Counter) -> None:
    give_regular_card(counter.anybody)
    offline = counter.add_class("offline", mode="offline", training_type=3)
    wrong = counter.counter_order(counter.anybody, pin="0" * len(PIN), schedule_id=offline)
    right = counter.counter_order(counter.anybody, "L-2", schedule_id=offline)
    assert counter.pay_at_counter(wrong, wrong, right, wrong) == ["pin_wrong", "pin_wrong", "ok", "pin_wrong"]
    assert db.value("SELECT pin_tries_left FROM cards WHERE card_id = %s", (counter.anybody.card_id,)) == 2


def test_a_bad_item_fails_no_other_and_answers_keep_their_order(counter: Counter) -> None:
    orders = [counter.order(person, f"A-{n}") for n, person in enumerate(counter.people)]
    bad = [
        replace(orders[1], payment_token="no token"),
        replace(orders[2], otp=WRONG_OTP),
        replace(orders[3], platform_id=UUID(int=9)),
    ]
    assert counter.pay_codes(orders[0], *bad, *orders[1:]) == [
        "ok",
        "token_unknown",
        "otp_wrong",
        "platform_not_active",
        "ok",
        "ok",
        "ok",
    ]
    assert db.value("SELECT count(*) FROM events WHERE kind = 'purchase.paid'") == 4


def test_a_repeated_invoice_has_the_answer_that_was_given_at_first(counter: Counter) -> None:
    order = counter.order()
    (first,) = counter.pay(order)
    assert (first.code, first.holder_name) == ("ok", "Orang 0000")
    # The token is used, and would have expired by now.
    (again,) = counter.later(days=3).pay(order)
    assert again == replace(first, code=again.code, holder_name=None)
    assert again.code == "repeated"
    assert counter.balance_idr() == TRAINING_IDR - PRICE_IDR
    assert db.value("SELECT count(*) FROM events WHERE kind = 'purchase.paid'") == 1


def test_an_invoice_twice_in_one_batch_is_paid_once(counter: Counter) -> None:
    order = counter.order()
    first, again = counter.pay(order, order)
    assert (first.code, again.code) == ("ok", "repeated")
    assert again.transaction_code == first.transaction_code


def test_another_request_under_an_invoice_is_refused_and_the_first_stands(counter: Counter) -> None:
    sent = counter.send()
    order = counter.order(sent=sent)
    other = counter.order(sent=sent, body="another address")
    assert counter.pay_codes(order, other, order) == ["ok", "invoice_reused", "repeated"]


def test_a_refused_invoice_may_be_tried_again(counter: Counter) -> None:
    sent = counter.send()
    assert counter.pay_codes(counter.order(sent=sent, otp=WRONG_OTP), counter.order(sent=sent)) == ["otp_wrong", "ok"]


def test_the_same_invoice_of_two_people_in_one_batch_is_replayed(counter: Counter) -> None:
    orders = [
        counter.order(counter.people[0]),
        counter.order(counter.people[1]),
        counter.order(counter.people[2], "A-2"),
    ]
    assert counter.pay_codes(*orders) == ["ok", "invoice_reused", "ok"]
    assert counter.books_agree()


def test_one_platform_account_for_two_cards_in_one_batch_is_replayed(counter: Counter) -> None:
    """Both are decided in one round and the claim of the account fires: then one after the other."""
    orders = [
        counter.order(counter.people[0], "A-1", platform_user_id="shared"),
        counter.order(counter.people[1], "A-2", platform_user_id="shared"),
        counter.order(counter.people[2], "A-3"),
    ]
    assert counter.pay_codes(*orders) == ["ok", "platform_account_uses_another_card", "ok"]
    assert counter.balance_idr(counter.people[1]) == TRAINING_IDR
    assert counter.seats_left() == 18
    assert counter.books_agree()


def test_of_two_wrong_codes_and_a_replay_each_try_counts_once(counter: Counter) -> None:
    """What the failed call had counted is undone with it."""
    wrong = counter.order(counter.people[2], "A-3", otp=WRONG_OTP)
    orders = [
        counter.order(counter.people[0], "A-1", platform_user_id="shared"),
        wrong,
        counter.order(counter.people[1], "A-2", platform_user_id="shared"),
    ]
    assert counter.pay_codes(*orders) == ["ok", "otp_wrong", "platform_account_uses_another_card"]
    tries = db.value("SELECT tries_left FROM otps WHERE card_id = %s", (counter.people[2].card_id,))
    assert tries == OTP_TRIES - 1
