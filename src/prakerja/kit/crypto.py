"""Fields at rest, blind indexes and keyed hashes.

The keys live in the settings, never in the database: who steals the database alone reads no NIK and cannot search one.
Every purpose works with a key of its own, derived from the deployment's key.
"""

import hmac
import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from prakerja.kit.settings import get_settings

_VERSION = b"\x01"
_NONCE_BYTES = 12
BLIND_INDEX_BYTES = 16


class UnreadableFieldError(ValueError):
    """A stored field does not belong to this key, table, column and row, or was changed."""


def encrypt_field(value: str, *, table: str, column: str, row_id: UUID) -> bytes:
    """Encrypt a value for one cell: AES-256-GCM, bound to table, column and row.

    The same value gives other bytes each time. Shape: version (1) + nonce (12) + text + tag (16).
    """
    nonce = os.urandom(_NONCE_BYTES)
    place = _place(table, column, row_id)
    return _VERSION + nonce + _cipher().encrypt(nonce, value.encode(), place)


def decrypt_field(value: bytes, *, table: str, column: str, row_id: UUID) -> str:
    """The value of a cell.

    Raises:
        UnreadableFieldError: another version, key, table, column or row, or damaged bytes.
    """
    stored = bytes(value)
    if stored[:1] != _VERSION:
        raise UnreadableFieldError(f"{table}.{column} of {row_id}: unknown version")
    nonce, text = stored[1 : 1 + _NONCE_BYTES], stored[1 + _NONCE_BYTES :]
    try:
        return _cipher().decrypt(nonce, text, _place(table, column, row_id)).decode()
    except (InvalidTag, ValueError) as error:
        raise UnreadableFieldError(f"{table}.{column} of {row_id}: not readable with this key") from error


def blind_index(value: str, *, purpose: str) -> bytes:
    """The 16 bytes by which an encrypted value is found: equal values of one purpose give equal bytes.

    The caller normalises `value` first (digits only, lower case); purposes are words such as `nik`, `phone`.
    """
    return hmac.digest(_purpose_key("index_key", purpose), value.encode(), "sha256")[:BLIND_INDEX_BYTES]


def keyed_hash(value: bytes, *, purpose: str) -> bytes:
    """32 bytes that only this deployment can compute: for OTPs and codes that are stored to be compared."""
    return hmac.digest(_purpose_key("otp_key", purpose), value, "sha256")


def forget_keys() -> None:
    """Read the keys anew at the next call: for tests that change the settings."""
    _cipher.cache_clear()
    _purpose_key.cache_clear()


def _place(table: str, column: str, row_id: UUID) -> bytes:
    return f"{table}\x00{column}\x00{row_id}".encode()


@lru_cache(maxsize=1)
def _cipher() -> AESGCM:
    return AESGCM(get_settings().key("field_key"))


@lru_cache(maxsize=64)
def _purpose_key(name: str, purpose: str) -> bytes:
    settings = get_settings()
    key = settings.key("index_key") if name == "index_key" else settings.key("otp_key")
    return hmac.digest(key, purpose.encode(), "sha256")
