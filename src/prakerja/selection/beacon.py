"""Public randomness: a program outside of us that gives one value per round, at a known time and never before.

The commitment names beacon and round in advance, so nobody who draws can choose the randomness.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Protocol

from prakerja.kit.settings import get_settings


class Beacon(Protocol):
    """A source of public randomness."""

    @property
    def name(self) -> str:
        """How the commitment names it."""
        ...

    def first_round_after(self, moment: datetime) -> int:
        """The first round whose value nobody knows at this moment."""
        ...

    def randomness(self, beacon_round: int, *, now: datetime) -> bytes | None:
        """The 32 bytes of a round; None before its time."""
        ...


class SandboxBeacon:
    """The beacon of a sandbox: a round each minute, values from a seed. It proves nothing to anybody outside."""

    _GENESIS = datetime(2020, 1, 1, tzinfo=UTC)
    _PERIOD = timedelta(minutes=1)

    def __init__(self, seed: int | str = 0) -> None:
        if get_settings().deployment != "sandbox":
            raise RuntimeError("the sandbox beacon does not exist in production")
        self._seed = seed

    @property
    def name(self) -> str:
        """How the commitment names it."""
        return "sandbox"

    def first_round_after(self, moment: datetime) -> int:
        """The first round whose value nobody knows at this moment."""
        return (moment - self._GENESIS) // self._PERIOD + 1

    def randomness(self, beacon_round: int, *, now: datetime) -> bytes | None:
        """The 32 bytes of a round; None before its time."""
        if now < self._GENESIS + beacon_round * self._PERIOD:
            return None
        return sha256(f"sandbox beacon {self._seed} {beacon_round}".encode()).digest()
