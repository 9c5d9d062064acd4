"""Which codings of a body are read: chunks alone, named once (RFC 9112, sections 6.1, 6.3 and 7). Pure.

Whoever stands before us and reads a coding otherwise would see the next request at another byte than we do.
"""

from collections.abc import Sequence
from typing import Final

_CHUNKS: Final = b"chunked"


def coding_refusal(values: Sequence[bytes], *, version: str) -> str | None:
    """The refusal of what the `Transfer-Encoding` headers of a request name; None: nothing, or chunks alone.

    Names in order: HTTP_MALFORMED (no certain end: chunks are not last, or stand twice, or the version has none),
    CODING_UNKNOWN (another coding below the chunks).
    """
    if not values:
        return None
    *below, last = (name.strip(b" \t").lower() for value in values for name in value.split(b","))
    if version != "1.1" or last != _CHUNKS or _CHUNKS in below or b"" in below:
        return "HTTP_MALFORMED"
    return "CODING_UNKNOWN" if below else None
