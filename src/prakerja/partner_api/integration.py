"""Integration runs: a world of its own for a platform that applies, and the checks decided by what came over the wire.

A run is open for two weeks. It ends when all six checks are passed, or when its time is over; its key ends with it.
A check is recorded when it is passed, with the calls that prove it, by the system; nobody can enter one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.refusals import Code
from prakerja.partner_api.integration_queries import calls_of
from prakerja.partner_api.integration_rules import Outcome, judge_calls
from prakerja.partner_api.models import IntegrationRun
from prakerja.partner_api.sandbox import sandbox_ground
from prakerja.partner_api.sandbox_partners import (
    CoursePlan,
    make_institution,
    make_platform,
    offer_courses,
    open_classes,
    session,
)
from prakerja.partner_api.sandbox_people import make_holders, require
from prakerja.partners.models import IntegrationCheck, Platform
from prakerja.partners.operations import (
    ApiKeyRequest,
    IntegrationResult,
    issue_api_keys,
    record_integration_checks,
    revoke_api_keys,
)
from prakerja.partners.states import PlatformState

RUN_LIFE: Final = timedelta(days=14)
RUNS_A_DAY: Final = 5
CARDS: Final = 4
_PRICE_IDR: Final = 250_000
_JUDGE: Final = "system:partner-api"


class RunCode(Code):
    """Answers to starting a run, in order of precedence."""

    OK = "ok"
    PLATFORM_UNKNOWN = "platform_unknown"
    PLATFORM_ENDED = "platform_ended"
    RUN_OPEN = "run_open"
    TOO_MANY_RUNS = "too_many_runs"


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The answer; the key is shown once and never again."""

    code: RunCode
    run_id: UUID | None = None
    client_code: str = ""
    secret: str = field(default="", repr=False)


def start_integration_run(context: Context, platform_id: UUID, *, machine_now: datetime) -> RunStarted:
    """Make a world for a platform: one of the sandbox's platforms to call as, an institution, a class, four cards.

    Codes: platform_unknown, platform_ended, run_open, too_many_runs (five a day). Rule: PLAT-01.
    Cost: a second or two.

    Raises:
        RuntimeError: the deployment is not a sandbox.
        SandboxRefusedError: the state does not allow a step, such as a quota that is used up.
    """
    with db.transaction():
        platform = Platform.objects.select_for_update().filter(id=platform_id).first()
        code = _start_code(platform, machine_now)
        if platform is None or code.is_refusal:
            return RunStarted(code)
        past, regime = sandbox_ground(context)
        name = f"{context.ids.bits(32):08x}"
        test_id = make_platform(past, regime, code=f"uji-{name}", name=f"Uji {platform.name} {name}"[:100])
        institution_id = make_institution(
            past, regime, code=f"lpk-uji-{name}", name=f"LPK Uji {name}", platform_id=test_id
        )
        plan = CoursePlan("Webinar Uji Integrasi", "online", 1, _PRICE_IDR)
        (course_id,) = offer_courses(context, regime, institution_id, test_id, [plan])
        starts_at = context.now.replace(minute=0, second=0, microsecond=0) + 2 * RUN_LIFE
        (offered,) = open_classes(context, regime, [(course_id, plan, [session(starts_at)])])
        holders = make_holders(past, regime, digital=CARDS, regular=1)
        keys = issue_api_keys(
            context,
            [ApiKeyRequest(partner_role="platform", partner_id=test_id, expires_at=context.now + RUN_LIFE)],
        )
        require("key", keys)
        run = IntegrationRun.objects.create(
            id=context.uuid(),
            platform_id=platform.id,
            test_platform_id=test_id,
            client_code=keys[0].client_code,
            state="open",
            course_code=offered.course_code,
            schedule_code=offered.schedule_code,
            amount_idr=offered.amount,
            cards=[card.number for card in holders.digital],
            started_by=context.actor,
            started_at=context.now,
            ends_at=machine_now + RUN_LIFE,
        )
        record_events(context, [Event("integration_run.started", run.id, {"platform_id": platform.id})])
    return RunStarted(RunCode.OK, run.id, keys[0].client_code, keys[0].secret)


def judge_integration_runs(context: Context, *, machine_now: datetime, platform_id: UUID | None = None) -> list[UUID]:
    """Decide the checks of all open runs, or of one platform's, by the calls that were seen; the runs that ended.

    A check that is passed for the first time in a run is recorded with its calls. A run with all six ends as passed,
    one whose time is over as expired: what it never passed, and what was not passed before, is recorded as failed.

    Rule: PLAT-01. Cost: six statements for each run; locks the runs in id order.
    """
    judge = context.acting_as(_JUDGE)
    ended: list[UUID] = []
    with db.transaction():
        runs = IntegrationRun.objects.select_for_update().filter(state="open").order_by("id")
        for run in runs if platform_id is None else runs.filter(platform_id=platform_id):
            outcomes = judge_calls(calls_of(run.id))
            over = machine_now >= run.ends_at
            _record(judge, run, outcomes, over=over)
            all_passed = all(one.passed for one in outcomes)
            if all_passed or over:
                _end(judge, run, "passed" if all_passed else "expired", machine_now)
                ended.append(run.id)
    return ended


def _start_code(platform: Platform | None, machine_now: datetime) -> RunCode:
    if platform is None:
        return RunCode.PLATFORM_UNKNOWN
    if platform.state == PlatformState.ENDED.value:
        return RunCode.PLATFORM_ENDED
    runs = IntegrationRun.objects.filter(platform=platform)
    if runs.filter(state="open").exists():
        return RunCode.RUN_OPEN
    # Each makes people, cards and a wave: a day's number is enough for any programmer.
    since = machine_now + RUN_LIFE - timedelta(days=1)
    return RunCode.TOO_MANY_RUNS if runs.filter(ends_at__gt=since).count() >= RUNS_A_DAY else RunCode.OK


def _record(context: Context, run: IntegrationRun, outcomes: Sequence[Outcome], *, over: bool) -> None:
    rows = IntegrationCheck.objects.filter(platform_id=run.platform_id).order_by("checked_at", "id")
    latest = {one.name: one for one in rows}
    mine = {one.name for one in rows if one.passed and any(shown.get("run") == str(run.id) for shown in one.evidence)}
    before = {name for name, one in latest.items() if one.passed}
    told = [
        one
        for one in outcomes
        if (one.passed and one.name not in mine) or (over and not one.passed and one.name not in before)
    ]
    record_integration_checks(context, [_result(run, one) for one in told])


def _result(run: IntegrationRun, outcome: Outcome) -> IntegrationResult:
    return IntegrationResult(
        platform_id=run.platform_id,
        name=outcome.name,
        passed=outcome.passed,
        detail=outcome.missing.value,
        evidence=[
            {
                "run": str(run.id),
                "request_id": one.request_id,
                "call": one.call,
                "code": one.code,
                "seen_at": one.seen_at.isoformat(),
            }
            for one in outcome.evidence
        ],
    )


def _end(context: Context, run: IntegrationRun, state: str, machine_now: datetime) -> None:
    run.state = state
    run.ended_at = machine_now
    run.save(update_fields=["state", "ended_at"])
    key_id = db.value("SELECT id FROM api_keys WHERE client_code = %s", [run.client_code])
    revoke_api_keys(context, [key_id])
    record_events(context, [Event(f"integration_run.{state}", run.id, {"platform_id": run.platform_id})])
