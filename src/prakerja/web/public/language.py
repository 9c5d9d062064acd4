"""The language of the pages, kept in a cookie."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.i18n import set_language as _set_language

from prakerja.access.guards import for_everyone


@for_everyone
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Change the language (POST) and go back to the page."""
    return _set_language(request)
