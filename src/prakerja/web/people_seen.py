"""Whose data a page shows: a view says it, and the answer leaves only when it is recorded.

A view that shows a person to somebody else calls `note_people`; what a person sees of itself is not noted. Figures,
partners' own sales and statements show codes and amounts, no person.
"""

from collections.abc import Callable, Iterable
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from prakerja.access.operations import PageView, record_page_views
from prakerja.oversight.queries.people import list_people_of
from prakerja.web.clock import context_of
from prakerja.web.visitors import user_of

_NOTED: Final = "_people_seen"
_REDIRECTS, _FAILURES = range(300, 400), range(500, 600)


def note_people(request: HttpRequest, people: Iterable[tuple[int, UUID]]) -> None:
    """The page shows these people (lane and applicant id)."""
    noted: list[tuple[int, UUID]] = getattr(request, _NOTED, [])
    setattr(request, _NOTED, [*noted, *people])


def note_people_of(request: HttpRequest, subject_ids: Iterable[UUID]) -> None:
    """The page shows the people to whom these rows belong: participants, cards, purchases and the like. One query."""
    ids = list(subject_ids)
    if ids:
        note_people(request, list_people_of(ids))


def people_seen(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: record what was noted before the answer leaves. When the log cannot be written, nothing is shown."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        people: list[tuple[int, UUID]] = getattr(request, _NOTED, [])
        shown = response.status_code not in _REDIRECTS and response.status_code not in _FAILURES
        if people and shown:
            user, match = user_of(request), request.resolver_match
            page = "" if match is None else str(match.route)
            record_page_views(context_of(request), [PageView(user.id, user.role, page, people)])
        return response

    return middleware
