"""Signing in: participants by a code to an e-mail address or a phone; `staff.py` has the way of everybody else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth import login, views
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from prakerja.access.errors import CheckCode, SendCode
from prakerja.access.guards import for_everyone
from prakerja.access.messages import find_courier, list_sandbox_letters
from prakerja.access.operations import CodeCheck, CodeRequest, open_accounts_by_code, send_codes
from prakerja.access.queries import ContactOfCode, find_code_contact, find_user_by_id
from prakerja.kit.contacts import kind_of
from prakerja.kit.settings import get_settings
from prakerja.web.answers import show
from prakerja.web.clock import anonymous_context
from prakerja.web.fields import Field
from prakerja.web.refusals import refusal
from prakerja.web.visitors import home_of

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
# Phones are lent and lost: a participant's session ends after a day, staff's after a working day.
PARTICIPANT_SESSION: Final = timedelta(days=1)
_sign_out = views.LogoutView.as_view(next_page=reverse_lazy("home"))


def address_of(request: HttpRequest) -> str:
    """The network address that asks; the server takes it from the proxy that it trusts."""
    return str(request.META.get("REMOTE_ADDR", ""))


def next_of(request: HttpRequest, kept: str = "") -> str:
    """Where a person was going: an address of this site, or nothing."""
    asked = request.POST.get("next") or request.GET.get("next") or kept
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else ""


@for_everyone
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an e-mail address or a phone number and send a code. The answer is the same for everybody."""
    if request.user.is_authenticated:
        return redirect(home_of(request.user.role))
    field = Field("contact", _("E-mail address or mobile phone number"), hint=_("You get a code of six digits there."))
    field = replace(field, autocomplete="username", length_max=254)
    if request.method == "GET":
        return show(request, "public/sign_in", field=field, next=next_of(request), demo=get_settings().demo)
    typed = request.POST.get("contact", "").strip()
    (sent,) = send_codes(
        anonymous_context(request),
        [CodeRequest("sign_in", kind_of(typed), typed, code_text(), address_of(request))],
        find_courier(),
        machine_now=datetime.now(UTC),
    )
    if sent.code is SendCode.OK:
        request.session["sign_in"] = {"code_id": str(sent.code_id), "next": next_of(request)}
        return redirect("sign_in_code")
    field = replace(field, value=typed, error=refusal(sent.code))
    return show(request, "public/sign_in", status=422, field=field, next=next_of(request), demo=get_settings().demo)


def code_text() -> str:
    """The text around a code; it says what to do with it, and what never to do."""
    return _("Prakerja: your code is valid for 10 minutes. Give it to nobody, our staff never ask for it. Code: {code}")


@for_everyone
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code and sign in; whoever is new gets an account by it."""
    kept = request.session.get("sign_in")
    contact = None if kept is None else find_code_contact(UUID(kept["code_id"]))
    if kept is None or contact is None:
        return redirect("sign_in")
    if request.method == "GET":
        return _code_page(request, contact)
    check = CodeCheck(UUID(kept["code_id"]), "sign_in", request.POST.get("code", ""))
    (opened,) = open_accounts_by_code(anonymous_context(request), [check], machine_now=datetime.now(UTC))
    user = None if opened.user_id is None else find_user_by_id(opened.user_id)
    if user is None:
        code = opened.code if opened.code.is_refusal else CheckCode.CODE_EXPIRED
        return _code_page(request, contact, error=refusal(code), typed=request.POST.get("code", ""))
    del request.session["sign_in"]
    login(request, user, backend=BACKEND)
    request.session.set_expiry(PARTICIPANT_SESSION)
    return redirect(next_of(request, kept["next"]) or home_of(user.role))


def _code_page(request: HttpRequest, contact: ContactOfCode, *, error: str = "", typed: str = "") -> HttpResponse:
    return show(
        request,
        "public/code",
        status=422 if error else 200,
        field=code_field(typed, error),
        contact=contact.masked,
        letters=sandbox_letters(contact.kind, contact.plain),
        again_href=reverse("sign_in"),
        trail=reverse("sign_in"),
    )


def code_field(typed: str = "", error: str = "") -> Field:
    """The field of a code: digits, filled in by the phone itself where it can."""
    return Field(
        "code",
        _("Code of six digits"),
        value=typed,
        error=error,
        inputmode="numeric",
        autocomplete="one-time-code",
        length_max=12,
    )


def sandbox_letters(kind: str, contact: str) -> list[str]:
    """What the sandbox sent to a contact last; nothing in production."""
    if get_settings().deployment != "sandbox":
        return []
    return [letter.text for letter in list_sandbox_letters((kind, contact), most=1)]


@for_everyone
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Log-out, by POST only."""
    return _sign_out(request)
