"""Every answer of `send_otps`, and which comes first."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.purchases.errors import OtpCode
from prakerja.purchases.operations import OtpResult
from prakerja.purchases.rules import OTP_LIFE_SECONDS, OTP_TRIES, hash_otp
from tests.purchases.world import WRONG_OTP, Counter, change, give_regular_card, make_counter

PER_HOUR = 4


@pytest.fixture
def counter(db: None, context: Context) -> Counter:
    return make_counter(context)


@pytest.fixture(autouse=True)
def few_codes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PRAKERJA_OTP_CODES_PER_HOUR", str(PER_HOUR))
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


def lock(counter: Counter) -> None:
    sent = counter.send()
    if sent.code == "too_many_codes":
        token_id = db.value("SELECT token_id FROM otps ORDER BY lane, token_id LIMIT 1")
        sent = OtpResult(OtpCode.OK, codes.payment_token(counter.anybody.lane, token_id), WRONG_OTP)
    order = counter.order(sent=sent, otp=WRONG_OTP)
    assert set(counter.pay_codes(*[order] * OTP_TRIES)) == {"otp_wrong"}


def sent_many(counter: Counter) -> None:
    assert {sent.code for sent in counter.send_all([counter.otp_request()] * PER_HOUR)} == {"ok"}


def platform_suspended(counter: Counter) -> None:
    change("platforms", "state", "suspended", id=counter.world.platform_id)


def class_removed(counter: Counter) -> None:
    change("schedules", "state", "closed", id=counter.schedule_id)


def class_full(counter: Counter) -> None:
    change("seat_allotments", "seats_left", 0, schedule_id=counter.schedule_id)


def card_regular(counter: Counter) -> None:
    give_regular_card(counter.anybody)


def card_lost(counter: Counter) -> None:
    change("cards", "state", "lost", card_id=counter.anybody.card_id)


def participant_suspended(counter: Counter) -> None:
    change("participants", "state", "suspended", participant_id=counter.anybody.participant_id)


def too_young(counter: Counter) -> None:
    db.execute(
        "UPDATE courses SET age_min = 40 WHERE id = (SELECT course_id FROM schedules WHERE id = %s)",
        (counter.schedule_id,),
    )


def too_little_school(counter: Counter) -> None:
    of_the_class = "id = (SELECT course_id FROM schedules WHERE id = %s)"
    db.execute(
        f"UPDATE courses SET minimum_education = 'postgraduate' WHERE {of_the_class}",
        (counter.schedule_id,),
    )


Case = tuple[OtpCode, Callable[[Counter], None] | None, dict[str, Any]]
# In order of precedence: what is arranged, and what is asked.
CASES: list[Case] = [
    (OtpCode.PLATFORM_NOT_ACTIVE, platform_suspended, {}),
    (OtpCode.SCHEDULE_UNKNOWN, None, {"schedule_id": UUID(int=9)}),
    (OtpCode.SCHEDULE_CLOSED, class_removed, {}),
    (OtpCode.SOLD_OUT, class_full, {}),
    (OtpCode.CARD_UNKNOWN, None, {"card_id": UUID(int=9)}),
    (OtpCode.CHANNEL_NOT_ALLOWED, card_regular, {}),
    (OtpCode.CARD_NOT_ACTIVE, card_lost, {}),
    (OtpCode.PARTICIPANT_NOT_ACTIVE, participant_suspended, {}),
    (OtpCode.AGE_NOT_ALLOWED, too_young, {}),
    (OtpCode.EDUCATION_NOT_ALLOWED, too_little_school, {}),
    (OtpCode.PRICE_CHANGED, None, {"amount_idr": 299_999}),
    (OtpCode.OTP_LOCKED, lock, {}),
    (OtpCode.TOO_MANY_CODES, sent_many, {}),
    (OtpCode.OK, None, {}),
]


def test_every_answer_has_a_case_and_the_cases_stand_in_order_of_precedence() -> None:
    assert [code for code, _, _ in CASES] == list(OtpCode)


@pytest.mark.parametrize(("code", "arrange", "asked"), CASES, ids=[case[0].value for case in CASES])
def test_each_answer(
    counter: Counter, code: OtpCode, arrange: Callable[[Counter], None] | None, asked: dict[str, Any]
) -> None:
    if arrange:
        arrange(counter)
    sent = counter.send(**asked)
    assert sent.code == code
    assert (sent.payment_token is None) == (sent.otp is None) == (code != "ok")


@pytest.mark.parametrize(("first", "second"), list(pairwise(CASES[:-1])), ids=[case[0].value for case in CASES[:-2]])
def test_of_two_reasons_the_earlier_is_the_answer(counter: Counter, first: Case, second: Case) -> None:
    # The later one first: a lock needs a way to be made that the earlier reason would bar.
    for _, arrange, _ in (second, first):
        if arrange:
            arrange(counter)
    assert counter.send(**{**second[2], **first[2]}).code == first[0]


def test_a_class_that_has_begun_to_be_closed_is_closed_to_the_moment(counter: Counter) -> None:
    assert counter.later(days=10, seconds=-1).send().code == "ok"
    assert counter.later(days=10).send().code == "schedule_closed"


def test_a_code_is_stored_as_a_keyed_hash_alone(counter: Counter) -> None:
    sent = counter.send()
    assert sent.otp is not None
    assert len(sent.otp) == 6
    ((token_id, code_hash, tries_left, lives),) = db.rows(
        "SELECT token_id, code_hash, tries_left, extract(epoch FROM expires_at - sent_at) FROM otps"
    )
    assert code_hash == hash_otp(token_id, sent.otp)
    assert (tries_left, lives) == (OTP_TRIES, OTP_LIFE_SECONDS)


def test_a_bad_item_fails_no_other_and_answers_keep_their_order(counter: Counter) -> None:
    sent = counter.send_all(
        [
            counter.otp_request(counter.people[0]),
            counter.otp_request(counter.people[1], amount_idr=1),
            counter.otp_request(counter.people[2], schedule_id=UUID(int=9)),
            counter.otp_request(counter.people[3]),
        ]
    )
    assert [result.code for result in sent] == ["ok", "price_changed", "schedule_unknown", "ok"]
    assert db.value("SELECT count(*) FROM otps") == 2
    assert db.value("SELECT count(*) FROM events WHERE kind = 'otp.sent'") == 2


def test_a_locked_card_waits_on_that_platform_for_a_quarter_of_an_hour(counter: Counter) -> None:
    lock(counter)
    assert counter.send().code == "otp_locked"
    assert counter.send(counter.people[1]).code == "ok"
    assert counter.later(minutes=14).send().code == "otp_locked"
    assert counter.later(minutes=16).send().code == "ok"
