"""E-mail addresses and phone numbers as people type them: one written form, its blind indexes, one masked form."""

import re
from typing import Final

from prakerja.kit.crypto import blind_indexes

EMAIL: Final = "email"
PHONE: Final = "phone"
KINDS: Final = frozenset({EMAIL, PHONE})
_EMAIL_LENGTH_MAX: Final = 254
_EMAIL: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
# Mobile numbers of Indonesia behind the country code: 8 and 8 to 11 more digits.
_MOBILE: Final = re.compile(r"628\d{8,11}")
# What people type between the digits of a number.
_NOISE: Final = {ord(c): None for c in " .-()\t\n\u00a0"}


def digits_only(text: str) -> str:
    """A number as people type it (spaces, dots, hyphens) without those."""
    return text if text.isdecimal() else text.translate(_NOISE)


def plain_phone(text: str) -> str:
    """A phone number behind its country code: 0812 and +62 812 are both 62812."""
    digits = digits_only(text).lstrip("+")
    return "62" + digits[1:] if digits.startswith("0") else digits


def plain_email(text: str) -> str:
    """An e-mail address in small letters without spaces around it."""
    return text.strip().casefold()


def plain_contact(kind: str, text: str) -> str:
    """The one written form of a contact."""
    return plain_phone(text) if kind == PHONE else plain_email(text)


def kind_of(text: str) -> str:
    """Whether somebody typed an e-mail address or a phone number."""
    return EMAIL if "@" in text else PHONE


def contact_is_possible(kind: str, text: str) -> bool:
    """Whether it can be written to at all: form only."""
    plain = plain_contact(kind, text)
    if kind == PHONE:
        return plain.isascii() and _MOBILE.fullmatch(plain) is not None
    return len(plain) <= _EMAIL_LENGTH_MAX and plain.isprintable() and _EMAIL.fullmatch(plain) is not None


def contact_indexes(kind: str, text: str) -> list[bytes]:
    """The blind indexes under which a contact may stand."""
    return blind_indexes(plain_contact(kind, text), purpose=kind)


def masked_contact(kind: str, text: str) -> str:
    """As screens show it: b•••@contoh.id, +62 8•• ••• 123."""
    plain = plain_contact(kind, text)
    if kind == PHONE:
        return f"+{plain[:2]} {plain[2:3]}•• ••• {plain[-3:]}"
    name, _, host = plain.partition("@")
    return f"{name[:1]}•••@{host}"
