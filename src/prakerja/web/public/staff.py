"""Staff and partners: password, then the second factor. Nobody gets a session by a password alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from prakerja.access.errors import SecondFactorCode
from prakerja.access.guards import for_everyone
from prakerja.access.models import User
from prakerja.access.operations import (
    begin_second_factor,
    confirm_second_factor,
    spend_attempts,
    use_second_factor,
)
from prakerja.access.operations.attempts import Budget, attempts_are_left, forget_attempts
from prakerja.access.operations.second_factors import provisioning_uri
from prakerja.access.queries import find_user_by_id, has_second_factor
from prakerja.access.roles import Role
from prakerja.web.answers import show
from prakerja.web.clock import anonymous_context
from prakerja.web.fields import Field
from prakerja.web.formats import grouped
from prakerja.web.public.sign_in import BACKEND, address_of, code_field, next_of
from prakerja.web.refusals import refusal
from prakerja.web.visitors import actor_of, home_of

WRONG_PASSWORDS: Final = Budget("wrong passwords of a name", 10, timedelta(minutes=15))
WRONG_OF_AN_ADDRESS: Final = Budget("wrong passwords of an address", 100, timedelta(minutes=15))
STAFF_SESSION: Final = timedelta(hours=10)
_PENDING: Final = timedelta(minutes=15)


@for_everyone
@never_cache
@require_http_methods(["GET", "POST"])
def staff_sign_in(request: HttpRequest) -> HttpResponse:
    """User name and password; the second factor is asked on the next page."""
    if request.user.is_authenticated:
        return redirect(home_of(request.user.role))
    if request.method == "GET":
        return _password_page(request)
    name, now = request.POST.get("username", "").strip()[:150], datetime.now(UTC)
    within = attempts_are_left(WRONG_PASSWORDS, name, machine_now=now) and attempts_are_left(
        WRONG_OF_AN_ADDRESS, address_of(request), machine_now=now
    )
    if not within:
        return _password_page(request, name, _("Too many wrong passwords. Wait 15 minutes, then try again."))
    user = authenticate(request, username=name, password=request.POST.get("password", ""))
    if not isinstance(user, User) or user.role == Role.PARTICIPANT:
        spend_attempts(WRONG_PASSWORDS, [name], machine_now=now)
        spend_attempts(WRONG_OF_AN_ADDRESS, [address_of(request)], machine_now=now)
        wrong = _("User name and password do not belong together. Check both; capital letters count.")
        return _password_page(request, name, wrong)
    forget_attempts(WRONG_PASSWORDS, [name])
    begin_session(request, user.id, machine_now=now)
    return redirect("second_factor" if has_second_factor(user.id) else "set_up_second_factor")


def begin_session(request: HttpRequest, user_id: UUID, *, machine_now: datetime) -> None:
    """Remember for a while who has given the right password; the second factor opens the session."""
    request.session["pending"] = {
        "user_id": str(user_id),
        "until": (machine_now + _PENDING).isoformat(),
        "next": next_of(request),
    }


def _password_page(request: HttpRequest, name: str = "", error: str = "") -> HttpResponse:
    return show(
        request,
        "public/staff_sign_in",
        status=422 if error else 200,
        error=error,
        name=name,
        next=next_of(request),
    )


def _pending(request: HttpRequest) -> User | None:
    """Who has given the right password a moment ago."""
    kept = request.session.get("pending")
    if kept is None or datetime.fromisoformat(kept["until"]) <= datetime.now(UTC):
        return None
    return find_user_by_id(UUID(kept["user_id"]))


def _let_in(request: HttpRequest, user: User) -> str:
    kept = request.session.pop("pending")
    login(request, user, backend=BACKEND)
    request.session.set_expiry(STAFF_SESSION)
    return next_of(request, kept["next"]) or home_of(user.role)


@for_everyone
@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """A code of the authenticator app, or a recovery code."""
    user = _pending(request)
    if user is None:
        return redirect("staff_sign_in")
    field = Field("code", _("Code of your authenticator app, or a recovery code"), autocomplete="one-time-code")
    field = replace(field, length_max=20)
    if request.method == "GET":
        return show(request, "public/second_factor", field=field)
    context = anonymous_context(request).acting_as(actor_of(user))
    typed = request.POST.get("code", "")
    code = use_second_factor(context, user.id, typed, machine_now=datetime.now(UTC))
    if code is SecondFactorCode.OK:
        return redirect(_let_in(request, user))
    return show(request, "public/second_factor", status=422, field=replace(field, error=refusal(code)))


@for_everyone
@never_cache
@require_http_methods(["GET", "POST"])
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    """The first sign-in: the secret as a QR code, confirmed by a code, then the recovery codes once."""
    user = _pending(request)
    if user is None:
        return redirect("staff_sign_in")
    context = anonymous_context(request).acting_as(actor_of(user))
    if request.method == "POST" and request.POST.get("begin"):
        begun, secret = begin_second_factor(context, user.id)
        return redirect("second_factor") if begun.is_refusal else _secret_page(request, user, secret)
    if request.method == "POST":
        typed = request.POST.get("code", "")
        confirmed = confirm_second_factor(context, user.id, typed, machine_now=datetime.now(UTC))
        if not confirmed.code.is_refusal:
            onward = _let_in(request, user)
            codes = [grouped(code) for code in confirmed.recovery_codes]
            return show(request, "public/recovery_codes", codes=codes, onward=onward)
        begun, secret = begin_second_factor(context, user.id)
        if begun.is_refusal:
            return redirect("second_factor")
        return _secret_page(request, user, secret, refusal(confirmed.code))
    return show(request, "public/second_factor_begin")


def _secret_page(request: HttpRequest, user: User, secret: str, error: str = "") -> HttpResponse:
    from base64 import b32encode

    import segno

    plain = b32encode(bytes.fromhex(secret)).decode()
    picture = segno.make_qr(provisioning_uri(secret, user.username), error="m")
    return show(
        request,
        "public/second_factor_set_up",
        status=422 if error else 200,
        field=code_field(error=error),
        picture=picture.svg_data_uri(scale=4, border=4),
        secret=grouped(plain),
    )
