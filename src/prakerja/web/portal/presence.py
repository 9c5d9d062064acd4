"""The page to which an institution sends its participant: show to be present, then back with the state.

Each way in which it ends early has a page of its own that says what to do. Nothing of a class is shown to anybody but
its participant.
"""

from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission, may
from prakerja.kit.clock import jakarta_date
from prakerja.partner_api.face_check import find_face_check
from prakerja.partner_api.presence import PresenceCode, PresenceView, complete_presence, find_presence, is_within_window
from prakerja.partner_api.queries import CodeFacts, find_codes
from prakerja.programme.queries import get_regime_book
from prakerja.web.answers import form_may_lead_to, show
from prakerja.web.clock import context_of, now_of
from prakerja.web.portal.views import person_of

Refusal = tuple[int, str | Promise, str | Promise]

WRONG_ACCOUNT: Final = "wrong_account"
TOO_EARLY: Final = "too_early"
TOO_LATE: Final = "too_late"
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
    WRONG_ACCOUNT: (
        403,
        _("You are signed in with an account that takes part in no training"),
        _("This link is for a participant. Sign out, and sign in with your own account as a participant."),
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
    TOO_EARLY: (
        409,
        _("It is too early for this session"),
        _("Come back when the check opens; this link waits for you, or your institution gives you a new one."),
    ),
    TOO_LATE: (
        409,
        _("It is too late for this session"),
        _("Presence counts around the start of the session only. Ask your institution about the other sessions."),
    ),
    PresenceCode.NO_PRESENCE.value: (
        422,
        _("Your face was not recognised"),
        _("Open the link again and try once more, in good light."),
    ),
}
# After these the right account helps: the page offers to sign out and come back to the link.
_ACCOUNTS: Final = {PresenceCode.ANOTHER_PERSON.value, WRONG_ACCOUNT}
_SELF_PACED: Final = 2


def presence(request: HttpRequest, token: str) -> HttpResponseBase:
    """As below; who is signed in as somebody else than a participant is told so."""
    if request.user.is_authenticated and not may(request.user.role, Permission.SEE_OWN_CARD):
        return _refused(request, WRONG_ACCOUNT, None)
    return _presence(request, token)


@requires(Permission.SEE_OWN_CARD)
@require_http_methods(["GET", "POST"])
def _presence(request: HttpRequest, token: str) -> HttpResponse:
    """Show the session; a POST records presence and sends the browser back to the institution."""
    participant_id, view = person_of(request).participant_id, find_presence(token)
    if view is None:
        return _refused(request, PresenceCode.LINK_UNKNOWN.value, None)
    if view.participant_id != participant_id:
        return _refused(request, PresenceCode.ANOTHER_PERSON.value, None)
    facts = find_codes([(view.redeem_code, view.sequence)])[0]
    code = _refusal_before(view, facts, machine_now=datetime.now(UTC), now=now_of(request))
    if code is not None:
        return _refused(request, code, view, facts)
    return _show_face(request, token, view, facts)


def _show_face(request: HttpRequest, token: str, view: PresenceView, facts: CodeFacts | None) -> HttpResponse:
    face_check = find_face_check()
    if request.method == "GET" or face_check is None:
        response = show(request, "portal/presence", presence=view, face_check=face_check)
        return form_may_lead_to(response, view.redirect_uri)
    if not face_check.matches(view.participant_id, request.POST.get("face", "")):
        return _refused(request, PresenceCode.NO_PRESENCE.value, view)
    done = complete_presence(
        context_of(request), token, view.participant_id, presence=face_check.name, machine_now=datetime.now(UTC)
    )
    if done is PresenceCode.OK:
        return HttpResponseRedirect(view.way_back)
    code = _side_of(facts, now_of(request)) if done is PresenceCode.OUTSIDE_THE_WINDOW else done.value
    return _refused(request, code, view, facts)


# The address carries the declaration of the view that it guards.
update_wrapper(presence, _presence)


def _refusal_before(view: PresenceView, facts: CodeFacts | None, *, machine_now: datetime, now: datetime) -> str | None:
    """What can be said before a face is shown; the operation decides all of it again."""
    if view.used_at is not None:
        return PresenceCode.LINK_USED.value
    if view.expires_at <= machine_now:
        return PresenceCode.LINK_EXPIRED.value
    if facts is not None and facts.state in {"paid", "redeemed"} and not is_within_window(facts, now):
        return _side_of(facts, now)
    return None


def _side_of(facts: CodeFacts | None, now: datetime) -> str:
    opens_at = None if facts is None else window_of(facts)[0]
    return TOO_EARLY if opens_at is not None and now < opens_at else TOO_LATE


def window_of(facts: CodeFacts) -> tuple[datetime | None, datetime | None]:
    """When presence counts for a session, by the regime of the day of the purchase; None: that side is open.

    Rule: LEARN-01.
    """
    if facts.training_type == _SELF_PACED:
        return facts.starts_at, facts.ends_at
    starts_at = facts.session_starts_at or facts.starts_at
    regime = get_regime_book().on(jakarta_date(facts.paid_at))
    before, after = regime.redeem_before_minutes, regime.redeem_after_minutes
    return (
        None if before is None else starts_at - timedelta(minutes=before),
        None if after is None else starts_at + timedelta(minutes=after),
    )


def _refused(
    request: HttpRequest, code: str, view: PresenceView | None, facts: CodeFacts | None = None
) -> HttpResponse:
    status, title, advice = REFUSALS[code]
    opens_at, closed_at = (None, None) if facts is None else window_of(facts)
    return show(
        request,
        "portal/presence_refused",
        status=status,
        title=title,
        advice=advice,
        presence=view,
        opens_at=opens_at if code == TOO_EARLY else None,
        closed_at=closed_at if code == TOO_LATE else None,
        sign_in_again=code in _ACCOUNTS,
        try_again=code in {PresenceCode.NO_PRESENCE.value, TOO_EARLY},
        # The browser may have lost its way after the check: what the institution waits for goes with it once more.
        way_back=view.way_back if view is not None and code == PresenceCode.LINK_USED.value else "",
    )
