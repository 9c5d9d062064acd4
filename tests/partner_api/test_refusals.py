"""The table of refusals: whole and unambiguous. That each row is emitted is judged by `tests.fixtures.answers`."""

import json
import re

import pytest
from django.db import OperationalError

from prakerja.kit.settings import Settings
from prakerja.learning.errors import TaskCode
from prakerja.partner_api import errors
from prakerja.partner_api.errors import Refusal
from prakerja.purchases.errors import OtpCode, PurchaseCode, RedeemCode, VoidCode
from tests.partner_api.world import Caller, Shop

ASKED = {"course_code": "K-2", "schedule_code": "J-2"}
SHAPE = re.compile(r"ERR(PLT|VOD|TRX)[45]\d{4}|ERROAUTH40\d{2}")


def test_codes_are_unique_and_have_the_shape_of_the_contract() -> None:
    codes = [refusal.code for refusal in Refusal]
    assert len(codes) == len(set(codes))
    assert [code for code in codes if not SHAPE.fullmatch(code)] == []


def test_the_status_is_the_class_in_the_code() -> None:
    wrong = [
        refusal.code
        for refusal in Refusal
        if refusal.status != (400 if refusal.code.startswith("ERROAUTH") else int(refusal.code[6:9]))
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("codes", "table", "apart"),
    [
        (OtpCode, errors.OTP_REFUSALS, {"ok"}),
        # Answers to counters with a PIN, which this API has not.
        (PurchaseCode, errors.PURCHASE_REFUSALS, {"ok", "repeated", "pin_wrong", "pin_locked"}),
        (VoidCode, errors.VOID_REFUSALS, {"ok"}),
        (RedeemCode, errors.REDEEM_REFUSALS, {"ok"}),
        (TaskCode, errors.TASK_REFUSALS, {"ok"}),
    ],
)
def test_every_code_of_the_domain_has_its_refusal(codes: type, table: dict[object, Refusal], apart: set[str]) -> None:
    assert {str(code) for code in codes} - apart == {str(code) for code in table}  # type: ignore[attr-defined]


@pytest.fixture
def in_production(monkeypatch: pytest.MonkeyPatch, shop: Shop, request: pytest.FixtureRequest) -> str:
    """A running API that believes to be production, over the data of a sandbox."""
    production = Settings.model_construct(deployment="production")
    for module in ("admission", "sandbox_codes", "messenger"):
        monkeypatch.setattr(f"prakerja.partner_api.{module}.get_settings", lambda: production)
    monkeypatch.setattr("prakerja.partner_api.messenger.find_courier", lambda: None)
    return str(request.getfixturevalue("base_url"))


def test_production_has_nothing_of_a_sandbox(in_production: str, shop: Shop) -> None:
    institution = Caller(in_production, shop.institution)
    platform = Caller(in_production, shop.platform)
    code = shop.redeem_codes[0]
    assert institution.refusal("payment/redeem-code/reset", {"redeem_code": f"PRAT-{code}"}) == "ERRPLT40303"
    assert institution.refusal("payment/redeem-code/status", {"redeem_code": f"PRAT-{code}"}) == "ERRTRX40020"
    assert institution.refusal("payment/redeem-code/status", {"redeem_code": "ERRTRX40101"}) == "ERRTRX40020"
    response = institution.send("payment/redeem-code/status", b"{}", headers={"signature": "0"})
    assert response.json() == {"code": "ERRPLT40107", "message": "Signature tidak sesuai.", "success": False}
    order = {**ASKED, "user_platform_id": "u", "prakerja_id": shop.cards[0], "amount": 300_000}
    assert platform.refusal("payment/send-otp", order) == "ERRPLT50301"
    institution.http.close()
    platform.http.close()


def test_a_defect_is_an_error_object(
    platform: Caller, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_codes: object) -> dict[str, object]:
        raise ZeroDivisionError("Siti Rahayu")

    monkeypatch.setattr("prakerja.partner_api.platform_calls.find_schedules", fail)
    assert platform.refusal("payment/quota-schedule", ASKED) == "ERRPLT50001"
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"error"' in line]
    assert [(line["event"], line["call"], line["error"]) for line in lines] == [
        ("a call failed", "payment/quota-schedule", "ZeroDivisionError")
    ]
    assert any("platform_calls.py" in place for place in lines[0]["where"])
    assert "Siti" not in str(lines)


def test_a_defect_before_the_lane_is_an_error_object_too(platform: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("Siti Rahayu")

    monkeypatch.setattr("prakerja.partner_api.server.admit", fail)
    for _ in range(2):  # with a key that is looked up, and with one that is known
        assert platform.refusal("payment/quota-schedule", ASKED) == "ERRPLT50001"


def test_a_database_that_does_not_answer_is_an_error_object(platform: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_codes: object) -> dict[str, object]:
        raise OperationalError("gone")

    monkeypatch.setattr("prakerja.partner_api.platform_calls.find_schedules", fail)
    response = platform.call("payment/quota-schedule", ASKED)
    assert response.json()["code"] == "ERRPLT50301"
    assert int(response.headers["retry-after"]) > 0
