"""What keepers of sealed seeds do: hand in the seal, confirm the shares or object, open (see seal_draw.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.selection.beacon import Beacon, ForgedRandomnessError
from prakerja.selection.errors import SealCode
from prakerja.selection.operations.fallbacks import BEFORE_COMMITMENT
from prakerja.selection.queries.seals import FallbackView, SeatView, find_fallback
from prakerja.selection.seal_draw import (
    ORDER,
    PRIME,
    Seal,
    Share,
    seed_fits,
    share_fits,
)

OPEN_WITHIN: Final = timedelta(days=3)
"""How long a keeper has to open its own seed; then the others open it with their shares."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A keeper's own seed (holder 0), or a holder's share of it."""

    keeper: str
    holder: int
    value: int


def seal_seed(context: Context, wave_id: UUID, keeper_id: UUID, seal: Seal) -> SealCode:
    """A keeper hands in its seal; again, until the first keeper has confirmed. The seed itself never comes here.

    Codes: ok, wave_not_found, wave_not_in_this_state, no_fallback, not_a_keeper, wrong_seal (another's name, another
    threshold than the fallback's, a number outside of the group), already_sealed (somebody has confirmed).
    """
    with db.transaction():
        code, fallback, seat = _seat(wave_id, keeper_id)
        if fallback is None or seat is None:
            return code
        numbers = seal.commitments
        if seal.keeper != seat.code or len(numbers) != fallback.threshold or not all(map(_is_of_the_group, numbers)):
            return SealCode.WRONG_SEAL
        if any(one.confirmed_at is not None for one in fallback.seats):
            return SealCode.ALREADY_SEALED
        db.execute(
            """
            UPDATE draw_seals
            SET commitments = %s, sealed_at = %s
            WHERE fallback_id = %s AND keeper_id = %s
            """,
            [db.encode_json([f"{value:x}" for value in numbers]), context.now, fallback.fallback_id, keeper_id],
        )
        # Objections are about seals that are no more.
        db.execute(
            "UPDATE draw_seals SET complaint = NULL WHERE fallback_id = %s AND complaint = %s",
            [fallback.fallback_id, seat.code],
        )
        record_events(context, [Event("draw.sealed", wave_id, {"keeper": seat.code})])
    return SealCode.OK


def _is_of_the_group(value: int) -> bool:
    return 1 < value < PRIME - 1 and pow(value, ORDER, PRIME) == 1


def _seat(wave_id: UUID, keeper_id: UUID) -> tuple[SealCode, FallbackView | None, SeatView | None]:
    state = db.row("SELECT state FROM waves WHERE id = %s FOR UPDATE", [wave_id])
    if state is None:
        return SealCode.WAVE_NOT_FOUND, None, None
    if state[0] not in BEFORE_COMMITMENT:
        return SealCode.NOT_IN_THIS_STATE, None, None
    fallback = find_fallback(wave_id)
    if fallback is None:
        return SealCode.NO_FALLBACK, None, None
    seat = fallback.seat_of(keeper_id)
    return (SealCode.OK if seat is not None else SealCode.NOT_A_KEEPER), fallback, seat


def confirm_shares(context: Context, wave_id: UUID, keeper_id: UUID) -> SealCode:
    """A keeper says that the shares it was given fit all seals. Without all of them nothing is committed.

    Codes: ok, wave_not_found, wave_not_in_this_state, no_fallback, not_a_keeper, seals_missing (not all are there).
    """
    with db.transaction():
        code, fallback, seat = _seat(wave_id, keeper_id)
        if fallback is None or seat is None:
            return code
        if not fallback.is_sealed:
            return SealCode.SEALS_MISSING
        db.execute(
            "UPDATE draw_seals SET confirmed_at = %s, complaint = NULL WHERE fallback_id = %s AND keeper_id = %s",
            [context.now, fallback.fallback_id, keeper_id],
        )
        record_events(context, [Event("draw.shares_confirmed", wave_id, {"keeper": seat.code})])
    return SealCode.OK


def object_to_share(context: Context, wave_id: UUID, keeper_id: UUID, against: str) -> SealCode:
    """A keeper says whose share does not fit: that one seals again, or the office drops the fallback.

    Confirmations fall: the seals may change. Codes: as `confirm_shares`; not_a_keeper also of `against`.
    """
    with db.transaction():
        code, fallback, seat = _seat(wave_id, keeper_id)
        if fallback is None or seat is None:
            return code
        if not fallback.is_sealed:
            return SealCode.SEALS_MISSING
        if against == seat.code or against not in {one.code for one in fallback.seats}:
            return SealCode.NOT_A_KEEPER
        db.execute("UPDATE draw_seals SET confirmed_at = NULL WHERE fallback_id = %s", [fallback.fallback_id])
        db.execute(
            "UPDATE draw_seals SET complaint = %s WHERE fallback_id = %s AND keeper_id = %s",
            [against, fallback.fallback_id, keeper_id],
        )
        payload = {"keeper": seat.code, "against": against}
        record_events(context, [Event("draw.share_objected", wave_id, payload)])
    return SealCode.OK


def open_seals(
    context: Context, wave_id: UUID, openings: Sequence[Opening], beacon: Beacon, *, by: str | None = None
) -> list[SealCode]:
    """Open seeds because the beacon's round has not come; from the first one on, the seeds decide and nothing else.

    `by` is the keeper who opens: its own seed, or its own share of another's; without it anything that fits.
    Codes, one per opening: ok, wave_not_found, wave_not_in_this_state, no_fallback, not_yet (before the moment that
    the commitment names), beacon_has_spoken (the round is there: the seeds stay shut), not_yours_to_open,
    wrong_opening (does not fit its seal), already_open.
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
        fallback = find_fallback(wave_id)
        if found is None or fallback is None or refusal is not None:
            return [refusal or SealCode.WAVE_NOT_FOUND] * len(openings)
        seats = {seat.code: seat for seat in fallback.seats}
        codes = [_open(context, found[1], fallback, seats, opening, by) for opening in openings]
        done = [[one.keeper, one.holder] for one, code in zip(openings, codes, strict=True) if code is SealCode.OK]
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
    if not is_bound and _has_spoken(beacon, beacon_round, context.now):
        return SealCode.BEACON_HAS_SPOKEN
    return None


def _has_spoken(beacon: Beacon, beacon_round: int, now: datetime) -> bool:
    """Whether the round is there; relays that give only forgeries have not given it."""
    try:
        return beacon.randomness(beacon_round, now=now) is not None
    except ForgedRandomnessError:
        return False


def _open(
    context: Context,
    draw_id: UUID,
    fallback: FallbackView,
    seats: Mapping[str, SeatView],
    opening: Opening,
    by: str | None,
) -> SealCode:
    seat = seats.get(opening.keeper)
    if by is not None and not _is_own(seats, opening, by):
        return SealCode.NOT_YOURS
    seal = seat.seal if seat is not None else None
    fits = seal is not None and (
        seed_fits(seal, opening.value)
        if opening.holder == 0
        else opening.holder <= len(fallback.seats)
        and share_fits(seal, Share(opening.keeper, opening.holder, opening.value))
    )
    if not fits or seat is None:
        return SealCode.WRONG_OPENING
    opened = db.execute(
        """
        INSERT INTO draw_openings (id, draw_id, seal_id, holder, value, opened_at)
        SELECT %s, %s, s.id, %s, %s, %s
        FROM draw_seals AS s
        WHERE s.fallback_id = %s AND s.keeper_id = %s
        ON CONFLICT (draw_id, seal_id, holder) DO NOTHING
        """,
        [
            context.uuid(),
            draw_id,
            opening.holder,
            f"{opening.value:x}",
            context.now,
            fallback.fallback_id,
            seat.keeper_id,
        ],
    )
    return SealCode.OK if opened else SealCode.ALREADY_OPEN


def _is_own(seats: Mapping[str, SeatView], opening: Opening, by: str) -> bool:
    """The own seed, or the own share of another's."""
    own = seats.get(by)
    return own is not None and ((opening.keeper == by and opening.holder == 0) or opening.holder == own.place)
