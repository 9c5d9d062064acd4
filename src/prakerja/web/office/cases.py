"""Disputes and appeals: the queue by deadline, and the decision, which somebody else than before takes."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.cards.operations import prepare_reinstatement
from prakerja.cards.operations.appeals import decide_appeals
from prakerja.cards.queries import list_reinstatements_of_case
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.participants.operations import evaluate_eligibility
from prakerja.participants.operations.basic_tests import UnusualTest, list_unusual_tests
from prakerja.participants.operations.cases import CaseDecision
from prakerja.participants.queries.cases import CaseView, find_case, list_open_cases, reason_of_case
from prakerja.participants.registries import find_registers
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats, words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.people_seen import note_people_of
from prakerja.web.refusals import refusal
from prakerja.web.shown import place_after_of, place_page_of
from prakerja.web.tables import Cell, Column, Table, make_table
from prakerja.web.visitors import actor_of, user_of


@requires(Permission.SEE_CASES)
def cases(request: HttpRequest) -> HttpResponse:
    """Open cases with their age and deadline, the nearest first; and tests with unusual times."""
    now = now_of(request)
    open_cases, next_href = place_page_of(request, list_open_cases(after=place_after_of(request), limit=PAGE_ROWS + 1))
    unusual = list_unusual_tests(after=place_after_of(request, "tests_after"), limit=PAGE_ROWS + 1)
    tests, tests_href = place_page_of(request, unusual, "tests_after")
    note_people_of(request, [row.applicant_id for row in tests])
    table = make_table(
        _("Open cases"),
        (
            Column[CaseView](
                _("Case"),
                lambda row: Cell(words.word("case_kind", row.kind).text, href=reverse("case", args=[row.case_id])),
            ),
            Column[CaseView](_("Opened"), lambda row: formats.day(row.opened_at)),
            Column[CaseView](_("Days old"), lambda row: formats.count((now - row.opened_at).days), number=True),
            Column[CaseView](_("Until"), lambda row: formats.deadline(row.due_at, now=now)),
        ),
        open_cases,
        empty=_("No case is open."),
        next_href=next_href,
    )
    return show(request, "office/cases", table=table, tests=_test_table(tests, tests_href))


def _test_table(tests: list[UnusualTest], next_href: str) -> Table:
    return make_table(
        _("Tests with unusual times"),
        (
            Column[UnusualTest](
                _("Applicant"),
                lambda row: Cell(str(row.applicant_id)[-12:], href=reverse("trail", args=[row.applicant_id])),
            ),
            Column[UnusualTest](
                _("Finding"), lambda row: ", ".join(str(words.word("test_anomaly", one).text) for one in row.anomalies)
            ),
            Column[UnusualTest](_("Seconds"), lambda row: formats.count(row.seconds), number=True),
            Column[UnusualTest](_("Score"), lambda row: formats.count(row.score), number=True),
        ),
        tests,
        empty=_("No test was unusual. A finding refuses nobody: look before you ask."),
        next_href=next_href,
    )


@requires(Permission.SEE_CASES)
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case: what the person wrote, who may not decide, the decision with its words."""
    found = find_case(case_id)
    if found is None:
        raise Http404
    note_people_of(request, [one for one in (found.applicant_id, found.subject_id) if one is not None])
    user = user_of(request)
    can_decide = may(user.role, Permission.DECIDE_CASES) and found.state == "open"
    field = Field("answer", _("Answer to the person"), kind="textarea", length_max=2000)
    if request.method == "POST":
        if not may(user.role, Permission.DECIDE_CASES):
            raise Http404
        granted = request.POST.get("decision") == "grant"
        decision = CaseDecision(case_id, granted, request.POST.get("answer", ""))
        (decided,) = decide_appeals(context_of(request), [decision])
        if decided.code.is_refusal:
            return back_with(request, refusal(decided.code), "case", case_id, good=False)
        if granted and decided.kind == "refused" and decided.applicant_id is not None:
            context = context_of(request)
            regime = get_regime_book().on(context.today)
            evaluate_eligibility(context, [decided.applicant_id], regime, registers=find_registers())
        return back_with(request, _("Decided. The person reads your answer on the own page."), "case", case_id)
    given_back = list_reinstatements_of_case(case_id)
    return show(
        request,
        "office/case",
        case=found,
        reason=reason_of_case(case_id),
        field=field,
        given_back=given_back,
        can_reinstate=found.kind == "revoked"
        and found.state == "granted"
        and may(user.role, Permission.DECIDE_CASES)
        and all(one.state in ("rejected", "lapsed") for one in given_back),
        can_decide=can_decide and actor_of(user) not in found.not_by,
        is_own=can_decide and actor_of(user) in found.not_by,
    )


@requires(Permission.DECIDE_CASES)
@require_http_methods(["POST"])
def reinstate(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Prepare once more what a granted appeal gives back, when it was not signed or has lapsed."""
    result = prepare_reinstatement(context_of(request), case_id)
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "case", case_id, good=False)
    return back_with(request, _("Prepared. A second person must sign."), "case", case_id)
