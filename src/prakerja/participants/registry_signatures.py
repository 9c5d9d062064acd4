"""How questions to the registers and their answers are signed: HMAC-SHA256 under the key that both sides have.

A question's signature covers its moment, path and body; an answer's covers the question's signature and its body, so
that an answer belongs to one question and an old one is worth nothing.
"""

import hmac
from typing import Final

TIME_HEADER: Final = "X-Registry-Time"
SIGNATURE_HEADER: Final = "X-Registry-Signature"
# How far the clocks of both sides may be apart.
SECONDS_APART_MAX: Final = 300


def sign_question(key: bytes, *, seconds: str, path: str, body: bytes) -> str:
    """The signature of a question; `seconds` since 1970 in digits, `path` as `/civil`."""
    return _mac(key, f"{seconds}\n{path}\n".encode() + body)


def sign_answer(key: bytes, *, question: str, body: bytes) -> str:
    """The signature of an answer to a question of that signature."""
    return _mac(key, f"{question}\n".encode() + body)


def is_same(one: str, other: str) -> bool:
    """Whether two signatures are the same, in a time that says nothing."""
    return hmac.compare_digest(one.encode(), other.encode())


def _mac(key: bytes, text: bytes) -> str:
    return hmac.new(key, text, "sha256").hexdigest()
