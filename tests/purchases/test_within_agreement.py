"""A purchase outside the validity of its agreement is refused by the database itself, whoever writes it (SCHEME-10)."""

from datetime import datetime, time, timedelta

import pytest

from prakerja.kit import db
from prakerja.kit.clock import JAKARTA
from prakerja.kit.context import Context
from prakerja.partners.operations import AgreementEnd, end_agreements
from tests.partners.world import refused
from tests.purchases.world import Counter, make_counter


@pytest.fixture
def counter(context: Context) -> Counter:
    return make_counter(context)


def midnight(counter: Counter, *, days: int) -> datetime:
    return datetime.combine(counter.context.today + timedelta(days=days), time(), JAKARTA)


def end_after(counter: Counter, *, days: int) -> str:
    """The agreement's first day out of force, so many days from today."""
    end = AgreementEnd(
        agreement_id=counter.world.agreement_id, valid_until=counter.context.today + timedelta(days=days)
    )
    return end_agreements(counter.context, [end])[0].code.value


@pytest.mark.django_db
def test_direct_sql_is_refused_by_name(counter: Counter) -> None:
    bought = counter.buy()
    assert end_after(counter, days=3) == "ok"
    copied = """
        INSERT INTO purchases (
            lane, budget_number, purchase_id, participant_id, card_id, schedule_id, course_id, platform_id,
            institution_id, agreement_id, request_hash, price_idr, paid_at, channel, mode, invoice_code,
            transaction_code, redeem_code, platform_user_id, regime_version, state, voided_at
        )
        SELECT lane, budget_number, gen_random_uuid(), participant_id, card_id, schedule_id, course_id, platform_id,
            institution_id, agreement_id, request_hash, price_idr, %s, channel, mode, 'B-' || %s,
            reverse(transaction_code), reverse(redeem_code), platform_user_id, regime_version, 'voided', %s
        FROM purchases
        WHERE purchase_id = %s
    """
    first = db.value("SELECT valid_from FROM agreements WHERE id = %s", [counter.world.agreement_id])
    before = datetime.combine(first, time(), JAKARTA) - timedelta(microseconds=1)
    behind = midnight(counter, days=3)
    for moment in (before, behind):
        found = refused(copied, moment, str(moment), moment, bought.purchase_id)
        assert found == "a_purchase_is_within_its_agreement"
        assert (
            refused("UPDATE purchases SET paid_at = %s WHERE purchase_id = %s", moment, bought.purchase_id)
            == "a_purchase_is_within_its_agreement"
        )
    # The last moment before it is within: nothing but the validity was in the way.
    last = behind - timedelta(microseconds=1)
    assert db.execute(copied, [last, "last", last, bought.purchase_id]) == 1


@pytest.mark.django_db
def test_no_end_is_set_before_a_purchase(counter: Counter) -> None:
    counter.buy()
    today = counter.context.today
    statement = "UPDATE agreements SET valid_until = %s WHERE id = %s"
    assert refused(statement, today, counter.world.agreement_id) == "an_end_leaves_no_purchase_outside"
    assert db.execute(statement, [today + timedelta(days=1), counter.world.agreement_id]) == 1


@pytest.mark.django_db
def test_an_agreement_that_will_end_is_in_force_until_then(counter: Counter) -> None:
    """The counter asks for the day, as the listing and the search do; when the end was decided is no end."""
    orders = [counter.order(person, f"A-{number}") for number, person in enumerate(counter.people[:2])]
    assert end_after(counter, days=2) == "ok"
    assert counter.pay_codes(orders[0]) == ["ok"]
    third_day = counter.later(days=2)
    late = third_day.order(counter.people[1], "A-9")
    assert third_day.pay_codes(late) == ["no_agreement_in_force"]


@pytest.mark.django_db
def test_what_was_bought_goes_on_behind_the_end(counter: Counter) -> None:
    bought = counter.buy()
    assert end_after(counter, days=1) == "ok"
    assert counter.later(days=9).void(counter.void_request(bought)) == ["ok"]
