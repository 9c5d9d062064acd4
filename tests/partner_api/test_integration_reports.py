"""PLAT-01 in production: what the sandbox has seen comes over as a report that nobody else can write."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.settings import Settings, get_settings
from prakerja.partner_api import integration_reports
from prakerja.partner_api.integration import judge_integration_runs
from prakerja.partner_api.integration_queries import list_runs
from prakerja.partner_api.integration_reports import accept_report, make_report, report_public_key
from prakerja.partners import queries
from prakerja.partners.models import INTEGRATION_CHECKS
from tests.partner_api.test_integration import applied, ground, start

pytestmark = pytest.mark.django_db
Deploy = Callable[..., None]


@pytest.fixture
def deploy(monkeypatch: pytest.MonkeyPatch) -> Deploy:
    """The deployment is another one from now on."""

    def changed(**settings: str) -> None:
        found = get_settings().model_copy(update=settings)
        monkeypatch.setattr(integration_reports, "get_settings", lambda: found)

    return changed


def passed(context: Context) -> UUID:
    """A platform whose program has done all six in the sandbox."""
    ground(context)
    platform_id = applied(context)
    assert start(context, platform_id).code == "ok"
    (run,) = list_runs(platform_id)
    calls = ["payment/quota-schedule"] * 2 + ["payment/send-otp"] + ["payment/authorize"] * 2
    calls += ["payment/status", "payment/void"]
    for place, call in enumerate(calls):
        db.execute(
            """
            INSERT INTO integration_calls
                (id, run_id, request_id, call, code, status, body_hash, attempt_hash, invoice_code, seen_at)
            VALUES (%s, %s, %s, %s, %s, 200, %s, %s, 'I-1', %s)
            """,
            [
                context.uuid(),
                run.id,
                f"r-{place}",
                call,
                "ERRPLT40107" if place == 0 else "OK",
                call.encode(),
                str(place).encode(),
                datetime.now(UTC) + timedelta(seconds=place),
            ],
        )
    assert judge_integration_runs(context, machine_now=datetime.now(UTC)) == [run.id]
    return platform_id


@pytest.fixture
def report(context: Context, deploy: Deploy) -> tuple[UUID, bytes, str]:
    """The platform, its report, and the sandbox's public half; then the deployment is production."""
    deploy(secret_key=_secret("ab"))
    platform_id = passed(context)
    made, public = make_report(platform_id), report_public_key()
    assert made is not None
    # Production is another database: nothing was recorded there yet.
    db.execute("DELETE FROM integration_checks WHERE platform_id = %s", [platform_id])
    deploy(deployment="production", sandbox_report_key=public)
    return platform_id, made, public


def _secret(digits: str) -> Any:  # noqa: ANN401 - as the settings hold it
    return type(get_settings().secret_key)(digits * 32)


def accept(context: Context, platform_id: UUID, file: bytes, **later: timedelta) -> str:
    now = datetime.now(UTC) + later.get("later", timedelta())
    return accept_report(context.acting_as("platform:belajarin"), platform_id, file, machine_now=now)


def test_production_takes_what_its_sandbox_signed(context: Context, report: tuple[UUID, bytes, str]) -> None:
    platform_id, file, _ = report
    assert accept(context, platform_id, file) == "ok"
    found = queries.list_integration_checks(platform_id, INTEGRATION_CHECKS)
    assert [one.passed for one in found] == [True] * 6
    assert [one["request_id"] for one in found[1].evidence] == ["r-0", "r-1"]
    assert all("report" in shown for one in found for shown in one.evidence)
    actors = db.rows("SELECT DISTINCT actor FROM events WHERE kind = 'platform.integration_checked' ORDER BY actor")
    assert ("system:sandbox-report",) in actors
    assert accept(context, platform_id, file) == "report_repeated"


def test_refuses_in_order(context: Context, report: tuple[UUID, bytes, str], deploy: Deploy) -> None:
    platform_id, file, public = report
    assert accept(context, uuid4(), file) == "platform_unknown"
    for bad in (b"", b"[]", b'{"report": {}, "signature": ""}', b"x" * 60_000, b'{"report"' * 9_000):
        assert accept(context, platform_id, bad) == "report_malformed"
    content = json.loads(file)
    changed = {**content, "report": {**content["report"], "passed_at": datetime.now(UTC).isoformat()}}
    assert accept(context, platform_id, json.dumps(changed).encode()) == "signature_wrong"
    # Written another way it is the same report: what is signed is its canonical form.
    other = applied(context, "lainnya")
    assert accept(context, other, json.dumps(content).encode()) == "another_platform"
    assert accept(context, platform_id, file, later=timedelta(days=91)) == "report_too_old"
    assert queries.list_integration_checks(platform_id, INTEGRATION_CHECKS)[0].passed is None
    deploy(deployment="production", sandbox_report_key="")
    assert accept(context, platform_id, file) == "no_sandbox_known"
    deploy(deployment="production", sandbox_report_key=public)
    assert accept(context, platform_id, file) == "ok"


def test_a_report_with_a_check_left_out_is_none(context: Context, report: tuple[UUID, bytes, str]) -> None:
    """Also when the sandbox itself had signed it."""
    platform_id, file, _ = report
    content = json.loads(file)["report"]
    content["checks"] = content["checks"][1:]
    key = integration_reports._private(bytes.fromhex("ab" * 32))
    text = rfc8785.dumps(content)
    signed = json.dumps({"report": content, "signature": key.sign(text).hex()}).encode()
    assert accept(context, platform_id, signed) == "checks_missing"


def test_the_well_known_key_of_a_sandbox_signs_for_nobody(context: Context, deploy: Deploy) -> None:
    platform_id = passed(context)
    file, public = make_report(platform_id), report_public_key()
    assert file is not None
    deploy(deployment="production", sandbox_report_key=public)
    assert accept(context, platform_id, file) == "no_sandbox_known"


def test_there_is_no_report_before_all_are_passed_and_none_from_production(context: Context, deploy: Deploy) -> None:
    ground(context)
    platform_id = applied(context)
    start(context, platform_id)
    assert make_report(platform_id) is None
    deploy(deployment="production")
    for call in (report_public_key, lambda: make_report(platform_id)):
        with pytest.raises(RuntimeError, match="in a sandbox only"):
            call()


def test_settings_take_a_public_key_and_nothing_else() -> None:
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    assert Settings(sandbox_report_key=public).sandbox_report_key == public
    for bad in ("zz", public[:-1], public.upper()):
        with pytest.raises(ValueError, match="sandbox_report_key"):
            Settings(sandbox_report_key=bad)
