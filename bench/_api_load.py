"""A load generator for the partner API: signs for real, checks every answer, measures from the intended send time.

It shares the machine with what it measures, so that it must be cheap: one thread, no HTTP library, nothing built twice.
"""

import asyncio
import gc
import hmac
import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import uvloop

CONNECTIONS = 64
_LENGTH = b"content-length: "
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Key:
    """A partner's key."""

    client_code: str
    secret: bytes


class Shot:
    """One request before it is signed: its address, the bytes of its body, and what stands in `Authorization`."""

    __slots__ = ("_before", "_body", "_head", "_key", "_tail")

    def __init__(self, path: str, key: Key, body: bytes, authorization: str = "") -> None:
        token = f"Authorization: {authorization}\r\n" if authorization else ""
        self._key = key
        self._before = key.client_code.encode()
        self._tail = f"POST{path}{authorization}".encode() + body
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"{token}Content-Length: {len(body)}\r\nclient_code: {key.client_code}\r\ntimestamp: "
        ).encode()
        self._body = body

    def signed(self) -> bytes:
        """The whole request, with the timestamp of now."""
        timestamp = b"%d" % time.time()
        signature = hmac.digest(self._key.secret, self._before + timestamp + self._tail, "sha1").hex().encode()
        return b"%b%b\r\nsignature: %b\r\n\r\n%b" % (self._head, timestamp, signature, self._body)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run showed; latencies in seconds, sorted."""

    count: int
    seconds: float
    latencies: tuple[float, ...]
    client_us: float
    """CPU of the load generator, for each."""
    answers: Counter[bytes]
    """How many answers held which of the texts that were allowed."""

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

    def __init__(self, done: Callable[["_Client", bytes], None], lost: Callable[[], None]) -> None:
        self._done = done
        self._lost = lost
        self._received = b""
        self._whole = 0
        self.transport: asyncio.Transport | None = None
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are of no class of asyncio's.
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _error: Exception | None) -> None:
        self._lost()

    def data_received(self, data: bytes) -> None:
        received = self._received = self._received + data if self._received else data
        if not self._whole:
            end = received.find(_END)
            if end < 0:
                return
            place = received[:end].lower().index(_LENGTH) + len(_LENGTH)
            self._whole = end + len(_END) + int(received[place : received.index(b"\r", place)])
        if len(received) >= self._whole:
            self._received, self._whole = b"", 0
            self._done(self, received)

    def fire(self, shot: Shot, intended_at: float) -> None:
        assert self.transport is not None
        self.sent_at = intended_at
        self.transport.write(shot.signed())


def run(
    port: int,
    shots: Sequence[Shot],
    *,
    must_hold: Sequence[bytes],
    per_second: float | None = None,
    connections: int = CONNECTIONS,
) -> Figures:
    """Send all; `per_second` None: as fast as the connections answer.

    Raises:
        AssertionError: an answer holds none of the texts.
    """
    # A full collection of the world that a bench has built is a pause of a tenth of a second, and would be measured as
    # the server's.
    gc.collect()
    gc.freeze()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_run(port, shots, must_hold, per_second, connections))
    finally:
        gc.unfreeze()


async def _run(
    port: int, shots: Sequence[Shot], must_hold: Sequence[bytes], per_second: float | None, connections: int
) -> Figures:
    firing = _Firing(shots, must_hold, per_second)
    loop = asyncio.get_running_loop()
    clients = [(await loop.create_connection(firing.client, "127.0.0.1", port))[1] for _ in range(connections)]
    used = _cpu_seconds()
    firing.began = time.perf_counter()
    for client in clients:
        firing.next_shot(client)
    await firing.finished
    seconds = time.perf_counter() - firing.began
    used = _cpu_seconds() - used
    for client in clients:
        if client.transport is not None:
            client.transport.close()
    count = len(firing.latencies)
    return Figures(count, seconds, tuple(sorted(firing.latencies)), used / count * 1e6, firing.answers)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class _Firing:
    """What the connections of a run share: the shots that wait, and the latencies of those that were answered."""

    def __init__(self, shots: Sequence[Shot], must_hold: Sequence[bytes], per_second: float | None) -> None:
        self.latencies: list[float] = []
        self.answers: Counter[bytes] = Counter()
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.began = 0.0
        self._count = len(shots)
        self._waiting = iter(enumerate(shots))
        self._must_hold = must_hold
        self._per_second = per_second

    def client(self) -> _Client:
        """A connection of this run."""
        return _Client(self._answered, self._lost)

    def _lost(self) -> None:
        if not self.finished.done():
            self.finished.set_exception(AssertionError("the server closed a connection"))

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
        self.latencies.append(time.perf_counter() - client.sent_at)
        for text in self._must_hold:
            if text in answer:
                self.answers[text] += 1
                break
        else:
            self.finished.set_exception(AssertionError(answer[-300:]))
            return
        if len(self.latencies) == self._count:
            self.finished.set_result(None)
        else:
            self.next_shot(client)
