"""The people who act for a partner, as the partner and the office see them: accounts, invitations, a form to invite."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from prakerja.access.messages import find_courier
from prakerja.access.operations import InvitationRequest, end_accounts, invite_users, withdraw_invitations
from prakerja.access.queries import AccountView, InvitationView, list_invitations, list_partner_users
from prakerja.access.roles import Role
from prakerja.kit.settings import get_settings
from prakerja.web import formats, words
from prakerja.web.answers import back_with
from prakerja.web.clock import context_of
from prakerja.web.fields import Field
from prakerja.web.formats import grouped
from prakerja.web.refusals import refusal
from prakerja.web.sheets import Form, Sheet, show_sheet
from prakerja.web.tables import Cell, Column, Table, make_table

_WHERE: Final[dict[str, str]] = {"name_missing": "name", "email_not_possible": "email", "too_many_open": "email"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Whose people a page is about, and the page itself: the name of its address with its arguments."""

    role: Role
    id: UUID
    name: str
    where: str
    arguments: tuple[object, ...] = ()
    back: tuple[str, str] | None = None


def invitation_text(name: str) -> str:
    """The letter around an invitation's code; it says for whom, how, and what never to do."""
    where = f"{get_settings().base_url.rstrip('/')}/invitations/{{invitation}}/"
    text = _(
        "Prakerja: you are invited to act for %(name)s. Open %(where)s within 14 days and type the code. Choose your "
        "own password; nobody at the programme office ever asks for it. Code: {code}"
    )
    return text % {"name": name, "where": where}


def sandbox_outbox() -> list[tuple[str, str]]:
    """Where a sandbox keeps its letters; nothing in production."""
    if get_settings().deployment != "sandbox":
        return []
    return [(reverse("sms_outbox"), _("In the sandbox the letter stands in the outbox"))]


def users_page(request: HttpRequest, party: Party, *, may_invite: bool, lead: str) -> HttpResponse:
    """The page: who has an account, who is invited; to invite, take back, end an account."""
    errors: dict[str, Any] = {}
    if request.method == "POST" and may_invite:
        answer = _act(request, party)
        if isinstance(answer, HttpResponse):
            return answer
        errors = answer
    users = list_partner_users(party.id)
    invitations = list_invitations(party.id, machine_now=datetime.now(UTC))
    sheet = Sheet(
        heading=_("People of %(name)s") % {"name": party.name},
        back=party.back,
        lead=lead,
        links=sandbox_outbox() if may_invite else [],
        tables=[_user_table(users), _invitation_table(invitations)],
        forms=_forms(users, invitations) if may_invite else [],
    )
    return show_sheet(request, sheet, errors=errors)


def _user_table(users: list[AccountView]) -> Table:
    return make_table(
        _("Accounts"),
        account_columns(),
        users,
        empty=_("Nobody has an account yet. Invite the first person below."),
    )


def account_columns() -> tuple[Column[AccountView], ...]:
    """What every table of accounts shows."""
    return (
        Column[AccountView](_("User name"), lambda row: Cell(row.username, code=True)),
        Column[AccountView](_("Name"), lambda row: row.display_name),
        Column[AccountView](_("Since"), lambda row: formats.day(row.created_at)),
        Column[AccountView](_("Second factor"), lambda row: _("Yes") if row.has_second_factor else _("No")),
        Column[AccountView](
            _("State"),
            lambda row: Cell(_("open"), tone=words.GOOD) if row.is_active else Cell(_("ended"), tone=words.PLAIN),
        ),
    )


def _invitation_table(invitations: list[InvitationView]) -> Table:
    return make_table(_("Invitations"), invitation_columns(), invitations, empty=_("Nobody was invited yet."))


def invitation_columns() -> tuple[Column[InvitationView], ...]:
    """What every table of invitations shows."""
    return (
        Column[InvitationView](_("Name"), lambda row: row.display_name),
        Column[InvitationView](_("To"), lambda row: row.masked_email),
        Column[InvitationView](_("Sent"), lambda row: "–" if row.waits_for_approval else formats.moment(row.sent_at)),
        Column[InvitationView](_("By"), lambda row: row.invited_by),
        Column[InvitationView](_("State"), _invitation_state),
    )


def _invitation_state(row: InvitationView) -> Cell:
    if row.accepted_at:
        return Cell(_("accepted"), tone=words.GOOD)
    if row.withdrawn_at:
        return Cell(_("taken back"), tone=words.PLAIN)
    if row.waits_for_approval:
        return Cell(
            _("waits for a second person until %(day)s") % {"day": formats.day(row.expires_at)}, tone=words.WAIT
        )
    if row.is_open:
        return Cell(_("waits until %(day)s") % {"day": formats.day(row.expires_at)}, tone=words.WAIT)
    return Cell(_("over: invite again"), tone=words.BAD)


def invitation_fields() -> list[Field]:
    """Whom one invites."""
    return [
        Field(name="name", label=_("Name")),
        Field(name="email", label=_("E-mail address"), length_max=254),
    ]


def _forms(users: list[AccountView], invitations: list[InvitationView]) -> list[Form]:
    forms = [
        Form(
            act="invite",
            heading=_("Invite somebody"),
            button=_("Send the invitation"),
            notice=_("The person gets a code by e-mail and chooses user name and password alone."),
            fields=invitation_fields(),
        )
    ]
    waiting = tuple((str(one.id), f"{one.display_name}, {one.masked_email}") for one in invitations if one.is_open)
    if waiting:
        fields = [Field(name="invitation", label=_("Invitation"), options=waiting, select=True)]
        heading, notice = _("Take an invitation back"), _("Its code counts for nothing from now on.")
        forms.append(Form(act="take_back", heading=heading, button=_("Take back"), notice=notice, fields=fields))
    active = tuple((str(one.id), f"{one.display_name} ({one.username})") for one in users if one.is_active)
    if active:
        fields = [Field(name="user", label=_("Account"), options=active, select=True)]
        heading, notice = _("End an account"), _("The person is signed out at once. It cannot be undone.")
        forms.append(Form(act="end", heading=heading, button=_("End the account"), notice=notice, fields=fields))
    return forms


def _act(request: HttpRequest, party: Party) -> HttpResponse | dict[str, Any]:
    act = request.POST.get("act")
    if act == "take_back":
        return _take_back(request, party)
    if act == "end":
        return _end(request, party)
    invitation = InvitationRequest(
        role=party.role,
        partner_id=party.id,
        display_name=request.POST.get("name", "").strip()[:200],
        email=request.POST.get("email", "").strip()[:254],
        text=invitation_text(party.name),
    )
    (result,) = invite_users(context_of(request), [invitation], find_courier(), machine_now=datetime.now(UTC))
    if result.code.is_refusal or result.invitation_id is None:
        return {_WHERE.get(result.code, ""): refusal(result.code)}
    if result.secret:
        return by_hand_page(request, party.name, result.invitation_id, result.secret)
    return back_with(request, _("The invitation is sent."), party.where, *party.arguments)


def by_hand_page(request: HttpRequest, name: str, invitation_id: UUID, secret: str) -> HttpResponse:
    """Where no courier delivers letters: the code, once, to be handed over to the person."""
    where = request.build_absolute_uri(reverse("invitation", args=[invitation_id]))
    sheet = Sheet(
        heading=_("Hand the invitation over"),
        lead=_("No courier delivers letters here. Give both to the person yourself; they are shown this once."),
        notices=[where, grouped(secret)],
        links=[(where, _("Page of the invitation to %(name)s") % {"name": name})],
    )
    response = show_sheet(request, sheet)
    response.headers["Cache-Control"] = "no-store"
    return response


def _take_back(request: HttpRequest, party: Party) -> HttpResponse | dict[str, Any]:
    try:
        invitation_id = UUID(request.POST.get("invitation", ""))
    except ValueError:
        return {"invitation": _("Choose an invitation.")}
    (code,) = withdraw_invitations(
        context_of(request), [invitation_id], partner_id=party.id, machine_now=datetime.now(UTC)
    )
    if code.is_refusal:
        return {"invitation": refusal(code)}
    return back_with(request, _("The invitation is taken back."), party.where, *party.arguments)


def _end(request: HttpRequest, party: Party) -> HttpResponse | dict[str, Any]:
    try:
        user_id = UUID(request.POST.get("user", ""))
    except ValueError:
        return {"user": _("Choose an account.")}
    (code,) = end_accounts(context_of(request), [user_id], partner_id=party.id)
    if code.is_refusal:
        return {"user": refusal(code)}
    return back_with(request, _("The account is ended."), party.where, *party.arguments)
