"""The edge of a page: the programme's moment and the context of a write."""

from datetime import datetime

from django.http import HttpRequest

from prakerja.kit.clock import SystemClock
from prakerja.kit.context import Context
from prakerja.kit.ids import SystemIds
from prakerja.programme.queries import programme_now
from prakerja.web.visitors import actor_of, user_of

_CLOCK = SystemClock()
_IDS = SystemIds()
_KEPT_AS = "_programme_now"


def now_of(request: HttpRequest) -> datetime:
    """The programme clock's moment of this request: read once, so that a page shows one time. One query at most."""
    kept: datetime | None = getattr(request, _KEPT_AS, None)
    if kept is None:
        kept = programme_now(_CLOCK.now())
        setattr(request, _KEPT_AS, kept)
    return kept


def context_of(request: HttpRequest) -> Context:
    """The context of an operation that the signed-in user starts."""
    return Context(actor=actor_of(user_of(request)), now=now_of(request), ids=_IDS)


def anonymous_context(request: HttpRequest) -> Context:
    """The context of an operation before anybody has signed in."""
    return Context(actor="system:web", now=now_of(request), ids=_IDS)
