"""The draw as pure functions: the written rule, its worked example, its limits."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.selection import hashing, ranking
from prakerja.selection.draw_list import as_records, list_lines, pack_entries, sorted_records
from prakerja.selection.merkle import merkle_proof, merkle_root, proof_holds, root_of_leaves
from prakerja.selection.ranking import Ranking, class_results
from prakerja.selection.rules import (
    DrawEntry,
    Quota,
    commitment_text,
    draw_seed,
    unpack_place,
    unpack_record,
)

SEED = bytes(32)


def entry(
    number: int,
    priority: int = 1,
    *,
    household: int | None = None,
    channel: str = "digital",
    province: str = "32",
    recipients: int = 0,
) -> DrawEntry:
    def token(kind: str, value: int) -> bytes:
        return sha256(f"{kind} {value}".encode()).digest()[:16]

    own = token("household", number if household is None else household)
    return DrawEntry(token("person", number), own, recipients, channel, province, priority)


def key(one: DrawEntry) -> bytes:
    return sha256(SEED + one.token).digest()


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of one entry."""

    rank: int
    is_selected: bool


def rank_draw(seed: bytes, entries: Sequence[DrawEntry], quotas: Sequence[Quota], *, kk_max: int) -> list[Placed]:
    """The ranking, one result per entry in the order given."""
    result = ranking.rank_draw(seed, pack_entries(entries), quotas, kk_max=kk_max)
    by_token = sorted(range(len(entries)), key=lambda i: entries[i].token)
    placed = dict(zip(by_token, zip(result.ranks.tolist(), result.chosen.tolist(), strict=True), strict=True))
    return [Placed(*placed[i]) for i in range(len(entries))]


def chosen(entries: list[DrawEntry], quotas: list[Quota], kk_max: int = 2) -> set[int]:
    return {i for i, place in enumerate(rank_draw(SEED, entries, quotas, kk_max=kk_max)) if place.is_selected}


def test_the_worked_example_of_the_rule() -> None:
    entries = [entry(0, 1), *[entry(n, 2) for n in range(1, 5)]]
    by_hash = sorted(range(1, 5), key=lambda i: key(entries[i]))
    assert chosen(entries, [Quota("digital", "32", 3)]) == {0, *by_hash[:2]}
    placed = rank_draw(SEED, entries, [Quota("digital", "32", 3)], kk_max=2)
    assert [placed[i].rank for i in [0, *by_hash]] == [1, 2, 3, 4, 5]
    # The third of a household is passed over, and the next lowest takes the place.
    crowded = [entry(0, 1, household=9), *[entry(n, 2, household=9 if n in by_hash[:2] else None) for n in range(1, 5)]]
    assert chosen(crowded, [Quota("digital", "32", 3)]) == {0, by_hash[0], by_hash[2]}


def test_the_worked_example_of_the_documentation(monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/explanation/draw.md: hashes, households, classes and strata as in its table."""
    table = [
        ("a", "F", "32", 1, 0x90),
        ("b", "F", "32", 2, 0x10),
        ("c", "F", "32", 2, 0x20),
        ("d", "G", "32", 2, 0x70),
        ("e", "H", "11", 3, 0x50),
        ("f", "F", "64", 2, 0x05),
        ("g", "I", "64", 2, 0x60),
    ]
    numbers = b"".join(bytes([begins]) + bytes(7) for *_, begins in table)
    monkeypatch.setattr(ranking, "draw_numbers", lambda _records, _seed: numbers)
    entries = [
        DrawEntry(name.encode() * 16, household.encode() * 16, 0, "digital", province, priority)
        for name, household, province, priority, _ in table
    ]
    quotas = [Quota("digital", None, 1), Quota("digital", "32", 2), Quota("digital", "11", 2)]
    placed = dict(zip("abcdefg", rank_draw(SEED, entries, quotas, kk_max=2), strict=True))
    assert [placed[name].rank for name in "abcdefg"] == [1, 2, 3, 4, 1, 1, 2]
    assert {name for name in "abcdefg" if placed[name].is_selected} == set("abdeg")


def test_a_household_that_has_recipients_gets_only_what_is_left() -> None:
    entries = [entry(n, household=7, recipients=1) for n in range(3)]
    assert len(chosen(entries, [Quota("digital", None, 3)])) == 1


def test_places_that_a_province_cannot_fill_go_to_its_channel_and_never_to_the_other() -> None:
    entries = [entry(0, province="11"), *[entry(n, province="32") for n in range(1, 5)]]
    entries += [entry(n, channel="regular", province="11") for n in range(5, 8)]
    quotas = [Quota("digital", "11", 3), Quota("digital", "32", 1), Quota("regular", None, 1)]
    result = chosen(entries, quotas)
    assert Counter(entries[i].channel for i in result) == {"digital": 4, "regular": 1}
    assert 0 in result


def test_the_national_quota_is_for_provinces_without_their_own() -> None:
    entries = [entry(n, province="32") for n in range(5)] + [entry(n, province="33") for n in range(5, 10)]
    result = chosen(entries, [Quota("digital", "32", 2), Quota("digital", None, 3)])
    assert Counter(entries[i].province_code for i in result) == {"32": 2, "33": 3}


entries_strategy = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.integers(0, 8),
        st.sampled_from(["digital", "regular"]),
        st.sampled_from(["11", "32", "33"]),
    ),
    max_size=40,
).map(lambda rows: [entry(n, p, household=h, channel=c, province=v) for n, (p, h, c, v) in enumerate(rows)])
quotas_strategy = st.lists(
    st.tuples(st.sampled_from(["digital", "regular"]), st.sampled_from(["11", "32", None]), st.integers(0, 12)),
    unique_by=lambda row: row[:2],
    max_size=6,
).map(lambda rows: [Quota(*row) for row in rows])


@given(entries=entries_strategy, quotas=quotas_strategy, seed=st.binary(min_size=32, max_size=32))
def test_the_draw_keeps_its_promises(entries: list[DrawEntry], quotas: list[Quota], seed: bytes) -> None:
    placed = rank_draw(seed, entries, quotas, kk_max=2)
    taken = [e for e, place in zip(entries, placed, strict=True) if place.is_selected]
    # No channel gets more than its places, no household more than two.
    for channel in ("digital", "regular"):
        assert sum(e.channel == channel for e in taken) <= sum(q.places for q in quotas if q.channel == channel)
    assert max(Counter(e.household_token for e in taken).values(), default=0) <= 2
    # Ranks of a stratum are 1…n, and a lower class never stands before a higher one.
    strata = Counter((e.channel, e.province_code) for e in entries)
    for stratum, count in strata.items():
        ranked = sorted(
            (place.rank, e.priority_class)
            for e, place in zip(entries, placed, strict=True)
            if (e.channel, e.province_code) == stratum
        )
        assert [rank for rank, _ in ranked] == list(range(1, count + 1))
        assert [priority for _, priority in ranked] == sorted(priority for _, priority in ranked)
    # A place stays free only when nobody of the channel may take it.
    counts = Counter(e.household_token for e in taken)
    for channel in ("digital", "regular"):
        free = sum(q.places for q in quotas if q.channel == channel) - sum(e.channel == channel for e in taken)
        waiting = [
            e
            for e, place in zip(entries, placed, strict=True)
            if e.channel == channel and not place.is_selected and counts[e.household_token] < 2
        ]
        assert free == 0 or not waiting


@given(entries=entries_strategy, quotas=quotas_strategy, order=st.randoms(use_true_random=False))
def test_the_order_of_the_list_changes_nothing(
    entries: list[DrawEntry], quotas: list[Quota], order: "st.DataObject"
) -> None:
    shuffled = list(entries)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    before = dict(zip([e.token for e in entries], rank_draw(SEED, entries, quotas, kk_max=2), strict=True))
    after = dict(zip([e.token for e in shuffled], rank_draw(SEED, shuffled, quotas, kk_max=2), strict=True))
    assert before == after


def test_the_ranking_is_even_over_seeds() -> None:
    """Each of four is first about as often: chi-square below its 99.9 % point (3 degrees of freedom)."""
    entries = [entry(n) for n in range(4)]
    firsts: Counter[int] = Counter()
    for number in range(2000):
        placed = rank_draw(sha256(str(number).encode()).digest(), entries, [], kk_max=2)
        firsts[[place.rank for place in placed].index(1)] += 1
    assert sum((firsts[i] - 500) ** 2 for i in range(4)) / 500 < 16.27


def test_figures_per_stratum_and_class() -> None:
    entries = sorted((entry(n, 1 if n == 0 else 2) for n in range(3)), key=lambda one: one.token)
    ranks = {entry(0).token: (1, True), entry(1).token: (3, False), entry(2).token: (2, True)}
    placed = [ranks[one.token] for one in entries]
    result = Ranking(np.array([rank for rank, _ in placed], "u4"), np.array([taken for _, taken in placed]))
    figures = class_results(pack_entries(entries), result)
    assert [(r.priority_class, r.applicants, r.selected, r.cut_off_rank) for r in figures] == [
        (1, 1, 1, 1),
        (2, 2, 1, 2),
    ]
    assert {(r.channel, r.province_code) for r in figures} == {("digital", "32")}
    packed = result.packed
    assert [unpack_place(packed[at : at + 4]) for at in range(0, len(packed), 4)] == placed


@given(
    channel=st.sampled_from(["digital", "regular"]),
    province=st.sampled_from(["11", "32", "96"]),
    priority=st.integers(1, 4),
    recipients=st.integers(0, 9),
    token=st.binary(min_size=16, max_size=16),
    household=st.binary(min_size=16, max_size=16),
)
def test_a_row_is_the_same_packed_and_as_a_line(
    channel: str, province: str, priority: int, recipients: int, token: bytes, household: bytes
) -> None:
    one = DrawEntry(token, household, recipients, channel, province, priority)
    assert unpack_record(one.record) == one
    assert list_lines(one.record) == one.row + b"\n"


def test_the_roots_of_chunks_lead_to_the_root_of_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = sorted((entry(n) for n in range(4096 * 2 + 5)), key=lambda one: one.token)
    records = pack_entries(entries)
    roots = hashing.chunk_roots(records)
    assert len(roots) == 3
    assert root_of_leaves(roots) == merkle_root([one.row for one in entries])
    numbers = hashing.draw_numbers(records, SEED)
    assert numbers[:8] == key(entries[0])[:8]
    # The same from other processes, where there are enough rows for them.
    monkeypatch.setattr(hashing, "_ROWS_WORTH_A_PROCESS", 1)
    assert hashing.chunk_roots(records) == roots
    assert hashing.draw_numbers(records, SEED) == numbers


def test_the_list_is_sorted_by_token_and_has_each_once() -> None:
    near = [bytes(8) + bytes(7) + bytes([n]) for n in (3, 1, 2)]
    entries = [DrawEntry(token, bytes(16), 0, "digital", "32", 1) for token in [*near, bytes([255]) * 16, bytes(16)]]
    records = sorted_records([entries[0].record + entries[1].record, b"".join(one.record for one in entries[2:])])
    packed = records.tobytes()
    tokens = [packed[at : at + 16] for at in range(0, len(packed), 36)]
    assert tokens == sorted(one.token for one in entries)
    with pytest.raises(ValueError, match="stands twice"):
        sorted_records([entries[0].record, entries[0].record])
    assert len(sorted_records([])) == 0


def test_equal_beginnings_of_hashes_are_ordered_by_the_whole_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all hashes agreed in the bits that the fast sort looks at."""
    entries = [entry(n, 1 + n % 2) for n in range(50)]
    expected = rank_draw(SEED, entries, [], kk_max=2)
    monkeypatch.setattr(ranking, "draw_numbers", lambda records, _seed: bytes(8 * len(records)))
    assert rank_draw(SEED, entries, [], kk_max=2) == expected


def test_the_ranking_does_not_follow_the_order_of_tokens_or_of_joining() -> None:
    """A permutation test: the rank correlation with the token's order, and with the order of joining, is as that of
    random orders (below the 99.9 % point of 1,000 shuffles)."""
    entries = [entry(n) for n in range(400)]
    ranks = [place.rank for place in rank_draw(sha256(b"permutation").digest(), entries, [], kk_max=2)]
    by_token = sorted(range(400), key=lambda i: entries[i].token)
    dice = random.Random(7)  # noqa: S311 - shuffles to compare with

    def distance(first: Sequence[int], second: Sequence[int]) -> int:
        return sum((a - b) ** 2 for a, b in zip(first, second, strict=True))

    shuffled = sorted(distance(ranks, dice.sample(ranks, 400)) for _ in range(1000))
    for order in (list(range(400)), [by_token.index(i) for i in range(400)]):
        assert shuffled[0] < distance(ranks, order) < shuffled[-1]


def test_provinces_and_households_are_drawn_evenly() -> None:
    """Chi-square over who is chosen, ten groups of 200, 20 seeds: below the 99.9 % point (9 degrees of freedom)."""
    entries = [entry(n, province="32" if n % 2 else "33") for n in range(2000)]
    counts: Counter[int] = Counter()
    for number in range(20):
        seed = sha256(f"even {number}".encode()).digest()
        placed = rank_draw(seed, entries, [Quota("digital", None, 500)], kk_max=2)
        counts.update(i % 10 for i, place in enumerate(placed) if place.is_selected)
    expected = 500 * 20 / 10
    assert sum((counts[group] - expected) ** 2 for group in range(10)) / expected < 27.88
    assert as_records(b"").size == 0


def commitment(**changes: object) -> str:
    facts: dict[str, object] = {
        "wave_number": 1,
        "regime_version": "abc",
        "kk_max": 2,
        "quotas": [Quota("digital", None, 5)],
        "list_count": 3,
        "list_root": bytes(32),
        "list_sha256": bytes(32),
        "beacon": {"name": "sandbox", "round": 7},
        "fallback": None,
    }
    return commitment_text(**(facts | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"wave_number": 2},
        {"regime_version": "abd"},
        {"kk_max": 3},
        {"quotas": [Quota("digital", None, 6)]},
        {"quotas": [Quota("digital", "32", 5)]},
        {"list_count": 4},
        {"list_root": b"\x01" + bytes(31)},
        {"list_sha256": b"\x01" + bytes(31)},
        {"beacon": {"name": "other", "round": 7}},
        {"beacon": {"name": "sandbox", "round": 8}},
        {"fallback": {"threshold": 2}},
    ],
)
def test_whatever_changes_in_the_commitment_changes_the_seed(change: dict[str, object]) -> None:
    assert draw_seed(commitment(**change), bytes(32)) != draw_seed(commitment(), bytes(32))
    quotas = [Quota("regular", None, 2), Quota("digital", None, 5)]
    assert commitment(quotas=quotas) == commitment(quotas=list(reversed(quotas)))


@given(rows=st.lists(st.binary(max_size=20), min_size=1, max_size=33, unique=True), other=st.binary(max_size=20))
def test_each_row_proves_that_it_is_on_the_list(rows: list[bytes], other: bytes) -> None:
    root = merkle_root(rows)
    for position, row in enumerate(rows):
        assert proof_holds(row, merkle_proof(rows, position), root)
        assert row == other or not proof_holds(other, merkle_proof(rows, position), root)
    assert len(rows) == 1 or merkle_root(list(reversed(rows))) != root
