"""Every answer of `void_purchases` and `commit_redeem_codes`, and which comes first."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.purchases.errors import RedeemCode, VoidCode
from prakerja.purchases.queries import PurchaseRow
from tests.purchases.world import PRICE_IDR, TRAINING_IDR, Counter, change, make_counter


@pytest.fixture
def counter(db: None, context: Context) -> Counter:
    return make_counter(context)


def soon(counter: Counter) -> PurchaseRow:
    """A purchase whose class begins within the window of its code."""
    starts_at = counter.context.now + timedelta(minutes=30)
    return counter.buy(invoice="S-1", schedule_id=counter.add_class("soon", starts_at=starts_at))


def expire(bought: PurchaseRow) -> None:
    db.execute(
        "UPDATE purchases SET state = 'expired', closed_at = paid_at WHERE purchase_id = %s", (bought.purchase_id,)
    )


def void_unknown(counter: Counter) -> list[str]:
    bought = counter.buy()
    nobodys = codes.transaction_code(0, 9)
    return counter.void(
        counter.void_request(bought, transaction_code="no code"),
        counter.void_request(bought, transaction_code=nobodys),
        counter.void_request(bought, platform_id=UUID(int=9)),
        counter.void_request(bought, invoice_code="A-9"),
    )


def void_twice(counter: Counter) -> list[str]:
    request = counter.void_request(counter.buy())
    assert counter.void(request) == ["ok"]
    return counter.void(request)


def void_redeemed(counter: Counter) -> list[str]:
    bought = soon(counter)
    assert counter.redeem(counter.redeem_request(bought)) == ["ok"]
    return counter.void(counter.void_request(bought))


def void_closed(counter: Counter) -> list[str]:
    bought = counter.buy()
    expire(bought)
    return counter.void(counter.void_request(bought))


def void_ok(counter: Counter) -> list[str]:
    return counter.void(counter.void_request(counter.buy()))


VOID_CASES: list[tuple[VoidCode, Callable[[Counter], list[str]]]] = [
    (VoidCode.TRANSACTION_UNKNOWN, void_unknown),
    (VoidCode.ALREADY_VOIDED, void_twice),
    (VoidCode.CODE_ALREADY_REDEEMED, void_redeemed),
    (VoidCode.PURCHASE_CLOSED, void_closed),
    (VoidCode.OK, void_ok),
]


def redeem_unknown(counter: Counter) -> list[str]:
    bought = soon(counter)
    return counter.redeem(
        counter.redeem_request(bought, redeem_code="no code"),
        counter.redeem_request(bought, redeem_code=codes.redeem_code(0, 9)),
    )


def redeem_of_another(counter: Counter) -> list[str]:
    return counter.redeem(counter.redeem_request(soon(counter), institution_id=UUID(int=9)))


def redeem_voided(counter: Counter) -> list[str]:
    bought = soon(counter)
    assert counter.void(counter.void_request(bought)) == ["ok"]
    return counter.redeem(counter.redeem_request(bought))


def redeem_twice(counter: Counter) -> list[str]:
    request = counter.redeem_request(soon(counter))
    assert counter.redeem(request) == ["ok"]
    return counter.redeem(request)


def redeem_closed(counter: Counter) -> list[str]:
    bought = soon(counter)
    expire(bought)
    return counter.redeem(counter.redeem_request(bought))


def redeem_too_early(counter: Counter) -> list[str]:
    return counter.redeem(counter.redeem_request(counter.buy()))


def redeem_ok(counter: Counter) -> list[str]:
    return counter.redeem(counter.redeem_request(soon(counter)))


REDEEM_CASES: list[tuple[RedeemCode, Callable[[Counter], list[str]]]] = [
    (RedeemCode.CODE_UNKNOWN, redeem_unknown),
    (RedeemCode.CODE_OF_ANOTHER_INSTITUTION, redeem_of_another),
    (RedeemCode.PURCHASE_VOIDED, redeem_voided),
    (RedeemCode.CODE_ALREADY_USED, redeem_twice),
    (RedeemCode.PURCHASE_CLOSED, redeem_closed),
    (RedeemCode.OUTSIDE_WINDOW, redeem_too_early),
    (RedeemCode.OK, redeem_ok),
]


def test_every_answer_has_a_case() -> None:
    assert [code for code, _ in VOID_CASES] == list(VoidCode)
    assert [code for code, _ in REDEEM_CASES] == list(RedeemCode)


@pytest.mark.parametrize(("code", "case"), VOID_CASES, ids=[code.value for code, _ in VOID_CASES])
def test_each_answer_to_a_void(counter: Counter, code: VoidCode, case: Callable[[Counter], list[str]]) -> None:
    assert set(case(counter)) == {code}
    assert counter.books_agree()


@pytest.mark.parametrize(("code", "case"), REDEEM_CASES, ids=[code.value for code, _ in REDEEM_CASES])
def test_each_answer_to_a_code(counter: Counter, code: RedeemCode, case: Callable[[Counter], list[str]]) -> None:
    assert set(case(counter)) == {code}


def test_a_void_gives_back_money_seat_and_the_right_to_a_first_course(counter: Counter) -> None:
    seats = counter.seats_left()
    bought = counter.buy()
    assert (counter.balance_idr(), counter.seats_left()) == (TRAINING_IDR - PRICE_IDR, seats - 1)
    assert counter.void(counter.void_request(bought)) == ["ok"]
    assert (counter.balance_idr(), counter.seats_left()) == (TRAINING_IDR, seats)
    told = "SELECT count(*) FROM events WHERE kind = 'purchase.voided' AND subject_id = %s"
    assert db.value(told, (bought.purchase_id,)) == 1
    assert counter.buy(invoice="A-2").state == "paid"
    assert counter.books_agree()


def test_money_of_a_revoked_holder_goes_to_the_treasury(counter: Counter) -> None:
    bought = counter.buy()
    change("participants", "state", "revoked", participant_id=bought.participant_id)
    assert counter.void(counter.void_request(bought)) == ["ok"]
    assert counter.balance_idr() == TRAINING_IDR - PRICE_IDR
    (kinds,) = db.rows(
        """
        SELECT debit_kind, credit_kind, amount_idr
        FROM transfers
        WHERE reference_id = %s AND kind = 'void_to_treasury'
        """,
        (bought.purchase_id,),
    )
    assert kinds == ("held", "returned", PRICE_IDR)


def test_a_batch_is_decided_in_order(counter: Counter) -> None:
    bought = counter.buy()
    request = counter.void_request(bought)
    unknown = counter.void_request(bought, invoice_code="A-9")
    assert counter.void(unknown, request, request, unknown) == [
        "transaction_unknown", "ok", "already_voided", "transaction_unknown",
    ]  # fmt: skip
    second = soon(counter)
    shown = counter.redeem_request(second)
    another = counter.redeem_request(second, institution_id=UUID(int=9))
    assert counter.redeem(shown, another, shown) == ["ok", "code_of_another_institution", "code_already_used"]


def test_another_institution_showing_a_code_first_does_not_use_it(counter: Counter) -> None:
    bought = soon(counter)
    another = counter.redeem_request(bought, institution_id=UUID(int=9))
    assert counter.redeem(another, counter.redeem_request(bought)) == ["code_of_another_institution", "ok"]


def test_what_fails_once_in_a_batch_fails_twice_for_the_same_reason(counter: Counter) -> None:
    early = counter.redeem_request(counter.buy())
    assert counter.redeem(early, early) == ["outside_window"] * 2
    bought = counter.buy(counter.people[1], "A-2")
    expire(bought)
    request = counter.void_request(bought)
    assert counter.void(request, request) == ["purchase_closed"] * 2


def test_the_window_is_an_hour_before_to_an_hour_after_the_first_session(counter: Counter) -> None:
    starts_at = counter.context.now + timedelta(hours=3)
    bought = counter.buy(schedule_id=counter.add_class("3", starts_at=starts_at))
    request = counter.redeem_request(bought)
    assert counter.later(hours=2, seconds=-1).redeem(request) == ["outside_window"]
    assert counter.later(hours=4, seconds=1).redeem(request) == ["outside_window"]
    assert counter.later(hours=4).redeem(request) == ["ok"]


@pytest.mark.parametrize("table", ["redeem", "void"])
def test_a_code_of_fixed_length_is_looked_up_as_one(counter: Counter, table: str) -> None:
    """Compared as text it would be looked for in every row of the lane: the index holds another type."""
    function = {"redeem": "commit_redeem_codes", "void": "void_purchases"}[table]
    source = db.value("SELECT prosrc FROM pg_proc WHERE proname = %s", (function,))
    column = {"redeem": "redeem_code", "void": "transaction_code"}[table]
    assert f"{column} bpchar" in source
    assert f"{column} text" not in source
