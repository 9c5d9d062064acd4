"""Partners that do not count, cards that do not pay, what is somebody else's: refused by its code, never a debit."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from prakerja.kit import db
from prakerja.kit.settings import get_settings
from prakerja.partner_api.server import CALLS
from prakerja.partners.models import Institution, Platform
from prakerja.partners.states import InstitutionState, PlatformState
from tests.partner_api.test_bad_input import Counter, state
from tests.partner_api.wire import WireAnswer, ask, signed_request
from tests.partner_api.world import INTEGRATION, REDIRECT_URI, Caller, Shop, buy, issue_key, order, otp_of, payment

OF_PLATFORMS = [call.path for call in CALLS if call.role == "platform"]
OF_INSTITUTIONS = [call.path for call in CALLS if call.role == "institution"]
NOT_ACTIVE = sorted(set(PlatformState) - {PlatformState.ACTIVE})
NOT_DECREED = sorted(set(InstitutionState) - {InstitutionState.DECREED})


def change(statement: str) -> None:
    """Around the triggers of states, which are not what is tested here."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("RESET session_replication_role")


@pytest.fixture
def counter(shop: Shop, base_url: str) -> Iterator[Counter]:
    made = Counter(shop, base_url)
    yield made
    made.close()


def test_a_platform_that_is_not_active_is_refused_at_every_call(counter: Counter) -> None:
    bought = counter.good("payment/void")
    asked = {path: counter.good(path) for path in ("payment/quota-schedule", "payment/send-otp")}
    asked |= {"payment/void": bought, "payment/status": {"invoice_code": bought["invoice_code"]}}
    platform = counter.caller("payment/send-otp")
    counter.token = platform.data("payment/send-otp", order(counter.shop, 1))["payment_token"]
    asked["payment/authorize"] = payment(counter.shop, 1)
    assert set(asked) == set(OF_PLATFORMS)
    before = state()
    for standing in NOT_ACTIVE:
        change(f"UPDATE platforms SET state = '{standing}'")
        answers = {path: counter.send(path, body) for path, body in asked.items()}
        assert answers == dict.fromkeys(asked, "ERRPLT40304"), standing
        assert state() == before
    change("UPDATE platforms SET state = 'active'")
    assert {path: counter.send(path, body) for path, body in asked.items()} == dict.fromkeys(asked, "OK")


def of_institutions(counter: Counter) -> dict[str, dict[str, object]]:
    """Every call of an institution, about one code that was used and one task that was handed in."""
    asked = {path: counter.good(path) for path in OF_INSTITUTIONS if not path.startswith("tpm/")}
    handed_in = counter.good("tpm/feedback/submission")
    named = {name: handed_in[name] for name in ("redeem_code", "scope", "sequence")}
    asked |= {"tpm/feedback/submission": handed_in, "tpm/submission/status": named}
    asked["tpm/submission"] = {**named, "url_file": handed_in["url_file"]}
    assert set(asked) == set(OF_INSTITUTIONS)
    return asked


def test_an_institution_that_is_not_decreed_is_refused_at_every_call(counter: Counter) -> None:
    asked, before = of_institutions(counter), state()
    for standing in NOT_DECREED:
        change(f"UPDATE institutions SET state = '{standing}'")
        answers = {path: counter.send(path, body) for path, body in asked.items()}
        assert answers == dict.fromkeys(asked, "ERRPLT40304"), standing
        assert state() == before
    change("UPDATE institutions SET state = 'decreed'")
    assert counter.send("tpm/feedback/submission", asked["tpm/feedback/submission"]) == "OK"


def test_a_class_of_an_institution_that_is_not_decreed_is_not_paid(platform: Caller, shop: Shop) -> None:
    token = platform.data("payment/send-otp", order(shop))["payment_token"]
    asked, before = payment(shop), state()
    for standing in NOT_DECREED:
        change(f"UPDATE institutions SET state = '{standing}'")
        assert platform.refusal("payment/authorize", asked, token=token) == "ERRPLT40023", standing
        assert state() == before
    change("UPDATE institutions SET state = 'decreed'")
    assert platform.data("payment/authorize", asked, token=token)["status"] == "SUCCESS"


# How the card or its holder changed, and what that is at send-otp and at authorize.
CARDS = {
    "blocked": ("UPDATE cards SET state = 'blocked'", "ERRPLT40016", "ERRPLT40016"),
    "lost": ("UPDATE cards SET state = 'lost'", "ERRPLT40016", "ERRPLT40016"),
    "replaced": ("UPDATE cards SET state = 'replaced'", "ERRPLT40016", "ERRPLT40016"),
    "withdrawn": ("UPDATE cards SET state = 'withdrawn'", "ERRPLT40016", "ERRPLT40016"),
    "of a suspended holder": ("UPDATE participants SET state = 'suspended'", "ERRPLT40017", "ERRPLT40017"),
    "of a revoked holder": ("UPDATE participants SET state = 'revoked'", "ERRPLT40017", "ERRPLT40017"),
    "of an expired holder": ("UPDATE participants SET state = 'expired'", "ERRPLT40017", "ERRPLT40017"),
    # The end of the balance is looked at when it is debited.
    "with a balance that has ended": (
        "UPDATE participants SET balance_until_at = decreed_at + interval '1 second'",
        "OK",
        "ERRPLT40027",
    ),
    "of the wrong channel": (
        "UPDATE cards SET channel = 'regular', receipt = 'x', pin_hash = 'x'",
        "ERRPLT40015",
        "ERRPLT40015",
    ),
}


@pytest.mark.parametrize("name", CARDS)
def test_a_card_that_does_not_pay(platform: Caller, shop: Shop, name: str) -> None:
    statement, at_otp, at_payment = CARDS[name]
    token = platform.data("payment/send-otp", order(shop))["payment_token"]
    asked = payment(shop)
    change(statement)
    before = state()
    assert platform.refusal("payment/authorize", asked, token=token) == at_payment
    assert state() == before
    assert platform.call("payment/send-otp", order(shop)).json().get("code", "OK") == at_otp


@pytest.fixture
def stranger(shop: Shop, base_url: str) -> Iterator[Caller]:
    """Another platform, active, with which nobody has anything to do."""
    context = shop.world.context
    other = Platform.objects.get(id=shop.world.platform_id)
    other.pk, other.code, other.name = context.uuid(), "lain", "Lain"
    other.save(force_insert=True)
    caller = Caller(base_url, issue_key(context, "platform", other.pk))
    yield caller
    caller.http.close()


def test_a_holders_telephone_is_left_alone(
    platform: Caller, stranger: Caller, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two from one platform, four from all; what was sent still pays, and a retry of it is still answered."""
    few = get_settings().model_copy(update={"otp_codes_per_hour": 2, "otp_codes_per_day": 3})
    monkeypatch.setattr("prakerja.purchases.operations.otps.get_settings", lambda: few)
    path = "payment/send-otp"
    assert platform.data(path, order(shop))
    token = platform.data(path, order(shop))["payment_token"]
    otp = payment(shop)
    refused = platform.call(path, order(shop, user_platform_id="akun-lain"))
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    assert refused.json() == {
        "code": "ERRPLT42902",
        "message": "Terlalu banyak kode OTP dikirim untuk kartu ini. Silakan coba lagi nanti.",
        "success": False,
    }
    assert stranger.data(path, order(shop))
    assert stranger.data(path, order(shop))
    assert stranger.call(path, order(shop)).headers["retry-after"] == "3600"
    sent = db.value("SELECT count(*) FROM sandbox_messages")
    assert (db.value("SELECT count(*) FROM otps"), sent) == (4, 4)
    # Who asks is told what is wrong with a request before how many were sent.
    assert platform.refusal(path, order(shop, amount=1)) == "ERRPLT40019"
    assert platform.data(path, order(shop, 1))
    bought = platform.data("payment/authorize", otp, token=token)
    assert platform.data("payment/authorize", otp, token=token) == bought
    assert platform.data(path, order(shop))


def test_another_platform_learns_and_moves_nothing(platform: Caller, stranger: Caller, shop: Shop) -> None:
    bought = buy(platform, shop)
    void = {"invoice_code": bought["invoice_code"], "transaction_code": bought["transaction_code"]}
    token = platform.data("payment/send-otp", order(shop, 1))["payment_token"]
    asked, before = payment(shop, 1), state()
    assert stranger.refusal("payment/status", {"invoice_code": bought["invoice_code"]}) == "ERRPLT40033"
    assert stranger.refusal("payment/void", void) == "ERRVOD40001"
    assert stranger.refusal("payment/authorize", asked, token=token) == "ERRPLT40109"
    assert state() == before
    # It may have a code sent, since it could sell; the class is not sold there.
    own = stranger.data("payment/send-otp", order(shop, 1))["payment_token"]
    before = state()
    assert stranger.refusal("payment/authorize", payment(shop, 1, "LAIN-1"), token=own) == "ERRPLT40023"
    assert state() == before


def test_another_institution_learns_and_moves_nothing(counter: Counter) -> None:
    shop, context = counter.shop, counter.shop.world.context
    other = Institution.objects.get(id=shop.world.institution_id)
    other.pk, other.code, other.name = context.uuid(), "lpk-lain", "LPK Lain"
    other.decree_number = "SK-LAIN"
    other.save(force_insert=True)
    asked = of_institutions(counter)
    # What it proposes is its own.
    del asked["catalogue/courses"]
    caller = Caller(counter.base_url, issue_key(context, "institution", other.pk))
    before = state()
    assert {path: caller.refusal(path, body) for path, body in asked.items()} == dict.fromkeys(asked, "ERRTRX40028")
    assert state() == before
    caller.http.close()


def test_two_invoices_with_one_token_at_once_are_one_purchase(platform: Caller, shop: Shop) -> None:
    token = platform.data("payment/send-otp", order(shop))["payment_token"]
    asked = [payment(shop, invoice=f"TOKPED-{number}") for number in range(8)]
    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda one: platform.call("payment/authorize", one, token=token).json(), asked))
    codes = sorted(answer.get("code", "OK") for answer in answers)
    assert codes == ["ERRPLT40110"] * 7 + ["OK"]
    assert db.value("SELECT count(*) FROM purchases WHERE invoice_code LIKE 'TOKPED-%%'") == 1


def test_the_same_request_again_is_decided_anew(counter: Counter) -> None:
    """The same bytes, with the same timestamp and signature, inside the window."""
    shop = counter.shop

    def twice(path: str, body: Mapping[str, object], token: str = "") -> list[WireAnswer]:
        request = signed_request(counter.key(path), INTEGRATION + path, json.dumps(body).encode(), token=token)
        return [*ask(counter.base_url, request), *ask(counter.base_url, request)]

    token = counter.caller("payment/send-otp").data("payment/send-otp", order(shop))["payment_token"]
    first, second = twice("payment/authorize", payment(shop), token)
    assert first.body == second.body
    bought = first.json["data"]
    assert bought["status"] == "SUCCESS"
    read, again = twice("payment/status", {"invoice_code": bought["invoice_code"]})
    assert (read.code, read.body) == ("OK", again.body)
    void = {name: bought[name] for name in ("invoice_code", "transaction_code")}
    assert [one.code for one in twice("payment/void", void)] == ["OK", "ERRPLT40028"]
    code = {"redeem_code": shop.redeem_codes[0]}
    assert [one.code for one in twice("payment/redeem-code/commit", code)] == ["OK", "ERRTRX40021"]
    link = {**code, "redirect_uri": REDIRECT_URI, "email": "a@b.id"}
    assert len({one.json["data"]["state"] for one in twice("oauth/url-generate", link)}) == 2


def test_the_checks_of_a_request_come_in_the_documented_order(counter: Counter) -> None:
    """A request in which everything is wrong, mended from the outside in: what is refused is always the next."""
    platform, shop = counter.caller("payment/send-otp"), counter.shop
    path, now = "payment/send-otp", int(time.time())
    foreign = issue_key(shop.world.context, "platform", shop.world.platform_id, scopes=["sign_on"])
    huge, good = b" " * 200_000, json.dumps(order(shop)).encode()
    everything: dict[str, str | None] = {
        "Content-Type": "text/plain",
        "Client_code": None,
        "timestamp": "x",
        "signature": None,
    }
    seen = []

    def tried(body: bytes, headers: dict[str, str | None], caller: Caller = platform) -> None:
        seen.append(caller.send(path, body, headers=headers).json().get("code", "OK"))

    tried(huge, everything)
    tried(b"{", everything)
    tried(b"{", everything := {**everything, "Content-Type": "application/json"})
    tried(b"{", everything := {**everything, "Client_code": "nobody"})
    tried(b"{", everything := {**everything, "timestamp": str(now - 4000)})
    tried(b"{", everything := {**everything, "signature": "0" * 40})
    tried(b"{", everything := {**everything, "Client_code": platform.key.client_code})
    tried(b"{", {**everything, "timestamp": str(now)})
    tried(b"{", {}, counter.caller("oauth/url-generate"))
    scoped = Caller(str(platform.http.base_url), foreign)
    tried(b"{", {}, scoped)
    change("UPDATE platforms SET state = 'suspended'")
    tried(b"{", {})
    tried(b"[]", {})
    tried(b'{"amount":-1,"course_code":1}', {})
    tried(b'{"user_platform_id":"u","prakerja_id":"x","amount":-1}', {})
    tried(b'{"user_platform_id":"u","prakerja_id":"1234567890123456","amount":-1}', {})
    tried(good.replace(b"300000", b"-1"), {})
    tried(good, {})
    change("UPDATE platforms SET state = 'active'")
    tried(good, {})
    scoped.http.close()
    assert seen == [
        *("ERRPLT41301", "ERRPLT41501", "ERRPLT40101", "ERRPLT40102", "ERRPLT40103", "ERRPLT40105"),
        *("ERRPLT40106", "ERRPLT40107", "ERRPLT40301", "ERRPLT40302", "ERRPLT40001", "ERRPLT42201"),
        *("ERRPLT40003", "ERRPLT40004", "ERRPLT40036", "ERRPLT40004", "ERRPLT40304", "OK"),
    ]


def test_the_checks_of_send_otp_come_in_the_contracts_order(platform: Caller, shop: Shop) -> None:
    """Schedule, course, start, seats, card, age, education, price: all wrong at once, mended one by one."""
    change("UPDATE schedules SET sells_until_at = '2020-08-31' WHERE code = 'J-2'")
    change(f"UPDATE seat_allotments SET seats_left = 0 WHERE schedule_id = '{shop.schedule_id}'")
    change("UPDATE courses SET age_min = 60, minimum_education = 'senior_secondary' WHERE code = 'K-2'")
    change("UPDATE participants SET education = 'primary'")
    change(f"UPDATE cards SET state = 'blocked' WHERE number = '{shop.cards[0]}'")
    wrong = order(shop, schedule_code="J-9", course_code="K-1", prakerja_id="1234567890123456", amount=1)
    seen = [platform.refusal("payment/send-otp", wrong)]
    mends: tuple[Callable[[], None], ...] = (
        lambda: wrong.update(schedule_code="J-2"),
        lambda: wrong.update(course_code="K-2"),
        lambda: change("UPDATE schedules SET sells_until_at = starts_at WHERE code = 'J-2'"),
        lambda: change(f"UPDATE seat_allotments SET seats_left = 9 WHERE schedule_id = '{shop.schedule_id}'"),
        lambda: wrong.update(prakerja_id=shop.cards[0]),
        lambda: change("UPDATE cards SET state = 'active'"),
        lambda: change("UPDATE courses SET age_min = 18"),
        lambda: change("UPDATE participants SET education = 'bachelor'"),
    )
    for mend in mends:
        mend()
        seen.append(platform.refusal("payment/send-otp", wrong))
    assert seen == [
        *("ERRPLT40010", "ERRPLT40011", "ERRPLT40012", "ERRPLT40013", "ERRPLT40014", "ERRPLT40016"),
        *("ERRPLT40018", "ERRPLT40034", "ERRPLT40019"),
    ]
    assert db.value("SELECT count(*) FROM otps") == 0
    assert platform.data("payment/send-otp", {**wrong, "amount": 300_000})["payment_token"]
    assert otp_of(shop.cards[0])
