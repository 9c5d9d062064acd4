"""The ASGI application of the partner API: version 1, its OpenAPI document, and whether the process is well."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from prakerja.partner_api.calls import Answer
from prakerja.partner_api.errors import Refusal, Refused
from prakerja.partner_api.http import Receive, Scope, Send, new_request_id, send_answer
from prakerja.partner_api.metrics import CONTENT_TYPE
from prakerja.partner_api.openapi import document_bytes
from prakerja.partner_api.server import BASE_PATH, Counter

OPENAPI_PATH: Final = "/api/v1/openapi.json"
HEALTH_PATH, READY_PATH, METRICS_PATH = "/healthz", "/readyz", "/metrics"
Page = tuple[int, bytes, bytes]


class PartnerApi:
    """Answers everything below `/api/`, and nothing in another shape than the contract's."""

    def __init__(self) -> None:
        self._counter: Counter | None = None
        self._pages: dict[str, Callable[[], Awaitable[Page]]] = {
            OPENAPI_PATH: _openapi,
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
                self._counter = Counter()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                if self._counter is not None:
                    await self._counter.stop()
                    self._counter = None
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Some clients join base and path with a slash too many, and sign the path with one.
        path = "/" + scope["path"].lstrip("/")
        counter = self._counter
        call = counter.find_call(path) if counter is not None else None
        request_id = new_request_id()
        if counter is not None and path in counter.sign_on.by_path:
            await self._answer_sign_on(counter, path, scope, receive, send)
            return
        if call is None or counter is None:
            await self._answer_other(path, scope["method"], send, request_id, started=counter is not None)
            return
        if scope["method"] != "POST":
            await send_answer(
                send, Refused(Refusal.METHOD_NOT_ALLOWED), request_id=request_id, headers=[(b"allow", b"POST")]
            )
            return
        answer = await counter.answer(call, scope, receive)
        # The client went away: what was done stays done, and a retry finds it.
        with suppress(OSError):
            await send_answer(send, answer, request_id=request_id)

    async def _answer_sign_on(self, counter: Counter, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        method, _ = counter.sign_on.by_path[path]
        request_id = new_request_id()
        if scope["method"] != method:
            refused = Refused(Refusal.METHOD_NOT_ALLOWED)
            await send_answer(send, refused, request_id=request_id, headers=[(b"allow", method.encode())])
            return
        await send_answer(send, await counter.answer_sign_on(path, scope, receive), request_id=request_id)

    async def _answer_other(self, path: str, method: str, send: Send, request_id: str, *, started: bool) -> None:
        answer: Answer = Refused(Refusal.PATH_UNKNOWN)
        page = self._pages.get(path)
        if not started and path.startswith(BASE_PATH):
            answer = Refused(Refusal.UNAVAILABLE, retry_after_seconds=1)
        elif page is not None and method in {"GET", "HEAD"}:
            await _send_page(send, *await page())
            return
        elif page is not None:
            answer = Refused(Refusal.METHOD_NOT_ALLOWED)
            await send_answer(send, answer, request_id=request_id, headers=[(b"allow", b"GET, HEAD")])
            return
        await send_answer(send, answer, request_id=request_id)

    async def _ready(self) -> Page:
        if self._counter is None:
            return 503, _JSON, b'{"status":"not serving"}'
        if not await self._counter.is_ready():
            return 503, _JSON, b'{"status":"no database"}'
        return 200, _JSON, b'{"status":"ready"}'

    async def _metrics(self) -> Page:
        if self._counter is None:
            return 503, _JSON, b'{"status":"not serving"}'
        return 200, CONTENT_TYPE, self._counter.metrics.text(self._counter.lanes.values())


_JSON: Final = b"application/json"


async def _openapi() -> Page:
    return 200, _JSON, document_bytes()


async def _health() -> Page:
    return 200, _JSON, b'{"status":"alive"}'


async def _send_page(send: Send, status: int, content_type: bytes, body: bytes) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


app = PartnerApi()
