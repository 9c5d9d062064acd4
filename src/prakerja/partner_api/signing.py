"""Whether a request was signed by the partner that it names. Pure: bytes, a key and the machine's clock go in.

`signature = hex(HMAC-SHA1(key, client_code + timestamp + METHOD + path + [authorization] + body))`.

Clients in the field do not all sign the bytes that they send, so that four forms of the body count, in this order:
the raw bytes; the text without white space outside strings; that with `&`, `<`, `>`, U+2028 and U+2029 escaped as Go
does; the text with only the escapes that JSON demands. The last three are for JSON without duplicate keys.
"""

import hmac
import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NoReturn

WINDOW_SECONDS: Final = 300
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_STRING = r'"(?:[^"\\]|\\.)*"'
_STRING_OR_SPACE = re.compile(rf"({_STRING})|[ \t\r\n]+", re.DOTALL)
_STRINGS = re.compile(_STRING, re.DOTALL)
_SURROGATES = re.compile("[\ud800-\udfff]")
_AS_GO_ESCAPES: Final = str.maketrans(
    {"&": "\\u0026", "<": "\\u003c", ">": "\\u003e", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


class DuplicateKeyError(ValueError):
    """An object names a key twice: two readers could understand it differently."""


def parse_body(body: bytes) -> object:
    """The value of a JSON body.

    Raises:
        DuplicateKeyError: an object in it has a key twice.
        ValueError: not UTF-8, not JSON, or nested deeper than anybody means.
    """
    try:
        return _decoder.decode(body.decode())
    except RecursionError:
        raise ValueError("nested too deeply") from None


def timestamp_is_fresh(timestamp: str, now: float) -> bool:
    """Whether a timestamp (Unix seconds) lies within ±5 minutes of the machine's clock; its two ends count."""
    return is_timestamp(timestamp) and abs(now - int(timestamp)) <= WINDOW_SECONDS


def is_timestamp(text: str) -> bool:
    """Whether a header can be a timestamp at all."""
    return _TIMESTAMP.fullmatch(text) is not None


def base_string(client_code: str, timestamp: str, method: str, path: str) -> bytes:
    """The part of the base string that stands before the body."""
    return f"{client_code}{timestamp}{method}{path}".encode()


def sign(key: bytes, base: bytes) -> str:
    """The signature of a base string: 40 lower-case hexadecimal digits."""
    # A copy of what was begun with the key is faster than `hmac.digest`, and lets no other thread come in between.
    one = _begun(key).copy()
    one.update(base)
    return one.hexdigest()


@lru_cache(maxsize=256)
def _begun(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod="sha1")


def authorization_forms(authorization: str) -> list[bytes]:
    """What may stand between path and body on `authorize`: the header's value, the bare token, nothing."""
    forms = [authorization.encode(), payment_token_of(authorization).encode(), b""]
    return list(dict.fromkeys(forms))


def payment_token_of(authorization: str) -> str:
    """The token of `Payment <token>`; the value as it is when it has no such word before it."""
    word, _, token = authorization.partition(" ")
    return token.strip() if token and word.lower() == "payment" else authorization.strip()


def signature_is_right(
    key: bytes, signature: str, head: bytes, body: bytes, *, is_json: bool, between: Sequence[bytes] = (b"",)
) -> bool:
    """Whether a signature fits one form of the body, each compared in constant time.

    `head` is `base_string`, `between` what may stand behind it. `is_json`: `parse_body` took the body. Cost: one HMAC
    for a client that signs what it sends.
    """
    given = signature.encode("utf-8", "replace")
    for form in body_forms(body) if is_json else (body,):
        for middle in between:
            if hmac.compare_digest(sign(key, head + middle + form).encode(), given):
                return True
    return False


def body_forms(body: bytes) -> Iterator[bytes]:
    """The four forms of a body that is JSON, each made when the one before it did not fit."""
    yield body
    compact = _STRING_OR_SPACE.sub(lambda found: found[1] or "", body.decode())
    yield compact.encode()
    yield compact.translate(_AS_GO_ESCAPES).encode()
    yield _STRINGS.sub(_least_escaped, compact).encode()


def _least_escaped(found: "re.Match[str]") -> str:
    text = json.dumps(json.loads(found[0]), ensure_ascii=False)
    # Half a surrogate pair has no bytes of its own: it stays an escape, as JavaScript writes it.
    return _SURROGATES.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DuplicateKeyError("a key stands twice in an object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_decoder = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
