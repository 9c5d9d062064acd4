"""A platform has its software checked: a world to call in, what the server saw, what is passed and what is missing."""

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.kit.settings import get_settings
from prakerja.partner_api.integration import RunStarted, judge_integration_runs, start_integration_run
from prakerja.partner_api.integration_queries import RunView, calls_of, list_runs
from prakerja.partner_api.integration_reports import REPORT_BYTES_MAX, accept_report, make_report
from prakerja.partner_api.integration_rules import Missing, SeenCall, judge_calls
from prakerja.partner_api.sandbox_people import SandboxRefusedError
from prakerja.partners import queries
from prakerja.partners.models import INTEGRATION_CHECKS
from prakerja.web import formats, words
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of
from prakerja.web.fields import Field
from prakerja.web.integration_shown import check_table
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.tables import Cell, Column, Table, make_table

_CALLS_SHOWN = 50


@requires(Permission.INTEGRATE)
@require_http_methods(["GET", "POST"])
def integration(request: HttpRequest) -> HttpResponse:
    """The six checks, the open run with its world, and what the server saw; in production the sandbox's report."""
    platform_id = partner_id_of(request)
    is_sandbox = get_settings().deployment == "sandbox"
    errors: dict[str, Any] = {}
    if request.method == "POST":
        answer = _act(request, is_sandbox=is_sandbox)
        if isinstance(answer, HttpResponse):
            return answer
        errors = answer
    runs = list_runs(platform_id) if is_sandbox else []
    run = next((one for one in runs if one.state == "open"), None)
    calls = calls_of(run.id) if run else []
    waiting = {one.name: one.missing for one in judge_calls(calls)} if run else {}
    checks = queries.list_integration_checks(platform_id, INTEGRATION_CHECKS)
    sheet = Sheet(
        heading=_("Integration"),
        lead=_(
            "Before a platform sells, its software shows six things by calls of its own. What counts is what the "
            "server saw; nobody can tick them, neither you nor the programme office."
        ),
        notices=_notices(checks, run, waiting),
        facts=_world(run) if run else [],
        links=_links(runs, is_sandbox=is_sandbox),
        tables=[
            check_table(checks, this_run=waiting if run else None),
            *([_call_table(calls)] if run else []),
            *([_run_table(runs)] if runs else []),
        ],
        forms=_forms(run, is_sandbox=is_sandbox),
    )
    return show_sheet(request, sheet, errors=errors)


def _act(request: HttpRequest, *, is_sandbox: bool) -> HttpResponse | dict[str, Any]:
    context, platform_id, now = context_of(request), partner_id_of(request), datetime.now(UTC)
    act = request.POST.get("act")
    if act == "report" and not is_sandbox:
        file = request.FILES.get("report")
        if file is None or (file.size or 0) > REPORT_BYTES_MAX:
            return {"report": _("Choose the file of the report.")}
        code = accept_report(context, platform_id, file.read(), machine_now=now)
        if code.is_refusal:
            return {"report": refusal(code)}
        return back_with(request, _("The report counts: all six checks are recorded."), "integration")
    if act == "judge" and is_sandbox:
        judge_integration_runs(context, machine_now=now, platform_id=platform_id)
        return back_with(request, _("Decided by the calls that were seen so far."), "integration")
    if act != "start" or not is_sandbox:
        raise Http404
    try:
        started = start_integration_run(context, platform_id, machine_now=now)
    except SandboxRefusedError as error:
        return {"": str(error)}
    return {"": refusal(started.code)} if started.code.is_refusal else _started(request, platform_id, started)


def _started(request: HttpRequest, platform_id: Any, started: RunStarted) -> HttpResponse:  # noqa: ANN401 - a UUID
    """The key, here and never again, with the world it calls in."""
    run = next(one for one in list_runs(platform_id) if one.id == started.run_id)
    sheet = Sheet(
        heading=_("Your key for this run"),
        back=(reverse("integration"), _("Integration")),
        lead=_("Keep it now: it is shown once. It calls in the world below only and ends with the run."),
        facts=[Fact(_("Key"), started.secret), *_world(run)],
    )
    response = show_sheet(request, sheet)
    response.headers["Cache-Control"] = "no-store"
    return response


def _world(run: RunView) -> list[Fact]:
    return [
        Fact(_("Address"), f"{get_settings().base_url.rstrip('/')}/api/v1/integration/"),
        Fact("client_code", run.client_code),
        Fact("course_code", run.course_code),
        Fact("schedule_code", run.schedule_code),
        Fact("amount", str(run.amount_idr)),
        Fact(_("Cards (prakerja_id)"), ", ".join(run.cards)),
        Fact(_("Open until"), formats.moment(run.ends_at)),
    ]


def _notices(checks: list[queries.CheckView], run: RunView | None, waiting: dict[str, Missing]) -> list[str]:
    passed = sum(one.passed is True for one in checks)
    notices = [_("%(passed)s of %(all)s checks are passed.") % {"passed": passed, "all": len(checks)}]
    if run is not None and any(not one.passed and not waiting[one.name] for one in checks):
        notices.append(_("More has been seen than is decided: press “Decide now”, or wait two minutes."))
    return notices


def _links(runs: list[RunView], *, is_sandbox: bool) -> list[tuple[str, Any]]:
    links = [("/api/v1/docs", _("Reference of the partner API"))]
    if is_sandbox:
        links.append((reverse("sms_outbox"), _("Outbox with the codes that were sent")))
    if any(one.state == "passed" for one in runs):
        links.append((reverse("integration_report"), _("Signed report for the production deployment (JSON)")))
    return links


def _call_table(calls: list[SeenCall]) -> Table:
    return make_table(
        _("What the server saw, the newest first"),
        (
            Column[SeenCall](_("Seen"), lambda row: formats.moment(row.seen_at)),
            Column[SeenCall](_("Call"), lambda row: row.call),
            Column[SeenCall](_("Answer"), lambda row: Cell(row.code, tone=words.GOOD if row.accepted else words.BAD)),
            Column[SeenCall](_("Invoice"), lambda row: Cell(row.invoice_code or "–", long=True)),
            Column[SeenCall](_("Request"), lambda row: Cell(row.request_id, long=True)),
        ),
        calls[: -_CALLS_SHOWN - 1 : -1],
        empty=_("No call has been seen yet. Each stands here a second after its answer."),
    )


def _run_table(runs: list[RunView]) -> Table:
    return make_table(
        _("Runs"),
        (
            Column[RunView](_("Started"), lambda row: formats.moment(row.started_at)),
            Column[RunView](_("By"), lambda row: row.started_by),
            Column[RunView](_("Key"), lambda row: Cell(row.client_code, long=True)),
            Column[RunView](_("State"), lambda row: words.word("integration_run_state", row.state).text),
        ),
        runs,
        empty="",
    )


def _forms(run: RunView | None, *, is_sandbox: bool) -> list[Form]:
    if not is_sandbox:
        notice = _("Your software is tried in the sandbox of the programme. It signs what it saw; bring the file here.")
        field = Field(name="report", label=_("Report of the sandbox (.json)"), kind="file")
        heading, button = _("Bring the report"), _("Bring the report")
        return [Form(act="report", heading=heading, button=button, uploads=True, notice=notice, fields=[field])]
    if run is not None:
        notice = _("It is decided every two minutes anyway. What is passed stays passed.")
        return [Form(act="judge", heading=_("Decide by what was seen"), button=_("Decide now"), notice=notice)]
    notice = _("You get a key, a class and four cards of your own, for two weeks. It takes a moment.")
    return [Form(act="start", heading=_("Start a run"), button=_("Start a run"), notice=notice)]


@requires(Permission.INTEGRATE)
@require_http_methods(["GET"])
def integration_report(request: HttpRequest) -> HttpResponse:
    """The signed report of the newest run that was passed."""
    report = make_report(partner_id_of(request)) if get_settings().deployment == "sandbox" else None
    if report is None:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="integration-report.json"'}
    return HttpResponse(report, content_type="application/json", headers=headers)
