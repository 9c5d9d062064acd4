"""Every answer of `authorize_purchases` and `authorize_counter_purchases`, and which comes first."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.purchases.errors import PurchaseCode
from prakerja.purchases.rules import OTP_LIFE_SECONDS, OTP_TRIES
from tests.learning.world import Person
from tests.purchases.world import (
    PRICE_IDR,
    TRAINING_IDR,
    WRONG_OTP,
    Counter,
    change,
    give_regular_card,
    make_counter,
)


@pytest.fixture
def counter(db: None, context: Context) -> Counter:
    return make_counter(context)


def regular(counter: Counter) -> tuple[Person, UUID]:
    """A person with a regular card, and an offline class."""
    give_regular_card(counter.anybody)
    return counter.anybody, counter.add_class("offline", mode="offline", training_type=3)


def repeated(counter: Counter) -> list[str]:
    order = counter.order()
    assert counter.pay_codes(order) == ["ok"]
    return counter.pay_codes(order)


def invoice_reused(counter: Counter) -> list[str]:
    order = counter.order()
    assert counter.pay_codes(order) == ["ok"]
    return counter.pay_codes(counter.order(counter.people[1], order.invoice_code))


def platform_not_active(counter: Counter) -> list[str]:
    order = counter.order()
    change("platforms", "state", "suspended", id=counter.world.platform_id)
    return counter.pay_codes(order)


def token_unknown(counter: Counter) -> list[str]:
    order = counter.order()
    nobodys = codes.payment_token(0, UUID(int=9))
    return counter.pay_codes(
        replace(order, payment_token="no token"),
        replace(order, payment_token=nobodys),
    )


def token_used(counter: Counter) -> list[str]:
    order = counter.order()
    assert counter.pay_codes(order) == ["ok"]
    return counter.pay_codes(replace(order, invoice_code="A-2"))


def token_expired(counter: Counter) -> list[str]:
    order = counter.order()
    return counter.later(seconds=OTP_LIFE_SECONDS).pay_codes(order)


def otp_locked(counter: Counter) -> list[str]:
    sent = counter.send()
    wrong = counter.order(sent=sent, otp=WRONG_OTP)
    assert counter.pay_codes(*[wrong] * OTP_TRIES) == ["otp_wrong"] * OTP_TRIES
    return counter.pay_codes(counter.order(sent=sent))


def otp_wrong(counter: Counter) -> list[str]:
    return counter.pay_codes(counter.order(otp=WRONG_OTP))


def card_unknown(counter: Counter) -> list[str]:
    return counter.pay_at_counter(counter.counter_order(counter.anybody, card_id=UUID(int=9)))


def pin_locked(counter: Counter) -> list[str]:
    person, schedule_id = regular(counter)
    wrong = counter.counter_order(person, pin="000000", schedule_id=schedule_id)
    assert counter.pay_at_counter(wrong, wrong, wrong) == ["pin_wrong"] * 3
    return counter.pay_at_counter(counter.counter_order(person, schedule_id=schedule_id))


def pin_wrong(counter: Counter) -> list[str]:
    person, schedule_id = regular(counter)
    return counter.pay_at_counter(counter.counter_order(person, pin="000000", schedule_id=schedule_id))


def card_not_active(counter: Counter) -> list[str]:
    order = counter.order()
    change("cards", "state", "lost", card_id=counter.anybody.card_id)
    return counter.pay_codes(order)


def participant_not_active(counter: Counter) -> list[str]:
    order = counter.order()
    change("participants", "state", "suspended", participant_id=counter.anybody.participant_id)
    return counter.pay_codes(order)


def schedule_unknown(counter: Counter) -> list[str]:
    person, _ = regular(counter)
    return counter.pay_at_counter(counter.counter_order(person, schedule_id=UUID(int=9)))


def channel_not_allowed(counter: Counter) -> list[str]:
    person, offline = regular(counter)
    of_the_other_kind = counter.counter_order(counter.people[1], "L-2", schedule_id=offline)
    online_by_a_regular_card = counter.counter_order(person)
    return counter.pay_at_counter(of_the_other_kind, online_by_a_regular_card)


def institution_not_registered(counter: Counter) -> list[str]:
    order = counter.order()
    db.execute("DELETE FROM registrations")
    return counter.pay_codes(order)


def no_agreement_in_force(counter: Counter) -> list[str]:
    order = counter.order()
    change("agreements", "valid_until", counter.context.today, id=counter.world.agreement_id)
    return counter.pay_codes(order)


def not_listed(counter: Counter) -> list[str]:
    order = counter.order()
    change("listings", "listed_until", counter.context.now, platform_id=counter.world.platform_id)
    return counter.pay_codes(order)


def price_changed(counter: Counter) -> list[str]:
    order = counter.order()
    change("schedules", "price_idr", PRICE_IDR - 1, id=counter.schedule_id)
    return counter.pay_codes(order)


def schedule_closed(counter: Counter) -> list[str]:
    order = counter.order()
    change("schedules", "state", "closed", id=counter.schedule_id)
    return counter.pay_codes(order)


def first_purchase_deadline_passed(counter: Counter) -> list[str]:
    order = counter.order()
    passed = counter.context.now
    change("participants", "first_purchase_deadline_at", passed, participant_id=counter.anybody.participant_id)
    return counter.pay_codes(order)


def balance_expired(counter: Counter) -> list[str]:
    order = counter.order()
    change("participants", "balance_until_at", counter.context.now, participant_id=counter.anybody.participant_id)
    return counter.pay_codes(order)


def first_course_not_completed(counter: Counter) -> list[str]:
    counter.buy()
    return counter.pay_codes(counter.order(invoice="A-2", schedule_id=counter.add_class("3")))


def already_bought(counter: Counter) -> list[str]:
    loose = counter.without_order_of_courses()
    loose.buy()
    return loose.pay_codes(loose.order(invoice="A-2"))


def sold_out(counter: Counter) -> list[str]:
    order = counter.order()
    change("seat_allotments", "seats_left", 0, schedule_id=counter.schedule_id)
    return counter.pay_codes(order)


def age_not_allowed(counter: Counter) -> list[str]:
    order = counter.order()
    db.execute("UPDATE courses SET age_min = 40")
    return counter.pay_codes(order)


def platform_account_uses_another_card(counter: Counter) -> list[str]:
    counter.buy(platform_user_id="shared")
    return counter.pay_codes(counter.order(counter.people[1], "A-2", platform_user_id="shared"))


def balance_too_low(counter: Counter) -> list[str]:
    dear = TRAINING_IDR + 1
    schedule_id = counter.add_class("dear", price_idr=dear)
    return counter.pay_codes(counter.order(schedule_id=schedule_id, amount_idr=dear))


def ok(counter: Counter) -> list[str]:
    return counter.pay_codes(counter.order())


CASES: list[Callable[[Counter], list[str]]] = [
    repeated,
    invoice_reused,
    platform_not_active,
    token_unknown,
    token_used,
    token_expired,
    otp_locked,
    otp_wrong,
    card_unknown,
    pin_locked,
    pin_wrong,
    card_not_active,
    participant_not_active,
    schedule_unknown,
    channel_not_allowed,
    institution_not_registered,
    no_agreement_in_force,
    not_listed,
    price_changed,
    schedule_closed,
    first_purchase_deadline_passed,
    balance_expired,
    first_course_not_completed,
    already_bought,
    sold_out,
    age_not_allowed,
    platform_account_uses_another_card,
    balance_too_low,
    ok,
]


def test_every_answer_has_a_case() -> None:
    """Each case is named for its answer, and `test_each_answer` holds it to that."""
    assert [case.__name__ for case in CASES] == [code.value for code in PurchaseCode]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_each_answer(counter: Counter, case: Callable[[Counter], list[str]]) -> None:
    assert set(case(counter)) == {case.__name__}
    assert counter.books_agree()


# One more thing goes wrong at each step, from the last reason back to the first: each hides those behind it.
REASONS: list[tuple[str, str]] = [
    ("balance_too_low", "UPDATE accounts SET balance_idr = 0 WHERE holder_id = %(participant)s"),
    (
        "platform_account_uses_another_card",
        """
        INSERT INTO claims (kind, key, lane, subject_id, hash, claimed_at)
        VALUES ('platform_account', %(account)s, 0, %(other_card)s, %(other_card)s, %(now)s)
        """,
    ),
    ("age_not_allowed", "UPDATE courses SET age_min = 40"),
    ("sold_out", "UPDATE seat_allotments SET seats_left = 0"),
    ("already_bought", ""),
    ("first_course_not_completed", ""),
    ("balance_expired", "UPDATE participants SET balance_until_at = %(now)s"),
    ("schedule_closed", "UPDATE schedules SET state = 'closed'"),
    ("price_changed", "UPDATE schedules SET price_idr = 1000"),
    ("not_listed", "UPDATE listings SET listed_until = %(now)s"),
    (
        "no_agreement_in_force",
        """
        WITH bought_yesterday AS (UPDATE purchases SET paid_at = paid_at - interval '1 day')
        UPDATE agreements SET valid_until = %(today)s
        """,
    ),
    ("institution_not_registered", "DELETE FROM registrations"),
    ("participant_not_active", "UPDATE participants SET state = 'suspended'"),
    ("card_not_active", "UPDATE cards SET state = 'lost'"),
    ("otp_wrong", "UPDATE otps SET code_hash = %(now_id)s"),
    ("otp_locked", "UPDATE otps SET tries_left = 0"),
    ("token_expired", "UPDATE otps SET expires_at = %(now)s, sent_at = %(now)s - interval '1 minute'"),
    ("token_used", "UPDATE otps SET used_at = sent_at"),
    ("token_unknown", "UPDATE otps SET platform_id = %(now_id)s"),
    ("platform_not_active", "UPDATE platforms SET state = 'suspended'"),
    (
        "invoice_reused",
        """
        INSERT INTO claims (kind, key, lane, subject_id, hash, claimed_at)
        VALUES ('invoice', %(invoice)s, 0, %(now_id)s, %(now_id)s, %(now)s)
        """,
    ),
]


def test_of_all_that_applies_the_first_is_the_answer(counter: Counter) -> None:
    person, platform_id = counter.anybody, counter.world.platform_id
    loose = counter.without_order_of_courses()
    order = counter.order(invoice="A-2")
    facts = {
        "participant": person.participant_id,
        "account": f"{platform_id}:user {person.nik}",
        "other_card": counter.people[1].card_id,
        "now": counter.context.now,
        "today": counter.context.today,
        "now_id": UUID(int=9),
        "invoice": f"{platform_id}:A-2",
    }
    for code, statement in REASONS:
        if code == "already_bought":
            write_purchase(counter)
        elif statement:
            db.execute(statement, facts)
        asked = counter if REASONS.index((code, statement)) >= 5 else loose
        assert asked.pay_codes(order) == [code]
    positions = [list(PurchaseCode).index(PurchaseCode(code)) for code, _ in REASONS]
    assert positions == sorted(positions, reverse=True)


def write_purchase(counter: Counter) -> None:
    """An earlier purchase of the same class, as a row: by now no operation would make it."""
    db.execute(
        """
        INSERT INTO purchases (
            lane, budget_number, purchase_id, participant_id, card_id, schedule_id, course_id, platform_id,
            institution_id, agreement_id, request_hash, price_idr, paid_at, channel, mode, invoice_code,
            transaction_code, redeem_code, platform_user_id, regime_version
        )
        SELECT 0, %s, %s, %s, %s, s.id, s.course_id, %s, s.institution_id, %s, %s, 1, %s, 'digital', s.mode, 'A-1',
            'T', 'R', 'u', 'v'
        FROM schedules s
        WHERE s.id = %s
        """,
        (
            counter.world.budget_number,
            UUID(int=7),
            counter.anybody.participant_id,
            counter.anybody.card_id,
            counter.world.platform_id,
            counter.world.agreement_id,
            UUID(int=7),
            counter.context.now,
            counter.schedule_id,
        ),
    )
    change("participants", "first_purchase_at", counter.context.now, participant_id=counter.anybody.participant_id)
