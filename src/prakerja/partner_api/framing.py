"""Whether a head says for whom its request is and where it ends, once and for all readers alike (RFC 9112). Pure.

Whoever stands before us and reads a head otherwise would take another address, or see the next request at another byte.
"""

from collections.abc import Sequence
from typing import Final

_CHUNKS: Final = b"chunked"


def framing_refusal(headers: Sequence[tuple[bytes, bytes]], *, version: str) -> str | None:
    """The refusal of a head by its lower-case names; None: one host, and a body with a length or in chunks alone.

    Names in order: HTTP_MALFORMED (no host or several, 3.2; no certain end: chunks are not last, or stand twice, or the
    version has none, 6.1 and 6.3), CODING_UNKNOWN (another coding below the chunks, 6.1).
    """
    hosts, codings = 0, []
    for name, value in headers:
        if name == b"host":
            hosts += 1
        elif name == b"transfer-encoding":
            codings += [coding.strip(b" \t").lower() for coding in value.split(b",")]
    if hosts != 1 and (hosts or version == "1.1"):
        return "HTTP_MALFORMED"
    if not codings:
        return None
    *below, last = codings
    if version != "1.1" or last != _CHUNKS or _CHUNKS in below or b"" in below:
        return "HTTP_MALFORMED"
    return "CODING_UNKNOWN" if below else None
