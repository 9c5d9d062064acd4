"""PLAT-01: a platform's software is checked by its own calls, over real HTTP; the system records, nobody ticks."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.partner_api.integration import (
    RUN_LIFE,
    RUNS_A_DAY,
    RunStarted,
    judge_integration_runs,
    start_integration_run,
)
from prakerja.partner_api.integration_queries import RunView, calls_of, list_runs
from prakerja.partner_api.seen_calls import CALLS_OF_A_RUN_MOST
from prakerja.partners import queries
from prakerja.partners.models import INTEGRATION_CHECKS
from prakerja.partners.operations import PlatformApplication, apply_platforms
from prakerja.programme.operations import load_reference_data, load_regimes, open_budgets, set_programme_clock
from tests.partner_api.world import Caller, Key, otp_of


@dataclass(frozen=True, slots=True)
class Applicant:
    """A platform that applies, and its program: it calls with the key of its run."""

    context: Context
    platform_id: UUID
    run: RunView
    caller: Caller

    def send_code(self, card: int = 0) -> str:
        """A payment token."""
        asked = {
            "user_platform_id": f"akun-{card}",
            "prakerja_id": self.run.cards[card],
            "course_code": self.run.course_code,
            "schedule_code": self.run.schedule_code,
            "amount": self.run.amount_idr,
        }
        return str(self.caller.data("payment/send-otp", asked)["payment_token"])

    def pay(self, invoice: str = "BLJ-1", card: int = 0) -> tuple[dict[str, str], str]:
        """The request that paid, and its token: to be repeated as it was."""
        token = self.send_code(card)
        asked = {"otp": otp_of(self.run.cards[card]), "invoice_url": "https://b.example/1", "invoice_code": invoice}
        self.caller.data("payment/authorize", asked, token=token)
        return asked, token

    def judge(self, **later: timedelta) -> dict[str, str]:
        """What the office sees of each check: passed, failed with its reason, or nothing yet."""
        wait_until_written(self.run.id)
        judge_integration_runs(self.context, machine_now=datetime.now(UTC) + later.get("later", timedelta()))
        found = queries.list_integration_checks(self.platform_id, INTEGRATION_CHECKS)
        return {one.name: {None: "", True: "passed", False: one.detail}[one.passed] for one in found}


def wait_until_written(run_id: UUID) -> None:
    """Calls are written behind their answers, twice a second."""
    known = -1
    until = time.monotonic() + 60
    while len(calls_of(run_id)) != known:
        assert time.monotonic() < until
        known = len(calls_of(run_id))
        time.sleep(0.7)


def applied(context: Context, code: str = "belajarin") -> UUID:
    application = PlatformApplication(
        code=code, name="Belajarin", kind="private", modes=["online"], payment_term_days=14, owner_entity=f"PT {code}"
    )
    (result,) = apply_platforms(context, [application])
    assert result.platform_id is not None
    return result.platform_id


def start(context: Context, platform_id: UUID, *, machine_now: datetime | None = None) -> RunStarted:
    actor = context.acting_as("platform:belajarin")
    return start_integration_run(actor, platform_id, machine_now=machine_now or datetime.now(UTC))


def ground(context: Context) -> None:
    book = load_regimes(context)
    load_reference_data(context)
    open_budgets(context, book)
    set_programme_clock(context, context.now, machine_now=datetime.now(UTC))


@pytest.fixture
def applicant(committed_db: None, context: Context, base_url: str) -> Iterator[Applicant]:
    ground(context)
    platform_id = applied(context)
    started = start(context, platform_id)
    assert started.code == "ok"
    (run,) = list_runs(platform_id)
    caller = Caller(base_url, Key(started.client_code, started.secret))
    yield Applicant(context, platform_id, run, caller)
    caller.http.close()


def test_a_program_that_does_all_six_is_integrated_by_what_was_seen(applicant: Applicant) -> None:
    caller, run = applicant.caller, applicant.run
    assert applicant.judge() == dict.fromkeys(INTEGRATION_CHECKS, "")
    quota = {"course_code": run.course_code, "schedule_code": run.schedule_code}
    wrong = caller.call("payment/quota-schedule", quota, headers={"signature": "0" * 40})
    assert wrong.json()["code"] == "ERRPLT40107"
    right = caller.call("payment/quota-schedule", quota)
    assert right.json()["data"]["quota"] == 20
    asked, token = applicant.pay()
    repeated = caller.data("payment/authorize", asked, token=token)
    assert applicant.judge() == {
        "signs_requests": "passed",
        "corrects_wrong_signatures": "passed",
        "authorizes_a_payment": "passed",
        "repeats_an_invoice": "passed",
        "voids_a_payment": "",
        "reads_quota_and_status": "",
    }
    caller.data("payment/status", {"invoice_code": "BLJ-1"})
    taken_back = {"invoice_code": "BLJ-1", "transaction_code": repeated["transaction_code"]}
    assert caller.call("payment/void", taken_back).status_code == 200
    assert applicant.judge() == dict.fromkeys(INTEGRATION_CHECKS, "passed")

    # The evidence is the calls themselves, by the ids that their answers carried; the system recorded it.
    evidence = "SELECT evidence::text FROM integration_checks WHERE platform_id = %s AND name = %s"
    shown = json.loads(db.value(evidence, [applicant.platform_id, "corrects_wrong_signatures"]))
    assert [one["request_id"] for one in shown] == [one.headers["x-request-id"] for one in (wrong, right)]
    assert [one["code"] for one in shown] == ["ERRPLT40107", "OK"]
    actors = db.rows("SELECT DISTINCT actor FROM events WHERE kind = 'platform.integration_checked' ORDER BY actor")
    assert ("system:partner-api",) in actors
    # One purchase, taken back; the run has ended and its key with it.
    assert db.rows("SELECT state FROM purchases WHERE invoice_code = 'BLJ-1' ORDER BY state") == [("voided",)]
    (over,) = list_runs(applicant.platform_id)
    assert (over.state, over.ended_at is not None) == ("passed", True)
    assert caller.refusal("payment/quota-schedule", quota) == "ERRPLT40108"


def test_what_is_only_half_done_is_not_passed(applicant: Applicant) -> None:
    """A retry with another body, a wrong call sent again and again, a void of nothing."""
    caller, run = applicant.caller, applicant.run
    quota = {"course_code": run.course_code, "schedule_code": run.schedule_code}
    body = json.dumps(quota).encode()
    fixed = {"timestamp": str(int(time.time())), "signature": "0" * 40}
    for _ in range(3):
        caller.send("payment/quota-schedule", body, headers=fixed)
    caller.data("payment/quota-schedule", quota)
    asked, token = applicant.pay()
    caller.refusal("payment/authorize", {**asked, "invoice_url": "https://b.example/2"}, token=token)
    caller.refusal("payment/void", {"invoice_code": "BLJ-1", "transaction_code": "A" * 16})
    assert applicant.judge() == {
        "signs_requests": "passed",
        "corrects_wrong_signatures": "",
        "authorizes_a_payment": "passed",
        "repeats_an_invoice": "",
        "voids_a_payment": "",
        "reads_quota_and_status": "",
    }
    # When its time is over, what was not passed is on record with what was missing.
    assert applicant.judge(later=RUN_LIFE) == {
        "signs_requests": "passed",
        "corrects_wrong_signatures": "wrong_call_repeated",
        "authorizes_a_payment": "passed",
        "repeats_an_invoice": "repeated_with_another_body",
        "voids_a_payment": "nothing_voided",
        "reads_quota_and_status": "status_not_read",
    }
    assert list_runs(applicant.platform_id)[0].state == "expired"


def test_calls_of_others_prove_nothing(applicant: Applicant) -> None:
    """A run sees the calls of its own key; other keys, also of the sandbox's platforms, are not looked at."""
    other = applied(applicant.context, "lainnya")
    started = start(applicant.context, other)
    (run,) = list_runs(other)
    with_its_key = Caller(str(applicant.caller.http.base_url), Key(started.client_code, started.secret))
    with_its_key.data("payment/quota-schedule", {"course_code": run.course_code, "schedule_code": run.schedule_code})
    with_its_key.http.close()
    wait_until_written(run.id)
    assert len(calls_of(run.id)) == 1
    assert calls_of(applicant.run.id) == []
    assert applicant.judge()["signs_requests"] == ""


def test_nothing_of_a_call_is_kept_but_its_invoice(applicant: Applicant) -> None:
    asked, token = applicant.pay("BLJ-7")
    wait_until_written(applicant.run.id)
    rows = [row[0] for row in db.rows("SELECT to_jsonb(c)::text FROM integration_calls AS c ORDER BY seen_at")]
    assert len(rows) == 2
    assert "BLJ-7" in rows[1]
    for secret in (token, str(asked["otp"]), applicant.run.cards[0], applicant.caller.key.secret):
        assert not any(secret in row or secret.encode().hex() in row for row in rows)


def test_a_run_keeps_so_many_calls_and_no_more(applicant: Applicant) -> None:
    db.execute(
        """
        INSERT INTO integration_calls
            (id, run_id, request_id, call, code, status, body_hash, attempt_hash, invoice_code, seen_at)
        SELECT gen_random_uuid(), %s, 'r', 'payment/status', 'OK', 200, '\\x00', '\\x00', NULL, now()
        FROM generate_series(1, %s)
        """,
        [applicant.run.id, CALLS_OF_A_RUN_MOST - 1],
    )
    for _ in range(3):
        applicant.caller.refusal("payment/status", {"invoice_code": "X"})
    wait_until_written(applicant.run.id)
    assert len(calls_of(applicant.run.id)) == CALLS_OF_A_RUN_MOST


@pytest.mark.django_db
def test_refuses_runs_in_order(context: Context) -> None:
    ground(context)
    platform_id, now = applied(context), datetime.now(UTC)
    assert start(context, uuid4()).code == "platform_unknown"
    assert start(context, platform_id).code == "ok"
    assert start(context, platform_id).code == "run_open"
    for _ in range(RUNS_A_DAY - 1):
        db.execute("UPDATE integration_runs SET state = 'expired', ended_at = now() WHERE state = 'open'")
        assert start(context, platform_id).code == "ok"
    db.execute("UPDATE integration_runs SET state = 'expired', ended_at = now() WHERE state = 'open'")
    assert start(context, platform_id).code == "too_many_runs"
    assert start(context, platform_id, machine_now=now + timedelta(days=1, hours=1)).code == "ok"
    db.execute("UPDATE platforms SET state = 'ended' WHERE id = %s", [platform_id])
    assert start(context, platform_id).code == "platform_ended"


@pytest.mark.django_db
def test_production_makes_no_world(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    ground(context)
    platform_id = applied(context)
    monkeypatch.setattr(
        "prakerja.partner_api.sandbox.get_settings",
        lambda: get_settings().model_copy(update={"deployment": "production"}),
    )
    with pytest.raises(RuntimeError, match="in a sandbox only"):
        start(context, platform_id)


def test_nothing_but_the_judge_records_checks() -> None:
    """Neither a page nor a command can tick a check: calls decide, or a report that only the sandbox can sign."""
    from pathlib import Path

    import prakerja

    package = Path(prakerja.__file__).parent
    calling = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if "record_integration_checks(" in path.read_text(encoding="utf-8").replace("def record_", "def ")
    }
    assert calling == {
        "partners/operations/samples.py",
        "partner_api/integration.py",
        "partner_api/integration_reports.py",
    }
