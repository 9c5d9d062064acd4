"""Django's admin as a window on the tables: our log-in, and no address that writes."""

from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from prakerja.access.models import User
from prakerja.access.permissions import Permission, may

# A password is changed elsewhere, and nothing is completed from a form. Log-out stays, since Django looks it up.
_LEFT_OUT = frozenset({"password_change", "password_change_done", "autocomplete"})


class TablesSite(AdminSite):
    """For whoever may read tables."""

    site_header = _("Tables")
    site_title = _("Tables")
    index_title = _("Every table, to look at")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the user's role may read tables."""
        return isinstance(request.user, User) and may(request.user.role, Permission.READ_TABLES)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ANN401, ARG002 - Django's signature
        """Who is signed in without the permission stays outside; everyone else signs in on our page.

        Raises:
            PermissionDenied: the role may not read tables.
        """
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect("sign_in")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's own addresses but for those that would write."""
        return [entry for entry in super().get_urls() if getattr(entry, "name", "") not in _LEFT_OUT]
