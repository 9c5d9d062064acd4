"""A telephone rings a limited number of times: codes that bought nothing count, over all platforms and processes."""

from collections import Counter as Tally
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.purchases.operations import OtpRequest, OtpResult
from tests.fixtures.database import Race
from tests.purchases.world import PRICE_IDR, Counter, add_platform, make_counter

PER_HOUR, PER_DAY = 3, 5


@pytest.fixture(autouse=True)
def few_codes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PRAKERJA_OTP_CODES_PER_HOUR", str(PER_HOUR))
    monkeypatch.setenv("PRAKERJA_OTP_CODES_PER_DAY", str(PER_DAY))
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def counter(db: None, context: Context) -> Counter:
    return make_counter(context)


def codes_of(sent: list[OtpResult]) -> list[str]:
    return [one.code.value for one in sent]


def written() -> tuple[int, int]:
    """Codes and their events."""
    return (
        db.value("SELECT count(*) FROM otps"),
        db.value("SELECT count(*) FROM events WHERE kind = 'otp.sent'"),
    )


def test_the_hour_moves_with_the_codes(counter: Counter) -> None:
    began = counter.context.now
    for minute in (0, 10, 20):
        assert counter.later(minutes=minute).send().code == "ok"
    refused = counter.later(minutes=30).send()
    assert (refused.code, refused.again_at) == ("too_many_codes", began + timedelta(hours=1))
    assert (refused.payment_token, refused.otp) == (None, None)
    assert written() == (3, 3)
    assert counter.later(minutes=59, seconds=59).send().code == "too_many_codes"
    assert counter.later(hours=1).send().code == "ok"
    again = counter.later(hours=1).send()
    assert (again.code, again.again_at) == ("too_many_codes", began + timedelta(hours=1, minutes=10))
    assert counter.later(minutes=30).send(counter.people[1]).code == "ok"


def test_the_day_has_a_limit_too(counter: Counter) -> None:
    for hours in (0, 2, 4, 6, 8):
        assert counter.later(hours=hours).send().code == "ok"
    refused = counter.later(hours=10).send()
    assert (refused.code, refused.again_at) == ("too_many_codes", counter.context.now + timedelta(hours=24))
    assert counter.later(hours=24, seconds=-1).send().code == "too_many_codes"
    assert counter.later(hours=24).send().code == "ok"
    assert counter.later(hours=25).send().code == "too_many_codes"


def test_all_platforms_together_send_twice_what_one_may(counter: Counter) -> None:
    second, third = (add_platform(counter.context, counter.world, code) for code in ("kedua", "ketiga"))
    assert codes_of([counter.send() for _ in range(4)]) == ["ok"] * 3 + ["too_many_codes"]
    # Whoever sends too many from one platform bars it, and not the others.
    at_second = counter.later(minutes=5)
    assert codes_of([at_second.send(platform_id=second) for _ in range(4)]) == ["ok"] * 3 + ["too_many_codes"]
    refused = counter.later(minutes=10).send(platform_id=third)
    assert (refused.code, refused.again_at) == ("too_many_codes", counter.context.now + timedelta(hours=1))
    assert counter.later(minutes=60).send(platform_id=third).code == "ok"
    assert written() == (7, 7)


def test_inside_a_batch_codes_are_counted_in_order(counter: Counter) -> None:
    second, third = (add_platform(counter.context, counter.world, code) for code in ("kedua", "ketiga"))

    def asked(platform_id: UUID = counter.world.platform_id, amount_idr: int = PRICE_IDR) -> OtpRequest:
        return counter.otp_request(platform_id=platform_id, amount_idr=amount_idr)

    assert counter.send().code == "ok"
    sent = counter.send_all(
        [
            asked(),
            asked(amount_idr=1),
            asked(),
            asked(),
            counter.otp_request(counter.people[1]),
            asked(second),
            asked(),
            asked(second),
            asked(third),
            asked(second),
            counter.otp_request(counter.people[1]),
        ]
    )
    assert codes_of(sent) == [
        "ok",
        "price_changed",
        "ok",
        "too_many_codes",
        "ok",
        "ok",
        "too_many_codes",
        "ok",
        "ok",
        "too_many_codes",
        "ok",
    ]
    assert {one.again_at for one in sent if one.code == "too_many_codes"} == {counter.context.now + timedelta(hours=1)}
    assert written() == (8, 8)


def test_a_batch_longer_than_the_limit_gets_what_there_is(counter: Counter) -> None:
    sent = counter.send_all([counter.otp_request()] * (PER_HOUR + 4))
    assert codes_of(sent) == ["ok"] * PER_HOUR + ["too_many_codes"] * 4
    assert written() == (PER_HOUR, PER_HOUR)


def test_a_code_that_bought_something_does_not_count(counter: Counter) -> None:
    counter = counter.without_order_of_courses()
    for number in range(3):
        schedule_id = counter.add_class(f"C{number}")
        counter.buy(invoice=f"A-{number}", schedule_id=schedule_id)
    assert codes_of([counter.send() for _ in range(4)]) == ["ok"] * 3 + ["too_many_codes"]


def test_who_may_be_sent_no_more_still_pays_with_what_was_sent(counter: Counter) -> None:
    order, *_ = [counter.order() for _ in range(PER_HOUR)]
    assert counter.send().code == "too_many_codes"
    assert counter.pay_codes(order) == ["ok"]
    assert counter.pay_codes(order) == ["repeated"]
    assert counter.books_agree()


def test_processes_count_together(race: "Race[list[str]]", context: Context) -> None:
    counter = make_counter(context)
    second = add_platform(context, counter.world, "kedua")

    def send(name: str, batch: list[OtpRequest]) -> list[str]:
        return codes_of(counter.at_window(name).send_all(batch))

    people = counter.people
    calls = []
    for number in range(8):
        batch = [
            counter.otp_request(person, platform_id=second if number % 2 else counter.world.platform_id)
            for person in (people if number % 3 else people[::-1])
        ]
        calls.append(partial(send, f"w{number}", batch))
    answers = race(calls)
    assert Tally(code for answer in answers for code in answer) == {
        "ok": 2 * PER_HOUR * len(people),
        "too_many_codes": 2 * len(people),
    }
    assert written() == (2 * PER_HOUR * len(people), 2 * PER_HOUR * len(people))
    assert (
        db.value("SELECT max(n) FROM (SELECT count(*) AS n FROM otps GROUP BY card_id, platform_id) AS g") == PER_HOUR
    )


def test_a_sandbox_has_limits_of_its_own_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRAKERJA_OTP_CODES_PER_HOUR")
    get_settings.cache_clear()
    settings = get_settings()
    assert (settings.otp_codes_per_hour, settings.otp_codes_per_day) == (1_000, PER_DAY)
