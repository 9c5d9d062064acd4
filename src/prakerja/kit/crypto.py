"""Fields at rest, blind indexes and keyed hashes.

The keys live in the settings, never in the database: who steals the database alone reads no NIK and cannot search one.
Every purpose works with a key of its own, derived from the deployment's key. A stored field names the key that it was
encrypted with, so that two keys live side by side while one is rotated out.
"""

import hmac
import os
from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from prakerja.kit.settings import get_settings

_VERSION = b"\x02"
# Fields of the first version name no key: every known key is tried. A rotation rewrites them.
_VERSION_WITHOUT_KEY_ID = b"\x01"
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12
_NONCES_AT_ONCE = 1_024
BLIND_INDEX_BYTES = 16


class UnreadableFieldError(ValueError):
    """A stored field does not belong to a known key, table, column and row, or was changed."""


def encrypt_field(value: str, *, table: str, column: str, row_id: object) -> bytes:
    """Encrypt a value for one cell: AES-256-GCM, bound to table, column and row (its id as text).

    The same value gives other bytes each time. Shape: version (1) + key id (4) + nonce (12) + text + tag (16).
    """
    nonce = os.urandom(_NONCE_BYTES)
    place = _place(table, column, row_id)
    return current_field_prefix() + nonce + _current_cipher().encrypt(nonce, value.encode(), place)


class ColumnCipher:
    """Encrypts many cells of one column: as `encrypt_field`, about one microsecond each.

    One object belongs to one thread: nonces are drawn from the system in advance, and none may be used twice.
    """

    def __init__(self, *, table: str, column: str) -> None:
        self._place = f"{table}\x00{column}\x00".encode()
        self._prefix = current_field_prefix()
        self._encrypt = _current_cipher().encrypt
        self._nonces = b""
        self._used = 0

    def encrypt(self, value: bytes, row_id: bytes) -> bytes:
        """One cell; text and row id as UTF-8."""
        start = self._used
        if start >= len(self._nonces):
            self._nonces, start = os.urandom(_NONCE_BYTES * _NONCES_AT_ONCE), 0
        self._used = start + _NONCE_BYTES
        nonce = self._nonces[start : self._used]
        return self._prefix + nonce + self._encrypt(nonce, value, self._place + row_id)


def decrypt_field(value: bytes, *, table: str, column: str, row_id: object) -> str:
    """The value of a cell, under the current field key or the one before it.

    Raises:
        UnreadableFieldError: another version, key, table, column or row, or damaged bytes.
    """
    stored = bytes(value)
    ciphers, start = _ciphers_of(stored)
    nonce, text = stored[start : start + _NONCE_BYTES], stored[start + _NONCE_BYTES :]
    place = _place(table, column, row_id)
    for cipher in ciphers:
        try:
            return cipher.decrypt(nonce, text, place).decode()
        except (InvalidTag, ValueError):
            continue
    raise UnreadableFieldError(f"{table}.{column} of {row_id}: not readable with a known key")


def current_field_prefix() -> bytes:
    """What every field begins with that stands under the current key: version and key id."""
    return _VERSION + key_id(get_settings().key("field_key"))


def key_id(key: bytes) -> bytes:
    """The name of a key: four bytes that say nothing about it."""
    return hmac.digest(key, b"key id", "sha256")[:_KEY_ID_BYTES]


def blind_index(value: str, *, purpose: str, key: bytes) -> bytes:
    """The 16 bytes by which an encrypted value is found: equal values of one purpose give equal bytes under one key.

    The caller normalises `value` first (digits only, lower case); purposes are words such as `nik`, `phone`. Who writes
    an index takes the key from `access.index_keys`, which knows the one in force.
    """
    return hmac.digest(_derived(key, purpose), value.encode(), "sha256")[:BLIND_INDEX_BYTES]


def blind_indexes(value: str, *, purpose: str) -> list[bytes]:
    """What a value may stand under, to look it up: one index for each index key that this process knows."""
    return [blind_index(value, purpose=purpose, key=key) for key in index_keys()]


def blind_indexer(purpose: str, *, key: bytes) -> Callable[[bytes], bytes]:
    """`blind_index` for many values, each as UTF-8: a microsecond each."""
    keyed = hmac.new(_derived(key, purpose), digestmod="sha256")

    def index(value: bytes) -> bytes:
        one = keyed.copy()
        one.update(value)
        return one.digest()[:BLIND_INDEX_BYTES]

    return index


@lru_cache(maxsize=1)
def index_keys() -> tuple[bytes, ...]:
    """The index keys that this process knows: one, and two while a rotation goes from one to the other."""
    settings = get_settings()
    following = settings.key_or_none("index_key_next")
    return (settings.key("index_key"),) if following is None else (settings.key("index_key"), following)


@lru_cache(maxsize=1)
def lane_key() -> bytes:
    """The key that lane seeds are made with: the first index key of the deployment, for ever."""
    settings = get_settings()
    return settings.key_or_none("lane_key") or settings.key("index_key")


def lane_index(value: str, *, purpose: str) -> bytes:
    """The bytes that a lane seed is made of: the blind index under the lane key, which is never rotated."""
    return blind_index(value, purpose=purpose, key=lane_key())


def keyed_hash(value: bytes, *, purpose: str) -> bytes:
    """32 bytes that only this deployment can compute: for OTPs and codes that are stored to be compared."""
    # A copy of what was begun with the key is faster than `hmac.digest`, and lets no other thread come in between.
    one = _begun_hash(purpose).copy()
    one.update(value)
    return one.digest()


def forget_keys() -> None:
    """Read the keys anew at the next call: for tests that change the settings."""
    _current_cipher.cache_clear()
    _known_ciphers.cache_clear()
    _derived.cache_clear()
    _begun_hash.cache_clear()
    index_keys.cache_clear()
    lane_key.cache_clear()


def _place(table: str, column: str, row_id: object) -> bytes:
    return f"{table}\x00{column}\x00{row_id}".encode()


def _ciphers_of(stored: bytes) -> tuple[list[AESGCM], int]:
    """The ciphers that may read a field, and where its nonce begins."""
    known = _known_ciphers()
    if stored[:1] == _VERSION:
        end = 1 + _KEY_ID_BYTES
        found = known.get(stored[1:end])
        return ([] if found is None else [found]), end
    if stored[:1] == _VERSION_WITHOUT_KEY_ID:
        return list(known.values()), 1
    return [], 1


@lru_cache(maxsize=1)
def _current_cipher() -> AESGCM:
    return AESGCM(get_settings().key("field_key"))


@lru_cache(maxsize=1)
def _known_ciphers() -> dict[bytes, AESGCM]:
    settings = get_settings()
    keys = [settings.key("field_key")]
    before = settings.key_or_none("field_key_before")
    if before is not None:
        keys.append(before)
    return {key_id(key): AESGCM(key) for key in keys}


@lru_cache(maxsize=64)
def _derived(key: bytes, purpose: str) -> bytes:
    return hmac.digest(key, purpose.encode(), "sha256")


@lru_cache(maxsize=64)
def _begun_hash(purpose: str) -> hmac.HMAC:
    return hmac.new(_derived(get_settings().key("otp_key"), purpose), digestmod="sha256")
