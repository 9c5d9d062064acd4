"""A platform puts courses on sale and takes them off."""

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.catalogue.operations import ListingRequest, end_listings, list_courses_on_platforms
from prakerja.catalogue.queries import list_listings
from prakerja.kit.clock import jakarta_date
from prakerja.oversight.queries import catalogue as queries
from prakerja.programme.queries import get_regime_book
from prakerja.web import formats
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.partner import shared
from prakerja.web.refusals import refusal
from prakerja.web.shown import after_of, page_of

_AT_ONCE_MAX: Final = 200


@requires(Permission.MANAGE_LISTINGS)
@require_http_methods(["GET", "POST"])
def add_listings(request: HttpRequest) -> HttpResponse:
    """Courses that may be listed, with boxes to tick; only under an agreement in force (SCHEME-10)."""
    platform_id = shared.partner_id_of(request)
    if request.method == "POST":
        return _list(request, platform_id)
    found = queries.list_listable_courses(platform_id, today=jakarta_date(now_of(request)), after=after_of(request))
    rows, next_href = page_of(request, found, "course_id")
    return show(request, "partner/add_listings", rows=rows, next_href=next_href)


@requires(Permission.MANAGE_LISTINGS)
@require_http_methods(["GET", "POST"])
def end_listing(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Take a course off sale, after saying what that does."""
    platform_id = shared.partner_id_of(request)
    found = next((one for one in list_listings(platform_id=platform_id) if one.id == listing_id), None)
    if found is None:
        raise Http404
    if request.method == "GET":
        return show(request, "partner/end_listing", course=queries.get_course_page(found.course_id))
    (result,) = end_listings(context_of(request), [listing_id])
    if result.code.is_refusal:
        return back_with(request, refusal(result.code), "platform_listings", good=False)
    return back_with(request, _("The course is off sale. What was sold is honoured."), "platform_listings")


def _list(request: HttpRequest, platform_id: UUID) -> HttpResponse:
    try:
        course_ids = [UUID(text) for text in request.POST.getlist("course")[:_AT_ONCE_MAX]]
    except ValueError:
        raise Http404 from None
    if not course_ids:
        return back_with(request, _("Tick at least one course."), "add_listings", good=False)
    context = context_of(request)
    results = list_courses_on_platforms(
        context,
        [ListingRequest(platform_id=platform_id, course_id=course_id) for course_id in course_ids],
        regime=get_regime_book().on(context.today),
    )
    done = sum(not result.code.is_refusal for result in results)
    refused = next((result.code for result in results if result.code.is_refusal), None)
    text = _("%(count)s courses are on sale now.") % {"count": formats.count(done)}
    if any(result.conflicted and not result.code.is_refusal for result in results):
        text += " " + _("Some are of an institution that you meet by owners or addresses: that is reported (PLAT-02).")
    if refused is not None:
        text += " " + _("%(count)s were refused: %(reason)s") % {
            "count": formats.count(len(results) - done),
            "reason": refusal(refused),
        }
    return back_with(request, text, "platform_listings" if done else "add_listings", good=refused is None)
