"""The OpenAPI document: whole, valid, shown without a foreign host; Schemathesis tries what it allows and what not."""

import hmac
import json
import re
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

import httpx
import hypothesis
import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from prakerja.partner_api.errors import ADDRESS_REFUSALS, GENERAL_REFUSALS, REFUSAL_BY_CODE, Refusal
from prakerja.partner_api.openapi import document
from prakerja.partner_api.server import CALLS
from prakerja.partner_api.sign_on_calls import AUTHORIZE_PATH, PROFILE_PATH, REFRESH_PATH, TOKEN_PATH
from tests.fixtures import answers
from tests.fixtures.answers import look_at, missing_refusals, why_not_judged
from tests.partner_api.world import INTEGRATION, Caller, Shop

EXAMPLES = 3
GOOD: dict[str, Any] = {
    "success": True,
    "message": "OK",
    "data": {"course_code": "K", "schedule_code": "J", "quota": 1},
}
# What is refused before anything that was asked for is looked at.
SIGNED = (
    *ADDRESS_REFUSALS,
    Refusal.MEDIA_TYPE_NOT_ALLOWED,
    Refusal.CLIENT_MISSING,
    Refusal.TIMESTAMP_MALFORMED,
    Refusal.SIGNATURE_MISSING,
    Refusal.TOKEN_MISSING,
    Refusal.CLIENT_UNKNOWN,
    Refusal.TIMESTAMP_EXPIRED,
    Refusal.SIGNATURE_WRONG,
    Refusal.SIGN_ON_NO_CLIENT,
    Refusal.SIGN_ON_TIMESTAMP,
    Refusal.SIGN_ON_SIGNATURE,
)
FAILED = {"code": "ERRPLT40001", "message": "x", "success": False}


def test_the_document_has_every_call() -> None:
    paths = {INTEGRATION + call.path for call in CALLS}
    assert set(document()["paths"]) == paths | {AUTHORIZE_PATH, TOKEN_PATH, REFRESH_PATH, PROFILE_PATH}


def test_the_examples_are_of_the_document_and_every_code_has_its_object() -> None:
    known = document()
    schemas = {"components": {"schemas": known["components"]["schemas"]}}

    def check(content: dict[str, Any], value: object) -> None:
        jsonschema_rs.Draft202012Validator({**content["schema"], **schemas}).validate(value)

    for path, methods in known["paths"].items():
        for operation in methods.values():
            if "requestBody" in operation:
                asked = operation["requestBody"]["content"]["application/json"]
                check(asked, asked["example"])
            for status, response in operation["responses"].items():
                if "$ref" in response:
                    assert response["$ref"] == "#/components/responses/TestCode"
                    assert status != "200"
                    continue
                assert "X-Request-Id" in response["headers"], path
                assert ("Retry-After" in response["headers"]) == (status in {"429", "503"})
                told = response["content"]["application/json"]
                shown = {name: one["value"] for name, one in told.get("examples", {}).items()}
                assert status == "200" or all(
                    REFUSAL_BY_CODE[code].status == int(status) and value["code"] == code
                    for code, value in shown.items()
                )
                assert response["description"] == "; ".join(shown) or status == "200"
                for value in shown.values() if status != "200" else [told["example"]]:
                    check(told, value)
    for call in CALLS:
        told = known["paths"][INTEGRATION + call.path]["post"]["responses"]
        named = {
            code
            for one in told.values()
            for code in one.get("content", {}).get("application/json", {}).get("examples", {})
        }
        assert named == {refusal.code for refusal in (*GENERAL_REFUSALS, *call.refusals)}, call.path
        missing = told["400"]["content"]["application/json"]["examples"]["ERRPLT40003"]["value"]["message"]
        assert missing == f"Kolom {call.request.__struct_fields__[0]} wajib diisi."


def test_patterns_are_read_alike_by_all_engines() -> None:
    """No look-ahead, which Go's lacks, and no half surrogate pairs, which Rust's does."""
    patterns = re.findall(r'"pattern": (".*?[^\\\\]")', json.dumps(document()))
    assert len(patterns) > 20
    for pattern in map(json.loads, patterns):
        assert pattern.startswith("^")
        assert pattern.endswith("$")
        assert "(?" not in pattern
        assert "ud8" not in pattern


def test_a_token_is_no_parameter_that_programs_leave_out() -> None:
    """OpenAPI 3.1: a header parameter named Authorization shall be ignored."""
    known = document()
    wanted = {}
    for path, methods in known["paths"].items():
        for operation in methods.values():
            assert "Authorization" not in {one["name"] for one in operation["parameters"]}
            if "security" in operation:
                wanted[path] = operation["security"]
    assert wanted == {
        INTEGRATION + "payment/authorize": [{"payment_token": []}],
        PROFILE_PATH: [{"access_token": []}],
    }
    for scheme in known["components"]["securitySchemes"].values():
        assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "Authorization")


def test_the_page_shows_every_call_and_asks_no_other_host(platform: Caller) -> None:
    response = platform.http.get("/api/v1/docs")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    for path in document()["paths"]:
        assert f"<code>{path}</code>" in response.text
    assert "<script" not in response.text
    assert not re.search(r"(src|href)=.(https?:)?//", response.text)


@pytest.mark.parametrize(
    ("method", "target", "status", "body"),
    [
        ("POST", "payment/quota-schedule", 200, {**GOOD, "data": {**GOOD["data"], "quota": "1"}}),
        ("POST", "payment/quota-schedule", 200, {"success": True, "message": "OK"}),
        ("POST", "payment/quota-schedule", 418, FAILED),
        ("POST", "payment/quota-schedule", 400, {"code": "ERRPLT40001", "message": "x"}),
        ("POST", "payment/quota-schedule", 401, {**FAILED, "code": "ERRPLT40001"}),
        ("POST", "payment/quota-schedule", 400, {**FAILED, "code": "ERRPLT49999"}),
        ("GET", "payment/quota-schedule", 200, GOOD),
        ("POST", "payment/unknown", 200, GOOD),
        ("POST", "payment/unknown", 404, {"detail": "Not found"}),
        ("HEAD", "payment/quota-schedule", 405, FAILED),
    ],
)
def test_an_answer_outside_the_document_would_be_noticed(
    method: str, target: str, status: int, body: dict[str, Any]
) -> None:
    with pytest.raises((AssertionError, KeyError)):
        look_at(method, INTEGRATION + target, b"", status, "application/json", json.dumps(body).encode())


def test_an_answer_of_the_document_fits() -> None:
    look_at("POST", f"/{INTEGRATION}payment/quota-schedule?x", b"", 200, "application/json", json.dumps(GOOD).encode())
    with pytest.raises(AssertionError, match="text/html"):
        look_at("POST", INTEGRATION + "payment/quota-schedule", b"", 200, "text/html", json.dumps(GOOD).encode())


def test_every_byte_of_an_answer_is_read_by_one_reader() -> None:
    by_hand = re.compile(r"\.recv\(")
    here = Path(__file__).parent.glob("*.py")
    assert [path.name for path in here if by_hand.search(path.read_text(encoding="utf-8"))] == ["wire.py"]


@pytest.mark.parametrize(
    ("whole", "failed", "why"),
    [(True, False, ""), (False, False, "a part of its tests ran"), (True, True, "tests failed")],
)
def test_only_a_whole_run_says_which_refusals_nothing_emits(*, whole: bool, failed: bool, why: str) -> None:
    assert why_not_judged(whole=whole, failed=failed) == why


@pytest.mark.parametrize(
    ("unseen", "left_over", "said", "status"),
    [
        ((), 0, [("passed", None)], 0),
        (("ERRPLT40036",), 0, [("failed", "no test of this run was answered with: ERRPLT40036")], 1),
        (("ERRPLT40036",), 1, [], 0),
    ],
    ids=["all seen", "one not seen", "a test did not run"],
)
def test_the_verdict_of_a_parallel_run(
    monkeypatch: pytest.MonkeyPatch, unseen: tuple[str, ...], left_over: int, said: list[object], status: int
) -> None:
    monkeypatch.setattr(answers, "_seen", set(REFUSAL_BY_CODE) - set(unseen))
    reports: list[object] = []
    hook = SimpleNamespace(pytest_runtest_logreport=lambda report: reports.append((report.outcome, report.longrepr)))
    root = Path(__file__).resolve().parents[2]
    judge = answers.Judge(cast("pytest.Config", SimpleNamespace(rootpath=root, args=[], hook=hook)))
    tests = [f"{answers.ROOM}/{path.name}::test" for path in sorted((root / answers.ROOM).glob("test_*.py"))]
    judge.pytest_xdist_node_collection_finished(ids=tests)
    for nodeid in tests[left_over:]:
        done = SimpleNamespace(nodeid=nodeid, failed=False, when="teardown")
        judge.pytest_runtest_logreport(cast("pytest.TestReport", done))
    session = SimpleNamespace(exitstatus=0)
    judge.pytest_sessionfinish(session=cast("pytest.Session", session))
    assert (reports, session.exitstatus) == (said, status)


def test_a_refusal_that_nothing_emits_is_named() -> None:
    codes = set(REFUSAL_BY_CODE)
    assert missing_refusals(codes) == []
    assert missing_refusals(codes - {"ERRPLT40036", "ERRVOD40001"}) == ["ERRPLT40036", "ERRVOD40001"]


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
    if path.endswith("/authorize") or path == PROFILE_PATH:
        # A security scheme, which stands beside the parameters.
        headers["Authorization"] = "Payment 28K4RW"
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
    seen: dict[str, set[str]] = {}
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
                seen.setdefault(case.path, set()).add(response.json().get("code", "OK"))

            run()
    assert len(seen) == len(document()["paths"])
    # The signature was right, or nothing would have come as far as the fields.
    signed = {one.code for one in SIGNED}
    assert all(codes - signed for codes in seen.values()), seen
