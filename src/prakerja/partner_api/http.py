"""The edge of HTTP that all calls share: bodies within limits, headers, answers, a usable connection."""

import asyncio
import re
import secrets
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import lru_cache
from http import HTTPStatus
from itertools import count
from typing import Any, Final, TypeVar

import msgspec
from django.db import Error as DatabaseError
from django.db import connections

from prakerja.partner_api import protocol
from prakerja.partner_api.calls import Answer, Reply
from prakerja.partner_api.errors import Refusal, Refused
from prakerja.partner_api.types import Done, Failure, Success

# ASGI's own shapes: the messages have the types that its specification gives to their keys.
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ArgumentT = TypeVar("ArgumentT")
ResultT = TypeVar("ResultT")

# A request's id that a client gave: a UUID, or as many hexadecimal digits, which are not all decimal: two card numbers
# would be. Nothing else goes into the logs.
_REQUEST_ID: Final = re.compile(rb"(?![0-9]{32})[0-9A-Fa-f]{32}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
TRUSTED_SECONDS: Final = 1.0
_worked = threading.local()
_process = secrets.token_hex(8)
_number = count(1)
_encode = msgspec.json.Encoder().encode


class RefusedError(Exception):
    """A request ends with this refusal."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.refusal.name)
        self.refused = refused


class GoneError(Exception):
    """The client went away, or was answered already, before its request was whole: nobody waits for an answer."""


def refuse(refusal: Refusal, field: str = "", *, retry_after_seconds: int | None = None) -> RefusedError:
    """The exception that ends a request."""
    return RefusedError(Refused(refusal, field, retry_after_seconds=retry_after_seconds))


def with_connection(work: Callable[[ArgumentT], ResultT], argument: ArgumentT) -> ResultT:
    """The work on a connection that is usable before it, and closed behind a failure."""
    # Asking the connection before each batch would cost a statement of its own: one that worked a moment ago is good.
    began = time.monotonic()
    if began - getattr(_worked, "at", 0.0) > TRUSTED_SECONDS:
        connections["default"].close_if_unusable_or_obsolete()
    try:
        result = work(argument)
    except DatabaseError:
        _worked.at = 0.0
        connections["default"].close()
        raise
    _worked.at = began
    return result


async def read_body(headers: Mapping[bytes, bytes], receive: Receive, *, most: int = protocol.BODY_MAX_BYTES) -> bytes:
    """The whole body of a request, of `most` bytes, within the limit of time.

    Raises:
        RefusedError: body_too_large, request_too_slow.
        GoneError: the client has gone.
    """
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > most:
        raise refuse(Refusal.BODY_TOO_LARGE)
    until = time.monotonic() + protocol.BODY_SECONDS_MAX
    message = await _next(receive, protocol.BODY_SECONDS_MAX)
    body: bytes = message.get("body", b"")
    more = message.get("more_body", False)
    if more:
        chunks, size = [body], len(body)
        while more:
            message = await _next(receive, until - time.monotonic())
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > most:
                raise refuse(Refusal.BODY_TOO_LARGE)
            more = message.get("more_body", False)
        body = b"".join(chunks)
    if len(body) > most:
        raise refuse(Refusal.BODY_TOO_LARGE)
    return body


async def _next(receive: Receive, seconds: float) -> MutableMapping[str, Any]:
    try:
        async with asyncio.timeout(max(seconds, 0.001)):
            message = await receive()
    except TimeoutError:
        raise refuse(Refusal.REQUEST_TOO_SLOW) from None
    if message["type"] == "http.disconnect":
        raise GoneError
    return message


def text_of(headers: Mapping[bytes, bytes], name: bytes, refusal: Refusal) -> str:
    """A header that must be there.

    Raises:
        RefusedError: it is not.
    """
    value = headers.get(name, b"").decode("latin-1").strip()
    if not value:
        raise refuse(refusal)
    return value


def answer_parts(answer: Answer | msgspec.Struct) -> tuple[int, bytes, int | None]:
    """HTTP status, body in its envelope, and the seconds of `Retry-After`."""
    if isinstance(answer, Reply):
        envelope = Success(True, answer.message, answer.data) if answer.data else Done(True, answer.message)
        return 200, _encode(envelope), None
    if isinstance(answer, Refused):
        failure = Failure(answer.refusal.code, answer.message, False, answer.base_string)
        return answer.refusal.status, _encode(failure), answer.retry_after_seconds
    return 200, _encode(answer), None


def whole_response(answer: Answer, *, request_id: str, default_headers: bytes = b"", close: bool = False) -> bytes:
    """An answer as the bytes of an HTTP response."""
    status, body, retry_after = answer_parts(answer)
    return b"%b%bcontent-length: %d\r\nx-request-id: %b\r\n%b%b\r\n%b" % (
        _first_lines(status),
        default_headers,
        len(body),
        request_id.encode(),
        b"" if retry_after is None else b"retry-after: %d\r\n" % retry_after,
        b"connection: close\r\n" if close else b"",
        body,
    )


@lru_cache(maxsize=64)
def _first_lines(status: int) -> bytes:
    phrase = HTTPStatus(status).phrase
    return f"HTTP/1.1 {status} {phrase}\r\ncontent-type: application/json\r\ncache-control: no-store\r\n".encode()


async def send_answer(
    send: Send, answer: Answer | msgspec.Struct, *, request_id: str, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    """Write an answer over ASGI."""
    status, body, retry_after = answer_parts(answer)
    sent = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-request-id", request_id.encode()),
    ]
    if retry_after is not None:
        sent.append((b"retry-after", str(retry_after).encode()))
    await send({"type": "http.response.start", "status": status, "headers": sent + (headers or [])})
    await send({"type": "http.response.body", "body": body})


def request_id_of(given: bytes | None) -> str:
    """The name of a request in its answer and in the logs: the client's own when it has the form of a UUID."""
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given.decode()
    return f"{_process}{next(_number):016x}"
