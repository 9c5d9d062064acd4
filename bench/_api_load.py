"""A load generator for the partner API: signs for real, checks every answer, measures from the intended send time."""

import asyncio
import hmac
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

CONNECTIONS = 64
# What an answer must hold to count.
_LENGTH = b"content-length: "


@dataclass(frozen=True, slots=True)
class Key:
    """A partner's key."""

    client_code: str
    secret: bytes


@dataclass(frozen=True, slots=True)
class Shot:
    """One request before it is signed: the bytes of its body, and what stands in `Authorization`."""

    path: str
    key: Key
    body: bytes
    authorization: str = ""

    def signed(self) -> bytes:
        """The whole request, with the timestamp of now."""
        timestamp = str(int(time.time()))
        base = f"{self.key.client_code}{timestamp}POST{self.path}{self.authorization}".encode() + self.body
        signature = hmac.digest(self.key.secret, base, "sha1").hex()
        token = f"Authorization: {self.authorization}\r\n" if self.authorization else ""
        return (
            f"POST {self.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"client_code: {self.key.client_code}\r\ntimestamp: {timestamp}\r\nsignature: {signature}\r\n"
            f"{token}Content-Length: {len(self.body)}\r\n\r\n"
        ).encode() + self.body


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run showed; latencies in seconds, sorted."""

    count: int
    seconds: float
    latencies: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.count / self.seconds

    def percentile_ms(self, percent: float) -> float:
        """The latency below which so many of a hundred answers came."""
        place = min(self.count - 1, int(self.count * percent / 100))
        return round(self.latencies[place] * 1000, 1)


class _Client(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, done: Callable[["_Client", bytes], None]) -> None:
        self._done = done
        self._received = b""
        self.transport: asyncio.Transport | None = None
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, gap, body = self._received.partition(b"\r\n\r\n")
        if not gap:
            return
        place = head.lower().index(_LENGTH) + len(_LENGTH)
        if len(body) >= int(head[place:].split(b"\r\n", 1)[0]):
            answer, self._received = self._received, b""
            self._done(self, answer)

    def fire(self, shot: Shot, intended_at: float) -> None:
        assert self.transport is not None
        self.sent_at = intended_at
        self.transport.write(shot.signed())


def run(port: int, shots: Sequence[Shot], *, must_hold: bytes, per_second: float | None = None) -> Figures:
    """Send all; `per_second` None: as fast as 64 connections answer. Raises AssertionError at a wrong answer."""
    return asyncio.run(_run(port, shots, must_hold, per_second))


async def _run(port: int, shots: Sequence[Shot], must_hold: bytes, per_second: float | None) -> Figures:
    firing = _Firing(shots, must_hold, per_second)
    loop = asyncio.get_running_loop()
    clients = [(await loop.create_connection(firing.client, "127.0.0.1", port))[1] for _ in range(CONNECTIONS)]
    firing.began = time.perf_counter()
    for client in clients:
        firing.next_shot(client)
    await firing.finished
    seconds = time.perf_counter() - firing.began
    for client in clients:
        if client.transport is not None:
            client.transport.close()
    return Figures(len(firing.latencies), seconds, tuple(sorted(firing.latencies)))


class _Firing:
    """What the connections of a run share: the shots that wait, and the latencies of those that were answered."""

    def __init__(self, shots: Sequence[Shot], must_hold: bytes, per_second: float | None) -> None:
        self.latencies: list[float] = []
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.began = 0.0
        self._count = len(shots)
        self._waiting = iter(enumerate(shots))
        self._must_hold = must_hold
        self._per_second = per_second

    def client(self) -> _Client:
        """A connection of this run."""
        return _Client(self._answered)

    def next_shot(self, client: _Client) -> None:
        """Fire at once, or at the moment that the pace asks for: a late one is measured from there."""
        found = next(self._waiting, None)
        if found is None:
            return
        number, shot = found
        intended_at = time.perf_counter() if self._per_second is None else self.began + number / self._per_second
        wait = intended_at - time.perf_counter()
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, client.fire, shot, intended_at)
        else:
            client.fire(shot, intended_at)

    def _answered(self, client: _Client, answer: bytes) -> None:
        if self.finished.done():
            return
        if b" 200 " not in answer[:20] or self._must_hold not in answer:
            self.finished.set_exception(AssertionError(answer[-300:]))
            return
        self.latencies.append(time.perf_counter() - client.sent_at)
        if len(self.latencies) == self._count:
            self.finished.set_result(None)
        else:
            self.next_shot(client)
