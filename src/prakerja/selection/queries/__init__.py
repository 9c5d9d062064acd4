"""Reads of selection, one module per noun."""

from prakerja.selection.queries.audits import ListAudit, audit_list
from prakerja.selection.queries.decrees import (
    DecreeView,
    ParticipantView,
    count_participants,
    find_participant_of_applicant,
    get_participant,
    list_decrees,
    list_overdue_participants,
)
from prakerja.selection.queries.draws import (
    DrawView,
    Dropped,
    ListPlace,
    PlaceView,
    StratumResult,
    find_draw,
    find_list_place,
    find_place_of_applicant,
    get_draw_of_number,
    iterate_list_lines,
    iterate_result_lines,
    list_draw_results,
    list_draws,
    list_dropped,
    list_places_of_applicant,
)
from prakerja.selection.queries.seals import opened_seeds, seals_of
from prakerja.selection.queries.waves import WaveView, find_open_wave, get_wave, list_waves

__all__ = [
    "DecreeView",
    "DrawView",
    "Dropped",
    "ListAudit",
    "ListPlace",
    "ParticipantView",
    "PlaceView",
    "StratumResult",
    "WaveView",
    "audit_list",
    "count_participants",
    "find_draw",
    "find_list_place",
    "find_open_wave",
    "find_participant_of_applicant",
    "find_place_of_applicant",
    "get_draw_of_number",
    "get_participant",
    "get_wave",
    "iterate_list_lines",
    "iterate_result_lines",
    "list_decrees",
    "list_draw_results",
    "list_draws",
    "list_dropped",
    "list_overdue_participants",
    "list_places_of_applicant",
    "list_waves",
    "opened_seeds",
    "seals_of",
]
