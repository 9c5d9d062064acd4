"""Joining a wave: once for each person, with a receipt that the draw's list must honour."""

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
from prakerja.selection.errors import JoinCode
from prakerja.selection.tokens import draw_token, household_token, receipt_of, wave_key


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
