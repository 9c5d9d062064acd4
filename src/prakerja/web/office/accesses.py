"""The access log, for those who look after the programme."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.oversight.queries.people import Access, list_accesses
from prakerja.web import formats
from prakerja.web.answers import show
from prakerja.web.portal.who_looked import ROLES
from prakerja.web.shown import after_of, page_of
from prakerja.web.tables import Cell, Column, make_table


@requires(Permission.SEE_AUDIT_TRAIL)
def accesses(request: HttpRequest) -> HttpResponse:
    """Every view of a personal page, newest first; `?actor=` shows what one account looked at."""
    actor = request.GET.get("actor", "").strip()
    rows, next_href = page_of(request, list_accesses(actor=actor, after=after_of(request)), "access_id")
    table = make_table(
        _("Newest first"),
        (
            Column[Access](_("When"), lambda row: formats.moment(row.programme_at)),
            Column[Access](
                _("By whom"),
                lambda row: Cell(row.actor, href=f"{reverse('page_accesses')}?{_query(row.actor)}"),
            ),
            Column[Access](_("Role"), lambda row: str(ROLES.get(row.role, row.role))),
            Column[Access](_("Organisation"), lambda row: row.organisation or "–"),
            Column[Access](_("Page"), lambda row: Cell(row.page, long=True)),
            Column[Access](
                _("Whose data"),
                lambda row: Cell(row.applicant_id.hex[-12:], href=reverse("trail", args=[row.applicant_id])),
            ),
        ),
        rows,
        empty=_("Nobody has opened a personal page. Each view of one stands here, also those of auditors."),
        next_href=next_href,
    )
    return show(request, "office/accesses", table=table, actor=actor)


def _query(actor: str) -> str:
    return urlencode({"actor": actor})
