"""Pseudonyms of people and households in one wave, made with the wave's own key.

The key never leaves the house, except to an auditor, who can tie every token of this one wave to an applicant with it.
Without it no list of NIKs, ids or names leads to a token: it is a keyed hash of an id that is random itself.
"""

import hmac
from uuid import UUID

from prakerja.kit.crypto import keyed_hash
from prakerja.selection.rules import TOKEN_BYTES

_RECEIPT_BYTES = 5


def wave_key(wave_id: UUID) -> bytes:
    """The key of a wave's pseudonyms, 32 bytes."""
    return keyed_hash(wave_id.bytes, purpose="draw wave key")


def draw_token(key: bytes, applicant_id: UUID) -> bytes:
    """The pseudonym of an applicant, 16 bytes."""
    return hmac.digest(key, b"person" + applicant_id.bytes, "sha256")[:TOKEN_BYTES]


def household_token(key: bytes, kk: str) -> bytes:
    """The pseudonym of a household by its family card, 16 bytes: the same for ever, whatever other keys are rotated."""
    return hmac.digest(key, b"household" + kk.encode(), "sha256")[:TOKEN_BYTES]


def receipt_of(key: bytes, token: bytes) -> str:
    """The receipt of joining: the token, and a check that nobody else can write. The list must honour it."""
    check = hmac.digest(key, b"receipt" + token, "sha256")[:_RECEIPT_BYTES]
    return f"{token.hex()}-{check.hex()}"


def receipt_token(key: bytes, receipt: str) -> bytes | None:
    """The token of a receipt that this wave gave out; None of any other text."""
    text = "".join(receipt.split()).lower()
    try:
        token = bytes.fromhex(text.partition("-")[0])
    except ValueError:
        return None
    genuine = len(token) == TOKEN_BYTES and hmac.compare_digest(receipt_of(key, token).encode(), text.encode())
    return token if genuine else None
