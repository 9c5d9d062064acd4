"""The one way in which a page asks for a permission.

A page declares its need with `@requires(Permission.…)`; the table of URL and role in the tests requests every page as
every role.
"""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from prakerja.access.permissions import Permission, may
from prakerja.access.roles import Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def requires(*permissions: Permission) -> Callable[[View[P]], View[P]]:
    """The view is for users whose role holds any of the permissions.

    Who has not signed in is sent to the log-in page, who may not gets status 403, and a participant whose identity is
    not confirmed yet is led to the sign-up, whose pages alone ask for `SIGN_UP`. The wrapped view carries the
    permissions as `permissions`, so that navigation and tests read the same declaration.
    """

    def decorate(view: View[P]) -> View[P]:
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not any(may(request.user.role, permission) for permission in permissions):
                raise PermissionDenied
            is_nobody_yet = request.user.role == Role.PARTICIPANT and request.user.applicant_id is None
            if is_nobody_yet and Permission.SIGN_UP not in permissions:
                return redirect(settings.SIGN_UP_URL)
            return view(request, *args, **kwargs)

        return _declare(update_wrapper(guarded, view), permissions)

    return decorate


def for_everyone(view: View[P]) -> View[P]:
    """Declares that a view asks for nothing; a view without any declaration fails the tests."""
    return _declare(view, ())


def _declare(view: View[P], permissions: tuple[Permission, ...]) -> View[P]:
    view.permissions = permissions  # type: ignore[attr-defined]
    return view
