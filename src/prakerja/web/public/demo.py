"""Sign in as anyone with one click: in the demo only. A production deployment refuses to start as a demo."""

from dataclasses import dataclass

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import for_everyone
from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit.settings import get_settings
from prakerja.oversight.queries.demo import find_somebody
from prakerja.web.answers import back_with, show
from prakerja.web.clock import anonymous_context, now_of
from prakerja.web.visitors import home_of

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One button of the page: the role, and whom it stands for (empty: an office of its own)."""

    code: str
    role: Role
    title: str | Promise
    to_do: str | Promise
    somebody: str = ""


ACCOUNTS = (
    DemoAccount("joining", Role.PARTICIPANT, _("Applicant, ready to join"), _("Join the open wave."), "joining"),
    DemoAccount(
        "buying",
        Role.PARTICIPANT,
        _("Participant before the first purchase"),
        _("See card, balance and deadline."),
        "buying",
    ),
    DemoAccount(
        "learning",
        Role.PARTICIPANT,
        _("Participant in class"),
        _("See the redeem code and when it counts."),
        "learning",
    ),
    DemoAccount(
        "reviewing",
        Role.PARTICIPANT,
        _("Participant with a certificate"),
        _("Write the review that opens the incentives."),
        "reviewing",
    ),
    DemoAccount(
        "paid", Role.PARTICIPANT, _("Participant with incentives"), _("Follow the money to the account."), "paid"
    ),
    DemoAccount(
        "private_platform",
        Role.PLATFORM,
        _("Private platform"),
        _("See sales, fees and money due."),
        "private_platform",
    ),
    DemoAccount(
        "government_platform",
        Role.PLATFORM,
        _("Government platform"),
        _("See sales without any fee."),
        "government_platform",
    ),
    DemoAccount(
        "institution",
        Role.INSTITUTION,
        _("Training institution"),
        _("Redeem a code and open the class."),
        "institution",
    ),
    DemoAccount(
        "labour_office", Role.LABOUR_OFFICE, _("Labour office"), _("Check and publish a worker list."), "labour_office"
    ),
    DemoAccount("ministry", Role.MINISTRY, _("Ministry"), _("Send assisted registrations on, and see coverage.")),
    DemoAccount(
        "programme_office", Role.PROGRAMME_OFFICE, _("Programme office"), _("Follow every figure to its rows.")
    ),
    DemoAccount("approver", Role.APPROVER, _("Approver"), _("Give the second signature to a settlement or a decree.")),
    DemoAccount(
        "seal_keeper",
        Role.SEAL_KEEPER,
        _("Keeper of a sealed seed"),
        _("Make a seal for a draw, offline, and hand it in."),
        "seal_keeper",
    ),
    DemoAccount("auditor", Role.AUDITOR, _("Auditor"), _("Run the checks and follow a purchase through the books.")),
)
_BY_CODE = {account.code: account for account in ACCOUNTS}


@for_everyone
@require_http_methods(["GET", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """The buttons; a POST signs in. Outside the demo there is no such page."""
    if not get_settings().demo:
        raise Http404
    if request.method == "GET":
        return show(request, "public/demo", accounts=ACCOUNTS)
    account = _BY_CODE.get(request.POST.get("account", ""))
    if account is None:
        raise Http404
    somebody = find_somebody(account.somebody, now=now_of(request)) if account.somebody else None
    if account.somebody and somebody is None:
        return back_with(
            request, _("Nobody fits this role on this day of the programme. Try another one."), "demo", good=False
        )
    username = f"demo-{account.code}-{somebody.subject_id.hex[-12:]}" if somebody else f"demo-{account.code}"
    user = find_user(username)
    if user is None:
        is_person = account.role == Role.PARTICIPANT
        is_partner = account.role in (Role.PLATFORM, Role.INSTITUTION)
        create_users(
            anonymous_context(request),
            [
                UserRequest(
                    username=username,
                    display_name=somebody.name if somebody else str(account.title),
                    role=account.role,
                    applicant_id=somebody.subject_id if somebody and is_person else None,
                    applicant_lane=somebody.lane if somebody and is_person else None,
                    partner_id=somebody.subject_id if somebody and is_partner else None,
                    labour_office_id=somebody.subject_id if somebody and account.role == Role.LABOUR_OFFICE else None,
                    seal_keeper_id=somebody.subject_id if somebody and account.role == Role.SEAL_KEEPER else None,
                )
            ],
        )
        user = find_user(username)
    login(request, user, backend=_BACKEND)
    return redirect(home_of(account.role))
