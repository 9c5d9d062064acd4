"""Results of a class, as its institution reports them: by form or by file, checked before they are sent (LEARN-05)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.catalogue.errors import FeedCode
from prakerja.learning.operations import ReportRequest, report_completions
from prakerja.learning.report_rows import (
    COLUMNS,
    FILE_BYTES_MAX,
    NOT_SAT,
    ROWS_MAX,
    BadRow,
    ResultRow,
    WrittenRow,
    read_report_file,
    sort_rows,
    written_again,
)
from prakerja.oversight.queries import PAGE_ROWS, partner_classes
from prakerja.oversight.queries.report_classes import ClassToReport, list_classes_to_report
from prakerja.oversight.queries.reports import PersonToReport, list_people_to_report
from prakerja.web import formats, words
from prakerja.web.answers import back_with, csv_file, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.partner import shared
from prakerja.web.people_seen import note_people
from prakerja.web.refusals import refusal
from prakerja.web.reports_shown import yes_no
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet
from prakerja.web.shown import after_of, page_of, place_after_of, place_page_of, state_cell
from prakerja.web.tables import Cell, Column, Table, make_table

_CHARACTERS_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class _Line:
    """A person in the form, with what was typed."""

    person: PersonToReport
    score: str = ""
    not_sat: bool = False
    skill: bool = False
    feedback: bool = True
    error: str = ""


@requires(Permission.REPORT_RESULTS)
def reports_due(request: HttpRequest) -> HttpResponse:
    """Classes that are over, whose results are to be reported: the longest waiting first."""
    now = now_of(request)
    found = list_classes_to_report(shared.partner_id_of(request), now=now, after=place_after_of(request))
    rows, next_href = place_page_of(request, found)
    table = make_table(
        _("Classes to report"),
        (
            Column[ClassToReport](
                _("Class"), lambda row: Cell(row.code, href=reverse("report_class", args=[row.schedule_id]))
            ),
            Column[ClassToReport](_("Training"), lambda row: row.course_title),
            Column[ClassToReport](_("Ended"), lambda row: formats.moment(row.ends_at)),
            Column[ClassToReport](_("To report"), lambda row: formats.count(row.waiting), number=True),
            Column[ClassToReport](_("Returned"), lambda row: formats.count(row.returned), number=True),
            Column[ClassToReport](_("Until"), lambda row: formats.deadline(row.step.deadline_at, now=now)),
        ),
        rows,
        empty=_("Nothing is to be reported. A class stands here as soon as its last session has ended."),
        next_href=next_href,
    )
    sheet = Sheet(
        heading=_("Results to report"),
        lead=_("Report how a class ended to the platform within one working day (LEARN-05)."),
        notices=[words.word("chain_default", "reminded_then_swept").text],
        tables=[table],
    )
    return show_sheet(request, sheet)


@requires(Permission.REPORT_RESULTS)
@require_http_methods(["GET", "POST"])
def report_class(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """One class: a row for each person; what was written is shown with its outcome before it is sent."""
    found = _class(request, schedule_id)
    act = request.POST.get("act", "")
    if act == "upload":
        return _uploaded(request, found)
    if act == "report":
        return _report(request, found)
    page = list_people_to_report(shared.partner_id_of(request), schedule_id, after=after_of(request))
    people, next_href = page_of(request, page, "purchase_id")
    if act != "check":
        return _form(request, found, [_Line(person) for person in people], next_href)
    lines = [_typed(request, person) for person in people]
    good, bad = sort_rows(map(_written, range(1, len(lines) + 1), lines), _due(people))
    if bad or not good:
        faults = {row.number: refusal(row.reason) for row in bad}
        return _form(
            request,
            found,
            [_with_error(line, faults.get(number, "")) for number, line in enumerate(lines, start=1)],
            next_href,
            problem="" if bad else _("Write the score of at least one person."),
        )
    return _check_page(request, found, good, [], people)


@requires(Permission.REPORT_RESULTS)
def report_template(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """The people of a class whose results are to be reported, as a file to fill in."""
    found = _class(request, schedule_id)
    people = list_people_to_report(shared.partner_id_of(request), schedule_id, limit=ROWS_MAX)
    note_people(request, [(row.lane, row.applicant_id) for row in people])
    return csv_file(
        f"hasil-{found.code}",
        (COLUMNS[0], "nama", "sesi_dihadiri", "sesi", *COLUMNS[1:]),
        [(row.transaction_code, row.name, row.attended, row.sessions, "", "", "ya") for row in people],
    )


def _class(request: HttpRequest, schedule_id: UUID) -> partner_classes.InstitutionClass:
    try:
        found = partner_classes.get_class(shared.partner_id_of(request), schedule_id)
    except LookupError:
        raise Http404 from None
    if found.ends_at > now_of(request):
        raise Http404
    return found


def _due(people: Sequence[PersonToReport]) -> dict[str, bool]:
    return {person.transaction_code: person.needs_skill for person in people}


def _typed(request: HttpRequest, person: PersonToReport) -> _Line:
    code = person.transaction_code
    return _Line(
        person,
        score=request.POST.get(f"score-{code}", "")[:_CHARACTERS_MAX],
        not_sat=f"absent-{code}" in request.POST,
        skill=f"skill-{code}" in request.POST,
        feedback=f"feedback-{code}" in request.POST,
    )


def _written(number: int, line: _Line) -> WrittenRow:
    # Who is ticked as absent and has a score is refused: both cannot be.
    score = line.score.strip()
    if line.not_sat:
        score = f"{score} {NOT_SAT}" if score else NOT_SAT
    return WrittenRow(
        number,
        line.person.transaction_code,
        score,
        "ya" if line.skill else "tidak",
        "ya" if line.feedback else "tidak",
    )


def _with_error(line: _Line, error: str) -> _Line:
    return _Line(line.person, line.score, line.not_sat, line.skill, line.feedback, error)


def _form(
    request: HttpRequest,
    found: partner_classes.InstitutionClass,
    lines: Sequence[_Line],
    next_href: str,
    *,
    problem: str = "",
    file_error: str = "",
) -> HttpResponse:
    note_people(request, [(line.person.lane, line.person.applicant_id) for line in lines])
    bad = [line for line in lines if line.error]
    return show(
        request,
        "partner/report_class",
        status=422 if bad or problem or file_error else 200,
        found=found,
        lines=lines,
        bad=bad,
        problem=problem,
        next_href=next_href,
        has_skill=any(line.person.needs_skill for line in lines),
        file=Field(
            "file",
            _("CSV file or workbook (.xlsx)"),
            hint=_(
                "Columns: %(columns)s. Leave a score empty for whom you report later; write tidak_ikut for who did not "
                "sit the test."
            )
            % {"columns": ", ".join(COLUMNS)},
            error=file_error,
            kind="file",
        ),
    )


def _uploaded(request: HttpRequest, found: partner_classes.InstitutionClass) -> HttpResponse:
    people = list_people_to_report(shared.partner_id_of(request), found.schedule_id, limit=ROWS_MAX)
    file = request.FILES.get("file")
    error = ""
    good: list[ResultRow] = []
    bad: list[BadRow] = []
    if file is None:
        error = _("Choose a CSV file or a workbook.")
    elif (file.size or 0) > FILE_BYTES_MAX:
        error = refusal(FeedCode.FILE_TOO_LARGE)
    else:
        read = read_report_file(file.read())
        if read.code.is_refusal:
            error = refusal(read.code)
            if read.missing:
                error += " " + _("Missing: %(columns)s.") % {"columns": ", ".join(read.missing)}
        else:
            good, bad = sort_rows(read.rows, _due(people))
            if not good and not bad:
                error = _("Write the score of at least one person.")
    if error:
        shown, next_href = page_of(request, people[: PAGE_ROWS + 1], "purchase_id")
        return _form(request, found, [_Line(person) for person in shown], next_href, file_error=error)
    return _check_page(request, found, good, bad, people)


def _check_page(
    request: HttpRequest,
    found: partner_classes.InstitutionClass,
    good: Sequence[ResultRow],
    bad: Sequence[BadRow],
    people: Sequence[PersonToReport],
) -> HttpResponse:
    """What will be sent, each with the outcome that the rules make of it, and the rows that cannot be."""
    by_code = {person.transaction_code: person for person in people}
    outcomes = {
        row.transaction_code: by_code[row.transaction_code].outcome(row.score, skill_shown=row.skill_shown)
        for row in good
    }
    named = [by_code[row.transaction_code] for row in good]
    note_people(request, [(person.lane, person.applicant_id) for person in named])
    completed = sum(outcome == "completed" for outcome in outcomes.values())
    facts = [
        Fact(_("Class"), found.code),
        Fact(_("Completed"), formats.count(completed)),
        Fact(_("Not completed"), formats.count(len(good) - completed)),
    ]
    if bad:
        facts.append(Fact(_("Rows that cannot be reported"), formats.count(len(bad)), tone="bad"))
    tables = [_good_table(good, by_code, outcomes)] if good else []
    if bad:
        tables.insert(0, _bad_table(bad))
    send = Form(
        act="report",
        heading=_("Send the report"),
        button=_("Send the report to the platforms"),
        notice=_(
            "The platform and then the programme office read it. It changes only when the programme office returns it. "
            "Whoever has not completed gets no certificate, and the price is not paid to you."
        ),
        about=written_again(good),
    )
    sheet = Sheet(
        heading=_("Check the report"),
        back=(reverse("report_class", args=[found.schedule_id]), found.course_title),
        lead=_("Nothing is sent yet. The outcome follows from presence, score and skill (LEARN-03, LEARN-04)."),
        facts=facts,
        tables=tables,
        forms=[send] if good else [],
    )
    problem = {"": _("Some rows cannot be reported. Correct them in the file, or send the others.")} if bad else {}
    return show_sheet(request, sheet, errors=problem)


def _good_table(good: Sequence[ResultRow], by_code: Mapping[str, PersonToReport], outcomes: Mapping[str, str]) -> Table:
    def person(row: ResultRow) -> PersonToReport:
        return by_code[row.transaction_code]

    return make_table(
        _("What will be sent"),
        (
            Column[ResultRow](_("Name"), lambda row: person(row).name),
            Column[ResultRow](_("Transaction"), lambda row: Cell(formats.grouped(row.transaction_code), code=True)),
            Column[ResultRow](
                _("Sessions attended"), lambda row: f"{person(row).attended}/{person(row).sessions}", number=True
            ),
            Column[ResultRow](
                _("Score"), lambda row: _("not sat") if row.score is None else str(row.score), number=True
            ),
            Column[ResultRow](
                _("Skill shown"),
                lambda row: yes_no(yes=row.skill_shown) if person(row).needs_skill else "–",
            ),
            Column[ResultRow](_("Feedback given"), lambda row: yes_no(yes=row.feedback_given)),
            Column[ResultRow](
                _("Outcome"), lambda row: state_cell("completion_outcome", outcomes[row.transaction_code])
            ),
        ),
        good,
        empty="",
    )


def _bad_table(bad: Sequence[BadRow]) -> Table:
    return make_table(
        _("Rows that cannot be reported"),
        (
            Column[BadRow](_("Row"), lambda row: formats.count(row.number), number=True),
            Column[BadRow](_("Field"), lambda row: row.column),
            Column[BadRow](_("Written"), lambda row: Cell(row.written or "–", long=True)),
            Column[BadRow](_("Reason"), lambda row: refusal(row.reason)),
        ),
        bad,
        empty="",
    )


def _report(request: HttpRequest, found: partner_classes.InstitutionClass) -> HttpResponse:
    institution_id = shared.partner_id_of(request)
    people = list_people_to_report(institution_id, found.schedule_id, limit=ROWS_MAX)
    by_code = {person.transaction_code: person for person in people}
    read = read_report_file(request.POST.get("about", "").encode())
    good, bad = sort_rows(read.rows, _due(people))
    if read.code.is_refusal or bad or not good:
        # What was checked is no longer what waits: another window has reported in between.
        return back_with(
            request,
            _("Somebody has reported this class in between, so nothing was sent. Write the rest anew."),
            "report_class",
            found.schedule_id,
            good=False,
        )
    results = report_completions(
        context_of(request),
        [
            ReportRequest(
                by_code[row.transaction_code].lane,
                by_code[row.transaction_code].purchase_id,
                institution_id,
                row.score,
                skill_shown=row.skill_shown,
                feedback_given=row.feedback_given,
            )
            for row in good
        ],
    )
    refused = [result.code for result in results if result.code.is_refusal]
    sent = len(results) - len(refused)
    text = ngettext(
        "%(count)s result is reported. The platform sends it on.",
        "%(count)s results are reported. The platform sends them on.",
        sent,
    ) % {"count": formats.count(sent)}
    if refused:
        text += " " + _("Not reported: %(count)s. %(reason)s") % {
            "count": formats.count(len(refused)),
            "reason": refusal(refused[0]),
        }
    return back_with(request, text, "class", found.schedule_id, good=not refused)
