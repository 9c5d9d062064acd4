"""Writes of selection, one module per noun."""

from prakerja.selection.operations.decrees import (
    DecreeResult,
    approve_decree,
    prepare_decree,
    reject_decree,
)
from prakerja.selection.operations.draws import DrawAnswer, commit_draw, reveal_draw, void_wave
from prakerja.selection.operations.seals import Opening, confirm_shares, open_seals, seal_wave
from prakerja.selection.operations.waves import (
    Join,
    JoinResult,
    WavePlan,
    WaveResult,
    close_wave,
    join_waves,
    open_wave,
    plan_waves,
)

__all__ = [
    "DecreeResult",
    "DrawAnswer",
    "Join",
    "JoinResult",
    "Opening",
    "WavePlan",
    "WaveResult",
    "approve_decree",
    "close_wave",
    "commit_draw",
    "confirm_shares",
    "join_waves",
    "open_seals",
    "open_wave",
    "plan_waves",
    "prepare_decree",
    "reject_decree",
    "reveal_draw",
    "seal_wave",
    "void_wave",
]
