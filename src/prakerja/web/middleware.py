"""The language of a page, Bahasa Indonesia until a person has chosen another one; and the log of who sees whom."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from prakerja.web.people_seen import people_seen


def web(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the cookie decides, not the browser's own language, which on many phones nobody has ever set."""
    recorded = people_seen(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE
        return recorded(request)

    return middleware
