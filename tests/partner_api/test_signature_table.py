"""Forms of a signature × methods × odd bodies, over a socket: what a server of another framework would get wrong."""

import hmac
import time

import httpx
import pytest

from prakerja.partner_api.server import CALLS
from prakerja.partner_api.sign_on_calls import AUTHORIZE_PATH, PROFILE_PATH, REFRESH_PATH, TOKEN_PATH
from tests.partner_api.sign_on_client import query
from tests.partner_api.test_signing import BODIES, METHODS, forms_of
from tests.partner_api.world import INTEGRATION, Caller, Key, Shop, checked

STATUS = "payment/redeem-code/status"
SIGN_ON = {AUTHORIZE_PATH: "GET", TOKEN_PATH: "POST", REFRESH_PATH: "POST", PROFILE_PATH: "GET"}
ADDRESSES = {INTEGRATION + call.path: "POST" for call in CALLS} | SIGN_ON


def signature(key: Key, timestamp: str, method: str, path: str, body: bytes = b"") -> str:
    base = f"{key.client_code}{timestamp}{method}{path}".encode() + body
    return hmac.digest(key.secret.encode(), base, "sha1").hex()


def asked(code: str, odd: str) -> str:
    """A request that holds an odd body in a field that nobody knows."""
    return f'{{"redeem_code":"{code}","x":{odd}}}'


def test_each_form_of_an_odd_body_counts_over_a_socket(institution: Caller, shop: Shop) -> None:
    code = shop.redeem_codes[0]
    right, wrong = {}, set()
    for name in BODIES:
        sent = asked(code, BODIES[name][0]).encode()
        for number, form in enumerate(forms_of(name)):
            right[name, number] = code_of(institution.send(STATUS, sent, signed=asked(code, form).encode()))
        for other in (sent + b" ", sent.replace(b'"x"', b'"y"'), b""):
            wrong.add(code_of(institution.send(STATUS, sent, signed=other)))
    assert {key: found for key, found in right.items() if found != "OK"} == {}
    assert wrong == {"ERRPLT40107"}


def test_a_call_is_signed_with_the_method_that_it_is_sent_with(institution: Caller, shop: Shop) -> None:
    body = f'{{"redeem_code":"{shop.redeem_codes[0]}"}}'.encode()
    timestamp = str(int(time.time()))
    answers = {}
    for method in METHODS:
        signed = signature(shop.institution, timestamp, method, INTEGRATION + STATUS, body)
        headers = {"timestamp": timestamp, "signature": signed}
        answers[method] = code_of(institution.send(STATUS, body, headers=headers))
    assert answers == {method: "OK" if method == "POST" else "ERRPLT40107" for method in METHODS}


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_address_has_one_method(institution: Caller, shop: Shop, path: str) -> None:
    timestamp, body = str(int(time.time())), b'{"redeem_code":"X"}'
    for method in (*METHODS, "TRACE", "PROPFIND"):
        if ADDRESSES[path] == method:
            continue
        signed = signature(shop.institution, timestamp, method, path, body)
        headers = {"timestamp": timestamp, "signature": signed}
        response = institution.send(path, body, method=method, headers=headers)
        assert (response.status_code, response.headers["allow"]) == (405, ADDRESSES[path]), method
        assert response.headers["content-type"] == "application/json"
        if method == "HEAD":
            assert response.content == b""
        else:
            assert code_of(response) == "ERRPLT40501"


def code_of(response: httpx.Response) -> str:
    return str(response.json().get("code", "OK"))


def sign_on(http: httpx.Client, shop: Shop, path: str, signed: str, timestamp: str, body: bytes = b"") -> str:
    headers = {"X-Timestamp": timestamp, "X-Signature": signed}
    url = httpx.URL(str(http.base_url)).copy_with(raw_path=f"{path}?{httpx.QueryParams(query(shop))}".encode())
    response = checked(http.request("GET", url, headers=headers, content=body))
    return code_of(response)


def test_a_get_is_signed_without_its_body(partner: httpx.Client, shop: Shop) -> None:
    timestamp = str(int(time.time()))
    right = signature(shop.platform, timestamp, "GET", AUTHORIZE_PATH)
    wrong = set()
    for name in BODIES:
        body = BODIES[name][0].encode()
        assert sign_on(partner, shop, AUTHORIZE_PATH, right, timestamp, body) == "OK", name
        for form in forms_of(name):
            with_body = signature(shop.platform, timestamp, "GET", AUTHORIZE_PATH, form.encode())
            wrong.add(sign_on(partner, shop, AUTHORIZE_PATH, with_body, timestamp, body))
    assert wrong == {"ERROAUTH4026"}


def test_a_get_is_signed_as_a_get(partner: httpx.Client, shop: Shop) -> None:
    timestamp = str(int(time.time()))
    answers = {
        method: sign_on(
            partner, shop, AUTHORIZE_PATH, signature(shop.platform, timestamp, method, AUTHORIZE_PATH), timestamp
        )
        for method in METHODS
    }
    assert answers == {method: "OK" if method == "GET" else "ERROAUTH4026" for method in METHODS}


def test_a_get_is_signed_without_its_query_and_with_one_slash(partner: httpx.Client, shop: Shop) -> None:
    timestamp = str(int(time.time()))
    right = signature(shop.platform, timestamp, "GET", AUTHORIZE_PATH)
    assert sign_on(partner, shop, "/" + AUTHORIZE_PATH, right, timestamp) == "OK"
    with_query = signature(shop.platform, timestamp, "GET", f"{AUTHORIZE_PATH}?{httpx.QueryParams(query(shop))}")
    assert sign_on(partner, shop, AUTHORIZE_PATH, with_query, timestamp) == "ERROAUTH4026"
    slashes = signature(shop.platform, timestamp, "GET", "/" + AUTHORIZE_PATH)
    assert sign_on(partner, shop, "/" + AUTHORIZE_PATH, slashes, timestamp) == "ERROAUTH4026"
    old = str(int(time.time()) - 400)
    late = signature(shop.platform, old, "GET", AUTHORIZE_PATH)
    assert sign_on(partner, shop, AUTHORIZE_PATH, late, old) == "ERROAUTH4025"
