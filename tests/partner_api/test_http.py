"""What every call has in common, over a real socket."""

import gzip
import json
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from prakerja.cli.keys import SCOPES as SCOPES_OF_THE_COMMAND
from prakerja.kit import db
from prakerja.partner_api.budgets import Budget
from prakerja.partner_api.keys import SCOPES
from prakerja.partner_api.protocol import BODY_MAX_BYTES
from prakerja.partner_api.server import CALLS
from prakerja.partner_api.sign_on_calls import SCOPE as SIGN_ON
from prakerja.partners.operations import revoke_api_keys
from tests.partner_api.wire import ask, signed_request
from tests.partner_api.world import INTEGRATION, Caller, Key, Shop, buy, issue_key, order, payment

QUOTA = "payment/quota-schedule"
ASKED = {"course_code": "K-2", "schedule_code": "J-2"}
BODY = json.dumps(ASKED).encode()


@pytest.mark.parametrize("name", ["client_code", "Client_code", "CLIENT_CODE", "Client_Code"])
def test_the_header_with_an_underscore_arrives(shop: Shop, base_url: str, name: str) -> None:
    request = signed_request(shop.platform, INTEGRATION + QUOTA, BODY, names={"client_code": name})
    assert ask(base_url, request)[0].json["data"]["quota"] == 20


@pytest.mark.parametrize("spelled", [str.upper, str.title, str.swapcase])
def test_headers_come_in_any_case(shop: Shop, base_url: str, spelled: Callable[[str], str]) -> None:
    names = {name: spelled(name) for name in ("client_code", "timestamp", "signature")}
    request = signed_request(shop.platform, INTEGRATION + QUOTA, BODY, names=names)
    assert ask(base_url, request.replace(b"Content-Type", spelled("Content-Type").encode()))[0].code == "OK"


@pytest.mark.parametrize("slashes", ["/", "//", "///"])
def test_leading_slashes_collapse(shop: Shop, base_url: str, slashes: str) -> None:
    path = slashes + INTEGRATION.lstrip("/") + QUOTA
    assert ask(base_url, signed_request(shop.platform, path, BODY))[0].json["data"]["quota"] == 20


def test_pipelined_requests_are_answered_in_order(shop: Shop, base_url: str) -> None:
    first = signed_request(shop.platform, INTEGRATION + QUOTA, BODY)
    second = signed_request(shop.platform, INTEGRATION + QUOTA, b'{"course_code":"K-2","schedule_code":"J-9"}')
    assert [one.code for one in ask(base_url, first + second, answers=2)] == ["OK", "ERRPLT40010"]


def test_a_chunked_body_is_read(shop: Shop, base_url: str) -> None:
    whole = signed_request(shop.platform, INTEGRATION + QUOTA, BODY)
    head = whole.partition(b"\r\n\r\n")[0].replace(b"Content-Length: %d" % len(BODY), b"Transfer-Encoding: chunked")
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n"
    assert ask(base_url, head + b"\r\n\r\n" + chunks)[0].json["data"]["quota"] == 20


def test_a_body_signed_compactly_counts(platform: Caller) -> None:
    sent = json.dumps(ASKED, indent=2).encode()
    signed = json.dumps(ASKED, separators=(",", ":")).encode()
    assert platform.send(QUOTA, sent, signed=signed).json()["data"]["quota"] == 20


def test_a_wrong_signature_shows_the_base_string_in_a_sandbox(platform: Caller) -> None:
    response = platform.send(QUOTA, b'{"a":1}', signed=b"")
    assert response.json()["code"] == "ERRPLT40107"
    base = response.json()["base_string"]
    assert base.startswith(platform.key.client_code)
    assert base.endswith(f"POST{INTEGRATION}{QUOTA}" + '{"a":1}')


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Client_code": None}, "ERRPLT40101"),
        ({"timestamp": None}, "ERRPLT40102"),
        ({"timestamp": "soon"}, "ERRPLT40102"),
        ({"signature": None}, "ERRPLT40103"),
        ({"Client_code": "nobody"}, "ERRPLT40105"),
        ({"Client_code": "x" * 5000}, "ERRPLT40105"),
        ({"timestamp": str(int(time.time()) - 400)}, "ERRPLT40106"),
        ({"timestamp": str(int(time.time()) + 4000)}, "ERRPLT40106"),
        ({"signature": "0" * 40}, "ERRPLT40107"),
        ({"Content-Type": "text/plain"}, "ERRPLT41501"),
        ({"Content-Type": None}, "ERRPLT41501"),
        ({"Content-Encoding": "gzip"}, "ERRPLT41501"),
    ],
)
def test_headers_that_do_not_fit(platform: Caller, headers: dict[str, str | None], code: str) -> None:
    assert platform.refusal(QUOTA, ASKED, headers=headers) == code


def test_a_compressed_body_is_refused(platform: Caller) -> None:
    body = gzip.compress(json.dumps(ASKED).encode())
    assert platform.send(QUOTA, body, headers={"Content-Encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "ERRPLT40001"),
        (b"{", "ERRPLT40001"),
        (b"course_code=K-2", "ERRPLT40001"),
        (b"\xff\xfe", "ERRPLT40001"),
        (b"[" * 50_000, "ERRPLT40001"),
        (b'{"course_code":"K-2","course_code":"K-2","schedule_code":"J-2"}', "ERRPLT40002"),
        (b"[]", "ERRPLT42201"),
        (b"null", "ERRPLT42201"),
        (b'"text"', "ERRPLT42201"),
        (b"{}", "ERRPLT40036"),
        (b'{"course_code":{},"schedule_code":"J-2"}', "ERRPLT40004"),
        (b" " * (BODY_MAX_BYTES + 1), "ERRPLT41301"),
    ],
)
def test_bodies_that_do_not_fit(platform: Caller, body: bytes, code: str) -> None:
    response = platform.send(QUOTA, body)
    assert response.json()["code"] == code


def test_fields_that_nobody_knows_are_ignored(platform: Caller) -> None:
    assert platform.data(QUOTA, {**ASKED, "x": {"y": [1.5]}})["quota"] == 20


def test_a_body_without_an_end_is_cut_off(shop: Shop, base_url: str) -> None:
    whole = signed_request(shop.platform, INTEGRATION + QUOTA, b"")
    head = whole.partition(b"\r\n\r\n")[0].replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    assert ask(base_url, head + b"\r\n\r\n" + chunk * 3)[0].code == "ERRPLT41301"


def test_a_body_that_does_not_come_ends(shop: Shop, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prakerja.partner_api.protocol.BODY_SECONDS_MAX", 0.2)
    assert ask(base_url, signed_request(shop.platform, INTEGRATION + QUOTA, b"{}")[:-1])[0].code == "ERRPLT40801"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", INTEGRATION + QUOTA, "ERRPLT40501"),
        ("PUT", INTEGRATION + QUOTA, "ERRPLT40501"),
        ("OPTIONS", INTEGRATION + QUOTA, "ERRPLT40501"),
        ("POST", "/api/v1/openapi.json", "ERRPLT40501"),
        ("POST", INTEGRATION + "payment/unknown", "ERRPLT40401"),
        ("POST", INTEGRATION + QUOTA + "/", "ERRPLT40401"),
        ("GET", "/api/", "ERRPLT40401"),
        ("POST", "/api/v1/", "ERRPLT40401"),
    ],
)
def test_other_addresses_and_methods(platform: Caller, method: str, path: str, code: str) -> None:
    response = platform.send(path, b"{}", method=method)
    assert response.json()["code"] == code
    assert ("allow" in response.headers) == (response.status_code == 405)


def test_head_is_answered_without_a_body(platform: Caller) -> None:
    response = platform.send(INTEGRATION + QUOTA, b"", method="HEAD")
    assert (response.status_code, response.content) == (405, b"")


def test_a_partner_calls_only_what_is_its_own(platform: Caller, institution: Caller, shop: Shop) -> None:
    assert institution.refusal(QUOTA, ASKED) == "ERRPLT40301"
    assert platform.refusal("payment/redeem-code/status", {"redeem_code": "x"}) == "ERRPLT40301"


def test_every_scope_of_a_call_can_be_given_to_a_key() -> None:
    assert {(call.role, call.scope) for call in CALLS} | {("platform", SIGN_ON), ("institution", SIGN_ON)} == {
        (role, scope) for role, scopes in SCOPES.items() for scope in scopes
    }
    assert set(SCOPES_OF_THE_COMMAND) == {scope for scopes in SCOPES.values() for scope in scopes}


def test_a_key_is_for_its_scopes(shop: Shop, base_url: str) -> None:
    world = shop.world
    caller = Caller(base_url, issue_key(world.context, "platform", world.platform_id, scopes=["sign_on"]))
    assert caller.refusal(QUOTA, ASKED) == "ERRPLT40302"
    caller.http.close()


def test_a_revoked_key_stops_at_once(platform: Caller, shop: Shop) -> None:
    assert platform.data(QUOTA, ASKED)["quota"] == 20
    key_id = db.value("SELECT id FROM api_keys WHERE client_code = %s", (shop.platform.client_code,))
    revoke_api_keys(shop.world.context, [key_id])
    assert platform.refusal(QUOTA, ASKED) == "ERRPLT40108"


def test_a_key_expires_on_the_programmes_clock(shop: Shop, base_url: str) -> None:
    context = shop.world.context
    key = issue_key(context, "platform", shop.world.platform_id, expires_at=context.now + timedelta(seconds=1))
    caller = Caller(base_url, key)
    assert caller.data(QUOTA, ASKED)["quota"] == 20
    db.execute("UPDATE programme_clock SET programme_at = programme_at + interval '1 second'")
    assert caller.refusal(QUOTA, ASKED) == "ERRPLT40108"
    caller.http.close()


def test_a_suspended_partner_stops_at_once(platform: Caller, shop: Shop) -> None:
    assert platform.data(QUOTA, ASKED)["quota"] == 20
    db.execute("UPDATE platforms SET state = 'suspended'")
    assert platform.refusal(QUOTA, ASKED) == "ERRPLT40304"


def test_a_suspended_platform_still_learns_what_it_was_answered(platform: Caller, shop: Shop) -> None:
    token = platform.data("payment/send-otp", order(shop))["payment_token"]
    request = payment(shop)
    first = platform.call("payment/authorize", request, token=token)
    db.execute("UPDATE platforms SET state = 'suspended'")
    assert platform.call("payment/authorize", request, token=token).content == first.content


def test_the_answer_names_the_request(platform: Caller) -> None:
    first, second = (platform.call(QUOTA, ASKED).headers["x-request-id"] for _ in range(2))
    assert first != second
    assert len(first) == 32


def test_the_document_is_served(platform: Caller) -> None:
    response = platform.http.get("/api/v1/openapi.json")
    document = response.json()
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) >= {INTEGRATION + QUOTA, INTEGRATION + "oauth/url-generate"}


def test_a_retry_on_a_new_connection_finds_the_purchase(platform: Caller, shop: Shop, base_url: str) -> None:
    bought = buy(platform, shop)
    other = Caller(base_url, Key(shop.platform.client_code, shop.platform.secret))
    assert other.data("payment/status", {"invoice_code": "TOKPED-0"})["transaction_code"] == bought["transaction_code"]
    other.http.close()


def test_who_trawls_waits(shop: Shop, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prakerja.partner_api.budgets.look_up_budget", lambda: Budget(capacity=3, per_minute=1))
    institution = request.getfixturevalue("institution")
    path = "payment/redeem-code/status"
    codes = [institution.refusal(path, {"redeem_code": "GHOPNYXUVMT0"}) for _ in range(4)]
    assert codes == ["ERRTRX40020"] * 3 + ["ERRPLT42901"]
    response = institution.call("tpm/submission/status", {"redeem_code": "X", "scope": "tpm", "sequence": 1})
    assert response.json()["code"] == "ERRPLT42901"
    assert 55 <= int(response.headers["retry-after"]) <= 60
    # Each partner has a budget of its own.
    assert request.getfixturevalue("platform").data(QUOTA, ASKED)["quota"] == 20


def test_who_trawls_card_numbers_waits(
    shop: Shop, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prakerja.partner_api.budgets.look_up_budget", lambda: Budget(capacity=3, per_minute=1))
    platform = request.getfixturevalue("platform")
    guesses = [f"{number:016d}" for number in range(4)]
    codes = [platform.refusal("payment/send-otp", order(shop, prakerja_id=guess)) for guess in guesses]
    assert codes == ["ERRPLT40014"] * 3 + ["ERRPLT42901"]
    response = platform.call("payment/send-otp", order(shop))
    assert (response.status_code, response.json()["code"]) == (429, "ERRPLT42901")
    assert 55 <= int(response.headers["retry-after"]) <= 60
    assert db.value("SELECT count(*) FROM otps") == 0
    # What is no look-up of cards goes on.
    assert platform.data(QUOTA, ASKED)["quota"] == 20


def test_who_tries_codes_on_many_cards_waits(
    shop: Shop, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five tries a card do not help a platform that has many cards."""
    monkeypatch.setattr("prakerja.partner_api.budgets.otp_budget", lambda: Budget(capacity=3, per_minute=1))
    platform = request.getfixturevalue("platform")
    seen = []
    for card in range(3):
        token = platform.data("payment/send-otp", order(shop, card))["payment_token"]
        right = payment(shop, card)
        wrong = {**right, "otp": f"{(int(str(right['otp'])) + 1) % 10**6:06d}"}
        seen += [platform.refusal("payment/authorize", wrong, token=token) for _ in range(2)]
    assert seen == ["ERRPLT40022"] * 3 + ["ERRPLT42901"] * 3
    response = platform.call("payment/authorize", right, token=token)
    assert (response.status_code, response.json()["code"]) == (429, "ERRPLT42901")
    assert 55 <= int(response.headers["retry-after"]) <= 60
    assert db.value("SELECT count(*) FROM purchases WHERE invoice_code LIKE 'TOKPED-%%'") == 0


def test_wrong_signatures_wait_and_right_ones_do_not(
    shop: Shop, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prakerja.partner_api.budgets.signature_budget", lambda: Budget(capacity=2, per_minute=1))
    platform = request.getfixturevalue("platform")
    codes = [platform.send(QUOTA, b"{}", headers={"signature": "0"}).json()["code"] for _ in range(3)]
    assert codes == ["ERRPLT40107"] * 2 + ["ERRPLT42901"]
    assert platform.data(QUOTA, ASKED)["quota"] == 20


def test_a_budget_fills_again() -> None:
    budget = Budget(capacity=2, per_minute=30)
    for _ in range(2):
        assert budget.wait_seconds("a", 100.0) == 0
        budget.spend("a", 100.0)
    assert budget.wait_seconds("a", 100.0) == 2
    assert budget.wait_seconds("b", 100.0) == 0
    assert budget.wait_seconds("a", 102.0) == 0
    budget.spend("a", 1_000_000.0)
    assert budget.wait_seconds("a", 1_000_000.0) == 0


def test_health_readiness_and_metrics(platform: Caller) -> None:
    assert platform.http.get("/healthz").json() == {"status": "alive"}
    assert platform.http.get("/readyz").json() == {"status": "ready"}
    platform.data(QUOTA, ASKED)
    platform.refusal("payment/status", {"invoice_code": "X"})
    platform.send(INTEGRATION + "siti/rahayu", b"{}")
    platform.send(INTEGRATION + QUOTA, b"{}", method="GET")
    platform.send(QUOTA, b" " * (BODY_MAX_BYTES + 1))
    text = platform.http.get("/metrics").text
    assert 'prakerja_api_answers_total{call="other",code="ERRPLT40401"} 1' in text
    assert 'prakerja_api_answers_total{call="payment/quota-schedule",code="ERRPLT40501"} 1' in text
    assert 'prakerja_api_refusals_total{code="ERRPLT41301"} 1' in text
    assert 'prakerja_api_answers_total{call="payment/quota-schedule",code="OK"} 1' in text
    assert 'prakerja_api_answers_total{call="payment/status",code="ERRPLT40033"} 1' in text
    assert 'prakerja_api_batched_items_total{call="payment/quota-schedule"} 1' in text
    assert 'prakerja_api_seconds_bucket{call="payment/status",le="+Inf"} 1' in text


def test_the_last_use_of_a_key_is_noted(shop: Shop, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prakerja.partner_api.server.USES_NOTED_EVERY_SECONDS", 0.0)
    caller = Caller(base_url, shop.platform)
    caller.data(QUOTA, ASKED)
    caller.http.close()
    until = time.monotonic() + 60
    while not (used := db.value("SELECT count(*) FROM api_keys WHERE last_used_at IS NOT NULL")):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert used == 1
