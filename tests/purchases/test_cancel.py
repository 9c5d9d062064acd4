"""A class that its institution does not hold: money, seat and time go back, or nothing happens (CARD-01)."""

from collections import Counter as Tally
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from prakerja.access.messages import CourierSandbox, list_sandbox_letters
from prakerja.cards.operations import send_deadline_notices
from prakerja.kit import db
from prakerja.kit.clock import JAKARTA
from prakerja.kit.context import Context
from prakerja.kit.crypto import encrypt_field
from prakerja.purchases.operations import CancelResult, ClassCancellation, cancel_classes
from prakerja.purchases.states import PurchaseState
from tests.fixtures.database import Race
from tests.learning.world import Person
from tests.partners.world import refused
from tests.purchases.world import PRICE_IDR, TRAINING_IDR, Counter, make_counter

REASON = "Pengajar sakit"


@pytest.fixture
def counter(context: Context) -> Counter:
    return make_counter(context)


def letter(*, price_idr: int, reason: str, deadline_at: datetime | None) -> str:
    return f"{price_idr} {reason} {deadline_at.isoformat() if deadline_at else '-'}"


def cancel(counter: Counter, **changes: object) -> CancelResult:
    asked = {"schedule_id": counter.schedule_id, "institution_id": counter.world.institution_id, "reason": REASON}
    request = ClassCancellation(**{**asked, **changes})  # type: ignore[arg-type]
    return cancel_classes(counter.context, [request], courier=CourierSandbox(), text=letter)[0]


def give_address(person: Person) -> None:
    db.execute(
        "UPDATE applicants SET email_cipher = %s WHERE applicant_id = %s",
        [
            encrypt_field("budi@contoh.id", table="applicants", column="email_cipher", row_id=person.applicant_id),
            person.applicant_id,
        ],
    )


def deadline_of(person: Person) -> datetime:
    found: datetime = db.value(
        "SELECT first_purchase_deadline_at FROM participants WHERE participant_id = %s", [person.participant_id]
    )
    return found


def state_of(schedule_id: UUID) -> str:
    found: str = db.value("SELECT state FROM schedules WHERE id = %s", [schedule_id])
    return found


@pytest.mark.django_db
def test_buyers_get_money_and_seat_back_and_read_why(counter: Counter) -> None:
    for number, person in enumerate(counter.people[:3]):
        counter.buy(person, f"A-{number}")
    give_address(counter.anybody)
    result = cancel(counter)
    assert (result.code, result.voided, result.returned_idr) == ("ok", 3, 3 * PRICE_IDR)
    assert state_of(counter.schedule_id) == "cancelled"
    assert {counter.balance_idr(person) for person in counter.people} == {TRAINING_IDR}
    assert counter.seats_left() == 20
    assert counter.books_agree()
    assert {counter.purchase(f"A-{number}").state for number in range(3)} == {PurchaseState.VOIDED}
    (sent,) = list_sandbox_letters()
    assert sent.text.startswith(f"{PRICE_IDR} {REASON} ")
    ((payload,),) = db.rows("SELECT payload->>'reason' FROM events WHERE kind = 'schedule.cancelled' ORDER BY event_id")
    assert payload == REASON
    # Nobody buys it any more, with a code that was sent before neither.
    assert counter.send().code == "schedule_closed"


@pytest.mark.django_db
def test_a_code_that_was_sent_before_buys_nothing(counter: Counter) -> None:
    order = counter.order()
    assert cancel(counter).code == "ok"
    assert counter.pay_codes(order) == ["schedule_closed"]


@pytest.mark.django_db
def test_whoever_has_bought_nothing_else_gets_the_days_again(counter: Counter) -> None:
    """CARD-01: the first deadline has passed; without its new days the participant would be revoked."""
    first, second = counter.people[:2]
    counter.buy(first, "A-1")
    late = counter.later(days=7)
    db.execute(
        "UPDATE participants SET first_purchase_deadline_at = %s, balance_until_at = %s",
        [counter.context.now + timedelta(days=1), counter.context.now + timedelta(days=90)],
    )
    assert cancel(late).code == "ok"
    deadline = datetime.combine(late.context.today + timedelta(days=31), datetime.min.time(), JAKARTA)
    assert deadline_of(first) == deadline
    assert deadline_of(second) == counter.context.now + timedelta(days=1)
    assert db.value("SELECT count(*) FROM events WHERE kind = 'participant.deadline_moved'") == 1
    again = late.add_class("again", starts_at=late.context.now + timedelta(days=20))
    assert late.pay_codes(late.order(first, "A-2", schedule_id=again)) == ["ok"]


@pytest.mark.django_db
def test_a_moved_deadline_has_reminders_of_its_own(counter: Counter) -> None:
    """CARD-01: who heard of the first deadline hears of the new one too, at each distance, once."""
    texts = {"first_purchase": "Beli dalam {days} hari.", "balance_ends": "Saldo berakhir dalam {days} hari."}

    def reminded(at: datetime) -> int:
        return send_deadline_notices(counter.context.at(at), CourierSandbox(), texts).made

    person, old = counter.anybody, counter.context.now + timedelta(days=14)
    give_address(person)
    db.execute("UPDATE participants SET first_purchase_deadline_at = now() - interval '1 day'")
    db.execute(
        "UPDATE participants SET first_purchase_deadline_at = %s, balance_until_at = %s WHERE participant_id = %s",
        [old, counter.context.now + timedelta(days=90), person.participant_id],
    )
    assert reminded(counter.context.now) == 1
    counter.buy(person, "A-1")
    assert reminded(old - timedelta(days=7)) == 0
    assert cancel(counter.later(days=13)).code == "ok"
    new = deadline_of(person)
    assert new > old
    for days in (14, 7, 3, 1):
        assert reminded(new - timedelta(days=days)) == 1, days
        assert reminded(new - timedelta(days=days)) == 0, days
    found = db.rows(
        "SELECT days_before, deadline_at FROM deadline_notices WHERE kind = 'first_purchase' ORDER BY noticed_at"
    )
    assert found == [(14, old), *((days, new) for days in (14, 7, 3, 1))]
    assert "Beli dalam 1 hari." in {one.text for one in list_sandbox_letters()}


@pytest.mark.django_db
def test_no_deadline_is_moved_behind_the_balances_end_or_forward(counter: Counter) -> None:
    counter.buy()
    ends = counter.context.now + timedelta(days=20)
    db.execute(
        "UPDATE participants SET first_purchase_deadline_at = %s, balance_until_at = %s",
        [counter.context.now + timedelta(days=10), ends],
    )
    assert cancel(counter).code == "ok"
    assert deadline_of(counter.anybody) == ends
    other = counter.add_class("other")
    counter.buy(invoice="A-2", schedule_id=other)
    db.execute("UPDATE participants SET first_purchase_deadline_at = %s", [ends + timedelta(days=99)])
    assert cancel(counter, schedule_id=other).code == "ok"
    assert deadline_of(counter.anybody) == ends + timedelta(days=99)


@pytest.mark.django_db
def test_a_class_that_somebody_is_in_is_held(counter: Counter) -> None:
    soon = counter.add_class("soon", starts_at=counter.context.now + timedelta(minutes=30))
    bought = [counter.buy(person, f"A-{n}", schedule_id=soon) for n, person in enumerate(counter.people[:2])]
    assert counter.redeem(counter.redeem_request(bought[0])) == ["ok"]
    assert cancel(counter, schedule_id=soon).code == "codes_redeemed"
    # Nothing was done: it sells on, and nobody got anything back.
    assert state_of(soon) == "published"
    assert counter.purchase("A-1").state == PurchaseState.PAID
    statement = "UPDATE schedules SET state = 'cancelled', cancel_reason = 'x' WHERE id = %s"
    assert refused(statement, soon) == "cancelled_class_has_no_buyers"


@pytest.mark.django_db
def test_what_is_owed_already_is_not_taken_back(counter: Counter) -> None:
    bought = counter.buy()
    db.execute(
        "UPDATE purchases SET payable_at = paid_at, commission_idr = 0 WHERE purchase_id = %s", [bought.purchase_id]
    )
    assert cancel(counter).code == "codes_redeemed"


@pytest.mark.django_db
def test_whoever_may_not_or_need_not(counter: Counter) -> None:
    assert cancel(counter, schedule_id=UUID(int=9)).code == "class_unknown"
    assert cancel(counter, institution_id=UUID(int=9)).code == "class_unknown"
    assert cancel(counter, reason="  ").code == "reason_missing"
    assert cancel(counter).code == "ok"
    assert cancel(counter).code == "move_not_allowed"


def test_sales_and_a_cancellation_at_once_leave_nobody_in_it(race: "Race[object]", context: Context) -> None:
    """Real connections: each of eight buyers is refused, or has the money back."""
    counter = make_counter(context, people=8)
    orders = [counter.order(person, f"A-{n}") for n, person in enumerate(counter.people)]
    calls = [partial(counter.at_window(f"w{n}").pay_codes, order) for n, order in enumerate(orders)]
    *answers, result = race([*calls, partial(cancel, counter.at_window("office"))])
    codes = Tally(code for answer in answers for code in answer)  # type: ignore[attr-defined]
    assert set(codes) <= {"ok", "schedule_closed"}
    assert isinstance(result, CancelResult)
    assert (result.code, result.voided) == ("ok", codes["ok"])
    assert {counter.balance_idr(person) for person in counter.people} == {TRAINING_IDR}
    assert counter.seats_left() == 20
    assert counter.books_agree()


def test_of_redemption_and_cancellation_one_wins(race: "Race[object]", context: Context) -> None:
    counter = make_counter(context)
    soon = counter.add_class("soon", starts_at=context.now + timedelta(minutes=30))
    bought = counter.buy(schedule_id=soon)
    redeemed, cancelled = race(
        [
            partial(counter.at_window("w").redeem, counter.redeem_request(bought)),
            partial(cancel, counter.at_window("office"), schedule_id=soon),
        ]
    )
    assert isinstance(cancelled, CancelResult)
    assert isinstance(redeemed, list)
    outcome = (*redeemed, cancelled.code.value, counter.purchase("A-1").state.value, state_of(soon))
    assert outcome in {
        ("ok", "codes_redeemed", "redeemed", "closed"),
        ("ok", "codes_redeemed", "redeemed", "published"),
        ("purchase_voided", "ok", "voided", "cancelled"),
    }
