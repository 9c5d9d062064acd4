"""The third act: ranks and the chosen ones, for millions of rows at once. The rule in words stands in `rules.py`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from prakerja.selection.hashing import draw_numbers
from prakerja.selection.rules import CHANNELS, CHOSEN_BIT, ClassResult, Quota, quota_order

Records = NDArray[np.void]
Places = NDArray[np.intp]

_PROVINCES = 100
_CLASSES = 4
_ROWS_AT_ONCE = 1 << 15
_CHOSEN = np.uint32(CHOSEN_BIT)


@dataclass(frozen=True, slots=True)
class Ranking:
    """What became of each row, in the order of the list: its rank in the stratum, and whether it is chosen."""

    ranks: NDArray[np.uint32]
    chosen: NDArray[np.bool_]

    @property
    def packed(self) -> bytes:
        """Four bytes a row: the rank, with the highest bit set for the chosen."""
        marked: NDArray[np.uint32] = self.ranks | np.where(self.chosen, _CHOSEN, np.uint32(0))
        return marked.astype(">u4").tobytes()


def rank_draw(seed: bytes, records: Records, quotas: Iterable[Quota], *, kk_max: int) -> Ranking:
    """Rank and choose; `records` is the list, sorted by token.

    Rule: SELECT-01, SELECT-02, ELIG-07. Cost: one SHA-256 per row, three sorts of eight bytes each, and a step of
    Python per chosen row; 6,000,000 rows with 800,000 places take three seconds on two cores.
    """
    order = _order(seed, records)
    stratum = records["channel"] * np.uint8(_PROVINCES) + records["province"]
    # The order of the draw within each stratum, strata one after the other.
    by_stratum = order[np.argsort(stratum[order], kind="stable")]
    counts = np.bincount(stratum, minlength=len(CHANNELS) * _PROVINCES)
    starts = np.concatenate([[0], np.cumsum(counts)])
    ranks = np.empty(len(records), "u4")
    ranks[by_stratum] = np.arange(len(records)) - starts[stratum[by_stratum]] + 1
    chosen = np.zeros(len(records), "?")
    choice = _Choice(records, kk_max, chosen)
    left = [0] * len(CHANNELS)
    own = {_code(quota) for quota in quotas if quota.province_code is not None}
    for quota in sorted(quotas, key=quota_order):
        channel = CHANNELS.index(quota.channel)
        if quota.province_code is None:
            codes = [code for code in range(channel * _PROVINCES, (channel + 1) * _PROVINCES) if code not in own]
            pool = order[np.isin(stratum[order], np.array(codes, "u1"))]
        else:
            pool = by_stratum[starts[_code(quota)] : starts[_code(quota) + 1]]
        left[channel] += choice.fill(pool, quota.places)
    for channel, places in enumerate(left):
        if places:
            choice.fill(order[records["channel"][order] == channel], places)
    return Ranking(ranks, chosen)


def _code(quota: Quota) -> int:
    return CHANNELS.index(quota.channel) * _PROVINCES + int(quota.province_code or 0)


def _order(seed: bytes, records: Records) -> Places:
    """Positions by class, then SHA-256(seed ‖ token), then token."""
    numbers = np.frombuffer(draw_numbers(records, seed), ">u8").astype("u8")
    # Class and 62 bits of the hash in one number; what agrees in all of them is put in order by the whole hash.
    keys = (numbers >> np.uint64(2)) | ((records["priority_class"].astype("u8") - np.uint64(1)) << np.uint64(62))
    order = np.argsort(keys)
    ordered = keys[order]
    for start, end in _runs(ordered[1:] == ordered[:-1]):
        tied = sorted(order[start:end], key=lambda place: _whole_key(seed, records, place))
        order[start:end] = tied
    return order


def _whole_key(seed: bytes, records: Records, place: np.intp) -> tuple[bytes, int]:
    token = records[place].tobytes()[:16]
    return sha256(seed + token).digest(), int(place)


def _runs(equal_to_next: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Where neighbours are equal: half-open spans of positions."""
    places = np.flatnonzero(equal_to_next).tolist()
    while places:
        start = end = places[0]
        while places and places[0] == end:
            end = places.pop(0) + 1
        yield start, end + 1


class _Choice:
    """Takes people from pools, one after the other, with the households in mind."""

    def __init__(self, records: Records, kk_max: int, chosen: NDArray[np.bool_]) -> None:
        self._records = records
        self._kk_max = kk_max
        self._chosen = chosen
        self._of_household: dict[bytes, int] = defaultdict(int)

    def fill(self, pool: Places, places: int) -> int:
        """Fill places from a pool in its order; how many stay free."""
        for start in range(0, len(pool), _ROWS_AT_ONCE):
            if not places:
                break
            block = pool[start : start + _ROWS_AT_ONCE]
            rows = self._records[block]
            taken = []
            for place, household, before, is_chosen in zip(
                block.tolist(),
                rows["household"].tolist(),
                rows["recipients"].tolist(),
                self._chosen[block].tolist(),
                strict=True,
            ):
                if not is_chosen and self._of_household[household] + before < self._kk_max:
                    self._of_household[household] += 1
                    taken.append(place)
                    places -= 1
                    if not places:
                        break
            self._chosen[taken] = True
        return places


def class_results(records: Records, ranking: Ranking) -> list[ClassResult]:
    """The figures per stratum and class, sorted by channel, province and class."""
    channel_and_province = records["channel"].astype("u4") * _PROVINCES + records["province"]
    group = channel_and_province * (_CLASSES + 1) + records["priority_class"]
    size = len(CHANNELS) * _PROVINCES * (_CLASSES + 1)
    applicants = np.bincount(group, minlength=size)
    selected = np.bincount(group[ranking.chosen], minlength=size)
    cut_off = np.zeros(size, "u4")
    np.maximum.at(cut_off, group[ranking.chosen], ranking.ranks[ranking.chosen])
    return [_class_result(code, applicants, selected, cut_off) for code in np.flatnonzero(applicants).tolist()]


def _class_result(
    code: int, applicants: NDArray[np.intp], selected: NDArray[np.intp], cut_off: NDArray[np.uint32]
) -> ClassResult:
    stratum, priority = divmod(code, _CLASSES + 1)
    channel, province = divmod(stratum, _PROVINCES)
    last = int(cut_off[code]) or None
    return ClassResult(CHANNELS[channel], f"{province:02}", priority, int(applicants[code]), int(selected[code]), last)
