"""The office invites the first person of a platform, institution or labour office, and sees who acts for it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.access.roles import Role
from prakerja.partners import queries
from prakerja.programme.queries import LabourOfficeRow, list_labour_offices
from prakerja.selection.queries import list_keepers
from prakerja.web import words
from prakerja.web.answers import show
from prakerja.web.office.platforms import may_judge
from prakerja.web.tables import Cell, Column, make_table
from prakerja.web.users_shown import Party, users_page
from prakerja.web.visitors import user_of


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_users(request: HttpRequest, partner_role: str, partner_id: UUID) -> HttpResponse:
    """Accounts and invitations of one partner or labour office."""
    if partner_role not in (Role.PLATFORM, Role.INSTITUTION, Role.LABOUR_OFFICE):
        raise Http404
    role = Role(partner_role)
    name = name_of(role, partner_id)
    if role is Role.LABOUR_OFFICE:
        invites = may(user_of(request).role, Permission.MANAGE_CARDS)
        lead = _("You invite the officers of this labour office. You never learn a password.")
        back = (reverse("labour_offices"), _("Labour offices"))
    else:
        invites = may_judge(request)
        lead = _("You invite the first person; that one invites the others. You never learn a password.")
        back = (reverse(f"office_{partner_role}", args=[partner_id]), name)
    party = Party(
        role=role, id=partner_id, name=name, where="office_users", arguments=(partner_role, partner_id), back=back
    )
    if request.method == "POST" and not invites:
        raise Http404
    return users_page(request, party, may_invite=invites, lead=lead)


def name_of(role: Role, partner_id: UUID | None) -> str:
    """The name of whom an account of a role acts for: a platform, institution, labour office, keeper; else the role's.

    Raises:
        Http404: there is none.
    """
    if partner_id is None:
        return str(words.word("role", role.value).text)
    names: dict[UUID, str] = {}
    if role is Role.SEAL_KEEPER:
        names = {keeper.keeper_id: keeper.name for keeper in list_keepers()}
    elif role is Role.LABOUR_OFFICE:
        names = {office.id: office.name for office in list_labour_offices()}
    if role in (Role.SEAL_KEEPER, Role.LABOUR_OFFICE):
        if partner_id not in names:
            raise Http404
        return names[partner_id]
    try:
        return (queries.get_platform if role is Role.PLATFORM else queries.get_institution)(partner_id).name
    except LookupError:
        raise Http404 from None


@requires(Permission.SEE_PROGRAMME)
def labour_offices(request: HttpRequest) -> HttpResponse:
    """The labour offices, each with the page of its people."""
    table = make_table(
        _("Labour offices"),
        (
            Column[LabourOfficeRow](
                _("Name"),
                lambda row: Cell(row.name, href=reverse("office_users", args=[Role.LABOUR_OFFICE.value, row.id])),
            ),
            Column[LabourOfficeRow](_("Code"), lambda row: Cell(row.code, code=True)),
            Column[LabourOfficeRow](_("Province"), lambda row: row.province_code),
        ),
        list_labour_offices(),
        empty=_("No labour office is on record."),
    )
    return show(request, "office/labour_offices", table=table)
