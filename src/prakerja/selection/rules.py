"""The draw as pure functions: what is committed, how the seed is made, who is chosen.

Rules: SELECT-01, SELECT-02, ELIG-07. Version `draw-1`, in words that anybody can follow:

1. A row of the list is `token,household,recipients,channel,province,class` (tokens in hexadecimal; `recipients` is how
   many of the household were recipients before). Rows are sorted by token; their Merkle root is committed.
2. seed = SHA-256(commitment ‖ randomness), the commitment being its published bytes.
3. Within a stratum (channel × province) the order is: priority class, then SHA-256(seed ‖ token), then token; all
   ascending. The place in this order, from 1, is a person's rank.
4. Pools are filled in this order: digital before regular, provinces with a quota of their own by code, then the quota
   of the whole country for the people of all other provinces. In a pool the order is as in 3. A household that has its
   most recipients (`kk_max`) is passed over.
5. Places that a pool could not fill go to those of the same channel who were not chosen, in the order of 3, without
   regard to the province. Never to the other channel: its money is another budget's. What is then left stays free.

Worked example: a province has 3 places; class 1 has one person, class 2 four. The person of class 1 is chosen, and of
class 2 those with the two lowest hashes; had one of these two been the third of a household, the next lowest.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

RULE_VERSION = "draw-1"
CHANNELS = ("digital", "regular")


@dataclass(frozen=True, slots=True)
class Quota:
    """Places of a channel, for one province or (None) for the rest of the country."""

    channel: str
    province_code: str | None
    places: int


@dataclass(frozen=True, slots=True)
class DrawEntry:
    """One row of the frozen list."""

    token: bytes
    household_token: bytes
    household_recipients: int
    channel: str
    province_code: str
    priority_class: int

    @property
    def row(self) -> bytes:
        """The row as it is committed and published."""
        return (
            f"{self.token.hex()},{self.household_token.hex()},{self.household_recipients},"
            f"{self.channel},{self.province_code},{self.priority_class}"
        ).encode()


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of one entry: its rank within the stratum, and whether it is chosen."""

    rank: int
    is_selected: bool


@dataclass(frozen=True, slots=True)
class ClassResult:
    """A priority class of a stratum: how many, how many chosen, and the highest rank that was."""

    channel: str
    province_code: str
    priority_class: int
    applicants: int
    selected: int
    cut_off_rank: int | None


def commitment_text(  # noqa: PLR0913 - everything that must be fixed in advance
    *,
    wave_number: int,
    regime_version: str,
    kk_max: int,
    quotas: Iterable[Quota],
    list_count: int,
    list_root: bytes,
    beacon: str,
    beacon_round: int,
) -> str:
    """The published commitment: canonical JSON (sorted keys, no spaces)."""
    content = {
        "rule_version": RULE_VERSION,
        "wave": wave_number,
        "regime_version": regime_version,
        "kk_max": kk_max,
        "quotas": [[q.channel, q.province_code, q.places] for q in sorted(quotas, key=_quota_order)],
        "list": {"count": list_count, "root": list_root.hex()},
        "beacon": {"name": beacon, "round": beacon_round},
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def draw_seed(commitment: str, randomness: bytes) -> bytes:
    """SHA-256 over the whole commitment and the randomness."""
    return sha256(commitment.encode() + randomness).digest()


def rank_draw(seed: bytes, entries: Sequence[DrawEntry], quotas: Iterable[Quota], *, kk_max: int) -> list[Placed]:
    """Rank and choose; one result per entry, in the order given. See the module for the rule.

    Rule: SELECT-01, SELECT-02, ELIG-07. Cost: one SHA-256 and two sorts, about 4 microseconds per entry.
    """
    order = sorted(
        range(len(entries)),
        key=lambda i: (entries[i].priority_class, sha256(seed + entries[i].token).digest(), entries[i].token),
    )
    ranks = _ranks(entries, order)
    chosen = _choose(entries, order, sorted(quotas, key=_quota_order), kk_max)
    return [Placed(rank, i in chosen) for i, rank in enumerate(ranks)]


def _quota_order(quota: Quota) -> tuple[int, bool, str]:
    return CHANNELS.index(quota.channel), quota.province_code is None, quota.province_code or ""


def _ranks(entries: Sequence[DrawEntry], order: Sequence[int]) -> list[int]:
    ranks = [0] * len(entries)
    last: dict[tuple[str, str], int] = defaultdict(int)
    for i in order:
        stratum = (entries[i].channel, entries[i].province_code)
        last[stratum] += 1
        ranks[i] = last[stratum]
    return ranks


def _choose(entries: Sequence[DrawEntry], order: Sequence[int], quotas: Sequence[Quota], kk_max: int) -> set[int]:
    own_quota = {(q.channel, q.province_code) for q in quotas if q.province_code is not None}
    pools: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for i in order:
        stratum = (entries[i].channel, entries[i].province_code)
        pools[stratum if stratum in own_quota else (stratum[0], None)].append(i)
    recipients = {entry.household_token: entry.household_recipients for entry in entries}
    chosen: set[int] = set()

    def fill(candidates: Iterable[int], places: int) -> int:
        for i in candidates:
            if places == 0:
                break
            household = entries[i].household_token
            if i not in chosen and recipients[household] < kk_max:
                recipients[household] += 1
                chosen.add(i)
                places -= 1
        return places

    left: dict[str, int] = defaultdict(int)
    for quota in quotas:
        left[quota.channel] += fill(pools[quota.channel, quota.province_code], quota.places)
    for channel in CHANNELS:
        fill((i for i in order if entries[i].channel == channel), left[channel])
    return chosen


def class_results(entries: Sequence[DrawEntry], placed: Sequence[Placed]) -> list[ClassResult]:
    """The figures per stratum and class, sorted by them."""
    found: dict[tuple[str, str, int], list[Placed]] = defaultdict(list)
    for entry, place in zip(entries, placed, strict=True):
        found[entry.channel, entry.province_code, entry.priority_class].append(place)
    return [_class_result(key, found) for key in sorted(found)]


def _class_result(key: tuple[str, str, int], found: Mapping[tuple[str, str, int], Sequence[Placed]]) -> ClassResult:
    selected = [place.rank for place in found[key] if place.is_selected]
    return ClassResult(*key, len(found[key]), len(selected), max(selected, default=None))
