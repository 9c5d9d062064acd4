"""What the office looks at of waves: the list, one wave, its draw, the acts that are at work on it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.oversight.queries import PAGE_ROWS


@dataclass(frozen=True, slots=True)
class OfficeWave:
    """A wave with what happened in it."""

    wave_id: UUID
    number: int
    regime_code: str
    state: str
    opens_at: datetime
    closes_at: datetime
    places: int
    joined: int
    counted_at: datetime | None
    selected: int
    void_reason: str | None


# Six million joinings are not read for a page: the tally has kept how many they were, a draw how many it chose.
_WAVE = """
    SELECT wave.id, wave.number, wave.regime_code, wave.state, wave.opens_at, wave.closes_at,
        (SELECT coalesce(sum(quota.places), 0) FROM wave_quotas AS quota WHERE quota.wave_id = wave.id)::bigint,
        coalesce(tally.joined, 0), tally.counted_at,
        (SELECT coalesce(sum(result.selected), 0)
         FROM draws AS draw
         JOIN draw_results AS result ON result.draw_id = draw.id
         WHERE draw.wave_id = wave.id)::bigint,
        wave.void_reason
    FROM waves AS wave
    LEFT JOIN wave_tallies AS tally ON tally.wave_id = wave.id
"""


def list_waves(*, state: str | None = None, after: int | None = None, limit: int = PAGE_ROWS) -> list[OfficeWave]:
    """Waves by number, the newest first, one more than a page when another follows. One query.

    `after` is the number behind which the page begins. How many joined an open wave is as last counted.
    """
    found = db.rows(
        f"""
        {_WAVE}
        WHERE (%(state)s::text IS NULL OR wave.state = %(state)s)
            AND (%(after)s::integer IS NULL OR wave.number < %(after)s)
        ORDER BY wave.number DESC
        LIMIT %(limit)s
        """,
        {"state": state, "after": after, "limit": limit + 1},
    )
    return [OfficeWave(*row) for row in found]


def get_wave(wave_id: UUID) -> OfficeWave:
    """One wave.

    Raises:
        LookupError: there is none.
    """
    found = db.row(f"{_WAVE} WHERE wave.id = %(wave)s", {"wave": wave_id})
    if found is None:
        raise LookupError(f"wave {wave_id}")
    return OfficeWave(*found)


def latest_wave_number() -> int:
    """The highest number of a wave; 0 before the first."""
    found: int = db.value("SELECT coalesce(max(number), 0) FROM waves")
    return found


@dataclass(frozen=True, slots=True)
class WaveDraw:
    """The published commitment of a draw and, once it is there, the randomness that came later."""

    committed_at: datetime
    rule_version: str
    beacon: str
    beacon_round: int
    beacon_at: datetime
    applicants: int
    list_root: str
    commitment: str
    commitment_hash: str
    randomness: str | None
    seed: str | None
    revealed_at: datetime | None


def find_draw(wave_id: UUID) -> WaveDraw | None:
    """The draw of a wave, or None before its commitment. Bytes are given as hexadecimal digits. One query."""
    found = db.row(
        """
        SELECT draw.committed_at, draw.rule_version, draw.beacon, draw.beacon_round, draw.beacon_at,
            draw.applicants,
            encode(draw.list_root, 'hex'), draw.commitment, encode(draw.commitment_hash, 'hex'),
            encode(reveal.randomness, 'hex'), encode(reveal.seed, 'hex'), reveal.revealed_at
        FROM draws draw
        LEFT JOIN draw_reveals reveal ON reveal.draw_id = draw.id
        WHERE draw.wave_id = %s
        """,
        (wave_id,),
    )
    return None if found is None else WaveDraw(*found)


@dataclass(frozen=True, slots=True)
class DrawStratum:
    """What a draw did in one channel, province and priority class."""

    channel: str
    province_code: str
    province_name: str | None
    priority_class: int
    applicants: int
    selected: int
    cut_off_rank: int | None


def list_draw_strata(wave_id: UUID) -> list[DrawStratum]:
    """The results of a wave's draw by channel, province and class. One query."""
    found = db.rows(
        """
        SELECT result.channel, result.province_code, province.name, result.priority_class, result.applicants,
            result.selected, result.cut_off_rank
        FROM draws draw
        JOIN draw_results result ON result.draw_id = draw.id
        LEFT JOIN provinces province ON province.code = result.province_code
        WHERE draw.wave_id = %s
        ORDER BY result.channel, result.province_code, result.priority_class
        """,
        (wave_id,),
    )
    return [DrawStratum(*row) for row in found]


@dataclass(frozen=True, slots=True)
class OfficeAct:
    """An act on a wave: who asked for it, where it stands, how it ended."""

    act_id: UUID
    kind: str
    decree_id: UUID | None
    state: str
    asked_by: str
    asked_at: datetime
    step: str | None
    again_at: datetime | None
    answer: str | None
    ended_at: datetime | None


def list_acts(wave_id: UUID, *, limit: int = PAGE_ROWS) -> list[OfficeAct]:
    """The acts on a wave, the newest first; at most one is at work. One query."""
    found = db.rows(
        """
        SELECT act.id, act.kind, act.decree_id, act.state, act.asked_by, act.asked_at, act.step, act.again_at,
            act.answer, act.ended_at
        FROM wave_acts AS act
        WHERE act.wave_id = %s
        ORDER BY act.asked_at DESC, act.id DESC
        LIMIT %s
        """,
        (wave_id, limit),
    )
    return [OfficeAct(*row) for row in found]
