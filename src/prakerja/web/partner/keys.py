"""A partner's keys: see, issue (shown once), rotate with an overlap, revoke. The operations of `prakerja keys`."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.partner_api.keys import SCOPES
from prakerja.partners.errors import ApiKeyCode
from prakerja.partners.operations import ApiKeyRequest, issue_api_keys, revoke_api_keys
from prakerja.partners.queries import ApiKeyLine, list_api_keys
from prakerja.web import formats
from prakerja.web.answers import back_with, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.partner.shared import partner_id_of
from prakerja.web.refusals import refusal
from prakerja.web.shown import moment_cell
from prakerja.web.tables import Cell, Column, make_table
from prakerja.web.visitors import user_of

SCOPE_WORDS: Final[dict[str, str | Promise]] = {
    "payment": gettext_lazy("Payments"),
    "redeem": gettext_lazy("Redeem codes and presence"),
    "learning": gettext_lazy("Tasks and feedback"),
    "catalogue": gettext_lazy("Courses to propose"),
    "sign_on": gettext_lazy("Signing in with Prakerja"),
}
LIVES: Final = ("30", "90", "365")
LIVE_KEYS_MAX: Final = 2


@requires(Permission.MANAGE_KEYS)
@require_http_methods(["GET"])
def keys(request: HttpRequest) -> HttpResponse:
    """Live keys with what can be done, and the earlier ones."""
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, error: str = "") -> HttpResponse:
    lines, now = list_api_keys(partner_id_of(request)), now_of(request)
    live = [line for line in lines if is_live(line, request)]
    earlier = make_table(
        _("Earlier keys"),
        (
            Column[ApiKeyLine](_("Key"), lambda row: Cell(row.client_code, long=True)),
            Column[ApiKeyLine](_("Issued"), lambda row: formats.moment(row.created_at)),
            Column[ApiKeyLine](_("Ended"), lambda row: formats.moment(row.revoked_at or row.expires_at)),
            Column[ApiKeyLine](_("Last use"), lambda row: moment_cell(row.last_used_at)),
        ),
        [line for line in lines if line not in live],
        empty=_("No key has ended yet."),
    )
    return show(
        request,
        "partner/keys",
        status=status,
        error=error,
        live=[(line, scope_text(line)) for line in live],
        may_issue=len(live) < LIVE_KEYS_MAX,
        may_rotate=len(live) == 1,
        scopes=[(scope, SCOPE_WORDS[scope]) for scope in SCOPES[user_of(request).role]],
        lives=LIVES,
        earlier=earlier,
        now=now,
    )


def is_live(line: ApiKeyLine, request: HttpRequest) -> bool:
    """Whether a key signs calls now."""
    return line.revoked_at is None and line.expires_at > now_of(request)


def scope_text(line: ApiKeyLine) -> str:
    """What a key is for, in words."""
    return ", ".join(str(SCOPE_WORDS[scope]) for scope in line.scopes) or _("everything")


@requires(Permission.MANAGE_KEYS)
@require_http_methods(["POST"])
def issue_key(request: HttpRequest) -> HttpResponse:
    """Issue a key and show it, here and never again. `live`: how many the partner saw, so that two taps make one."""
    role, partner_id = user_of(request).role, partner_id_of(request)
    scopes, days = request.POST.getlist("scope"), request.POST.get("days", "")
    live = [line for line in list_api_keys(partner_id) if is_live(line, request)]
    if not set(scopes) <= set(SCOPES[role]) or days not in LIVES:
        return _page(request, status=422, error=_("Choose what the key is for and how long it lives."))
    if request.POST.get("live") != str(len(live)):
        return _page(request, status=409, error=_("The list of keys has changed meanwhile. Look at it, then decide."))
    context = context_of(request)
    request_of_key = ApiKeyRequest(
        partner_role=role,
        partner_id=partner_id,
        expires_at=context.now + timedelta(days=int(days)),
        # All of them are the same as none: a key for everything.
        scopes=() if len(scopes) == len(SCOPES[role]) else tuple(scopes),
    )
    (issued,) = issue_api_keys(context, [request_of_key])
    if issued.code.is_refusal:
        return _page(request, status=409, error=refusal(issued.code))
    response = show(request, "partner/key_issued", issued=issued, expires_at=request_of_key.expires_at, live=len(live))
    response.headers["Cache-Control"] = "no-store"
    return response


@requires(Permission.MANAGE_KEYS)
@require_http_methods(["GET", "POST"])
def revoke_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Say what revoking does, then do it. Another partner's key is none."""
    lines = list_api_keys(partner_id_of(request))
    found = next((line for line in lines if line.id == key_id), None)
    if found is None:
        raise Http404
    others = [line for line in lines if line.id != key_id and is_live(line, request)]
    if request.method == "GET":
        return show(request, "partner/key_revoke", key=found, is_last=not others, back=reverse("keys"))
    (result,) = revoke_api_keys(context_of(request), [key_id])
    if result.code not in {ApiKeyCode.OK, ApiKeyCode.ALREADY_REVOKED}:
        return back_with(request, refusal(result.code), "keys", good=False)
    return back_with(request, _("The key is revoked: from now on no call is accepted with it."), "keys")
