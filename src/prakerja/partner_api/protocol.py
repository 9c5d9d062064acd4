"""How bytes of a socket become calls and pages: uvicorn's protocol with limits of time and size, a short way for calls.

Most requests are one call in one packet. For them the way over ASGI (a task, a scope, events) costs more than all
checks together, so they go from the parser to the counter and back as plain function calls. Everything else, also a
request that waits behind another on its connection, takes uvicorn's own way to the application, which answers the same.

What is too slow or too large is refused here, whichever way it goes: a call by an error object, a page by two plain
sentences. A request that waits behind another on its connection is left to the application, which has the same limits
for calls: its time begins with its turn.

Used by `uvicorn --http prakerja.partner_api.protocol:CounterProtocol`; Django is not set up yet when this is imported.
"""

import asyncio
from typing import Any, Final, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from prakerja.partner_api.framing import framing_refusal
from prakerja.partner_api.page_refusals import page_refusal
from prakerja.partner_api.short_way import ShortWay, find_method, short_way

HEAD_SECONDS_MAX: Final = 10.0
# Of a head that begins behind another request in one piece (below), what stands before it is not known: such a head may
# be longer by as much.
HEAD_MAX_BYTES: Final = 64 * 1024
# The parser says nothing while it reads: more than this is not given to it at once.
_PIECE_MAX_BYTES: Final = 16 * 1024
BODY_SECONDS_MAX: Final = 15.0
BODY_MAX_BYTES: Final = 128 * 1024
# Pages take files (the largest has 64 MB) over slow phones: who keeps sending has time, and not for ever.
PAGE_SECONDS_MIN: Final = 30.0
PAGE_SECONDS_MAX: Final = 3600.0
PAGE_BYTES_PER_SECOND_MIN: Final = 1024
PAGE_MAX_BYTES: Final = 65 * 1024 * 1024
# A client that thinks for a while between two requests does not find its connection closed under the second.
IDLE_SECONDS_MAX: Final = 75.0
# Who asks and does not read: what waits for it (64 KB) has so long to become less.
UNREAD_SECONDS_MAX: Final = 60.0
# How long what a refused client still sends is read: a connection that is closed upon it takes the answer with it.
LINGER_SECONDS: Final = 5.0
# Of one connection only: what remains of them is said by the version of HTTP.
_OFFERS: Final = frozenset({b"connection", b"upgrade", b"http2-settings"})


class _EndedError(Exception):
    """Stops the parser in the middle of a packet."""


class _Waiting:
    """Nobody waits for the events of a short exchange: uvicorn sets them all the same."""

    def set(self) -> None:
        """As `asyncio.Event`."""


_NOBODY: Final = _Waiting()


class Written:
    """The transport as uvicorn's cycle uses it: to a client that has gone nothing is written.

    uvloop closes a connection a moment before it says so, and a write in between would fail as if we were at fault.
    """

    __slots__ = ("_transport", "close", "is_closing")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.close = transport.close
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        """As the transport's."""
        if not self.is_closing():
            self._transport.write(data)


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
        self.timeout_keep_alive = IDLE_SECONDS_MAX  # type: ignore[assignment]
        self._api = short_way(self.app)
        self._is_page_path = find_method(self.app, "is_page")
        self._in_head = True
        self._head_bytes = 0
        self._piece_bytes = 0
        self._shared_bytes = 0
        self._in_body = False
        self._body_bytes = 0
        # What came in a body since its last byte: sizes of chunks, and what stands behind the last of them.
        self._bare_bytes = 0
        self._body_began_at = 0.0
        self._ended = False
        self._timer: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client that opens a connection says something soon."""
        super().connection_made(transport)
        self._arm(HEAD_SECONDS_MAX)

    def connection_lost(self, exc: Exception | None) -> None:
        """As uvicorn's."""
        self._disarm()
        self._is_read()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """As uvicorn's; answers wait until the client reads, and not for ever."""
        super().pause_writing()
        self._unread = self.loop.call_later(UNREAD_SECONDS_MAX, self.transport.abort)

    def resume_writing(self) -> None:
        """As uvicorn's."""
        self._is_read()
        super().resume_writing()

    def eof_received(self) -> bool:  # type: ignore[override]
        """A client that says that it sends nothing more is answered what it asked, and then left."""
        if not self._is_busy() or (self._in_body and not self.pipeline) or self.scheme == "https":
            return False
        self.cycle.keep_alive = False
        return True

    def shutdown(self) -> None:
        """As uvicorn's; nobody waits for a client that was refused."""
        if self._ended and not self._is_busy():
            self.transport.close()
        else:
            super().shutdown()

    def data_received(self, data: bytes) -> None:
        """Feed the parser by pieces: a head is never given a byte more than it may have."""
        start = 0
        while start < len(data) and not self._ended:
            size = min(_PIECE_MAX_BYTES, HEAD_MAX_BYTES - self._head_bytes)
            self._feed(data[start : start + size])
            start += size

    def _feed(self, data: bytes) -> None:
        """One piece; a head or body that is not whole behind it has a limit of time from here."""
        self._piece_bytes = len(data)
        self._shared_bytes = 0
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
            if self._head_bytes >= HEAD_MAX_BYTES:
                self._end("HEAD_TOO_LARGE")
            elif self._timer is None:
                self._arm(HEAD_SECONDS_MAX)
        elif self._in_body:
            self._bare_bytes += len(data)
            if self._bare_bytes > HEAD_MAX_BYTES:
                self._end("HEAD_TOO_LARGE")
            elif self._timer is None:
                self._await_body()

    def on_message_begin(self) -> None:
        """A request begins; behind another one in the same piece, how much of that is its own is not known."""
        self._in_head = True
        self._head_bytes = 1 - self._shared_bytes if self._shared_bytes else 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """As uvicorn's; what stands behind the chunks of a body is no header of its request."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Choose the way of the request."""
        if self.parser.should_upgrade():
            return
        refusal = framing_refusal(self.headers, version=self.parser.get_http_version())
        if refusal is not None:
            self._end(refusal)
            raise _EndedError
        self._disarm()
        call = self._find_call()
        if call is None:
            super().on_headers_complete()
            self.cycle.transport = Written(self.transport)  # type: ignore[assignment]
        else:
            exchange = _Exchange(self, call, keep_alive=self.parser.should_keep_alive())
            self.cycle = exchange  # type: ignore[assignment]
        # Behind what may still find that this is no request.
        self._in_head = False
        self._head_bytes = 0
        self._in_body = True
        self._body_bytes = 0
        self._bare_bytes = 0

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        exchange = self._short_exchange()
        if exchange is None:
            super().on_body(body)
        else:
            exchange.body = exchange.body + body if exchange.body else body
        self._body_bytes += len(body)
        self._bare_bytes = 0
        if self._body_bytes > BODY_MAX_BYTES and self._body_bytes > self._body_max_bytes() and not self.pipeline:
            self._end("BODY_TOO_LARGE")
            raise _EndedError

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self.parser.should_upgrade():
            return
        self._in_body = False
        self._shared_bytes = self._piece_bytes
        exchange = self._short_exchange(waiting_for_body=True)
        if exchange is None:
            self._disarm()
            if not isinstance(self._current(), _Exchange):
                super().on_message_complete()
            return
        exchange.more_body = False
        self._disarm()
        cast("ShortWay", self._api).answer_short(
            exchange.call, self.headers, exchange.body, exchange.reply, close=not exchange.keep_alive
        )

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - as uvicorn's
        """What is no HTTP gets an error in the shape of all errors."""
        self._end("HTTP_MALFORMED")

    def on_response_complete(self) -> None:
        """As uvicorn's; whoever was answered before the body that it holds back does not send it any more."""
        super().on_response_complete()
        if self._in_body and self.expect_100_continue and not self._body_bytes and not self._is_busy():
            self._end("BODY_TOO_LARGE")

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
            # uvicorn's way waits for the client to read.
            or self.flow.write_paused
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

    def _is_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _await_body(self) -> None:
        """Look at the size that was said of a body that has not come, and let its time begin."""
        if not self.pipeline:
            # The parser took the number.
            declared = next((int(value) for name, value in self.headers if name == b"content-length"), 0)
            if declared > self._body_max_bytes():
                self._end("BODY_TOO_LARGE")
                return
        self._body_began_at = self.loop.time()
        self._arm(PAGE_SECONDS_MIN if self._is_for_page() else BODY_SECONDS_MAX)

    def _body_max_bytes(self) -> int:
        if self._api is None or self._is_for_page():
            return PAGE_MAX_BYTES
        return self._api.body_max_bytes(self.url)

    def _body_seconds_left(self) -> float:
        if self.pipeline:
            return BODY_SECONDS_MAX
        if not self._is_for_page():
            return 0.0
        allowed = min(PAGE_SECONDS_MIN + self._body_bytes / PAGE_BYTES_PER_SECOND_MIN, PAGE_SECONDS_MAX)
        return self._body_began_at + allowed - self.loop.time()

    def _is_for_page(self) -> bool:
        """Whether the newest request is one of the pages; where only pages are served, everything is."""
        if self._api is None:
            return True
        if self._in_head or self._is_page_path is None or isinstance(self._current(), _Exchange):
            return False
        return bool(self._is_page_path(self.scope["path"]))

    def _too_slow(self) -> None:
        self._timer = None
        if self._ended or (self._in_head and not self._head_bytes):
            # Nothing was asked, or all was said: nobody waits for an answer.
            self.transport.close()
            return
        left = self._body_seconds_left() if self._in_body else 0.0
        if left > 0:
            self._arm(left)
        else:
            self._end("REQUEST_TOO_SLOW")

    def _end(self, refusal: str) -> None:
        """Refuse what cannot become a request, read nothing more, and close."""
        if self._ended or self.transport.is_closing():
            return
        self._ended = True
        self._disarm()
        cycle = self.cycle
        if self._is_busy() and not (self._in_body and not self.pipeline):
            # Whole requests before this one are being answered: who asked them learns no more than that.
            cycle.keep_alive = False
            return
        if not self._in_body or not (cycle.response_complete or getattr(cycle, "response_started", False)):
            self.transport.write(self._refusal_bytes(refusal))
        if isinstance(self._current(), _Exchange):
            cycle.response_complete = True
        elif cycle is not None:
            # For the application the client has gone away.
            cycle.disconnected = True
            cycle.waiting_for_100_continue = False
            cycle.message_event.set()
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._arm(LINGER_SECONDS)

    def _refusal_bytes(self, refusal: str) -> bytes:
        if self._api is not None and not self._is_for_page():
            return self._api.refusal_bytes(refusal)
        return page_refusal(refusal)
