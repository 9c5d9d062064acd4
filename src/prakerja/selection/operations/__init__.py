"""Writes of selection, one module per noun."""

from prakerja.selection.operations.acts import Act, AskResult, Way, ask_for_act, carry_out_act
from prakerja.selection.operations.decrees import (
    DecreeResult,
    approve_decree,
    prepare_decree,
    reject_decree,
)
from prakerja.selection.operations.draws import DrawAnswer, commit_draw, reveal_draw, void_wave
from prakerja.selection.operations.fallbacks import (
    FallbackPlan,
    KeeperRequest,
    KeeperResult,
    add_seal_keepers,
    drop_fallback,
    name_fallback,
)
from prakerja.selection.operations.joinings import Join, JoinResult, join_waves
from prakerja.selection.operations.seals import Opening, confirm_shares, object_to_share, open_seals, seal_seed
from prakerja.selection.operations.waves import (
    WavePlan,
    WaveResult,
    close_wave,
    count_joinings,
    open_wave,
    plan_waves,
)

__all__ = [
    "Act",
    "AskResult",
    "DecreeResult",
    "DrawAnswer",
    "FallbackPlan",
    "Join",
    "JoinResult",
    "KeeperRequest",
    "KeeperResult",
    "Opening",
    "WavePlan",
    "WaveResult",
    "Way",
    "add_seal_keepers",
    "approve_decree",
    "ask_for_act",
    "carry_out_act",
    "close_wave",
    "commit_draw",
    "confirm_shares",
    "count_joinings",
    "drop_fallback",
    "join_waves",
    "name_fallback",
    "object_to_share",
    "open_seals",
    "open_wave",
    "plan_waves",
    "prepare_decree",
    "reject_decree",
    "reveal_draw",
    "seal_seed",
    "void_wave",
]
