"""The draw as pure functions: what is committed, how the seed is made, what a row of the list is.

Rules: SELECT-01, SELECT-02, ELIG-07. Version `draw-2`, in words that anybody can follow (docs/explanation/draw.md has
them with an example; `ranking.py` computes them, and `verify_draw.py`, which shares no line with it, again):

1. A row of the list is `token,household,recipients,channel,province,class` (tokens in hexadecimal; `recipients` is how
   many of the household were recipients before, 9 for nine or more). Rows are sorted by token, each token stands there
   once; their Merkle root is committed.
2. seed = SHA-256(commitment ‖ randomness), the commitment being its published bytes.
3. Within a stratum (channel × province) the order is: priority class, then SHA-256(seed ‖ token), then token; all
   ascending. The place in this order, from 1, is a person's rank.
4. Pools are filled in this order: digital before regular, provinces with a quota of their own by code, then the quota
   of the whole country for the people of all other provinces. In a pool the order is as in 3. A household that has its
   most recipients (`kk_max`) is passed over.
5. Places that a pool could not fill go to those of the same channel who were not chosen, in the order of 3, without
   regard to the province. Never to the other channel: its money is another budget's. What is then left stays free.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

RULE_VERSION = "draw-2"
CHANNELS = ("digital", "regular")
TOKEN_BYTES = 16
RECORD_BYTES = 36
ROW_CHARACTERS = 80
PLACE_BYTES = 4
CHOSEN_BIT = 1 << 31
HIGHEST_RECIPIENTS = 9
"""More recipients than this are written as this: no regime allows nearly as many."""


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
        """The row as it is committed and published, without the end of the line."""
        return (
            f"{self.token.hex()},{self.household_token.hex()},{self.household_recipients},"
            f"{self.channel},{self.province_code},{self.priority_class}"
        ).encode()

    @property
    def record(self) -> bytes:
        """The row packed into 36 bytes."""
        facts = (CHANNELS.index(self.channel), int(self.province_code), self.priority_class, self.household_recipients)
        return self.token + self.household_token + bytes(facts)


def unpack_record(record: bytes) -> DrawEntry:
    """The row of 36 bytes."""
    channel, province, priority, recipients = record[2 * TOKEN_BYTES :]
    household = record[TOKEN_BYTES : 2 * TOKEN_BYTES]
    return DrawEntry(record[:TOKEN_BYTES], household, recipients, CHANNELS[channel], f"{province:02}", priority)


def unpack_place(place: "bytes | memoryview") -> tuple[int, bool]:
    """Rank and whether chosen, of a row's four bytes."""
    marked = int.from_bytes(place, "big")
    return marked & ~CHOSEN_BIT, bool(marked & CHOSEN_BIT)


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
    list_sha256: bytes,
    beacon: Mapping[str, object],
    fallback: Mapping[str, object] | None = None,
) -> str:
    """The published commitment: canonical JSON (sorted keys, no spaces).

    `list_sha256` is that of the file `list.csv`, so that a download can be checked by any tool.
    `beacon` names the source of the randomness and its future round, `fallback` what holds if that round never comes.
    """
    content = {
        "rule_version": RULE_VERSION,
        "wave": wave_number,
        "regime_version": regime_version,
        "kk_max": kk_max,
        "quotas": [[q.channel, q.province_code, q.places] for q in sorted(quotas, key=quota_order)],
        "list": {"count": list_count, "root": list_root.hex(), "sha256": list_sha256.hex()},
        "beacon": beacon,
        "fallback": fallback,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def draw_seed(commitment: str, randomness: bytes) -> bytes:
    """SHA-256 over the whole commitment and the randomness."""
    return sha256(commitment.encode() + randomness).digest()


def quota_order(quota: Quota) -> tuple[int, bool, str]:
    """The order in which pools are filled."""
    return CHANNELS.index(quota.channel), quota.province_code is None, quota.province_code or ""
