"""The keepers of a fallback, as pages of the office, of keepers and of everybody show them."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from prakerja.selection.operations.seals import OPEN_WITHIN
from prakerja.selection.queries import DrawView, FallbackView, OpeningView, SeatView, list_openings, opened_seeds
from prakerja.web.shown import moment_cell, state_cell
from prakerja.web.tables import Column, Table, make_table


def seat_table(fallback: FallbackView) -> Table:
    """Who keeps a seed, and where each keeper is."""
    return make_table(
        _("Keepers"),
        (
            Column[SeatView](_("Holder"), lambda seat: str(seat.place), number=True),
            Column[SeatView](_("Keeper"), lambda seat: f"{seat.name} ({seat.code})"),
            Column[SeatView](_("State"), lambda seat: state_cell("seat_state", seat.state)),
            Column[SeatView](_("Sealed"), lambda seat: moment_cell(seat.sealed_at)),
            Column[SeatView](_("Confirmed"), lambda seat: moment_cell(seat.confirmed_at)),
            Column[SeatView](_("Objects to"), lambda seat: seat.complaint or "–"),
        ),
        fallback.seats,
        empty=_("Nobody keeps a seed for this wave."),
    )


def opens_at_of(draw: DrawView) -> datetime | None:
    """When the seeds of a committed draw may be opened; None without a fallback."""
    fallback = draw.commits["fallback"]
    return datetime.fromisoformat(str(fallback["opens_at"])) if isinstance(fallback, dict) else None


def own_until_of(draw: DrawView) -> datetime | None:
    """Until when keepers open their own seeds; then the others open what is withheld."""
    opens_at = opens_at_of(draw)
    return None if opens_at is None else opens_at + OPEN_WITHIN


def seed_table(fallback: FallbackView, draw: DrawView) -> Table:
    """Which seeds are open, by whom."""
    openings = list_openings(draw.draw_id)
    seeds = opened_seeds(draw.wave_id, draw.draw_id) or {}

    def state(seat: SeatView) -> str:
        own = [one for one in openings if one.keeper == seat.code]
        if any(one.holder == 0 for one in own):
            return "opened"
        if seeds.get(seat.code) is not None:
            return "recovered"
        return "shares" if own else "shut"

    return make_table(
        _("Seeds"),
        (
            Column[SeatView](_("Keeper"), lambda seat: f"{seat.name} ({seat.code})"),
            Column[SeatView](_("Seed"), lambda seat: state_cell("seed_state", state(seat))),
            Column[SeatView](_("Shares opened by"), lambda seat: _holders(fallback, openings, seat)),
        ),
        fallback.seats,
        empty=_("Nobody keeps a seed for this wave."),
    )


def _holders(fallback: FallbackView, openings: Sequence[OpeningView], seat: SeatView) -> str:
    codes = {one.place: one.code for one in fallback.seats}
    return ", ".join(codes[one.holder] for one in openings if one.keeper == seat.code and one.holder) or "–"


def seals_content(fallback: FallbackView) -> list[dict[str, object]]:
    """All seals, as the keepers' program reads them."""
    return [
        {"keeper": seal.keeper, "commitments": [f"{value:x}" for value in seal.commitments]} for seal in fallback.seals
    ]
