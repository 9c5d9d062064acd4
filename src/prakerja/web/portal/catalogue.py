"""The catalogue as a card's holder sees it: a regular card buys offline classes only (SCHEME-04)."""

from django.http import HttpRequest, HttpResponse

from prakerja.access.guards import requires
from prakerja.access.permissions import Permission
from prakerja.oversight.queries import portal
from prakerja.web.answers import show
from prakerja.web.portal.views import person_of
from prakerja.web.public.catalogue import find


@requires(Permission.SEE_OWN_CARD)
def my_catalogue(request: HttpRequest) -> HttpResponse:
    """Search by the channel of the own card. Who has no card yet sees what a digital one would buy."""
    person = person_of(request)
    channel = "digital"
    if person.participant_id is not None:
        channel = portal.get_participation(lane=person.lane, participant_id=person.participant_id).channel
    return show(request, "portal/catalogue", found=find(request, channel=channel), channel=channel)
