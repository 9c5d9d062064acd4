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
from json.encoder import encode_basestring
from typing import Final, NoReturn

WINDOW_SECONDS: Final = 300
# Whoever knows a client code may send bodies: forms of larger ones would cost the others too much time.
FORMS_MAX_BYTES: Final = 128 * 1024
_TIMESTAMP = re.compile(r"[0-9]{1,12}")
# All of a JSON text but the white space outside its strings.
_PARTS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[^" \t\r\n]+', re.DOTALL)
_SPACES = re.compile(r"[ \t\r\n]")
# Neighbours go together: two halves are one character. A pair of backslashes begins no other escape.
_ESCAPES = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+|\\.", re.DOTALL)
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
    key: bytes, signature: str, head: bytes, body: bytes, *, between: Sequence[bytes] = (b"",)
) -> bool:
    """Whether a signature fits one form of the body, each compared in constant time.

    `head` is `base_string`, `between` what may stand behind it. A body of more than `FORMS_MAX_BYTES` counts as it was
    sent. Cost: one HMAC for a client that signs what it sends.
    """
    given = signature.encode("utf-8", "replace")
    for form in body_forms(body):
        for middle in between:
            if hmac.compare_digest(sign(key, head + middle + form).encode(), given):
                return True
    return False


def body_forms(body: bytes) -> Iterator[bytes]:
    """The forms of a body that differ, each made when the one before it did not fit: four at most."""
    yield body
    if len(body) > FORMS_MAX_BYTES:
        return
    try:
        parse_body(body)
    except ValueError:
        return
    text = body.decode()
    compact = "".join(_PARTS.findall(text)) if _SPACES.search(text) else text
    as_go = compact.translate(_AS_GO_ESCAPES)
    # Other escapes than these two are among the least ones.
    least = _ESCAPES.sub(_least_escaped, compact) if "\\u" in compact or "\\/" in compact else compact
    for form in dict.fromkeys((compact, as_go, least)):
        if form != text:
            yield form.encode()


def _least_escaped(found: "re.Match[str]") -> str:
    escape = found[0]
    if escape == "\\/":
        return "/"
    if escape[1] != "u":
        return escape
    text = bytes.fromhex(escape.replace("\\u", "")).decode("utf-16-be", "surrogatepass")
    # Half a surrogate pair has no bytes of its own: it stays an escape, as JavaScript writes it.
    return _SURROGATES.sub(lambda half: f"\\u{ord(half[0]):04x}", encode_basestring(text)[1:-1])


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DuplicateKeyError("a key stands twice in an object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_decoder = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
