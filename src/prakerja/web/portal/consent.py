"""The page on which a person agrees to show a profile to a partner."""

from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.partner_api.sign_on import agree
from prakerja.partner_api.sign_on_calls import find_consent
from prakerja.web.answers import form_may_lead_to, show
from prakerja.web.clock import context_of
from prakerja.web.portal.views import person_of

WORDS: Final[dict[str, str | Promise]] = {
    "name": _("Your name"),
    "email": _("Your e-mail address"),
    "prakerjaid": _("The number of your Prakerja card"),
    "notelp": _("Your phone number"),
}


@requires(Permission.SEE_OWN_CARD)
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """Ask; a POST sends the browser back to the partner, with a code or with the refusal."""
    asked = find_consent({name: str(value) for name, value in request.GET.items()})
    if asked is None:
        return show(request, "portal/consent_refused", status=400)
    if request.method == "GET":
        words = [WORDS[word] for word in asked.words]
        response = show(request, "portal/consent", consent=asked, words=words)
        return form_may_lead_to(response, asked.redirect_uri)
    if request.POST.get("answer") != "agree":
        return HttpResponseRedirect(asked.way_back(error="access_denied"))
    person = person_of(request)
    code = agree(
        context_of(request),
        lane=person.lane,
        applicant_id=person.applicant_id,
        partner_id=asked.partner_id,
        redirect_uri=asked.redirect_uri,
        scope=" ".join(asked.words),
        machine_now=datetime.now(UTC),
    )
    return HttpResponseRedirect(asked.way_back(code=code))
