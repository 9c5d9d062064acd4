"""The page on which a person sees who has looked at the own data."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.oversight.queries.people import Access, list_accesses_of_person
from prakerja.web import formats
from prakerja.web.answers import show
from prakerja.web.portal.views import person_of
from prakerja.web.shown import after_of, page_of
from prakerja.web.tables import Column, make_table

# By the beginning of the address; the longest that fits counts.
PAGES: Final[dict[str, str | Promise]] = {
    "": gettext_lazy("A page with your data"),
    "institution/classes/": gettext_lazy("The list of participants of your class"),
    "desk/worker-lists/": gettext_lazy("A worker list on which you are"),
    "desk/cards/": gettext_lazy("The handing out of your card"),
    "desk/cards/batches/": gettext_lazy("The list of a batch of cards"),
    "assisted/": gettext_lazy("The sheet with which an office signed you up"),
    "office/cards/batches/": gettext_lazy("The list of a batch of cards"),
    "office/cases/": gettext_lazy("Your appeal, or a finding about your test"),
    "office/trail/": gettext_lazy("What happened to your card, purchase or money"),
    "office/rows/": gettext_lazy("A list of rows behind a figure"),
    "office/revocations/": gettext_lazy("The list of revocations"),
    "admin/": gettext_lazy("A table of the programme"),
}
ROLES: Final[dict[str, str | Promise]] = {
    "platform": gettext_lazy("Platform"),
    "institution": gettext_lazy("Institution"),
    "labour_office": gettext_lazy("Labour office"),
    "ministry": gettext_lazy("Ministry"),
    "programme_office": gettext_lazy("Programme office"),
    "approver": gettext_lazy("Approver of the programme"),
    "auditor": gettext_lazy("Auditor"),
}


@requires(Permission.SEE_OWN_CARD)
def who_looked(request: HttpRequest) -> HttpResponse:
    """Every view of the own data by somebody else, newest first."""
    person = person_of(request)
    found = list_accesses_of_person(lane=person.lane, applicant_id=person.applicant_id, after=after_of(request))
    rows, next_href = page_of(request, found, "access_id")
    table = make_table(
        _("Newest first"),
        (
            Column[Access](_("When"), lambda row: formats.moment(row.programme_at)),
            Column[Access](_("Who"), who),
            Column[Access](_("What was seen"), lambda row: page_name(row.page)),
        ),
        rows,
        empty=_("Nobody has opened a page with your data yet. Each time is recorded and stands here at once."),
        next_href=next_href,
    )
    return show(request, "portal/who_looked", table=table)


def who(row: Access) -> str:
    """Role and organisation; a person's own name is not told, the office knows it."""
    role = str(ROLES.get(row.role, row.role))
    return f"{role}: {row.organisation}" if row.organisation else role


def page_name(page: str) -> str:
    """A page in words."""
    return str(PAGES[max((one for one in PAGES if page.startswith(one)), key=len)])
