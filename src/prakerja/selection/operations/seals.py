"""Sealed seeds of institutions: what holds when the beacon never gives its round (see seals.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.selection.beacon import Beacon
from prakerja.selection.errors import SealCode
from prakerja.selection.queries.seals import seals_of
from prakerja.selection.seals import (
    ORDER,
    PRIME,
    Seal,
    Share,
    seed_fits,
    share_fits,
    threshold_is_fair,
)


@dataclass(frozen=True, slots=True)
class Opening:
    """An institution's own seed (holder 0), or a holder's share of it."""

    institution: str
    holder: int
    value: int


def seal_wave(context: Context, wave_id: UUID, seals: Sequence[Seal]) -> SealCode:
    """Name the fallback of a wave in advance: the seals of all institutions at once, before the list is committed.

    Codes: ok, wave_not_found, wave_not_in_this_state, already_sealed, unfair_threshold (one threshold for all, a
    majority of at least three, less than all), wrong_seal (a number outside of the group, a name twice).
    """
    names = [seal.institution for seal in seals]
    with db.transaction():
        state = db.row("SELECT state FROM waves WHERE id = %s FOR UPDATE", [wave_id])
        if state is None:
            return SealCode.WAVE_NOT_FOUND
        if state[0] not in ("planned", "open", "closed"):
            return SealCode.NOT_IN_THIS_STATE
        if db.value("SELECT count(*) FROM draw_seals WHERE wave_id = %s", [wave_id]):
            return SealCode.ALREADY_SEALED
        thresholds = {len(seal.commitments) for seal in seals}
        if len(thresholds) != 1 or not threshold_is_fair(thresholds.pop(), len(seals)):
            return SealCode.UNFAIR_THRESHOLD
        numbers = [value for seal in seals for value in seal.commitments]
        if len(set(names)) != len(names) or not all(_is_of_the_group(value) for value in numbers):
            return SealCode.WRONG_SEAL
        db.copy_rows(
            "draw_seals",
            ["id", "wave_id", "institution", "commitments", "sealed_at"],
            [
                (
                    context.uuid(),
                    wave_id,
                    seal.institution,
                    db.encode_json([f"{value:x}" for value in seal.commitments]),
                    context.now,
                )
                for seal in seals
            ],
        )
        record_events(context, [Event("draw.sealed", wave_id, {"institutions": sorted(names)})])
    return SealCode.OK


def _is_of_the_group(value: int) -> bool:
    return 1 < value < PRIME - 1 and pow(value, ORDER, PRIME) == 1


def confirm_shares(context: Context, wave_id: UUID, institution: str) -> SealCode:
    """An institution says that the shares it was given fit all seals. Without all of them nothing is committed.

    Codes: ok, wave_not_found (no seal of this institution), wave_not_in_this_state.
    """
    with db.transaction():
        state = db.row("SELECT state FROM waves WHERE id = %s FOR UPDATE", [wave_id])
        if state is None:
            return SealCode.WAVE_NOT_FOUND
        if state[0] not in ("planned", "open", "closed"):
            return SealCode.NOT_IN_THIS_STATE
        if not db.execute(
            "UPDATE draw_seals SET confirmed_at = %s WHERE wave_id = %s AND institution = %s",
            [context.now, wave_id, institution],
        ):
            return SealCode.WAVE_NOT_FOUND
        record_events(context, [Event("draw.shares_confirmed", wave_id, {"institution": institution})])
    return SealCode.OK


def open_seals(context: Context, wave_id: UUID, openings: Sequence[Opening], beacon: Beacon) -> list[SealCode]:
    """Open seeds because the beacon's round has not come; from the first one on, the seeds decide and nothing else.

    Codes, one per opening: ok, wave_not_found, wave_not_in_this_state, no_fallback, not_yet (before the moment that
    the commitment names), beacon_has_spoken (the round is there: the seeds stay shut), wrong_opening (does not fit its
    seal), already_open.
    """
    with db.transaction():
        found = db.row(
            """
            SELECT w.state, d.id, d.beacon_round, d.commitment::json -> 'fallback' ->> 'opens_at'
            FROM waves AS w
            LEFT JOIN draws AS d ON d.wave_id = w.id
            WHERE w.id = %s
            FOR UPDATE OF w
            """,
            [wave_id],
        )
        refusal = _refusal(context, found, beacon)
        if found is None or refusal is not None:
            return [refusal or SealCode.WAVE_NOT_FOUND] * len(openings)
        seals = {seal.institution: seal for seal in seals_of(wave_id)[0]}
        codes = [_open(context, found[1], seals, opening) for opening in openings]
        done = [[one.institution, one.holder] for one, code in zip(openings, codes, strict=True) if code is SealCode.OK]
        if done:
            record_events(context, [Event("draw.seals_opened", wave_id, {"openings": done})])
    return codes


def _refusal(context: Context, found: "db.Row | None", beacon: Beacon) -> SealCode | None:
    if found is None:
        return SealCode.WAVE_NOT_FOUND
    state, draw_id, beacon_round, opens_at = found
    if state != "committed":
        return SealCode.NOT_IN_THIS_STATE
    if opens_at is None:
        return SealCode.NO_FALLBACK
    if context.now < datetime.fromisoformat(opens_at):
        return SealCode.NOT_YET
    is_bound = db.value("SELECT count(*) FROM draw_openings WHERE draw_id = %s", [draw_id])
    if not is_bound and beacon.randomness(beacon_round, now=context.now) is not None:
        return SealCode.BEACON_HAS_SPOKEN
    return None


def _open(context: Context, draw_id: UUID, seals: Mapping[str, Seal], opening: Opening) -> SealCode:
    seal = seals.get(opening.institution)
    fits = seal is not None and (
        seed_fits(seal, opening.value)
        if opening.holder == 0
        else opening.holder <= len(seals)
        and share_fits(seal, Share(opening.institution, opening.holder, opening.value))
    )
    if not fits:
        return SealCode.WRONG_OPENING
    opened = db.execute(
        """
        INSERT INTO draw_openings (id, draw_id, institution, holder, value, opened_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (draw_id, institution, holder) DO NOTHING
        """,
        [context.uuid(), draw_id, opening.institution, opening.holder, f"{opening.value:x}", context.now],
    )
    return SealCode.OK if opened else SealCode.ALREADY_OPEN
