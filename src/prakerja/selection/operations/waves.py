"""Waves: planning, opening, closing with a re-check."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.lanes import every_lane
from prakerja.programme.queries import list_budgets
from prakerja.programme.regimes import Regime
from prakerja.selection.errors import WaveCode
from prakerja.selection.rules import CHANNELS, Quota


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


def plan_waves(context: Context, plans: Sequence[WavePlan], regime: Regime) -> list[WaveResult]:
    """Announce waves under a regime, one result per plan in order.

    Codes: wave_has_no_places, province_quotas_not_allowed, more_than_the_programme_has, wave_number_taken.
    Rules: SELECT-02, SCHEME-01: what is announced can be decreed. One plan at a time is looked at.

    Raises:
        ValueError: an unknown channel, closing not after opening, or a stratum named twice.
    """
    results = []
    with db.transaction():
        db.value("SELECT pg_advisory_xact_lock(hashtext('places of waves'))::text")
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
    wanted = Counter[str]()
    for quota in plan.quotas:
        wanted[quota.channel] += quota.places
    free = _free_places(regime)
    if any(places > free.get(channel, places) for channel, places in wanted.items()):
        return WaveCode.MORE_THAN_THE_PROGRAMME_HAS
    return WaveCode.OK


def _free_places(regime: Regime) -> dict[str, int]:
    """Of each channel with an open budget, the places that nobody has and no wave on its way has announced.

    Budgets are opened once, before any money moves; without one nothing can be decreed and nothing is known here.
    """
    announced: dict[str, int] = dict(
        db.rows(
            """
            SELECT q.channel, sum(q.places)::bigint
            FROM wave_quotas AS q
            JOIN waves AS w ON w.id = q.wave_id
            WHERE w.regime_code = %s AND w.state IN ('planned', 'open', 'closed', 'committed', 'drawn')
            GROUP BY q.channel
            ORDER BY q.channel
            """,
            [regime.code],
        )
    )
    return {
        budget.channel.value: budget.places_left - announced.get(budget.channel.value, 0)
        for budget in list_budgets()
        if budget.regime_code == regime.code
    }


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
    """Drop joinings of an outcome whose applicant is not eligible (any more), blacklisted or already a participant.

    The rule is the one that refused, or the one about which a register owes an answer: silence is no yes. How many.
    """
    dropped = db.rows(
        """
        UPDATE joinings AS j
        SET outcome = 'dropped',
            dropped_rule = CASE
                WHEN a.state = 'refused' THEN a.refused_rule
                WHEN a.state = 'ready' AND a.eligibility IS DISTINCT FROM 'eligible' THEN coalesce(
                    (
                        SELECT d.evidence ->> 'rule'
                        FROM eligibility_decisions AS d
                        WHERE d.lane = a.lane AND d.applicant_id = a.applicant_id
                        ORDER BY d.decided_at DESC, d.decision_id DESC
                        LIMIT 1
                    ),
                    'ELIG-01'
                )
                ELSE 'ELIG-06'
            END
        FROM applicants AS a
        WHERE j.wave_id = %s
            AND j.outcome = %s
            AND a.lane = j.lane
            AND a.applicant_id = j.applicant_id
            AND (
                a.state <> 'ready'
                OR a.eligibility IS DISTINCT FROM 'eligible'
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
