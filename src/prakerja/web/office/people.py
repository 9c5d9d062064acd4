"""Colleagues: who acts for ministry, programme office, audit and keepers; invited by role, ended at once.

The programme office asks; for roles of money, decrees and draws an approver lets somebody in. Either ends an account.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.messages import find_courier
from prakerja.access.operations import (
    InvitationApproval,
    InvitationRequest,
    approve_invitations,
    decline_invitations,
    end_staff_accounts,
    invite_users,
    withdraw_invitations,
)
from prakerja.access.permissions import Permission, may
from prakerja.access.queries import (
    AccountView,
    InvitationView,
    find_invitation,
    list_staff_invitations,
    list_staff_users,
)
from prakerja.access.roles import LET_IN_BY_TWO, STAFF, Role
from prakerja.selection.queries import list_keepers
from prakerja.web import words
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of
from prakerja.web.fields import Field
from prakerja.web.office.users import name_of
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Form, Sheet, show_sheet
from prakerja.web.tables import Column, make_table
from prakerja.web.users_shown import (
    account_columns,
    by_hand_page,
    invitation_columns,
    invitation_fields,
    invitation_text,
    sandbox_outbox,
)
from prakerja.web.visitors import actor_of, user_of

Errors = dict[str, Any]


@requires(Permission.SEE_PROGRAMME)
@require_http_methods(["GET", "POST"])
def office_people(request: HttpRequest) -> HttpResponse:
    """Accounts and invitations of colleagues, and what the visitor may do about them."""
    errors: Errors = {}
    if request.method == "POST":
        answer = _act(request)
        if isinstance(answer, HttpResponse):
            return answer
        errors = answer
    names = {keeper.keeper_id: keeper.name for keeper in list_keepers()}
    users = list_staff_users()
    invitations = list_staff_invitations(machine_now=datetime.now(UTC))

    def role_of(row: AccountView | InvitationView) -> str:
        body_id = row.body_id if isinstance(row, AccountView) else row.partner_id
        text = str(words.word("role", row.role).text)
        return text if body_id is None else f"{text}, {names.get(body_id, '')}"

    accounts = (Column[AccountView](_("Role"), role_of), *account_columns())
    asked = (
        Column[InvitationView](_("Role"), role_of),
        *invitation_columns(),
        Column[InvitationView](_("Let in by"), lambda row: row.approved_by or "–"),
    )
    forms = _forms(request, users, invitations, names)
    sheet = Sheet(
        heading=_("People and roles"),
        lead=_(
            "Each person has an account of the own, so that the audit trail says who did what. For roles of money, "
            "decrees and draws a second person lets somebody in."
        ),
        links=sandbox_outbox() if forms else [],
        tables=[
            make_table(_("Accounts"), accounts, users, empty=_("Nobody has an account yet.")),
            make_table(_("Invitations"), asked, invitations, empty=_("Nobody was invited yet.")),
        ],
        forms=forms,
    )
    return show_sheet(request, sheet, errors=errors)


def _forms(
    request: HttpRequest, users: list[AccountView], invitations: list[InvitationView], keepers: dict[UUID, str]
) -> list[Form]:
    user = user_of(request)
    invites, approves = may(user.role, Permission.INVITE_STAFF), may(user.role, Permission.APPROVE_STAFF)
    forms: list[Form] = []
    waiting = [one for one in invitations if one.waits_for_approval]
    if approves and waiting:
        forms.append(_approval_form(waiting, actor_of(user)))
    if invites:
        forms.append(_invitation_form(keepers))
        takeable = tuple((str(one.id), _line(one)) for one in invitations if one.is_open or one.waits_for_approval)
        if takeable:
            fields = [Field(name="invitation", label=_("Invitation"), options=takeable, select=True)]
            heading, notice = _("Take an invitation back"), _("Its code counts for nothing from now on.")
            forms.append(Form(act="take_back", heading=heading, button=_("Take back"), notice=notice, fields=fields))
    if invites or approves:
        active = tuple(
            (str(one.id), f"{one.display_name} ({one.username}), {words.word('role', one.role).text}")
            for one in users
            if one.is_active and one.id != user.id
        )
        if active:
            fields = [Field(name="user", label=_("Account"), options=active, select=True)]
            heading, notice = _("End an account"), _("The person is signed out at once. It cannot be undone.")
            forms.append(Form(act="end", heading=heading, button=_("End the account"), notice=notice, fields=fields))
    return forms


def _line(one: InvitationView) -> str:
    return f"{one.display_name}, {one.masked_email}, {words.word('role', one.role).text}"


def _approval_form(waiting: list[InvitationView], actor: str) -> Form:
    options = tuple((str(one.id), f"{_line(one)} ({one.invited_by})") for one in waiting if one.invited_by != actor)
    return Form(
        act="approve",
        heading=_("Let somebody in, or not"),
        button=_("Let in"),
        second_act="decline",
        second_button=_("Do not let in"),
        notice=_(
            "Ask the one who invites whether the person, the role and the address are right. Then the letter leaves."
        ),
        fields=[Field(name="waiting", label=_("Who waits"), options=options, select=True)],
    )


def _invitation_form(keepers: dict[UUID, str]) -> Form:
    options = [(role.value, words.word("role", role.value).text) for role in STAFF if role is not Role.SEAL_KEEPER]
    keeper = words.word("role", Role.SEAL_KEEPER.value).text
    options += [(f"{Role.SEAL_KEEPER.value}:{key}", f"{keeper}: {name}") for key, name in keepers.items()]
    two = ", ".join(str(words.word("role", role.value).text) for role in LET_IN_BY_TWO)
    hint = _("A second person lets in: %(roles)s.") % {"roles": two}
    return Form(
        act="invite",
        heading=_("Invite somebody"),
        button=_("Invite"),
        notice=_("The person gets a code by e-mail and chooses user name and password alone."),
        fields=[
            Field(name="role", label=_("Role"), hint=hint, options=tuple(options), select=True),
            *invitation_fields(),
        ],
    )


def _act(request: HttpRequest) -> HttpResponse | Errors:
    act, role = request.POST.get("act"), user_of(request).role
    invites, approves = may(role, Permission.INVITE_STAFF), may(role, Permission.APPROVE_STAFF)
    if act == "invite" and invites:
        return _invite(request)
    if act == "take_back" and invites:
        return _take_back(request)
    if act in ("approve", "decline") and approves:
        return _decide(request, let_in=act == "approve")
    if act == "end" and (invites or approves):
        return _end(request)
    return back_with(request, _("Another role takes this step."), "office_people", good=False)


def _invite(request: HttpRequest) -> HttpResponse | Errors:
    name, _colon, body = request.POST.get("role", "").partition(":")
    partner_id = _id(body)
    if name not in STAFF or (name == Role.SEAL_KEEPER) is not (partner_id is not None):
        return {"role": _("Choose a role.")}
    role = Role(name)
    whom = name_of(role, partner_id)
    invitation = InvitationRequest(
        role=role,
        partner_id=partner_id,
        display_name=request.POST.get("name", "").strip()[:200],
        email=request.POST.get("email", "").strip()[:254],
        text=invitation_text(whom),
    )
    (result,) = invite_users(context_of(request), [invitation], find_courier(), machine_now=datetime.now(UTC))
    if result.code.is_refusal or result.invitation_id is None:
        return {"name" if result.code == "name_missing" else "email": refusal(result.code)}
    if result.waits:
        text = _("Asked for. An approver lets the person in; only then the letter leaves.")
        return back_with(request, text, "office_people")
    if result.secret:
        return by_hand_page(request, whom, result.invitation_id, result.secret)
    return back_with(request, _("The invitation is sent."), "office_people")


def _decide(request: HttpRequest, *, let_in: bool) -> HttpResponse | Errors:
    now = datetime.now(UTC)
    invitation_id = _id(request.POST.get("waiting", ""))
    found = None if invitation_id is None else find_invitation(invitation_id, machine_now=now)
    if found is None:
        return {"waiting": _("Choose an invitation.")}
    if not let_in:
        (code,) = decline_invitations(context_of(request), [found.id], machine_now=now)
        if code.is_refusal:
            return {"waiting": refusal(code)}
        return back_with(request, _("Not let in. No letter leaves."), "office_people")
    whom = name_of(Role(found.role), found.partner_id)
    approval = InvitationApproval(invitation_id=found.id, text=invitation_text(whom))
    (result,) = approve_invitations(context_of(request), [approval], find_courier(), machine_now=now)
    if result.code.is_refusal or result.invitation_id is None:
        return {"waiting": refusal(result.code)}
    if result.secret:
        return by_hand_page(request, whom, result.invitation_id, result.secret)
    return back_with(request, _("Let in: the invitation is sent."), "office_people")


def _take_back(request: HttpRequest) -> HttpResponse | Errors:
    invitation_id = _id(request.POST.get("invitation", ""))
    if invitation_id is None:
        return {"invitation": _("Choose an invitation.")}
    (code,) = withdraw_invitations(context_of(request), [invitation_id], partner_id=None, machine_now=datetime.now(UTC))
    if code.is_refusal:
        return {"invitation": refusal(code)}
    return back_with(request, _("The invitation is taken back."), "office_people")


def _end(request: HttpRequest) -> HttpResponse | Errors:
    user_id = _id(request.POST.get("user", ""))
    if user_id is None:
        return {"user": _("Choose an account.")}
    (code,) = end_staff_accounts(context_of(request), [user_id])
    if code.is_refusal:
        return {"user": refusal(code)}
    return back_with(request, _("The account is ended."), "office_people")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
