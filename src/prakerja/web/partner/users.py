"""A partner's own people: who acts for it, who is invited, who has left."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.access.roles import Role
from prakerja.web.partner.shared import partner_id_of, partner_of
from prakerja.web.users_shown import Party, users_page
from prakerja.web.visitors import user_of


@requires(Permission.MANAGE_USERS)
@require_http_methods(["GET", "POST"])
def own_users(request: HttpRequest) -> HttpResponse:
    """Accounts and invitations of the signed-in partner."""
    role = Role(user_of(request).role)
    name = partner_of(request, "platform" if role is Role.PLATFORM else "institution").name
    party = Party(role=role, id=partner_id_of(request), name=name, where="own_users")
    lead = _(
        "Each person has an account of the own, so that the audit trail says who did what. End it when somebody leaves."
    )
    return users_page(request, party, may_invite=True, lead=lead)
