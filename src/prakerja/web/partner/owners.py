"""A platform or institution says who stands behind it: owners, directors, numbers, addresses, accounts."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.access.roles import Role
from prakerja.partners.conflict_queries import list_ties
from prakerja.web.clock import context_of
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.sheets import Sheet, show_sheet
from prakerja.web.ties_shown import Holder, add_page, end_page, tie_table
from prakerja.web.visitors import user_of


def _holder(request: HttpRequest) -> Holder:
    kind = "platform" if user_of(request).role == Role.PLATFORM else "institution"
    return Holder(kind=kind, id=partner_id_of(request), name=_("Who stands behind you"), scope="own")


@requires(Permission.DECLARE_TIES)
@require_http_methods(["GET"])
def own_ties(request: HttpRequest) -> HttpResponse:
    """What is on record with its days, and what can be added."""
    holder = _holder(request)
    lead = _(
        "Owners, directors, tax number, addresses, telephones and accounts are compared with those of others, so that "
        "nobody sells or judges what is their own (PLAT-02). The programme office adds what registers say."
    )
    table = tie_table(holder, list_ties(holder.id), caption=_("On record"), today=context_of(request).today)
    return show_sheet(request, Sheet(heading=holder.name, lead=lead, links=holder.add_links, tables=[table]))


@requires(Permission.DECLARE_TIES)
@require_http_methods(["GET", "POST"])
def own_tie_new(request: HttpRequest, tie_kind: str) -> HttpResponse:
    """Add one."""
    return add_page(request, _holder(request), tie_kind)


@requires(Permission.DECLARE_TIES)
@require_http_methods(["GET", "POST"])
def own_tie_end(request: HttpRequest, tie_id: UUID) -> HttpResponse:
    """End one of the partner's own."""
    return end_page(request, _holder(request), tie_id)
