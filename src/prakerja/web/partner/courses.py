"""Courses of an institution: proposed by a form or a feed, priced, with their classes."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.catalogue import queries as courses
from prakerja.catalogue.feed_rules import read_row, read_whole
from prakerja.catalogue.models import SUBJECTS
from prakerja.catalogue.operations import CourseProposal, PriceChange, change_prices, propose_courses
from prakerja.catalogue.states import CourseState
from prakerja.oversight.queries import catalogue as queries
from prakerja.participants.rules import Education
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats, words
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.fields import Field
from prakerja.web.partner import shared
from prakerja.web.public.catalogue import benchmark_text, price_table
from prakerja.web.refusals import feed_reason, refusal
from prakerja.web.shown import after_of, moment_cell, page_of, place_after_of, place_page_of, state_cell
from prakerja.web.tables import Cell, Column, make_table

_MODES: Final = {"1": "online", "2": "online", "3": "offline"}
_NAMES: Final = (
    "title",
    "description",
    "subject",
    "skkni_code",
    "training_type",
    "hours",
    "price_idr",
    "comparison_price_idr",
    "free_elsewhere",
    "bundle",
    "age_min",
    "minimum_education",
)


@requires(Permission.SEE_OWN_CLASSES)
def own_courses(request: HttpRequest) -> HttpResponse:
    """The institution's courses with their state, and how their prices stand beside others."""
    found = queries.list_own_courses(shared.partner_id_of(request), now=now_of(request), after=after_of(request))
    rows, next_href = page_of(request, found, "course_id")
    benchmarks = courses.get_benchmarks(row.course_id for row in rows)
    table = make_table(
        _("Courses"),
        (
            Column[queries.OwnCourse](
                _("Training"), lambda row: Cell(row.title, href=reverse("own_course", args=[row.course_id]))
            ),
            Column[queries.OwnCourse](_("Own code"), lambda row: Cell(row.own_code or "–", long=True)),
            Column[queries.OwnCourse](_("Mode"), lambda row: words.word("mode", row.mode).text),
            Column[queries.OwnCourse](_("State"), lambda row: state_cell("course_state", row.state)),
            Column[queries.OwnCourse](_("Who must act"), lambda row: words.word("course_state", row.state).who_acts),
            Column[queries.OwnCourse](_("Open classes"), lambda row: formats.count(row.open_classes), number=True),
            Column[queries.OwnCourse](_("Platforms"), lambda row: formats.count(row.platforms), number=True),
            Column[queries.OwnCourse](_("Price"), lambda row: formats.rupiah(row.price_idr), number=True),
            Column[queries.OwnCourse](_("Dearer than"), lambda row: _dearer(benchmarks[row.course_id]), number=True),
        ),
        rows,
        empty=_("There is no course yet. Propose one, or upload a file with many."),
        next_href=next_href,
    )
    return show(request, "partner/courses", table=table)


@requires(Permission.SEE_OWN_CLASSES)
def own_course(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """One course: facts, benchmark, prices, classes, where it is sold."""
    page = course_of(request, course_id)
    found = queries.list_course_classes(course_id, after=place_after_of(request))
    rows, next_href = place_page_of(request, found)
    classes = make_table(
        _("Classes"),
        (
            Column[queries.CourseClass](
                _("Class"), lambda row: Cell(row.code, href=reverse("class", args=[row.schedule_id]))
            ),
            Column[queries.CourseClass](_("State"), lambda row: state_cell("schedule_state", row.state)),
            Column[queries.CourseClass](_("Starts"), lambda row: formats.moment(row.starts_at)),
            Column[queries.CourseClass](_("Place"), lambda row: row.place or "–"),
            Column[queries.CourseClass](
                _("Free seats"), lambda row: f"{formats.count(row.seats_left)}/{formats.count(row.seats)}", number=True
            ),
            Column[queries.CourseClass](
                _("Seats"),
                lambda row: Cell(_("Change"), href=reverse("change_seats", args=[row.schedule_id])),
            ),
        ),
        rows,
        empty=_("There is no class yet. A class can be opened as soon as the course is approved."),
        next_href=next_href,
    )
    listings = make_table(
        _("On sale"),
        (
            Column[queries.CourseListing](_("Platform"), lambda row: row.platform_name),
            Column[queries.CourseListing](_("Since"), lambda row: formats.moment(row.listed_from)),
            Column[queries.CourseListing](_("Until"), lambda row: moment_cell(row.listed_until)),
        ),
        queries.list_course_listings(course_id),
        empty=_("No platform sells this course. A platform with an agreement lists it."),
    )
    return show(
        request,
        "partner/course",
        course=page,
        benchmark=benchmark_text(courses.get_benchmarks([course_id])[course_id]),
        approved=page.state == CourseState.APPROVED,
        prices=price_table(course_id),
        classes=classes,
        listings=listings,
    )


@requires(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "POST"])
def propose_course(request: HttpRequest) -> HttpResponse:
    """Propose a course. What was typed stays where it is refused."""
    typed = {name: request.POST.get(name, "") for name in _NAMES}
    if request.method == "GET":
        return _form(request, _proposal_fields(typed))
    read = read_row({**typed, "own_code": "-", "mode": _MODES.get(typed["training_type"], "")})
    if isinstance(read, tuple):
        reason, field = read
        field = "training_type" if field == "mode" else field
        return _form(request, _proposal_fields(typed, {field: feed_reason(reason)}), status=422)
    context = context_of(request)
    values: dict[str, Any] = {name: value for name, value in read.items() if name != "own_code"}
    (result,) = propose_courses(
        context,
        [CourseProposal(institution_id=shared.partner_id_of(request), **values)],
        regime=get_regime_book().on(context.today),
    )
    if result.code.is_refusal or result.course_id is None:
        return _form(request, _proposal_fields(typed, {"title": refusal(result.code)}), status=422)
    return back_with(
        request, _("The course is proposed. The programme office assesses it."), "own_course", result.course_id
    )


@requires(Permission.MANAGE_COURSES)
@require_http_methods(["GET", "POST"])
def change_price(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """The price of an approved course from now on; what was bought keeps its price."""
    page = course_of(request, course_id)
    typed = {name: request.POST.get(name, "") for name in ("price_idr", "comparison_price_idr")}
    if request.method == "GET":
        typed = {"price_idr": str(page.price_idr), "comparison_price_idr": str(page.comparison_price_idr)}
        return _price_form(request, page, typed, {})
    price_idr, comparison_price_idr = read_whole(typed["price_idr"]), read_whole(typed["comparison_price_idr"])
    if price_idr is None or comparison_price_idr is None:
        field = "price_idr" if price_idr is None else "comparison_price_idr"
        return _price_form(request, page, typed, {field: _("Write whole rupiah in digits.")})
    change = PriceChange(course_id=course_id, price_idr=price_idr, comparison_price_idr=comparison_price_idr)
    (result,) = change_prices(context_of(request), [change])
    if result.code.is_refusal:
        return _price_form(request, page, typed, {"price_idr": refusal(result.code)})
    return back_with(
        request,
        _("The price is %(price)s from now on, also in classes that are open. What was bought keeps its price.")
        % {"price": formats.rupiah(price_idr)},
        "own_course",
        course_id,
    )


def course_of(request: HttpRequest, course_id: UUID) -> queries.CoursePage:
    """A course of the signed-in user's institution.

    Raises:
        Http404: there is none, or it is another's.
    """
    try:
        return queries.get_course_page(course_id, institution_id=shared.partner_id_of(request))
    except LookupError:
        raise Http404 from None


def _dearer(benchmark: courses.Benchmark) -> str:
    """Than which share of comparable courses; a dash where there is none."""
    return formats.percent(benchmark.percentile_bp // 100 * 100) if benchmark.in_country else "–"


def _form(request: HttpRequest, fields: list[Field], *, status: int = 200) -> HttpResponse:
    return show(
        request,
        "partner/form",
        status=status,
        heading=_("Propose a course"),
        text=_("The programme office assesses it. After the approval only its price and description can change."),
        fields=fields,
        button=_("Propose the course"),
        back=reverse("own_courses"),
        back_text=_("Courses"),
    )


def _price_form(
    request: HttpRequest, page: queries.CoursePage, typed: Mapping[str, str], errors: Mapping[str, str]
) -> HttpResponse:
    return show(
        request,
        "partner/form",
        status=422 if errors else 200,
        heading=_("Change the price"),
        text=_("%(title)s. A code that was sent for the old price can no longer be used; what was bought stays.")
        % {"title": page.title},
        fields=[
            _money("price_idr", _("Price"), typed, errors),
            _money("comparison_price_idr", _("Price outside the programme"), typed, errors),
        ],
        button=_("Change the price"),
        back=reverse("own_course", args=[page.id]),
        back_text=page.title,
    )


def _money(name: str, label: str, typed: Mapping[str, str], errors: Mapping[str, str]) -> Field:
    return Field(name, label, typed[name], error=errors.get(name, ""), inputmode="numeric", length_max=20)


def _proposal_fields(typed: Mapping[str, str], errors: Mapping[str, str] | None = None) -> list[Field]:
    wrong = errors or {}

    def field(name: str, label: str, **more: Any) -> Field:  # noqa: ANN401 - the other values of a field
        return Field(name, label, typed[name], error=wrong.get(name, ""), **more)

    def choice(name: str, label: str, noun: str, codes: tuple[str, ...]) -> Field:
        options = tuple((code, words.word(noun, code).text) for code in codes)
        return field(name, label, options=options, select=True)

    yes_no = (("tidak", _("no")), ("ya", _("yes")))
    return [
        field("title", _("Title")),
        field("description", _("What people learn"), kind="textarea", length_max=4_000),
        choice("subject", _("Subject"), "subject", SUBJECTS),
        field("skkni_code", _("Occupation standard (SKKNI), where there is one"), hint="J.620100.004.02"),
        choice("training_type", _("Kind of training"), "training_type", ("1", "2", "3")),
        field("hours", _("Hours"), inputmode="numeric", length_max=4),
        _money("price_idr", _("Price"), typed, wrong),
        _money("comparison_price_idr", _("Price outside the programme"), typed, wrong),
        field("free_elsewhere", _("Is it given free of charge elsewhere?"), options=yes_no, select=True),
        field("bundle", _("Are several courses sold at one price?"), options=yes_no, select=True),
        field("age_min", _("Age at least"), inputmode="numeric", length_max=3, hint="18"),
        choice("minimum_education", _("Education at least"), "education", tuple(level.value for level in Education)),
    ]
