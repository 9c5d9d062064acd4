"""Public randomness: a program outside of us that gives one value per round, at a known time and never before.

The commitment names beacon and round in advance, so nobody who draws can choose the randomness. `drand.py` has the
public beacon, `deployed_beacon.py` says which one a deployment uses; here are what every beacon can do and that of a
sandbox.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Protocol

from prakerja.kit.settings import get_settings


class ForgedRandomnessError(ValueError):
    """A beacon's answer is not what the key of its chain signed."""


@dataclass(frozen=True, slots=True)
class Randomness:
    """The 32 bytes of a round, with the signature that proves them (empty for the sandbox, which proves nothing)."""

    value: bytes
    signature: bytes = b""


class Beacon(Protocol):
    """A source of public randomness."""

    @property
    def name(self) -> str:
        """How the commitment names it."""
        ...

    @property
    def notice(self) -> timedelta:
        """How long before its value a round must be named: longer than a commitment takes to be published."""
        ...

    def first_round_after(self, moment: datetime) -> int:
        """The first round whose value nobody knows at this moment."""
        ...

    def time_of(self, beacon_round: int) -> datetime:
        """When the value of a round comes out."""
        ...

    def facts(self, beacon_round: int) -> dict[str, object]:
        """What the commitment says about the beacon: everything that checking the round needs."""
        ...

    def randomness(self, beacon_round: int, *, now: datetime) -> Randomness | None:
        """The value of a round; None while the beacon does not give it.

        Raises:
            ForgedRandomnessError: it gave something that its key did not sign.
        """
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

    @property
    def notice(self) -> timedelta:
        """None: the clock of a sandbox stands still while it commits."""
        return timedelta(0)

    def first_round_after(self, moment: datetime) -> int:
        """The first round whose value nobody knows at this moment."""
        return (moment - self._GENESIS) // self._PERIOD + 1

    def time_of(self, beacon_round: int) -> datetime:
        """When the value of a round comes out."""
        return self._GENESIS + beacon_round * self._PERIOD

    def facts(self, beacon_round: int) -> dict[str, object]:
        """Name, round and its time."""
        return {"name": self.name, "round": beacon_round, "at": self.time_of(beacon_round).isoformat()}

    def randomness(self, beacon_round: int, *, now: datetime) -> Randomness | None:
        """The value of a round; None before its time."""
        if now < self.time_of(beacon_round):
            return None
        return Randomness(sha256(f"sandbox beacon {self._seed} {beacon_round}".encode()).digest())
