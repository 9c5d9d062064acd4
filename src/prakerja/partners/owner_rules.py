"""How values are compared before two partners may meet in them: written differently, the same all the same.

Names of people are never compared: two people have one name, and one person has several spellings.
"""

import re
from typing import Final

from prakerja.kit.addresses import plain_address

TIE_KINDS: Final = ("tax_number", "owner", "director", "address", "phone", "bank_account")
HOLDER_KINDS: Final = ("platform", "institution", "reviewer", "party")
# Persons and companies share one kind of node: since 2024 a person's tax number is the NIK.
_PURPOSES: Final = {"tax_number": "party", "owner": "party", "director": "party"}
_LENGTHS: Final = {"tax_number": (15, 16), "owner": (15, 16), "director": (15, 16), "phone": (9, 15)}
_ACCOUNT_DIGITS_MIN: Final = 6


def purpose_of(kind: str) -> str:
    """Under which purpose a value becomes a node: kinds that share one meet in it."""
    return f"owner tie {_PURPOSES.get(kind, kind)}"


def plain_value(kind: str, value: str) -> str | None:
    """A value as it is compared, or None where it cannot be one of its kind.

    Identity and tax numbers: digits, an old number of 15 with a leading zero. Telephones: with the country's code.
    Accounts: the bank's word and the digits. Addresses: small letters, no punctuation, abbreviations written out.
    """
    if kind == "address":
        return plain_address(value)
    digits = re.sub(r"\D", "", value)
    if kind == "bank_account":
        bank = re.sub(r"[^a-z]", "", value.casefold())
        return f"{bank}:{digits}" if bank and len(digits) >= _ACCOUNT_DIGITS_MIN else None
    if kind == "phone" and digits.startswith("0"):
        digits = f"62{digits[1:]}"
    least, most = _LENGTHS[kind]
    if not least <= len(digits) <= most or (kind != "phone" and re.search(r"[A-Za-z]", value)):
        return None
    return digits if kind == "phone" else digits.rjust(most, "0")


def shown_value(kind: str, value: str, name: str) -> str:
    """What the office reads of a tie: a person's or company's name, an address, or the last four characters."""
    if kind in ("owner", "director"):
        return name
    return value if kind == "address" else f"••• {re.sub(r'[^0-9A-Za-z]', '', value)[-4:]}"
