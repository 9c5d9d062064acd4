"""The ASGI application of the partner API: version 1, its OpenAPI document, and whether the process is well."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from email.utils import formatdate
from typing import Final, cast

from prakerja.kit.settings import get_settings
from prakerja.partner_api.admission import BASE_PATH, AnyCall, headers_of
from prakerja.partner_api.calls import Answer
from prakerja.partner_api.draining import Draining
from prakerja.partner_api.errors import Refusal, Refused
from prakerja.partner_api.http import (
    GoneError,
    Receive,
    RefusedError,
    Scope,
    Send,
    read_body,
    request_id_of,
    send_answer,
    whole_response,
)
from prakerja.partner_api.metrics import CONTENT_TYPE
from prakerja.partner_api.openapi import document_bytes
from prakerja.partner_api.openapi_page import POLICY, page_bytes
from prakerja.partner_api.protocol import BODY_MAX_BYTES
from prakerja.partner_api.server import API_PATH, OTHER, Counter

OPENAPI_PATH: Final = API_PATH + "openapi.json"
DOCS_PATH: Final = API_PATH + "docs"
HEALTH_PATH, READY_PATH, METRICS_PATH = "/healthz", "/readyz", "/metrics"
Page = tuple[int, bytes, bytes]


class PartnerApi:
    """Answers everything below `/api/`, and nothing in another shape than the contract's."""

    def __init__(self) -> None:
        self._counter: Counter | None = None
        self._draining = Draining(0)
        self._pages: dict[str, Callable[[], Awaitable[Page]]] = {
            OPENAPI_PATH: _openapi,
            DOCS_PATH: _docs,
            HEALTH_PATH: _health,
            READY_PATH: self._ready,
            METRICS_PATH: self._metrics,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection event of ASGI: a request, or the start and end of the process."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            raise ValueError(f"no {scope['type']} here")

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._draining = Draining(get_settings().drain_seconds)
                self._draining.watch()
                self._counter = Counter()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                if self._counter is not None:
                    await self._counter.stop()
                    self._counter = None
                await send({"type": "lifespan.shutdown.complete"})
                return

    def find_short_call(self, path: bytes) -> object | None:
        """For `protocol`: the call at an address. Some clients send a slash too many before it, and sign one."""
        counter = self._counter
        return None if counter is None else counter.find_call("/" + path.decode("latin-1").lstrip("/"))

    def body_max_bytes(self, path: bytes) -> int:
        """For `protocol`: how large the body of a call at an address may be."""
        call = self.find_short_call(path.partition(b"?")[0])
        return BODY_MAX_BYTES if call is None else cast("AnyCall", call).body_max_bytes

    def answer_short(
        self,
        call: object,
        headers: Sequence[tuple[bytes, bytes]],
        body: bytes,
        reply: Callable[[bytes], None],
        *,
        close: bool,
    ) -> None:
        """For `protocol`: answer by the bytes of a response."""
        counter = self._counter
        if counter is None:
            reply(self.refusal_bytes("UNAVAILABLE"))
            return

        def write(answer: Answer, request_id: str) -> None:
            reply(whole_response(answer, request_id=request_id, default_headers=_date_header(), close=close))

        counter.answer(cast("AnyCall", call), headers, body, write)

    def refusal_bytes(self, name: str) -> bytes:
        """For `protocol`: the response that ends a connection."""
        request_id = request_id_of(None)
        if self._counter is not None:
            self._counter.note_refusal(request_id, OTHER, Refusal[name])
        return whole_response(Refused(Refusal[name]), request_id=request_id, default_headers=_date_header(), close=True)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = "/" + scope["path"].lstrip("/")
        counter = self._counter
        call = counter.find_call(path) if counter is not None else None
        headers = headers_of(scope["headers"])
        request_id = request_id_of(headers.get(b"x-request-id"))
        if counter is not None and path in counter.sign_on.by_path:
            await self._answer_sign_on(counter, path, scope, receive, send, request_id)
        elif call is None or counter is None:
            await self._answer_other(path, scope["method"], send, request_id, started=counter is not None)
        elif scope["method"] != "POST":
            await self._refuse(
                send, Refusal.METHOD_NOT_ALLOWED, request_id, call=call.path, headers=[(b"allow", b"POST")]
            )
        else:
            await self._answer_call(counter, call, scope, receive, send, request_id)

    async def _answer_call(
        self, counter: Counter, call: AnyCall, scope: Scope, receive: Receive, send: Send, request_id: str
    ) -> None:
        """A call that did not come by the short way."""
        answered: asyncio.Future[tuple[Answer, str]] = asyncio.get_running_loop().create_future()

        def reply(answer: Answer, request_id: str) -> None:
            if not answered.done():
                answered.set_result((answer, request_id))

        try:
            body = await read_body(headers_of(scope["headers"]), receive, most=call.body_max_bytes)
        except RefusedError as error:
            # What was not read of the body cannot be told from the next request.
            await self._refuse(send, error.refused.refusal, request_id, call=call.path, headers=[_CLOSE])
            return
        except GoneError:
            return
        counter.answer(call, scope["headers"], body, reply)
        answer, request_id = await answered
        # The client went away: what was done stays done, and a retry finds it.
        with suppress(OSError):
            await send_answer(send, answer, request_id=request_id)

    async def _answer_sign_on(
        self, counter: Counter, path: str, scope: Scope, receive: Receive, send: Send, request_id: str
    ) -> None:
        method, _ = counter.sign_on.by_path[path]
        if scope["method"] != method:
            allow = [(b"allow", method.encode())]
            call = path.removeprefix(API_PATH)
            await self._refuse(send, Refusal.METHOD_NOT_ALLOWED, request_id, call=call, headers=allow)
            return
        try:
            answer = await counter.answer_sign_on(path, scope, receive, request_id)
        except GoneError:
            return
        cut = isinstance(answer, Refused) and answer.refusal in {Refusal.BODY_TOO_LARGE, Refusal.REQUEST_TOO_SLOW}
        await send_answer(send, answer, request_id=request_id, headers=[_CLOSE] if cut else None)

    async def _answer_other(self, path: str, method: str, send: Send, request_id: str, *, started: bool) -> None:
        page = self._pages.get(path)
        if page is not None and method in {"GET", "HEAD"}:
            await _send_page(send, *await page())
        elif page is not None:
            await self._refuse(send, Refusal.METHOD_NOT_ALLOWED, request_id, headers=[(b"allow", b"GET, HEAD")])
        elif not started and path.startswith(BASE_PATH):
            answer = Refused(Refusal.UNAVAILABLE, retry_after_seconds=1)
            await send_answer(send, answer, request_id=request_id)
        else:
            await self._refuse(send, Refusal.PATH_UNKNOWN, request_id)

    async def _refuse(
        self,
        send: Send,
        refusal: Refusal,
        request_id: str,
        *,
        call: str = OTHER,
        headers: list[tuple[bytes, bytes]] | None = None,
    ) -> None:
        """Refuse what does not become a call."""
        if self._counter is not None:
            self._counter.note_refusal(request_id, call, refusal)
        await send_answer(send, Refused(refusal), request_id=request_id, headers=headers)

    async def _ready(self) -> Page:
        if self._counter is None:
            return 503, _JSON, b'{"status":"not serving"}'
        if self._draining.begun:
            return 503, _JSON, b'{"status":"stopping"}'
        if not await self._counter.is_ready():
            return 503, _JSON, b'{"status":"no database"}'
        return 200, _JSON, b'{"status":"ready"}'

    async def _metrics(self) -> Page:
        if self._counter is None:
            return 503, _JSON, b'{"status":"not serving"}'
        return 200, CONTENT_TYPE, self._counter.metrics.text(self._counter.lanes.values())


_JSON: Final = b"application/json"
_CLOSE: Final = (b"connection", b"close")
_date: tuple[int, bytes] = (0, b"")


def _date_header() -> bytes:
    """`Date` of this second, made once."""
    global _date  # noqa: PLW0603 - a cache of one value
    second = int(time.time())
    if _date[0] != second:
        _date = (second, f"date: {formatdate(second, usegmt=True)}\r\n".encode())
    return _date[1]


async def _openapi() -> Page:
    return 200, _JSON, document_bytes()


async def _docs() -> Page:
    return 200, b"text/html; charset=utf-8", page_bytes()


async def _health() -> Page:
    return 200, _JSON, b'{"status":"alive"}'


async def _send_page(send: Send, status: int, content_type: bytes, body: bytes) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    headers += [(b"content-security-policy", POLICY.encode()), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


app = PartnerApi()
