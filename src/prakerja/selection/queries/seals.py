"""Reads of sealed seeds: keepers, the fallback of a wave, what was opened."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.selection.seal_draw import Seal, Share, recover_seed


@dataclass(frozen=True, slots=True)
class KeeperView:
    """A body that may keep a sealed seed."""

    keeper_id: UUID
    code: str
    name: str


def list_keepers() -> list[KeeperView]:
    """All keepers by code. One query."""
    return [KeeperView(*row) for row in db.rows("SELECT id, code, name FROM seal_keepers ORDER BY code")]


@dataclass(frozen=True, slots=True)
class SeatView:
    """A keeper's place in a fallback, with its seal once it has handed it in."""

    keeper_id: UUID
    code: str
    name: str
    place: int
    seal: Seal | None
    sealed_at: datetime | None
    confirmed_at: datetime | None
    complaint: str | None

    @property
    def state(self) -> str:
        """Where the keeper is: to_seal, to_confirm, objects, confirmed."""
        if self.complaint is not None:
            return "objects"
        if self.confirmed_at is not None:
            return "confirmed"
        return "to_seal" if self.seal is None else "to_confirm"


@dataclass(frozen=True, slots=True)
class FallbackView:
    """What holds for a wave when the beacon never speaks; seats by place."""

    fallback_id: UUID
    wave_id: UUID
    wave_number: int
    wave_state: str
    threshold: int
    seal_until_at: datetime
    confirm_until_at: datetime
    named_by: str
    named_at: datetime
    seats: tuple[SeatView, ...]

    @property
    def is_confirmed(self) -> bool:
        """Whether every keeper has sealed and confirmed: only then the list is committed."""
        return all(seat.confirmed_at is not None for seat in self.seats)

    @property
    def is_sealed(self) -> bool:
        """Whether every keeper has handed in its seal."""
        return all(seat.seal is not None for seat in self.seats)

    @property
    def seals(self) -> list[Seal]:
        """The seals that are there, by place."""
        return [seat.seal for seat in self.seats if seat.seal is not None]

    def seat_of(self, keeper_id: UUID) -> SeatView | None:
        """The seat of a keeper, or None."""
        return next((seat for seat in self.seats if seat.keeper_id == keeper_id), None)


_FALLBACKS = """
    SELECT f.id, f.wave_id, w.number, w.state, f.threshold, f.seal_until_at, f.confirm_until_at, f.named_by, f.named_at
    FROM draw_fallbacks AS f
    JOIN waves AS w ON w.id = f.wave_id
    WHERE f.dropped_at IS NULL
"""


def find_fallback(wave_id: UUID) -> FallbackView | None:
    """The fallback that holds for a wave, or None. Two queries."""
    found = db.row(_FALLBACKS + "AND f.wave_id = %s", [wave_id])
    return None if found is None else FallbackView(*(*found, _seats([found[0]])[found[0]]))


def list_fallbacks_of_keeper(keeper_id: UUID) -> list[FallbackView]:
    """The fallbacks in which a keeper has a seat, the newest wave first. Two queries."""
    found = db.rows(
        _FALLBACKS
        + "AND EXISTS (SELECT FROM draw_seals AS s WHERE s.fallback_id = f.id AND s.keeper_id = %s)"
        + " ORDER BY w.number DESC",
        [keeper_id],
    )
    seats = _seats([row[0] for row in found])
    return [FallbackView(*(*row, seats[row[0]])) for row in found]


def _seats(fallback_ids: list[UUID]) -> dict[UUID, tuple[SeatView, ...]]:
    found = db.rows(
        """
        SELECT s.fallback_id, k.id, k.code, k.name, s.place, s.commitments, s.sealed_at, s.confirmed_at, s.complaint
        FROM draw_seals AS s
        JOIN seal_keepers AS k ON k.id = s.keeper_id
        WHERE s.fallback_id = ANY (%s::uuid[])
        ORDER BY s.fallback_id, s.place
        """,
        [fallback_ids],
    )
    seats: dict[UUID, tuple[SeatView, ...]] = dict.fromkeys(fallback_ids, ())
    for fallback_id, keeper_id, code, name, place, numbers, *moments in found:
        seal = None if numbers is None else Seal(code, tuple(int(value, 16) for value in _listed(numbers)))
        seats[fallback_id] += (SeatView(keeper_id, code, name, place, seal, *moments),)
    return seats


def _listed(numbers: object) -> list[str]:
    listed: list[str] = json.loads(numbers) if isinstance(numbers, str) else list(numbers)  # type: ignore[call-overload]
    return listed


def confirmed_seals(wave_id: UUID) -> list[Seal] | None:
    """The seals to commit, by name: none where no fallback is named; None while one is not sealed and confirmed."""
    fallback = find_fallback(wave_id)
    if fallback is None:
        return []
    return fallback.seals if fallback.is_confirmed else None


@dataclass(frozen=True, slots=True)
class OpeningView:
    """A seed (holder 0) or a share of it that was opened."""

    keeper: str
    holder: int
    value: int


def list_openings(draw_id: UUID) -> list[OpeningView]:
    """What was opened for a draw, by keeper and holder. One query."""
    found = db.rows(
        """
        SELECT k.code, o.holder, o.value
        FROM draw_openings AS o
        JOIN draw_seals AS s ON s.id = o.seal_id
        JOIN seal_keepers AS k ON k.id = s.keeper_id
        WHERE o.draw_id = %s
        ORDER BY k.code, o.holder
        """,
        [draw_id],
    )
    return [OpeningView(code, holder, int(value, 16)) for code, holder, value in found]


def opened_seeds(wave_id: UUID, draw_id: UUID) -> dict[str, int | None] | None:
    """The seed of each keeper, its own opening or recovered from shares; None for those that are still shut.

    None altogether while nobody opened anything: then the beacon decides.
    """
    openings = list_openings(draw_id)
    fallback = find_fallback(wave_id)
    if not openings or fallback is None:
        return None
    seeds: dict[str, int | None] = {}
    for seal in fallback.seals:
        own = {one.holder: one.value for one in openings if one.keeper == seal.keeper}
        shares = [Share(seal.keeper, holder, value) for holder, value in own.items() if holder]
        seeds[seal.keeper] = own[0] if 0 in own else recover_seed(seal, shares)
    return seeds
