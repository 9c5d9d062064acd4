"""Reports that wait for the programme office: a class, what is odd about it, a sample with its evidence (LEARN-05)."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.kit.crypto import keyed_hash
from prakerja.learning.operations import (
    CertificateRequest,
    ReturnRequest,
    VerifyRequest,
    issue_certificates,
    return_completions,
    verify_completions,
)
from prakerja.learning.queries import AttendanceView, list_attendances
from prakerja.learning.rules import CHARACTERS_OF_A_REASON_MAX
from prakerja.oversight.queries.report_classes import ClassOnItsWay, list_classes_on_their_way, list_waiting_keys
from prakerja.oversight.queries.reports import (
    Oddity,
    ReportRow,
    ReturnView,
    TaskView,
    find_report,
    list_oddities,
    list_reports,
    list_reports_of,
    list_returns,
    list_tasks,
)
from prakerja.web import formats, words
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.people_seen import note_people
from prakerja.web.refusals import refusal
from prakerja.web.reports_shown import about_moment, class_columns, moment_of, report_columns, score_of, yes_no
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.shown import after_of, moment_cell, page_of, place_after_of, place_page_of, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.visitors import user_of

SAMPLE: Final = 10
_LABEL_BREAK: Final = "; "


@requires(Permission.SEE_PROGRAMME)
def reports_to_check(request: HttpRequest) -> HttpResponse:
    """Classes whose reports wait for the office, the longest waiting first, with what is odd about each."""
    now = now_of(request)
    rows, next_href = place_page_of(request, list_classes_on_their_way("check", after=place_after_of(request)))
    odd = list_oddities([row.schedule_id for row in rows])
    table = make_table(
        _("Reports to check"),
        (
            *class_columns("check_class"),
            Column[ClassOnItsWay](_("Odd"), lambda row: _odd(odd, row.schedule_id)),
            Column[ClassOnItsWay](_("Until"), lambda row: formats.deadline(row.step.deadline_at, now=now)),
        ),
        rows,
        empty=_("No report waits. A report stands here as soon as a platform has sent it on."),
        next_href=next_href,
    )
    sheet = Sheet(
        heading=_("Reports to check"),
        lead=_("The programme office checks reports within seven working days (LEARN-05)."),
        notices=[words.word("chain_default", "escalated").text],
        links=[(f"{reverse('office_findings')}?kind=late_reports", _("Findings: reports that wait too long"))],
        tables=[table],
    )
    return show_sheet(request, sheet)


def _odd(odd: Sequence[Oddity], schedule_id: UUID) -> Cell:
    found = [one for one in odd if one.schedule_id == schedule_id]
    if not found:
        return Cell("–")
    return Cell(_LABEL_BREAK.join(_oddity(one) for one in found))


def _oddity(one: Oddity) -> str:
    return f"{words.word('oddity', one.code).text} ({formats.count(one.reports)})"


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def check_class(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """The reports of one class: a sample to look into, then verified or returned together."""
    may_check = may(user_of(request).role, Permission.CHECK_REPORTS)
    errors: dict[str, str] = {}
    if request.method == "POST":
        if not may_check:
            raise Http404
        keys = list_waiting_keys("check", schedule_id, until_at=moment_of(request))
        if request.POST.get("act") == "verify":
            return _verified(request, keys, set(_sample(keys)), "reports_to_check")
        answer, problem = _returned(request, keys, "reports_to_check")
        if answer is not None:
            return answer
        errors["reason"] = problem
    found = list_reports("check", schedule_id, after=after_of(request))
    rows, next_href = page_of(request, found, "purchase_id")
    if not rows:
        raise Http404
    now = now_of(request)
    keys = list_waiting_keys("check", schedule_id, until_at=now)
    sample = list_reports_of(_sample(keys))
    note_people(request, {(row.lane, row.applicant_id) for row in [*rows, *sample]})
    sheet = Sheet(
        heading=rows[0].course_title,
        back=(reverse("reports_to_check"), _("Reports to check")),
        lead=_(
            "The sample is drawn by a key that institutions do not have: nobody knows before which reports are looked "
            "into. Open each, look at its evidence, return what does not hold, then verify the rest."
        ),
        facts=[
            Fact(_("Class"), rows[0].schedule_code),
            Fact(_("Reports"), formats.count(len(keys))),
            *(
                Fact(_("Odd"), _oddity(one), tone=words.word("oddity", one.code).tone)
                for one in list_oddities([schedule_id])
            ),
        ],
        links=[(reverse("office_institution", args=[rows[0].institution_id]), rows[0].institution_name)],
        tables=[
            _report_table(_("Sample to look into"), sample),
            _report_table(_("All that wait"), rows, next_href=next_href),
        ],
        forms=_forms(len(keys), about_moment(now)) if may_check else [],
    )
    return show_sheet(request, sheet, errors=errors)


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def check_report(request: HttpRequest, purchase_id: UUID) -> HttpResponse:
    """One report with all of its evidence: each session's presence, tasks with feedback, score, earlier returns."""
    found = find_report(purchase_id)
    if found is None:
        raise Http404
    waits = found.forwarded_at is not None and found.verified_at is None
    may_check = may(user_of(request).role, Permission.CHECK_REPORTS)
    key = (found.lane, found.purchase_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        if not may_check:
            raise Http404
        if request.POST.get("act") == "verify":
            return _verified(request, [key], {key}, "check_class", found.schedule_id)
        answer, problem = _returned(request, [key], "check_class", found.schedule_id)
        if answer is not None:
            return answer
        errors["reason"] = problem
    note_people(request, [(found.lane, found.applicant_id)])
    sheet = Sheet(
        heading=found.name,
        back=(reverse("check_class", args=[found.schedule_id]), found.course_title)
        if waits
        else (reverse("reports_to_check"), _("Reports to check")),
        facts=_facts(found),
        links=[
            (reverse("office_institution", args=[found.institution_id]), found.institution_name),
            (reverse("trail", args=[found.purchase_id]), _("Audit trail")),
        ],
        tables=[
            _presence_table(list_attendances(*key)),
            _task_table(list_tasks(*key)),
            *([_return_table(list_returns(*key))] if found.returns else []),
        ],
        forms=_forms(1, about_moment(now_of(request))) if may_check and waits else [],
    )
    return show_sheet(request, sheet, errors=errors)


def _sample(keys: Sequence[tuple[int, UUID]]) -> list[tuple[int, UUID]]:
    """Ten of them (all of fewer), the same for everybody who looks: a second look does not draw another sample."""
    return sorted(keys, key=lambda key: keyed_hash(key[1].bytes, purpose="sample of reports"))[:SAMPLE]


def _verified(
    request: HttpRequest, keys: Sequence[tuple[int, UUID]], looked_at: set[tuple[int, UUID]], to: str, *args: UUID
) -> HttpResponse:
    """Verify, and issue the certificates that are due at once; the worker issues what was interrupted here."""
    context = context_of(request)
    results = verify_completions(context, [VerifyRequest(*key, looked_at=key in looked_at) for key in keys])
    refused = [result.code for result in results if result.code.is_refusal]
    issued = issue_certificates(
        context,
        [
            CertificateRequest(*key)
            for key, result in zip(keys, results, strict=True)
            if not result.code.is_refusal and result.outcome == "completed"
        ],
    )
    certificates = sum(not result.code.is_refusal for result in issued)
    verified = len(results) - len(refused)
    text = ngettext("%(count)s report is verified.", "%(count)s reports are verified.", verified) % {
        "count": formats.count(verified)
    }
    text += " " + ngettext("%(count)s certificate is issued.", "%(count)s certificates are issued.", certificates) % {
        "count": formats.count(certificates)
    }
    if refused:
        text += " " + refusal(refused[0])
    name, key = _open(to, args, verified)
    return back_with(request, text, name, *key, good=not refused)


def _returned(
    request: HttpRequest, keys: Sequence[tuple[int, UUID]], to: str, *args: UUID
) -> tuple[HttpResponse | None, str]:
    """Return reports; without an answer the sentence says why nothing was returned."""
    reason = request.POST.get("reason", "")
    results = return_completions(context_of(request), [ReturnRequest(*key, reason=reason) for key in keys])
    refused = [result.code for result in results if result.code.is_refusal]
    returned = len(results) - len(refused)
    if refused and not returned:
        return None, refusal(refused[0])
    text = ngettext(
        "%(count)s report is returned to the institution.",
        "%(count)s reports are returned to the institution.",
        returned,
    ) % {"count": formats.count(returned)}
    if refused:
        text += " " + refusal(refused[0])
    name, key = _open(to, args, returned)
    return back_with(request, text, name, *key, good=not refused), ""


def _open(to: str, key: Sequence[UUID], moved: int) -> tuple[str, Sequence[UUID]]:
    """The page to go on with: the class while some of it waits, the queue behind its last report."""
    if key and moved and not list_reports("check", key[0]):
        return "reports_to_check", ()
    return to, key


def _report_table(caption: str, rows: Sequence[ReportRow], *, next_href: str = "") -> Table:
    return make_table(
        caption,
        (
            Column[ReportRow](
                _("Name"), lambda row: Cell(row.name, href=reverse("check_report", args=[row.purchase_id]))
            ),
            Column[ReportRow](_("Platform"), lambda row: row.platform_name),
            *report_columns(),
            Column[ReportRow](_("Returned before"), lambda row: formats.count(row.returns), number=True),
        ),
        rows,
        empty="",
        next_href=next_href,
    )


def _forms(reports: int, about: str) -> list[Form]:
    count = {"count": formats.count(reports)}
    return [
        Form(
            act="return",
            heading=_("Return"),
            button=ngettext("Return %(count)s report", "Return %(count)s reports", reports) % count,
            fields=[
                Field(
                    "reason",
                    _("What the institution has to put right"),
                    hint=_("Institution and participant read it."),
                    kind="textarea",
                    length_max=CHARACTERS_OF_A_REASON_MAX,
                )
            ],
            notice=_(
                "The institution reports anew within one working day. Until then there is no certificate and no money."
            ),
            about=about,
        ),
        Form(
            act="verify",
            heading=_("Verify"),
            button=ngettext("Verify %(count)s report", "Verify %(count)s reports", reports) % count,
            notice=_(
                "Whoever completed gets the certificate at once, and the price becomes payable to institution and "
                "platform. It cannot be undone."
            ),
            about=about,
        ),
    ]


def _facts(found: ReportRow) -> list[Fact]:
    outcome = words.word("completion_outcome", found.outcome)
    presence = f"{found.sessions_attended}/{found.sessions_required}"
    if not found.attendance_required:
        presence += " " + _("(not asked for by the rules of its day)")
    facts = [
        Fact(_("Outcome"), outcome.text, tone=outcome.tone),
        Fact(_("Training"), found.course_title),
        Fact(_("Transaction"), formats.grouped(found.transaction_code)),
        Fact(_("Sessions attended"), presence),
        Fact(_("Score"), score_of(found)),
        Fact(_("Skill shown"), yes_no(yes=found.skill_shown) if found.skill_required else _("not asked for")),
        Fact(_("Feedback given"), yes_no(yes=found.feedback_given)),
        Fact(_("Reported by the institution"), formats.moment(found.reported_at)),
        Fact(_("Sent on by the platform"), moment_cell(found.forwarded_at)),
    ]
    if found.taken_over:
        facts.append(Fact(_("Taken over"), _("The platform did not send it on in time."), tone="bad"))
    facts.append(Fact(_("Checked by the programme office"), moment_cell(found.verified_at)))
    return facts


def _presence_table(found: Sequence[AttendanceView]) -> Table:
    return make_table(
        _("Presence"),
        (
            Column[AttendanceView](_("Session"), lambda row: formats.count(row.sequence), number=True),
            Column[AttendanceView](_("Starts"), lambda row: formats.moment(row.starts_at)),
            Column[AttendanceView](_("Ends"), lambda row: formats.moment(row.ends_at)),
            Column[AttendanceView](_("Present"), lambda row: moment_cell(row.attended_at)),
            Column[AttendanceView](_("Shown by"), lambda row: Cell(row.presence or "–", long=True)),
        ),
        found,
        empty=_("The class has no session."),
    )


def _task_table(found: Sequence[TaskView]) -> Table:
    return make_table(
        _("Tasks and feedback"),
        (
            Column[TaskView](_("Task"), lambda row: f"{row.scope.upper()} {row.sequence}"),
            Column[TaskView](_("Handed in"), lambda row: formats.moment(row.submitted_at)),
            Column[TaskView](_("Feedback"), lambda row: moment_cell(row.feedback_at)),
            Column[TaskView](_("What it says"), lambda row: Cell(row.feedback_notes or "–", long=True)),
        ),
        found,
        empty=_("No task was handed in."),
    )


def _return_table(found: Sequence[ReturnView]) -> Table:
    return make_table(
        _("Returned before"),
        (
            Column[ReturnView](_("Returned"), lambda row: formats.moment(row.returned_at)),
            Column[ReturnView](_("Reported"), lambda row: formats.moment(row.reported_at)),
            Column[ReturnView](_("Outcome"), lambda row: state_cell("completion_outcome", row.outcome)),
            Column[ReturnView](
                _("Score"),
                lambda row: _("not sat") if row.post_test_score is None else str(row.post_test_score),
                number=True,
            ),
            Column[ReturnView](_("Reason"), lambda row: Cell(row.reason, long=True)),
        ),
        found,
        empty="",
    )
