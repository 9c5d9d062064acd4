"""Raw bytes over a socket; every answer that comes back is read whole and held against the OpenAPI document.

Whatever a test sends by hand, it reads here: the answers to the requests of a connection come in their order.
"""

import hmac
import socket
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

import httptools
import msgspec

from tests.fixtures.answers import look_at
from tests.partner_api.world import Key

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class WireAnswer:
    """One HTTP response; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        return msgspec.json.decode(self.body)

    @property
    def code(self) -> str:
        """`OK`, or the code of a refusal."""
        return str(self.json.get("code", "OK"))


@dataclass(slots=True)
class _Asked:
    """A request as a parser understands it; empty where it does not."""

    method: str = ""
    target: str = ""
    body: bytes = b""


@dataclass(slots=True)
class _Requests:
    """What was asked on a connection, by httptools' callbacks."""

    begun: deque[_Asked] = field(default_factory=deque)
    parser: httptools.HttpRequestParser | None = None
    _target: bytes = b""
    _current: _Asked | None = None

    def feed(self, data: bytes) -> None:
        if self.parser is None:
            self.parser = httptools.HttpRequestParser(self)
        try:
            # Behind an offer of another protocol this parser reads nothing; the server declines it.
            self.parser.feed_data(data.replace(b"Upgrade: h2c", b"X-Offer: h2c"))
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            return  # what is no HTTP is no request

    def on_url(self, url: bytes) -> None:
        self._target += url

    def on_headers_complete(self) -> None:
        assert self.parser is not None
        self._current = _Asked(self.parser.get_method().decode(), self._target.decode("latin-1"))
        self._target = b""
        self.begun.append(self._current)

    def on_body(self, body: bytes) -> None:
        assert self._current is not None
        self._current.body += body


def signed_request(
    key: Key,
    path: str,
    body: bytes,
    *,
    method: str = "POST",
    token: str = "",
    names: Mapping[str, str] | None = None,
) -> bytes:
    """A whole request as a client of long ago writes it; `names` says how it spells its headers."""
    timestamp = str(int(time.time()))
    authorization = f"Payment {token}" if token else ""
    base = f"{key.client_code}{timestamp}{method}{'/' + path.lstrip('/')}{authorization}".encode() + body
    signature = hmac.digest(key.secret.encode(), base, "sha1").hex()
    values = {"client_code": key.client_code, "timestamp": timestamp, "signature": signature}
    if token:
        values["Authorization"] = authorization
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json; charset=utf-8"]
    lines += [f"{(names or {}).get(name, name)}: {value}" for name, value in values.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def ask(base_url: str, request: bytes, *, answers: int = 1) -> list[WireAnswer]:
    """Bytes over a connection of their own, and the answers to them."""
    with Wire(base_url) as wire:
        wire.send(request)
        return wire.answers(answers)


class Wire:
    """One connection to a running API."""

    def __init__(self, base_url: str, *, seconds: float = SECONDS) -> None:
        parts = urlsplit(base_url)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=seconds)
        self._requests = _Requests()
        self._answers: deque[WireAnswer] = deque()
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._body = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Bytes, as they are.

        Raises:
            OSError: the server has hung up.
        """
        self._requests.feed(data)
        self._socket.sendall(data)

    def end(self) -> None:
        """Nothing more will be sent."""
        self._socket.shutdown(socket.SHUT_WR)

    def answer(self, *, seconds: float = SECONDS) -> WireAnswer:
        """The next answer.

        Raises:
            TimeoutError: none came in time.
            AssertionError: the server hung up before, or the document has no such answer.
        """
        self._socket.settimeout(seconds)
        while not self._answers:
            assert self._receive(), "the server hung up without an answer"
        return self._answers.popleft()

    def answers(self, count: int) -> list[WireAnswer]:
        """The next answers, in order."""
        return [self.answer() for _ in range(count)]

    def rest(self) -> list[WireAnswer]:
        """All that comes until the server hangs up, by an end or by a reset."""
        try:
            while self._receive():
                pass
        except ConnectionResetError:
            pass
        found = list(self._answers)
        self._answers.clear()
        return found

    def _receive(self) -> bool:
        received = self._socket.recv(65536)
        if received:
            self._parser.feed_data(received)
        return bool(received)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode().lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        answer = WireAnswer(self._parser.get_status_code(), self._headers, self._body)
        self._headers, self._body = {}, b""
        if answer.status != 100:
            asked = self._requests.begun.popleft() if self._requests.begun else _Asked()
            content_type = answer.headers.get("content-type", "")
            look_at(asked.method, asked.target, asked.body, answer.status, content_type, answer.body)
        self._answers.append(answer)


class PageWire:
    """One connection to running pages, whose answers the document does not describe: bytes go out, text comes back."""

    def __init__(self, url: str, *, reads_little: bool = False) -> None:
        parts = urlsplit(url)
        self._socket = socket.socket()
        self._socket.settimeout(SECONDS)
        if reads_little:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.connect((parts.hostname or "", parts.port or 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Bytes, as they are."""
        self._socket.sendall(data)

    def hears(self, *, seconds: float) -> bytes:
        """What came within a time; nothing when nothing did."""
        self._socket.settimeout(seconds)
        try:
            return self._socket.recv(65536)
        except TimeoutError:
            return b""

    def rest(self) -> str:
        """All that comes until the server hangs up, by an end or by a reset."""
        self._socket.settimeout(SECONDS)
        received = b""
        try:
            while more := self._socket.recv(65536):
                received += more
        except ConnectionResetError:
            pass
        return received.decode(errors="replace")
