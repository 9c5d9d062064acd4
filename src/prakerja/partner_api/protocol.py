"""How bytes of a socket become calls: uvicorn's protocol with limits of time and size, and a short way for calls.

Most requests are one call in one packet. For them the way over ASGI (a task, a scope, events) costs more than all
checks together, so they go from the parser to the counter and back as plain function calls. Everything else, also a
request that waits behind another on its connection, takes uvicorn's own way to the application, which answers the same.

Used by `uvicorn --http prakerja.partner_api.protocol:CounterProtocol`; Django is not set up yet when this is imported.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS_MAX: Final = 10.0
HEAD_MAX_BYTES: Final = 64 * 1024
BODY_SECONDS_MAX: Final = 15.0
BODY_MAX_BYTES: Final = 128 * 1024
Header = tuple[bytes, bytes]
# Of one connection only: what remains of them is said by the version of HTTP.
_OFFERS: Final = frozenset({b"connection", b"upgrade", b"http2-settings"})


class ShortWay(Protocol):
    """What the protocol asks of the application that it serves."""

    def find_short_call(self, path: bytes) -> object | None:
        """The call at an address, when the application can answer it now."""
        ...

    def answer_short(
        self, call: object, headers: Sequence[Header], body: bytes, reply: Callable[[bytes], None], *, close: bool
    ) -> None:
        """Answer a request by one `reply` with a whole HTTP response, now or later."""
        ...

    def refusal_bytes(self, name: str) -> bytes:
        """The whole HTTP response of a refusal that ends a connection."""
        ...


class _Waiting:
    """Nobody waits for the events of a short exchange: uvicorn sets them all the same."""

    def set(self) -> None:
        """As `asyncio.Event`."""


_NOBODY: Final = _Waiting()


class _Exchange:
    """A request on the short way: for the protocol it stands where uvicorn's own cycle stands."""

    __slots__ = ("_protocol", "body", "call", "disconnected", "keep_alive", "more_body", "response_complete")
    message_event = _NOBODY

    def __init__(self, protocol: "CounterProtocol", call: object, *, keep_alive: bool) -> None:
        self._protocol = protocol
        self.call = call
        self.keep_alive = keep_alive
        self.body = b""
        self.more_body = True
        self.response_complete = False
        self.disconnected = False

    def reply(self, response: bytes) -> None:
        """Write the answer; a client that went away finds it when it asks again."""
        protocol = self._protocol
        if self.response_complete or protocol.transport.is_closing():
            return
        self.response_complete = True
        protocol.transport.write(response)
        if not self.keep_alive:
            protocol.transport.close()
        protocol.on_response_complete()


class CounterProtocol(HttpToolsProtocol):
    """One connection."""

    # uvicorn gives positional arguments that are its own affair.
    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        self._api = short_way(self.app)
        self._in_head = True
        self._head_bytes = 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client that opens a connection says something soon."""
        super().connection_made(transport)
        self._arm(HEAD_SECONDS_MAX)

    def connection_lost(self, exc: Exception | None) -> None:
        """As uvicorn's."""
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; a head or body that is not whole behind it has a limit of time from here."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")
            return
        except httptools.HttpParserUpgrade as offer:
            self._decline(data[offer.args[0] :])
            return
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_MAX_BYTES:
                self._end("HEAD_TOO_LARGE")
            elif self._timer is None:
                self._arm(HEAD_SECONDS_MAX)
        elif self._timer is None and self._short_exchange(waiting_for_body=True) is not None:
            self._arm(BODY_SECONDS_MAX)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Choose the way of the request."""
        if self.parser.should_upgrade():
            return
        self._in_head = False
        self._head_bytes = 0
        self._disarm()
        call = self._find_call()
        if call is None:
            super().on_headers_complete()
        else:
            exchange = _Exchange(self, call, keep_alive=self.parser.should_keep_alive())
            self.cycle = exchange  # type: ignore[assignment]

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        exchange = self._short_exchange()
        if exchange is None:
            super().on_body(body)
            return
        exchange.body = exchange.body + body if exchange.body else body
        if len(exchange.body) > BODY_MAX_BYTES:
            self._end("BODY_TOO_LARGE")

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self.parser.should_upgrade():
            return
        exchange = self._short_exchange(waiting_for_body=True)
        if exchange is None:
            if not isinstance(self._current(), _Exchange):
                super().on_message_complete()
            return
        exchange.more_body = False
        self._disarm()
        cast("ShortWay", self._api).answer_short(
            exchange.call, self.headers, exchange.body, exchange.reply, close=not exchange.keep_alive
        )

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP gets an error in the shape of all errors."""
        if self._api is None:
            super().send_400_response(msg)
        else:
            self._end("HTTP_MALFORMED")

    def _decline(self, rest: bytes) -> None:
        """Read a request again without its offer of another protocol, behind which the parser reads no body.

        Java's client offers HTTP/2 with a request of its own, body and all; a server may go on as if nothing was said.
        """
        method = self.parser.get_method()
        if method == b"CONNECT":
            self.send_400_response("Invalid HTTP request received.")
            return
        lines = [b"%b %b HTTP/%b" % (method, self.url, self.parser.get_http_version().encode())]
        lines += [b"%b: %b" % header for header in self.headers if header[0] not in _OFFERS]
        self.parser = httptools.HttpRequestParser(self)
        self._head_bytes = 0
        self.data_received(b"\r\n".join([*lines, b"", b""]) + rest)

    def _find_call(self) -> object | None:
        if (
            self._api is None
            or self.limit_concurrency is not None
            or self.expect_100_continue
            or self._is_busy()
            or self.parser.get_method() != b"POST"
            or self.parser.get_http_version() != "1.1"
        ):
            return None
        return self._api.find_short_call(self.url)

    def _short_exchange(self, *, waiting_for_body: bool = False) -> _Exchange | None:
        exchange = self._current()
        if not isinstance(exchange, _Exchange) or exchange.response_complete:
            return None
        return exchange if exchange.more_body or not waiting_for_body else None

    def _current(self) -> object:
        return self.cycle

    def _is_busy(self) -> bool:
        return self._current() is not None and not self.cycle.response_complete

    def _arm(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self._too_slow)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if self._in_head and not self._head_bytes:
            # Nothing was asked: nobody waits for an answer.
            self.transport.close()
        else:
            self._end("REQUEST_TOO_SLOW")

    def _end(self, refusal: str) -> None:
        """Refuse what cannot become a request, and close."""
        if self.transport.is_closing():
            return
        exchange = self._current()
        if self._api is not None and (isinstance(exchange, _Exchange) or not self._is_busy()):
            self.transport.write(self._api.refusal_bytes(refusal))
        if isinstance(exchange, _Exchange):
            exchange.response_complete = True
        self.transport.close()


def short_way(application: object) -> ShortWay | None:
    """The application behind what uvicorn puts around it, when it knows the short way."""
    while application is not None:
        if hasattr(application, "find_short_call"):
            return cast("ShortWay", application)
        application = getattr(application, "app", None)
    return None
