"""The programme office assesses courses: a queue by age, the price beside others, who must not decide."""

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.audit.queries import list_events_of
from prakerja.catalogue import queries as courses
from prakerja.catalogue.operations import CourseAssessment, assess_courses
from prakerja.catalogue.states import CourseState
from prakerja.oversight.queries import catalogue as queries
from prakerja.partners.conflict_queries import find_paths
from prakerja.partners.operations.owners import reviewer_node
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats, words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.office.views import event_table
from prakerja.web.public.catalogue import benchmark_text, price_table
from prakerja.web.refusals import refusal
from prakerja.web.shown import after_of, page_of
from prakerja.web.tables import Cell, Column, make_table
from prakerja.web.visitors import user_of

_REASON_MAX: Final = 500


@requires(Permission.SEE_PROGRAMME)
def proposed_courses(request: HttpRequest) -> HttpResponse:
    """Courses that wait for their assessment, the oldest first."""
    now = now_of(request)
    rows, next_href = page_of(request, queries.list_proposed_courses(after=after_of(request)), "course_id")
    table = make_table(
        _("Courses to assess"),
        (
            Column[queries.ProposedCourse](
                _("Training"), lambda row: Cell(row.title, href=reverse("assess_course", args=[row.course_id]))
            ),
            Column[queries.ProposedCourse](_("Institution"), lambda row: row.institution_name),
            Column[queries.ProposedCourse](_("Mode"), lambda row: words.word("mode", row.mode).text),
            Column[queries.ProposedCourse](_("Hours"), lambda row: formats.count(row.hours), number=True),
            Column[queries.ProposedCourse](_("Price"), lambda row: formats.rupiah(row.price_idr), number=True),
            Column[queries.ProposedCourse](_("Proposed"), lambda row: formats.day(row.proposed_at)),
            Column[queries.ProposedCourse](
                _("Days waiting"), lambda row: formats.count((now - row.proposed_at).days), number=True
            ),
        ),
        rows,
        empty=_("No course waits. Institutions propose them on their pages, by a file or through the API."),
        next_href=next_href,
    )
    return show(request, "office/list", heading=_("Courses to assess"), table=table)


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def assess_course(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """One course: what it is, its price beside others, and the decision by somebody unconnected."""
    try:
        page = queries.get_course_page(course_id)
    except LookupError:
        raise Http404 from None
    context = context_of(request)
    may_assess = may(user_of(request).role, Permission.ASSESS_COURSES)
    if request.method == "POST":
        if not may_assess:
            return back_with(request, _("Your role does not assess courses."), "assess_course", course_id, good=False)
        return _assess(request, course_id)
    me = reviewer_node(context.actor)
    paths = find_paths([(me, page.institution_id)], on=context.today)[me, page.institution_id]
    return show(
        request,
        "office/course",
        course=page,
        benchmark=benchmark_text(courses.get_benchmarks([course_id])[course_id]),
        prices=price_table(course_id),
        connected=bool(paths),
        can_assess=may_assess and page.state == CourseState.PROPOSED,
        events=event_table(list_events_of(course_id), linked=False),
    )


def _assess(request: HttpRequest, course_id: UUID) -> HttpResponse:
    approve = request.POST.get("decision") == "approve"
    reason = request.POST.get("reason", "").strip()[:_REASON_MAX]
    if not approve and not reason:
        text = _("A refusal needs its reason: the institution reads it.")
        return back_with(request, text, "assess_course", course_id, good=False)
    context = context_of(request)
    assessment = CourseAssessment(course_id=course_id, approve=approve, reason=reason)
    (result,) = assess_courses(context, [assessment], regime=get_regime_book().on(context.today))
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "assess_course", course_id, good=False)
    text = _("Approved: the course has its code.") if approve else _("Refused; the reason is on record.")
    return back_with(request, text, "assess_course", course_id)
