"""Reads of waves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.participants.lanes import every_lane


@dataclass(frozen=True, slots=True)
class WaveView:
    """A wave with its places and how many joined."""

    wave_id: UUID
    number: int
    regime_code: str
    regime_version: str
    opens_at: datetime
    closes_at: datetime
    state: str
    void_reason: str | None
    digital_places: int
    regular_places: int
    joined: int


_WAVES = """
    SELECT
        w.id, w.number, w.regime_code, w.regime_version, w.opens_at, w.closes_at, w.state, w.void_reason,
        quota.digital, quota.regular,
        (SELECT count(*) FROM joinings AS j WHERE j.lane = ANY (%s) AND j.wave_id = w.id)
    FROM waves AS w
    CROSS JOIN LATERAL (
        SELECT
            coalesce(sum(q.places) FILTER (WHERE q.channel = 'digital'), 0)::bigint AS digital,
            coalesce(sum(q.places) FILTER (WHERE q.channel = 'regular'), 0)::bigint AS regular
        FROM wave_quotas AS q
        WHERE q.wave_id = w.id
    ) AS quota
"""


def find_wave_of_number(number: int) -> UUID | None:
    """The id of the wave of a number, or None."""
    found = db.row("SELECT id FROM waves WHERE number = %s", [number])
    return None if found is None else found[0]


def list_waves() -> list[WaveView]:
    """All waves, by number."""
    return [WaveView(*row) for row in db.rows(_WAVES + "ORDER BY w.number", [every_lane()])]


def get_wave(wave_id: UUID) -> WaveView:
    """One wave.

    Raises:
        LookupError: there is none of this id.
    """
    found = db.row(_WAVES + "WHERE w.id = %s", [every_lane(), wave_id])
    if found is None:
        raise LookupError(f"no wave {wave_id}")
    return WaveView(*found)


def find_open_wave(now: datetime) -> WaveView | None:
    """The wave that can be joined at a moment, the lowest number first, or None."""
    found = db.row(
        _WAVES + "WHERE w.state = 'open' AND w.opens_at <= %s AND w.closes_at > %s ORDER BY w.number LIMIT 1",
        [every_lane(), now, now],
    )
    return None if found is None else WaveView(*found)
