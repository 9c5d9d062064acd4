"""Whoever was invited to act for a partner or a labour office types the code and chooses user name and password."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import for_everyone
from prakerja.access.operations import Acceptance, accept_invitations
from prakerja.access.queries import find_invitation
from prakerja.access.roles import Role
from prakerja.web import formats
from prakerja.web.clock import anonymous_context
from prakerja.web.fields import Field
from prakerja.web.office.users import name_of
from prakerja.web.public.staff import begin_session
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Fact, Form, Sheet, show_sheet

_WHERE: Final[dict[str, str]] = {
    "wrong_code": "code",
    "no_tries_left": "code",
    "username_malformed": "username",
    "username_taken": "username",
    "too_weak": "password",
}


@for_everyone
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """The page of one invitation; who knows its address alone learns for whom it is, no person's name."""
    now = datetime.now(UTC)
    found = find_invitation(invitation_id, machine_now=now)
    if found is None:
        raise Http404
    errors: dict[str, Any] = {}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "")[:200] for name in ("code", "username", "password", "again")}
        if typed["password"] != typed["again"]:
            errors["again"] = _("The two passwords differ.")
        else:
            acceptance = Acceptance(
                invitation_id=invitation_id,
                typed=typed["code"],
                username=typed["username"].strip(),
                password=typed["password"],
            )
            (result,) = accept_invitations(anonymous_context(request), [acceptance], machine_now=now)
            if result.user_id is not None:
                begin_session(request, result.user_id, machine_now=now)
                return redirect("set_up_second_factor")
            errors[_WHERE.get(result.code, "")] = refusal(result.code)
            found = replace(found, is_open=found.is_open and result.code != "invitation_over")
    sheet = Sheet(
        heading=_("Act for %(name)s") % {"name": name_of(Role(found.role), found.partner_id)},
        lead=_("Type the code of the letter, choose a user name and a password, then set up the second factor."),
        facts=[Fact(_("Open until"), formats.moment(found.expires_at))] if found.is_open else [],
        notices=[] if found.is_open else [_("This invitation is over. Ask whoever sent it for a new one.")],
        forms=[_form()] if found.is_open else [],
    )
    return show_sheet(request, sheet, errors=errors)


def _form() -> Form:
    return Form(
        act="accept",
        heading=_("Your account"),
        button=_("Go on to the second factor"),
        fields=[
            Field(name="code", label=_("Code of the letter"), hint=_("12 letters and digits."), length_max=20),
            Field(
                name="username",
                label=_("User name"),
                hint=_("3 to 50 small letters, digits, dots, dashes. It stays for ever."),
                autocomplete="username",
                length_max=50,
            ),
            Field(
                name="password",
                label=_("Password"),
                hint=_("At least 12 characters; three words are easy to keep and hard to guess."),
                kind="password",
                autocomplete="new-password",
            ),
            Field(name="again", label=_("Password again"), kind="password", autocomplete="new-password"),
        ],
    )
