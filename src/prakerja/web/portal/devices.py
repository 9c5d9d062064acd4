"""The random number by which a device is known again during sign-ups: in a first-party cookie, and nowhere readable.

Purpose (UU 27/2022): to see when one device signs many people up with borrowed identities. It says nothing about the
person, no script reads it, and whoever refuses cookies signs up all the same. Set with the consent, never before.
"""

import secrets
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from prakerja.participants.operations.sign_up_traces import DEVICE_DAYS

_COOKIE: Final = "perangkat"
_TOKEN_BYTES: Final = 16


def device_of(request: HttpRequest) -> str | None:
    """The number that the browser brings, or None."""
    return request.COOKIES.get(_COOKIE)


def new_device() -> str:
    """A number for a device that has none."""
    return secrets.token_hex(_TOKEN_BYTES)


def keep_device(response: HttpResponse, device: str) -> HttpResponse:
    """The answer with the device's number in a cookie, for as long as it is kept here."""
    response.set_cookie(
        _COOKIE,
        device,
        max_age=DEVICE_DAYS * 24 * 60 * 60,
        path="/sign-up/",
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )
    return response
