"""Pages of a platform."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.oversight.queries import partner, partner_money
from prakerja.web import formats, words
from prakerja.web.answers import show
from prakerja.web.clock import now_of
from prakerja.web.partner import shared
from prakerja.web.shown import after_of, page_of
from prakerja.web.tables import Cell, Column, make_table


@requires(Permission.SEE_OWN_SALES)
def platform(request: HttpRequest) -> HttpResponse:
    """Sales by state and the money due."""
    own = shared.partner_of(request, "platform")
    return show(
        request,
        "partner/platform",
        partner=own,
        money=partner_money.get_money_due("platform", own.partner_id),
        table=shared.state_table("platform", own.partner_id),
    )


@requires(Permission.SEE_OWN_SALES)
def platform_sales(request: HttpRequest) -> HttpResponse:
    """Every purchase, newest first."""
    return shared.sales_page(request, "platform")


@requires(Permission.SEE_OWN_SALES)
def platform_listings(request: HttpRequest) -> HttpResponse:
    """Courses on sale with their open classes and free seats."""
    found = partner.list_listings(shared.partner_id_of(request), now=now_of(request), after=after_of(request))
    rows, next_href = page_of(request, found, "listing_id")
    table = make_table(
        _("Courses on sale"),
        (
            Column[partner.PartnerListing](_("Training"), lambda row: row.course_title),
            Column[partner.PartnerListing](_("Institution"), lambda row: row.institution_name),
            Column[partner.PartnerListing](_("Mode"), lambda row: words.word("mode", row.mode).text),
            Column[partner.PartnerListing](_("On sale since"), lambda row: formats.day(row.listed_from)),
            Column[partner.PartnerListing](_("Open classes"), lambda row: formats.count(row.schedules), number=True),
            Column[partner.PartnerListing](_("Free seats"), lambda row: formats.count(row.seats_left), number=True),
            Column[partner.PartnerListing](_("Price"), lambda row: formats.rupiah(row.price_idr), number=True),
            Column[partner.PartnerListing](
                _("Off sale"),
                lambda row: Cell(_("Take it off sale"), href=reverse("end_listing", args=[row.listing_id])),
            ),
        ),
        rows,
        empty=_("No course is listed. Courses of institutions with an agreement can be listed through the API."),
        next_href=next_href,
    )
    return show(request, "partner/listings", table=table)


@requires(Permission.SEE_OWN_SALES)
def platform_agreements(request: HttpRequest) -> HttpResponse:
    """Agreements with institutions."""
    return shared.agreements_page(request, "platform")


@requires(Permission.SEE_OWN_SALES)
def platform_statements(request: HttpRequest) -> HttpResponse:
    """Commission by settlement."""
    return shared.statements_page(request, "platform")


@requires(Permission.SEE_OWN_SALES)
def platform_statement(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One statement."""
    return shared.statement_page(request, "platform", run_id)
