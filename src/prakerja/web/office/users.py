"""The office invites the first person of a platform or institution, and sees who acts for it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.access.roles import Role
from prakerja.partners import queries
from prakerja.web.office.platforms import may_judge
from prakerja.web.users_shown import Party, users_page


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_users(request: HttpRequest, partner_role: str, partner_id: UUID) -> HttpResponse:
    """Accounts and invitations of one partner."""
    if partner_role not in (Role.PLATFORM, Role.INSTITUTION):
        raise Http404
    role = Role(partner_role)
    try:
        name = (queries.get_platform if role is Role.PLATFORM else queries.get_institution)(partner_id).name
    except LookupError:
        raise Http404 from None
    party = Party(
        role=role,
        id=partner_id,
        name=name,
        where="office_users",
        arguments=(partner_role, partner_id),
        back=(reverse(f"office_{partner_role}", args=[partner_id]), name),
    )
    judges = may_judge(request)
    if request.method == "POST" and not judges:
        raise Http404
    lead = _("You invite the first person; that one invites the others. You never learn a password.")
    return users_page(request, party, may_invite=judges, lead=lead)
