"""Keepers of sealed seeds: what would hold for the last wave's draw if the beacon never spoke."""

from datetime import date, time
from typing import Final
from uuid import UUID

from prakerja.kit.context import Context
from prakerja.selection.operations import (
    FallbackPlan,
    KeeperRequest,
    add_seal_keepers,
    confirm_shares,
    name_fallback,
    seal_seed,
)
from prakerja.selection.seal_draw import make_seal, share_fits
from prakerja.simulation.calendar import WAVES
from prakerja.simulation.nation import MAKER, Nation, at

_KEEPERS: Final = (
    KeeperRequest("contoh-ombudsman", "Ombudsman (contoh)"),
    KeeperRequest("contoh-statistik", "Badan Statistik (contoh)"),
    KeeperRequest("contoh-univ", "Universitas (contoh)"),
)
_THRESHOLD: Final = 2
_NAMED: Final = WAVES[-1].opens
_SEALED: Final = date(2020, 7, 14)
"""Two of three; the third seals a day later, so that the demo's working day has something to do for a keeper."""
_LAST_SEALED: Final = date(2020, 7, 15)
_CONFIRMED: Final = date(2020, 7, 16)


class Keepers:
    """The steps of the keepers, with their seeds: on machines of their own, never in the database."""

    def __init__(self, nation: Nation) -> None:
        self._ids: list[UUID] = []
        dice = nation.dice("keepers")
        self._made = [
            make_seal(one.code, holders=len(_KEEPERS), threshold=_THRESHOLD, bits=dice.bits) for one in _KEEPERS
        ]

    def name(self, nation: Nation) -> None:
        """The office names three keepers for the last wave, with their deadlines."""
        if nation.today != _NAMED:
            return
        added = add_seal_keepers(nation.context(MAKER), _KEEPERS)
        nation.require("seal keeper", added)
        self._ids = [one.keeper_id for one in added if one.keeper_id is not None]
        plan = FallbackPlan(tuple(self._ids), _THRESHOLD, at(_CONFIRMED, time(0)), at(date(2020, 7, 17), time(0)))
        code = name_fallback(nation.context(MAKER), nation.wave_ids[-1], plan)
        nation.tally_codes("fallback named", [code])

    def seal(self, nation: Nation) -> None:
        """Each hands in its own seal; when all are there, each checks its shares and confirms."""
        sealing = {_SEALED: (1, 2), _LAST_SEALED: (0,)}.get(nation.today, ())
        wave_id = nation.wave_ids[-1]
        codes = [seal_seed(self._as(nation, n), wave_id, self._ids[n], self._made[n].seal) for n in sealing]
        nation.tally_codes("seed sealed", codes)
        if nation.today == _CONFIRMED:
            for n, keeper_id in enumerate(self._ids):
                if not all(share_fits(one.seal, one.shares[n]) for one in self._made):
                    raise RuntimeError("a share does not fit its seal")
                nation.tally_codes("shares confirmed", [confirm_shares(self._as(nation, n), wave_id, keeper_id)])

    def _as(self, nation: Nation, number: int) -> Context:
        return nation.context(f"seal_keeper:{_KEEPERS[number].code}")
