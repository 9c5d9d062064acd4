"""Tables of selection, one module per noun. Those of `sql/tables.sql` are lane tables."""

from prakerja.selection.models.acts import WaveAct
from prakerja.selection.models.decrees import Decree, Participant
from prakerja.selection.models.draws import Draw, DrawChunk, DrawPlaces, DrawResult, DrawReveal
from prakerja.selection.models.seals import DrawFallback, DrawOpening, DrawSeal, SealKeeper
from prakerja.selection.models.waves import Joining, Wave, WaveQuota, WaveTally

__all__ = [
    "Decree",
    "Draw",
    "DrawChunk",
    "DrawFallback",
    "DrawOpening",
    "DrawPlaces",
    "DrawResult",
    "DrawReveal",
    "DrawSeal",
    "Joining",
    "Participant",
    "SealKeeper",
    "Wave",
    "WaveAct",
    "WaveQuota",
    "WaveTally",
]
