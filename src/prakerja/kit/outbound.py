"""One POST to a program of somebody else: no redirect is followed, an answer has a deadline and a size."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage, HTTPResponse
from ssl import SSLContext
from typing import IO, Final
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

_CHUNK: Final = 65_536


class NoReplyError(Exception):
    """There was no answer, or one that was too slow or too large. Its text is a short word without any value."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of any status."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


class _NoRedirect(HTTPRedirectHandler):
    # What is personal goes to the address in the settings and to no other.
    def redirect_request(
        self,
        req: Request,  # noqa: ARG002 - the library's names
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: HTTPMessage,  # noqa: ARG002
        newurl: str,  # noqa: ARG002
    ) -> None:
        return None


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout_s: float,
    bytes_max: int,
    tls: SSLContext | None = None,
) -> Reply:
    """Send a body and wait for the whole answer.

    Raises:
        NoReplyError: `no_connection`, `too_late`, `too_large` or `no_http`.
        ValueError: an address that does not begin with http:// or https://.
    """
    if not url.startswith(("http://", "https://")):
        raise ValueError("an address begins with http:// or https://")
    ends_at = time.monotonic() + timeout_s
    opener = build_opener(_NoRedirect, *([] if tls is None else [HTTPSHandler(context=tls)]))
    request = Request(url, data=body, headers=dict(headers), method="POST")  # noqa: S310 - the scheme is checked above
    try:
        try:
            answer = opener.open(request, timeout=timeout_s)
        except HTTPError as refused:
            answer = refused
        with answer:
            return Reply(answer.status, _read(answer, ends_at, bytes_max), dict(answer.headers.items()))
    except TimeoutError:
        raise NoReplyError("too_late") from None
    except URLError as error:
        raise NoReplyError("too_late" if isinstance(error.reason, TimeoutError) else "no_connection") from None
    except HTTPException:
        raise NoReplyError("no_http") from None
    except OSError:
        raise NoReplyError("no_connection") from None


def _read(answer: HTTPResponse | HTTPError, ends_at: float, bytes_max: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(_CHUNK):
        size += len(part)
        if size > bytes_max:
            raise NoReplyError("too_large")
        if time.monotonic() > ends_at:
            raise NoReplyError("too_late")
        parts.append(part)
    return b"".join(parts)
