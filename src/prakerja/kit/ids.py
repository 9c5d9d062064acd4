"""Ids and randomness, given in from outside so that a seed gives the same books.

Ids are UUIDs of version 7 (RFC 9562): 48 bits of milliseconds, then a counter that keeps one source monotonic, then
random bits. Their order is the order in which the source made them, also within one millisecond.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from threading import Lock
from typing import Protocol
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_COUNTER_BITS = 26
_COUNTER_MAX = (1 << _COUNTER_BITS) - 1
_RANDOM_BITS = 48
_TAIL_DIGITS = _RANDOM_BITS // 4
_BLOCK_BYTES = 4096
_VERSION = 0x7 << 28
_VARIANT = 0x2 << 14


class IdSource(Protocol):
    """Whatever makes ids and random bits."""

    def uuid(self, at: datetime) -> UUID:
        """A new UUIDv7, greater than all that this source made for the same or an earlier moment."""
        ...

    def uuid_texts(self, at: datetime, count: int) -> list[str]:
        """`count` new UUIDv7 in order, each as its 32 hexadecimal digits: what PostgreSQL reads as an array of uuid."""
        ...

    def bits(self, count: int) -> int:
        """`count` random bits as an integer."""
        ...


class _Uuid7:
    """The shared part: 26 bits of counter, 48 random bits behind it, never a step back."""

    def __init__(self, random_bits: Callable[[int], int]) -> None:
        self._random_bits = random_bits
        self._lock = Lock()
        self._last_ms = -1
        self._counter = 0

    def make(self, at: datetime) -> UUID:
        # One lock for time, counter and bits: threads share a source, and a seed must give one sequence.
        with self._lock:
            self._step(at)
            tail = self._random_bits(_RANDOM_BITS)
            return UUID(int=self._head() << _RANDOM_BITS | tail)

    def make_texts(self, at: datetime, count: int) -> list[str]:
        # The random bits of all at once: asking the operating system for each id costs more than the id.
        with self._lock:
            tails = f"{self._random_bits(_RANDOM_BITS * count):0{_TAIL_DIGITS * count}x}" if count else ""
            texts = []
            for start in range(0, _TAIL_DIGITS * count, _TAIL_DIGITS):
                self._step(at)
                texts.append(f"{self._head():020x}{tails[start : start + _TAIL_DIGITS]}")
            return texts

    def _step(self, at: datetime) -> None:
        at_ms = (at - _EPOCH) // _MILLISECOND
        if at_ms > self._last_ms:
            self._last_ms = at_ms
            # The top bit stays free, so that 33 million ids fit behind the lowest start.
            self._counter = self._random_bits(_COUNTER_BITS - 1)
        elif self._counter < _COUNTER_MAX:
            # The same millisecond, or a clock that went back: the last time stays and the counter moves.
            self._counter += 1
        else:
            self._last_ms += 1
            self._counter = 0

    def _head(self) -> int:
        """All but the random bits: time, version, counter and variant."""
        return self._last_ms << 32 | _VERSION | (self._counter >> 14) << 16 | _VARIANT | self._counter & 0x3FFF


class _SystemBits:
    """The operating system's random bits, fetched by the block.

    Asking the system lets another thread go on: where threads share a processor, each question may cost a wait of
    milliseconds, and a purchase asks four times. No byte is used twice; a forked process forgets what it inherited.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._block = b""
        self._place = 0
        os.register_at_fork(after_in_child=self._begin_anew)

    def __call__(self, count: int) -> int:
        size = (count + 7) // 8
        if size > _BLOCK_BYTES:
            return int.from_bytes(os.urandom(size)) >> size * 8 - count
        with self._lock:
            if self._place + size > len(self._block):
                self._block, self._place = os.urandom(_BLOCK_BYTES), 0
            taken = self._block[self._place : self._place + size]
            self._place += size
        return int.from_bytes(taken) >> size * 8 - count

    def _begin_anew(self) -> None:
        self._lock = Lock()
        self._block, self._place = b"", 0


_system_bits = _SystemBits()


class SystemIds:
    """Ids from the operating system's randomness: production."""

    def __init__(self) -> None:
        self._uuid7 = _Uuid7(_system_bits)

    def uuid(self, at: datetime) -> UUID:
        """A new UUIDv7."""
        return self._uuid7.make(at)

    def uuid_texts(self, at: datetime, count: int) -> list[str]:
        """`count` new UUIDv7 as text."""
        return self._uuid7.make_texts(at, count)

    def bits(self, count: int) -> int:
        """`count` unpredictable bits."""
        return _system_bits(count)


class SeededIds:
    """Ids from a seed: tests and simulation. The same seed and the same calls give the same ids."""

    def __init__(self, seed: int | str) -> None:
        self._seed = seed
        # A hash of the seed's text, since Random treats seeds of near value alike in their first draws.
        self._random = Random(int.from_bytes(sha256(str(seed).encode()).digest()))  # noqa: S311 - not for secrets
        self._uuid7 = _Uuid7(self._random.getrandbits)

    def uuid(self, at: datetime) -> UUID:
        """A new UUIDv7."""
        return self._uuid7.make(at)

    def uuid_texts(self, at: datetime, count: int) -> list[str]:
        """`count` new UUIDv7 as text."""
        return self._uuid7.make_texts(at, count)

    def bits(self, count: int) -> int:
        """`count` bits of the seeded sequence."""
        return self._random.getrandbits(count)

    def child(self, name: str) -> "SeededIds":
        """A source of its own for a part of the work, so that one part's draws do not shift another's."""
        return SeededIds(f"{self._seed}/{name}")
