"""Reads of sealed seeds."""

import json
from uuid import UUID

from prakerja.kit import db
from prakerja.selection.seals import Seal, Share, recover_seed


def seals_of(wave_id: UUID) -> tuple[list[Seal], bool]:
    """The seals of a wave by name, and whether all institutions have confirmed their shares."""
    found = db.rows(
        "SELECT institution, commitments, confirmed_at FROM draw_seals WHERE wave_id = %s ORDER BY institution",
        [wave_id],
    )
    seals = [Seal(name, tuple(int(value, 16) for value in _listed(numbers))) for name, numbers, _ in found]
    return seals, all(confirmed for *_, confirmed in found)


def _listed(numbers: object) -> list[str]:
    listed: list[str] = json.loads(numbers) if isinstance(numbers, str) else list(numbers)  # type: ignore[call-overload]
    return listed


def opened_seeds(wave_id: UUID, draw_id: UUID) -> dict[str, int | None] | None:
    """The seed of each institution, its own opening or recovered from shares; None for those that are still shut.

    None altogether while nobody opened anything: then the beacon decides.
    """
    found = db.rows(
        "SELECT institution, holder, value FROM draw_openings WHERE draw_id = %s ORDER BY institution, holder",
        [draw_id],
    )
    if not found:
        return None
    seeds: dict[str, int | None] = {}
    for seal in seals_of(wave_id)[0]:
        own = {holder: int(value, 16) for name, holder, value in found if name == seal.institution}
        shares = [Share(seal.institution, holder, value) for holder, value in own.items() if holder]
        seeds[seal.institution] = own[0] if 0 in own else recover_seed(seal, shares)
    return seeds
