"""The page to which an institution sends its participant: show to be present, then back with the state."""

from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.partner_api.face_check import find_face_check
from prakerja.partner_api.presence import PresenceCode, PresenceView, complete_presence, find_presence
from prakerja.web.answers import form_may_lead_to, show
from prakerja.web.clock import context_of
from prakerja.web.portal.views import person_of

Refusal = tuple[int, str | Promise, str | Promise]

# Status, what is wrong, and what to do.
REFUSALS: Final[dict[str, Refusal]] = {
    PresenceCode.LINK_UNKNOWN.value: (
        404,
        _("This link does not exist"),
        _("Go back to your institution's page and open the link from there again."),
    ),
    PresenceCode.LINK_USED.value: (
        410,
        _("This link was used already"),
        _("Your presence is recorded. For the next session your institution gives you a new link."),
    ),
    PresenceCode.LINK_EXPIRED.value: (
        410,
        _("This link is too old"),
        _("Go back to your institution's page and ask for a new link: each one lives two hours."),
    ),
    PresenceCode.ANOTHER_PERSON.value: (
        403,
        _("This link is for another participant"),
        _("Sign out, and sign in with the account that bought this training."),
    ),
    PresenceCode.VOIDED.value: (
        409,
        _("This purchase was voided"),
        _("The money is back on your card. Buy the training again before you attend it."),
    ),
    PresenceCode.CLOSED.value: (
        409,
        _("This training is closed"),
        _("Redeem the code at its first session; a class that was reported takes no more presence."),
    ),
    PresenceCode.OUTSIDE_THE_WINDOW.value: (
        409,
        _("It is too early or too late for this session"),
        _("Presence counts only around the start of the session. Look at the times of your class."),
    ),
    PresenceCode.NO_PRESENCE.value: (
        422,
        _("Your face was not recognised"),
        _("Open the link again and try once more, in good light."),
    ),
}


@requires(Permission.SEE_OWN_CARD)
@require_http_methods(["GET", "POST"])
def presence(request: HttpRequest, token: str) -> HttpResponse:
    """Show the session; a POST records presence and sends the browser back to the institution."""
    participant_id = person_of(request).participant_id
    view = find_presence(token)
    machine_now = datetime.now(UTC)
    code = _refusal_before(view, machine_now)
    if view is None or code is not None:
        return _refused(request, code or PresenceCode.LINK_UNKNOWN, view)
    if view.participant_id != participant_id:
        return _refused(request, PresenceCode.ANOTHER_PERSON, None)
    face_check = find_face_check()
    if request.method == "GET" or face_check is None:
        response = show(request, "portal/presence", presence=view, face_check=face_check)
        return form_may_lead_to(response, view.redirect_uri)
    if not face_check.matches(view.participant_id, request.POST.get("face", "")):
        return _refused(request, PresenceCode.NO_PRESENCE, view)
    done = complete_presence(
        context_of(request), token, participant_id, presence=face_check.name, machine_now=machine_now
    )
    if done is not PresenceCode.OK:
        return _refused(request, done, view)
    return HttpResponseRedirect(view.way_back)


def _refusal_before(view: PresenceView | None, machine_now: datetime) -> PresenceCode | None:
    if view is None:
        return PresenceCode.LINK_UNKNOWN
    if view.used_at is not None:
        return PresenceCode.LINK_USED
    return PresenceCode.LINK_EXPIRED if view.expires_at <= machine_now else None


def _refused(request: HttpRequest, code: PresenceCode, view: PresenceView | None) -> HttpResponse:
    status, title, advice = REFUSALS[code.value]
    return show(request, "portal/presence_refused", status=status, title=title, advice=advice, presence=view)
