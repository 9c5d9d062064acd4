"""The OpenAPI document: whole, valid, shown without a foreign host; Schemathesis tries what it allows and what not."""

import hmac
import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx
import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from prakerja.partner_api.openapi import document
from prakerja.partner_api.server import CALLS
from prakerja.partner_api.sign_on_calls import AUTHORIZE_PATH, PROFILE_PATH, REFRESH_PATH, TOKEN_PATH
from tests.partner_api.world import INTEGRATION, Caller, Shop

EXAMPLES = 3
Fits = Callable[[str, str, int, object], str]


def test_the_document_has_every_call() -> None:
    paths = {INTEGRATION + call.path for call in CALLS}
    assert set(document()["paths"]) == paths | {AUTHORIZE_PATH, TOKEN_PATH, REFRESH_PATH, PROFILE_PATH}


def test_the_page_shows_every_call_and_asks_no_other_host(platform: Caller) -> None:
    response = platform.http.get("/api/v1/docs")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    for path in document()["paths"]:
        assert f"<code>{path}</code>" in response.text
    assert "<script" not in response.text
    assert not re.search(r"(src|href)=.(https?:)?//", response.text)


def test_an_answer_outside_the_document_would_be_noticed(answers_fit_the_document: Fits) -> None:
    fits = answers_fit_the_document
    path = INTEGRATION + "payment/quota-schedule"
    good = {"success": True, "message": "OK", "data": {"course_code": "K", "schedule_code": "J", "quota": 1}}
    assert fits("POST", path, 200, good) == ""
    assert fits("POST", path, 200, {**good, "data": {"course_code": "K", "schedule_code": "J", "quota": "1"}})
    assert fits("POST", path, 418, good)
    assert fits("POST", path, 400, {"code": "ERRPLT40001", "message": "x"})


def _body_of(body: object) -> bytes:
    if isinstance(body, schemathesis.core.NotSet):
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def _signed(case: "schemathesis.Case[Any]", shop: Shop, base_url: str) -> httpx.Response:
    """The case as it is, but signed, so that it comes as far as its fields."""
    path, timestamp = case.path, str(int(time.time()))
    institutions = ("redeem", "tpm", "url-generate", "catalogue")
    key = shop.institution if any(word in path for word in institutions) else shop.platform
    body = _body_of(case.body)
    headers = {str(name): str(value) for name, value in (case.headers or {}).items()}
    headers = {name: value for name, value in headers.items() if value.isascii() and value.isprintable()}
    authorization = headers.get("Authorization", "").strip()
    base = f"{key.client_code}{timestamp}{case.method.upper()}{path}".encode()
    if path.startswith(INTEGRATION):
        between = authorization.encode() if path.endswith("/authorize") else b""
        signature = hmac.digest(key.secret.encode(), base + between + body, "sha1").hex()
        headers |= {"client_code": key.client_code, "timestamp": timestamp, "signature": signature}
    else:
        signature = hmac.digest(key.secret.encode(), base, "sha1").hex()
        headers |= {"X-Client-Id": key.client_code, "X-Timestamp": timestamp, "X-Signature": signature}
    headers["Content-Type"] = "application/json"
    query = urlencode({name: str(value) for name, value in (case.query or {}).items()}, errors="replace")
    with httpx.Client(trust_env=False, timeout=20) as client:
        return client.request(case.method, f"{base_url}{path}?{query}", content=body, headers=headers)


@pytest.mark.filterwarnings("default")
def test_whatever_schemathesis_sends_gets_an_answer_of_the_document(shop: Shop, base_url: str) -> None:
    schema = schemathesis.openapi.from_dict(document())
    seen: dict[str, set[int]] = {}
    began = time.monotonic()
    for result in schema.get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]
        for mode in schemathesis.GenerationMode:

            @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            )
            def run(case: "schemathesis.Case[Any]") -> None:
                response = _signed(case, shop, base_url)
                assert response.status_code < 500, response.text
                seen.setdefault(case.path, set()).add(response.status_code)

            run()
        if time.monotonic() - began > 60:
            break
    assert len(seen) == len(document()["paths"])
    # The signature was right, or nothing would have come as far as the fields.
    assert all(statuses & {200, 400, 422} for statuses in seen.values()), seen
