"""The edge of HTTP that all calls share: bodies within limits, headers, answers, a usable connection."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from typing import Any, Final, TypeVar
from uuid import uuid4

import msgspec
from django.db import Error as DatabaseError
from django.db import connections

from prakerja.partner_api.calls import Answer, Reply
from prakerja.partner_api.errors import Refusal, Refused
from prakerja.partner_api.types import Done, Failure, Success

# ASGI's own shapes: the messages have the types that its specification gives to their keys.
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ArgumentT = TypeVar("ArgumentT")
ResultT = TypeVar("ResultT")

BODY_MAX_BYTES: Final = 128 * 1024
BODY_SECONDS_MAX: Final = 15.0
_encode = msgspec.json.Encoder().encode


class RefusedError(Exception):
    """A request ends with this refusal."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.refusal.name)
        self.refused = refused


def refuse(refusal: Refusal, field: str = "", *, retry_after_seconds: int | None = None) -> RefusedError:
    """The exception that ends a request."""
    return RefusedError(Refused(refusal, field, retry_after_seconds=retry_after_seconds))


def with_connection(work: Callable[[ArgumentT], ResultT], argument: ArgumentT) -> ResultT:
    """The work on a connection that is usable before it, and closed behind a failure."""
    connections["default"].close_if_unusable_or_obsolete()
    try:
        return work(argument)
    except DatabaseError:
        connections["default"].close()
        raise


async def read_body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    """The whole body of a request, within the limits of size and time.

    Raises:
        RefusedError: body_too_large, body_too_slow.
    """
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > BODY_MAX_BYTES:
        raise refuse(Refusal.BODY_TOO_LARGE)
    message = await _next(receive)
    body: bytes = message.get("body", b"")
    more = message.get("more_body", False)
    if more:
        chunks, size = [body], len(body)
        until = time.monotonic() + BODY_SECONDS_MAX
        while more:
            message = await _next(receive, until - time.monotonic())
            if message["type"] == "http.disconnect":
                raise refuse(Refusal.BODY_TOO_SLOW)
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > BODY_MAX_BYTES:
                raise refuse(Refusal.BODY_TOO_LARGE)
            more = message.get("more_body", False)
        body = b"".join(chunks)
    if len(body) > BODY_MAX_BYTES:
        raise refuse(Refusal.BODY_TOO_LARGE)
    return body


async def _next(receive: Receive, seconds: float = BODY_SECONDS_MAX) -> MutableMapping[str, Any]:
    try:
        return await asyncio.wait_for(receive(), max(seconds, 0.001))
    except TimeoutError:
        raise refuse(Refusal.BODY_TOO_SLOW) from None


def headers_of(scope: Scope, names: Collection[bytes]) -> dict[bytes, bytes]:
    """The headers of these lower-case names; one that stands twice is empty: which of the two was signed?"""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        lower = name.lower()
        if lower in names:
            found[lower] = b"" if lower in found else value
    return found


def text_of(headers: Mapping[bytes, bytes], name: bytes, refusal: Refusal) -> str:
    """A header that must be there.

    Raises:
        RefusedError: it is not.
    """
    value = headers.get(name, b"").decode("latin-1").strip()
    if not value:
        raise refuse(refusal)
    return value


async def send_answer(
    send: Send, answer: Answer | msgspec.Struct, *, request_id: str, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    """Write an answer in its envelope."""
    if isinstance(answer, msgspec.Struct):
        status, body = 200, _encode(answer)
    elif isinstance(answer, Reply):
        status = 200
        body = _encode(Success(True, answer.message, answer.data) if answer.data else Done(True, answer.message))
    else:
        status = answer.refusal.status
        body = _encode(Failure(answer.refusal.code, answer.message, False, answer.base_string))
    sent = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-request-id", request_id.encode()),
    ]
    if isinstance(answer, Refused) and answer.retry_after_seconds is not None:
        sent.append((b"retry-after", str(answer.retry_after_seconds).encode()))
    await send({"type": "http.response.start", "status": status, "headers": sent + (headers or [])})
    await send({"type": "http.response.body", "body": body})


def new_request_id() -> str:
    """A name for one request, in its answer and in the logs."""
    return uuid4().hex
