from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from prakerja.kit import db
from prakerja.participants.rules import EDUCATION_RANK
from tests.partner_api.world import PRICE_IDR, Caller, Shop, add_class, buy, order, otp_of, payment


def balance(shop: Shop, card: int = 0) -> int:
    return int(
        db.value(
            """
            SELECT a.balance_idr
            FROM cards c
            JOIN accounts a ON a.lane = c.lane AND a.holder_id = c.participant_id AND a.kind = 'training'
            WHERE c.number = %s
            """,
            (shop.cards[card],),
        )
    )


def test_seats_left(platform: Caller, shop: Shop) -> None:
    asked = {"course_code": "K-2", "schedule_code": "J-2"}
    assert platform.data("payment/quota-schedule", asked) == {**asked, "quota": 20}


def test_a_purchase_from_code_to_void(platform: Caller, shop: Shop) -> None:
    before = balance(shop)
    token = platform.data("payment/send-otp", order(shop))["payment_token"]
    response = platform.call("payment/authorize", payment(shop), token=token)
    answer = response.json()
    assert answer["message"] == "Pelatihan berhasil dibeli."
    bought = answer["data"]
    assert bought == {
        "invoice_code": "TOKPED-0",
        "transaction_code": bought["transaction_code"],
        "amount": PRICE_IDR,
        "status": "SUCCESS",
        "prakerja_name": "Orang 0004",
    }
    assert balance(shop) == before - PRICE_IDR
    status = platform.data("payment/status", {"invoice_code": "TOKPED-0"})
    assert status == {**bought, "created_at": "2020-09-01T03:00:00Z"}
    void = {"invoice_code": "TOKPED-0", "transaction_code": bought["transaction_code"]}
    voided = platform.call("payment/void", void)
    assert voided.json() == {"success": True, "message": "Transaksi berhasil dibatalkan."}
    assert balance(shop) == before
    assert platform.data("payment/status", {"invoice_code": "TOKPED-0"})["status"] == "VOID"
    assert platform.refusal("payment/void", void) == "ERRPLT40028"


def test_the_same_invoice_again_gets_the_stored_answer_byte_for_byte(platform: Caller, shop: Shop) -> None:
    token = platform.data("payment/send-otp", order(shop))["payment_token"]
    request = payment(shop)
    first = platform.call("payment/authorize", request, token=token)
    again = platform.call("payment/authorize", request, token=token)
    assert again.content == first.content
    assert db.value("SELECT count(*) FROM purchases WHERE invoice_code = 'TOKPED-0'") == 1


def test_a_stored_answer_keeps_the_name_that_it_was_given_with(platform: Caller, shop: Shop) -> None:
    token = platform.data("payment/send-otp", order(shop))["payment_token"]
    request = payment(shop)
    first = platform.call("payment/authorize", request, token=token)
    for name in ("Siti Rahayu", "Siti Rahayu Putri"):
        db.execute("UPDATE applicants SET name = %s", (name,))
        assert platform.call("payment/authorize", request, token=token).content == first.content
    assert buy(platform, shop, 1)["prakerja_name"] == "Siti Rahayu Putri"


def test_the_same_invoice_with_another_body_is_refused(platform: Caller, shop: Shop) -> None:
    token = platform.data("payment/send-otp", order(shop))["payment_token"]
    request = payment(shop)
    platform.data("payment/authorize", request, token=token)
    assert platform.refusal("payment/authorize", {**request, "invoice_url": "x"}, token=token) == "ERRPLT40021"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"schedule_code": "J-9"}, "ERRPLT40010"),
        ({"course_code": "K-1"}, "ERRPLT40011"),
        ({"schedule_code": "J-1", "course_code": "K-1"}, "ERRPLT40013"),
        ({"prakerja_id": "1234567890123456"}, "ERRPLT40014"),
        ({"amount": PRICE_IDR + 1}, "ERRPLT40019"),
        ({"amount": 0}, "ERRPLT40004"),
        ({"amount": float(PRICE_IDR)}, "ERRPLT40004"),
        ({"amount": str(PRICE_IDR)}, "ERRPLT40004"),
        ({"amount": -PRICE_IDR}, "ERRPLT40004"),
        ({"amount": 10**30}, "ERRPLT40004"),
        ({"amount": True}, "ERRPLT40004"),
        ({"amount": None}, "ERRPLT40003"),
        ({"schedule_code": ""}, "ERRPLT40036"),
        ({"course_code": None}, "ERRPLT40036"),
        ({"user_platform_id": ""}, "ERRPLT40003"),
        ({"user_platform_id": "a\x00b"}, "ERRPLT40004"),
        ({"user_platform_id": "a\ud800"}, "ERRPLT40004"),
        ({"user_platform_id": "a" * 101}, "ERRPLT40004"),
        ({"prakerja_id": "123456789012345\n"}, "ERRPLT40004"),
        ({"prakerja_id": ["1"]}, "ERRPLT40004"),
    ],
)
def test_refusals_of_send_otp(platform: Caller, shop: Shop, changes: dict[str, Any], code: str) -> None:
    assert platform.refusal("payment/send-otp", order(shop, **changes)) == code
    assert db.value("SELECT count(*) FROM otps") == 0


@pytest.mark.parametrize("rank", range(len(EDUCATION_RANK)))
def test_a_course_asks_for_an_education(platform: Caller, shop: Shop, rank: int) -> None:
    level = next(name for name, one in EDUCATION_RANK.items() if one == rank)
    db.execute("UPDATE courses SET minimum_education = 'senior_secondary'")
    db.execute("UPDATE participants SET education = %s", (level,))
    if rank < EDUCATION_RANK["senior_secondary"]:
        assert platform.refusal("payment/send-otp", order(shop)) == "ERRPLT40034"
    else:
        assert platform.data("payment/send-otp", order(shop))["payment_token"]


def test_a_wrong_code_five_times_locks_card_and_platform(platform: Caller, shop: Shop) -> None:
    token = platform.data("payment/send-otp", order(shop))["payment_token"]
    right = payment(shop)
    wrong = {**right, "otp": f"{(int(otp_of(shop.cards[0])) + 1) % 10**6:06d}"}
    codes = [platform.refusal("payment/authorize", wrong, token=token) for _ in range(6)]
    assert codes == ["ERRPLT40022"] * 5 + ["ERRPLT40020"]
    assert platform.refusal("payment/authorize", right, token=token) == "ERRPLT40020"
    assert platform.refusal("payment/send-otp", order(shop)) == "ERRPLT40020"


def test_tokens_that_do_not_count(platform: Caller, shop: Shop) -> None:
    token = platform.data("payment/send-otp", order(shop))["payment_token"]
    right = payment(shop)
    assert platform.refusal("payment/authorize", right, token="A" * 32) == "ERRPLT40109"
    assert platform.refusal("payment/authorize", right) == "ERRPLT40104"
    platform.data("payment/authorize", right, token=token)
    other = {**right, "invoice_code": "TOKPED-NEW"}
    assert platform.refusal("payment/authorize", other, token=token) == "ERRPLT40110"
    late = platform.data("payment/send-otp", order(shop, 1))["payment_token"]
    db.execute("UPDATE otps SET sent_at = sent_at - interval '1 hour', expires_at = expires_at - interval '6 minutes'")
    assert platform.refusal("payment/authorize", payment(shop, 1), token=late) == "ERRPLT40111"


def test_a_second_live_purchase_of_the_schedule_is_refused(platform: Caller, shop: Shop) -> None:
    buy(platform, shop)
    token = platform.data("payment/send-otp", order(shop))["payment_token"]
    again = payment(shop, invoice="TOKPED-B")
    # The regime sells a second course after the first is completed (CARD-04), which is decided before.
    assert platform.refusal("payment/authorize", again, token=token) == "ERRPLT40029"
    db.execute(
        "UPDATE purchases SET state = 'completed', redeemed_at = paid_at, closed_at = paid_at WHERE state = 'paid'"
    )
    assert platform.refusal("payment/authorize", again, token=token) == "ERRPLT40030"
    assert db.value("SELECT count(*) FROM purchases WHERE invoice_code LIKE 'TOKPED-%%'") == 1


def test_one_platform_account_uses_one_card(platform: Caller, shop: Shop) -> None:
    buy(platform, shop, user_platform_id="akun-x")
    token = platform.data("payment/send-otp", order(shop, 1, user_platform_id="akun-x"))["payment_token"]
    assert platform.refusal("payment/authorize", payment(shop, 1), token=token) == "ERRPLT40031"


def test_unknown_invoices_and_transactions(platform: Caller, shop: Shop) -> None:
    bought = buy(platform, shop)
    assert platform.refusal("payment/status", {"invoice_code": "TOKPED-9"}) == "ERRPLT40033"
    for transaction in ("A" * 16, "x", shop.transaction_codes[0]):
        asked = {"invoice_code": "TOKPED-0", "transaction_code": transaction}
        assert platform.refusal("payment/void", asked) == "ERRVOD40001"
    other = {"invoice_code": "TOKPED-9", "transaction_code": bought["transaction_code"]}
    assert platform.refusal("payment/void", other) == "ERRVOD40001"


def test_a_redeemed_purchase_is_not_voided(platform: Caller, institution: Caller, shop: Shop) -> None:
    institution.data("payment/redeem-code/commit", {"redeem_code": shop.redeem_codes[0]})
    # The world wrote its purchases as rows, without the claims of their invoices: void goes by the transaction.
    asked = {"invoice_code": "INV-0", "transaction_code": shop.transaction_codes[0]}
    assert platform.refusal("payment/void", asked) == "ERRVOD40002"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE cards SET state = 'blocked'", "ERRPLT40016"),
        ("UPDATE cards SET state = 'lost'", "ERRPLT40016"),
        ("UPDATE cards SET state = 'withdrawn'", "ERRPLT40016"),
        ("UPDATE participants SET state = 'suspended'", "ERRPLT40017"),
        ("UPDATE participants SET state = 'revoked'", "ERRPLT40017"),
        ("UPDATE participants SET state = 'expired'", "ERRPLT40017"),
        ("UPDATE registrations SET state = 'verified'", "ERRPLT40023"),
        ("UPDATE agreements SET valid_until = valid_from", "ERRPLT40024"),
        ("UPDATE listings SET listed_until = listed_from", "ERRPLT40025"),
        ("UPDATE schedules SET price_idr = price_idr + 1", "ERRPLT40019"),
        ("UPDATE schedules SET sells_until_at = '2020-08-31'", "ERRPLT40012"),
        ("UPDATE participants SET first_purchase_deadline_at = decreed_at + interval '1 second'", "ERRPLT40026"),
        ("UPDATE participants SET balance_until_at = decreed_at + interval '1 second'", "ERRPLT40027"),
        ("UPDATE seat_allotments SET seats_left = 0", "ERRPLT40013"),
        ("UPDATE courses SET age_min = 60", "ERRPLT40018"),
        ("UPDATE platforms SET state = 'suspended'", "ERRPLT40304"),
        ("UPDATE platforms SET state = 'ended'", "ERRPLT40304"),
    ],
)
def test_what_changed_since_the_code_was_sent(platform: Caller, shop: Shop, change: str, code: str) -> None:
    before = balance(shop)
    token = platform.data("payment/send-otp", order(shop))["payment_token"]
    request = payment(shop)
    with connection.cursor() as cursor:
        # The triggers of states are not what is tested here.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(change)
        cursor.execute("RESET session_replication_role")
    assert platform.refusal("payment/authorize", request, token=token) == code
    assert balance(shop) == before


def test_a_balance_that_is_too_low(platform: Caller, shop: Shop) -> None:
    add_class(
        shop.world.context, shop.world, "3", starts_at=shop.world.context.now + timedelta(days=9), price_idr=10**7
    )
    asked = order(shop, course_code="K-3", schedule_code="J-3", amount=10**7)
    token = platform.data("payment/send-otp", asked)["payment_token"]
    assert platform.refusal("payment/authorize", payment(shop), token=token) == "ERRPLT40032"


def test_a_regular_card_pays_at_a_counter(platform: Caller, shop: Shop) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE cards SET channel = 'regular', receipt = 'x', pin_hash = 'x'")
        cursor.execute("RESET session_replication_role")
    assert platform.refusal("payment/send-otp", order(shop)) == "ERRPLT40015"


def test_what_is_closed_is_not_voided(platform: Caller, shop: Shop) -> None:
    db.execute("UPDATE purchases SET state = 'expired', closed_at = paid_at WHERE invoice_code = 'INV-0'")
    asked = {"invoice_code": "INV-0", "transaction_code": shop.transaction_codes[0]}
    assert platform.refusal("payment/void", asked) == "ERRVOD40003"
