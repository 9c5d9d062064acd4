"""Waves: planning, opening, joining, closing with a re-check."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field
from prakerja.participants.lanes import every_lane
from prakerja.programme.regimes import Regime
from prakerja.programme.rules import priority_class
from prakerja.selection.errors import JoinCode, WaveCode
from prakerja.selection.rules import CHANNELS, Quota
from prakerja.selection.tokens import draw_token, household_token, receipt_of, wave_key


@dataclass(frozen=True, slots=True)
class WavePlan:
    """A wave as it is announced; opens_at/closes_at half-open."""

    number: int
    opens_at: datetime
    closes_at: datetime
    quotas: tuple[Quota, ...]


@dataclass(frozen=True, slots=True)
class WaveResult:
    """The answer about one wave; `dropped` at the re-check of closing."""

    code: WaveCode
    wave_id: UUID | None = None
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Join:
    """An applicant joins a wave and names the channel (SELECT-02)."""

    applicant_id: UUID
    wave_id: UUID
    channel: str


@dataclass(frozen=True, slots=True)
class JoinResult:
    """The answer; `receipt` is what the person keeps and the draw's list must honour (see tokens.py)."""

    code: JoinCode
    token: bytes | None = None
    receipt: str | None = None


def plan_waves(context: Context, plans: Sequence[WavePlan], regime: Regime) -> list[WaveResult]:
    """Announce waves under a regime, one result per plan in order.

    Codes: wave_number_taken, wave_has_no_places, province_quotas_not_allowed. Rule: SELECT-02.

    Raises:
        ValueError: an unknown channel, closing not after opening, or a stratum named twice.
    """
    results = []
    with db.transaction():
        for plan in plans:
            code = _plan_refusal(plan, regime)
            wave_id = context.uuid()
            if code is WaveCode.OK and not _insert_wave(wave_id, plan, regime):
                code = WaveCode.NUMBER_TAKEN
            if code is not WaveCode.OK:
                results.append(WaveResult(code))
                continue
            db.copy_rows(
                "wave_quotas",
                ["id", "wave_id", "channel", "province_code", "places"],
                [(context.uuid(), wave_id, q.channel, q.province_code, q.places) for q in plan.quotas],
            )
            places = sum(quota.places for quota in plan.quotas)
            record_events(context, [Event("wave.planned", wave_id, {"number": plan.number, "places": places})])
            results.append(WaveResult(WaveCode.OK, wave_id))
    return results


def _plan_refusal(plan: WavePlan, regime: Regime) -> WaveCode:
    strata = [(quota.channel, quota.province_code) for quota in plan.quotas]
    if plan.closes_at <= plan.opens_at or len(set(strata)) != len(strata):
        raise ValueError("a wave closes after it opens and names a stratum once")
    if any(channel not in CHANNELS for channel, _ in strata):
        raise ValueError(f"channels are {CHANNELS}")
    if sum(quota.places for quota in plan.quotas) < 1:
        return WaveCode.NO_PLACES
    if not regime.province_quotas_allowed and any(province is not None for _, province in strata):
        return WaveCode.PROVINCE_QUOTAS_NOT_ALLOWED
    return WaveCode.OK


def _insert_wave(wave_id: UUID, plan: WavePlan, regime: Regime) -> bool:
    return bool(
        db.execute(
            """
            INSERT INTO waves (id, number, regime_code, regime_version, opens_at, closes_at, state)
            VALUES (%s, %s, %s, %s, %s, %s, 'planned')
            ON CONFLICT (number) DO NOTHING
            """,
            [wave_id, plan.number, regime.code, regime.version, plan.opens_at, plan.closes_at],
        )
    )


def open_wave(context: Context, wave_id: UUID) -> WaveResult:
    """Open a planned wave when its time has come. Codes: wave_not_found, wave_not_in_this_state, not_yet."""
    with db.transaction():
        wave = db.row("SELECT state, opens_at FROM waves WHERE id = %s FOR UPDATE", [wave_id])
        if wave is None:
            return WaveResult(WaveCode.WAVE_NOT_FOUND)
        if wave[0] != "planned":
            return WaveResult(WaveCode.NOT_IN_THIS_STATE, wave_id)
        if context.now < wave[1]:
            return WaveResult(WaveCode.NOT_YET, wave_id)
        db.execute("UPDATE waves SET state = 'open' WHERE id = %s", [wave_id])
        record_events(context, [Event("wave.opened", wave_id)])
    return WaveResult(WaveCode.OK, wave_id)


def close_wave(context: Context, wave_id: UUID) -> WaveResult:
    """Close a wave whose time is over, and drop those who are no longer eligible (with the rule that says so).

    Codes: wave_not_found, wave_not_in_this_state, not_yet. Rules: ELIG-01 to ELIG-06 as last decided. Cost: one update,
    one count.
    """
    with db.transaction():
        wave = db.row("SELECT state, closes_at FROM waves WHERE id = %s FOR UPDATE", [wave_id])
        if wave is None:
            return WaveResult(WaveCode.WAVE_NOT_FOUND)
        if wave[0] != "open":
            return WaveResult(WaveCode.NOT_IN_THIS_STATE, wave_id)
        if context.now < wave[1]:
            return WaveResult(WaveCode.NOT_YET, wave_id)
        dropped = drop_ineligible(context, wave_id, "pending")
        count_joinings(context, [wave_id])
        db.execute("UPDATE waves SET state = 'closed' WHERE id = %s", [wave_id])
        record_events(context, [Event("wave.closed", wave_id, {"dropped": dropped})])
    return WaveResult(WaveCode.OK, wave_id, dropped)


def count_joinings(context: Context, wave_ids: Sequence[UUID] | None = None) -> int:
    """Keep how many have joined these waves, or all open ones; how many waves were counted.

    The last count of a wave is made when it closes; until then the figure is as old as the last one. Locks nothing of
    a wave. Cost: one pass over the wave's joinings, in their key where that is the smaller one.
    """
    return db.execute(
        """
        INSERT INTO wave_tallies (wave_id, joined, counted_at)
        SELECT w.id, count(j.applicant_id), %(now)s
        FROM waves AS w
        LEFT JOIN joinings AS j ON j.lane = ANY (%(lanes)s) AND j.wave_id = w.id
        WHERE CASE WHEN %(waves)s::uuid[] IS NULL THEN w.state = 'open' ELSE w.id = ANY (%(waves)s::uuid[]) END
        GROUP BY w.id
        ORDER BY w.id
        ON CONFLICT (wave_id) DO UPDATE
        SET joined = EXCLUDED.joined, counted_at = EXCLUDED.counted_at
        """,
        {"now": context.now, "lanes": every_lane(), "waves": None if wave_ids is None else list(wave_ids)},
    )


def drop_ineligible(context: Context, wave_id: UUID, outcome: str) -> int:
    """Drop joinings of an outcome whose applicant is refused, blacklisted or already a participant; how many."""
    dropped = db.rows(
        """
        UPDATE joinings AS j
        SET outcome = 'dropped',
            dropped_rule = CASE WHEN a.state = 'refused' THEN a.refused_rule ELSE 'ELIG-06' END
        FROM applicants AS a
        WHERE j.wave_id = %s
            AND j.outcome = %s
            AND a.lane = j.lane
            AND a.applicant_id = j.applicant_id
            AND (
                a.state <> 'ready'
                OR EXISTS (
                    SELECT FROM blacklist AS b
                    WHERE b.lane = a.lane AND b.nik_index = a.nik_index AND b.lifted_at IS NULL
                )
            )
        RETURNING j.lane, j.applicant_id, j.dropped_rule
        """,
        [wave_id, outcome],
    )
    record_events(
        context,
        [
            Event("joining.dropped", applicant_id, {"rule": rule, "wave_id": wave_id}, lane)
            for lane, applicant_id, rule in dropped
        ],
    )
    return len(dropped)


class _Wave(NamedTuple):
    state: str
    opens_at: datetime
    closes_at: datetime
    channels: frozenset[str]


class _Candidate(NamedTuple):
    lane: int
    kk: str
    province_code: str
    state: str
    eligibility: str | None
    on_worker_list: bool
    receives_social_aid: bool
    blacklisted: bool


_COLUMNS = (
    "lane smallint, wave_id uuid, applicant_id uuid, channel text, province_code text, priority_class smallint, "
    "token bytea, household_token bytea"
)
_NAMES = ", ".join(column.split()[0] for column in _COLUMNS.split(", "))


def join_waves(context: Context, requests: Sequence[Join], regime: Regime) -> list[JoinResult]:
    """Join waves, one result per request in order; a person is in a wave once, whoever asks how often.

    Codes: wave_not_found, wave_not_open, channel_not_offered, applicant_not_found, already_a_participant,
    blacklisted, not_eligible, already_joined.
    Rules: SELECT-01 (the priority class of this moment), SELECT-02. Locks: shares the wave, so that it cannot close
    meanwhile. Cost: three statements and one for events; 20 microseconds of Python per person.
    """
    results: list[JoinResult | None] = [None] * len(requests)
    with db.transaction():
        waves = _shared_waves({request.wave_id for request in requests})
        people = _candidates([request.applicant_id for request in requests])
        keys = {wave_id: wave_key(wave_id) for wave_id in waves}
        items: dict[tuple[UUID, UUID], dict[str, object]] = {}
        positions: dict[tuple[UUID, UUID], int] = {}
        for position, request in enumerate(requests):
            person = people.get(request.applicant_id)
            code = _join_refusal(request, waves.get(request.wave_id), person, context.now)
            key = (request.wave_id, request.applicant_id)
            if code is None and key in items:
                code = JoinCode.ALREADY_JOINED
            if code is not None or person is None:
                results[position] = JoinResult(code or JoinCode.APPLICANT_NOT_FOUND)
                continue
            items[key] = _item(request, person, regime, keys[request.wave_id])
            positions[key] = position
        joined = _insert_joinings(context, list(items.values()))
    for key, position in positions.items():
        if key in joined:
            wave_id, applicant_id = key
            token = draw_token(keys[wave_id], applicant_id)
            results[position] = JoinResult(JoinCode.OK, token, receipt_of(keys[wave_id], token))
        else:
            results[position] = JoinResult(JoinCode.ALREADY_JOINED)
    return [result for result in results if result is not None]


def _item(request: Join, person: _Candidate, regime: Regime, key: bytes) -> dict[str, object]:
    return {
        "lane": person.lane,
        "wave_id": request.wave_id,
        "applicant_id": request.applicant_id,
        "channel": request.channel,
        "province_code": person.province_code,
        "priority_class": priority_class(
            is_on_worker_list=person.on_worker_list, receives_social_aid=person.receives_social_aid, regime=regime
        ),
        "token": f"\\x{draw_token(key, request.applicant_id).hex()}",
        "household_token": f"\\x{household_token(key, person.kk).hex()}",
    }


def _insert_joinings(context: Context, items: Sequence[dict[str, object]]) -> set[tuple[UUID, UUID]]:
    if not items:
        return set()
    joined = db.rows(
        f"""
        INSERT INTO joinings ({_NAMES}, joined_at)
        SELECT {_NAMES}, %s
        FROM json_to_recordset(%s::json) AS given ({_COLUMNS})
        ORDER BY lane, wave_id, applicant_id
        ON CONFLICT (lane, wave_id, applicant_id) DO NOTHING
        RETURNING lane, wave_id, applicant_id, channel
        """,
        [context.now, db.encode_json(items)],
    )
    record_events(
        context,
        [
            Event("wave.joined", applicant_id, {"wave_id": wave_id, "channel": channel}, lane)
            for lane, wave_id, applicant_id, channel in joined
        ],
    )
    return {(wave_id, applicant_id) for _, wave_id, applicant_id, _ in joined}


def _join_refusal(request: Join, wave: _Wave | None, person: _Candidate | None, now: datetime) -> JoinCode | None:
    refusals = [(wave is None, JoinCode.WAVE_NOT_FOUND), (person is None, JoinCode.APPLICANT_NOT_FOUND)]
    if wave is not None:
        is_open = wave.state == "open" and wave.opens_at <= now < wave.closes_at
        refusals[1:1] = [
            (not is_open, JoinCode.WAVE_NOT_OPEN),
            (request.channel not in wave.channels, JoinCode.CHANNEL_NOT_OFFERED),
        ]
    if person is not None:
        refusals += [
            (person.state == "decreed", JoinCode.ALREADY_A_PARTICIPANT),
            (person.blacklisted, JoinCode.BLACKLISTED),
            (person.state != "ready" or person.eligibility != "eligible", JoinCode.NOT_ELIGIBLE),
        ]
    return next((code for applies, code in refusals if applies), None)


def _shared_waves(wave_ids: Iterable[UUID]) -> dict[UUID, _Wave]:
    found = db.rows(
        """
        SELECT id, state, opens_at, closes_at
        FROM waves
        WHERE id = ANY (%s::uuid[])
        ORDER BY id
        FOR SHARE
        """,
        [list(wave_ids)],
    )
    channels: dict[UUID, set[str]] = {}
    for wave_id, channel in db.rows(
        """
        SELECT DISTINCT wave_id, channel
        FROM wave_quotas
        WHERE wave_id = ANY (%s::uuid[]) AND places > 0
        ORDER BY wave_id, channel
        """,
        [[wave_id for wave_id, *_ in found]],
    ):
        channels.setdefault(wave_id, set()).add(channel)
    return {
        wave_id: _Wave(state, opens_at, closes_at, frozenset(channels.get(wave_id, ())))
        for wave_id, state, opens_at, closes_at in found
    }


def _candidates(applicant_ids: Sequence[UUID]) -> dict[UUID, _Candidate]:
    found = db.rows(
        """
        SELECT
            a.applicant_id, a.lane, a.kk_cipher, a.province_code, a.state, a.eligibility, a.worker_list_matched,
            coalesce(a.receives_social_aid, true),
            EXISTS (
                SELECT FROM blacklist AS b
                WHERE b.lane = a.lane AND b.nik_index = a.nik_index AND b.lifted_at IS NULL
            )
        FROM applicants AS a
        WHERE a.lane = ANY (%s) AND a.applicant_id = ANY (%s::uuid[])
        ORDER BY a.applicant_id
        """,
        [every_lane(), list(applicant_ids)],
    )
    return {
        applicant_id: _Candidate(
            lane, decrypt_field(kk_cipher, table="applicants", column="kk_cipher", row_id=applicant_id), *facts
        )
        for applicant_id, lane, kk_cipher, *facts in found
    }
