"""Keepers with sealed seeds, as tests need them: made by the keepers' own program, handed in by the operations."""

import random
from datetime import timedelta
from functools import cache
from uuid import UUID

from prakerja.kit.context import Context
from prakerja.selection.errors import KeeperCode, SealCode
from prakerja.selection.operations import (
    FallbackPlan,
    KeeperRequest,
    add_seal_keepers,
    confirm_shares,
    name_fallback,
    seal_seed,
)
from prakerja.selection.queries import list_keepers
from prakerja.selection.seal_draw import SealedSeed, make_seal

NAMES = ("bps", "kpk", "ombudsman", "ugm", "ui")
HOURS = timedelta(hours=1)


@cache
def sealed(*, holders: int = 5, threshold: int = 3, seed: int = 1) -> list[SealedSeed]:
    dice = random.Random(seed)  # noqa: S311 - seeds for tests
    return [make_seal(name, holders=holders, threshold=threshold, bits=dice.getrandbits) for name in NAMES[:holders]]


def keeper_ids(context: Context, holders: int = 5) -> dict[str, UUID]:
    """The keepers by name, put on record once."""
    known = {one.code: one.keeper_id for one in list_keepers()}
    if not known:
        added = add_seal_keepers(context, [KeeperRequest(name, f"Lembaga {name}") for name in NAMES])
        assert {one.code for one in added} == {KeeperCode.OK}
        known = {one.code: one.keeper_id for one in list_keepers()}
    return {name: known[name] for name in NAMES[:holders]}


def plan_of(context: Context, *, holders: int = 5, threshold: int = 3) -> FallbackPlan:
    ids = tuple(keeper_ids(context, holders).values())
    return FallbackPlan(ids, threshold, context.now + HOURS, context.now + 2 * HOURS)


def seal_and_confirm(context: Context, wave_id: UUID, made: list[SealedSeed]) -> None:
    """Name the fallback, hand in all seals, confirm all shares."""
    threshold = len(made[0].seal.commitments)
    assert name_fallback(context, wave_id, plan_of(context, holders=len(made), threshold=threshold)) is SealCode.OK
    ids = keeper_ids(context, len(made))
    for one in made:
        assert seal_seed(context, wave_id, ids[one.seal.keeper], one.seal) is SealCode.OK
    assert [confirm_shares(context, wave_id, keeper_id) for keeper_id in ids.values()] == [SealCode.OK] * len(made)
