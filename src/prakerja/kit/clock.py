"""The programme clock: read at the edge, handed on as `context.now`.

Moments are aware datetimes in UTC; legal days are dates in Jakarta.
"""

from datetime import UTC, date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")


class Clock(Protocol):
    """Whatever tells the programme's time."""

    def now(self) -> datetime:
        """The moment, aware and in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The moment, aware and in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands until it is moved; never backwards."""

    def __init__(self, at: datetime) -> None:
        self._at = as_utc(at)

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """Set the clock forward.

        Raises:
            ValueError: `at` is earlier than the clock, or has no zone.
        """
        moment = as_utc(at)
        if moment < self._at:
            raise ValueError(f"the clock stands at {self._at.isoformat()} and cannot go back to {moment.isoformat()}")
        self._at = moment


def as_utc(at: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: `at` has no zone.
    """
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(UTC)


def jakarta_date(at: datetime) -> date:
    """The legal day of a moment.

    Raises:
        ValueError: `at` has no zone.
    """
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(JAKARTA).date()


def jakarta_midnight(day: date) -> datetime:
    """The moment, in UTC, at which a legal day begins."""
    return datetime.combine(day, time.min, tzinfo=JAKARTA).astimezone(UTC)
