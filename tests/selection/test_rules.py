"""The draw as pure functions: the written rule, its worked example, its limits."""

from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.selection.merkle import merkle_proof, merkle_root, proof_holds
from prakerja.selection.rules import (
    DrawEntry,
    Placed,
    Quota,
    class_results,
    commitment_text,
    draw_seed,
    rank_draw,
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
        return sha256(f"{kind} {value}".encode()).digest()

    own = token("household", number if household is None else household)
    return DrawEntry(token("person", number), own, recipients, channel, province, priority)


def key(one: DrawEntry) -> bytes:
    return sha256(SEED + one.token).digest()


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
    entries = [entry(0, 1), entry(1, 2), entry(2, 2)]
    placed = [Placed(1, is_selected=True), Placed(3, is_selected=False), Placed(2, is_selected=True)]
    assert [(r.priority_class, r.applicants, r.selected, r.cut_off_rank) for r in class_results(entries, placed)] == [
        (1, 1, 1, 1),
        (2, 2, 1, 2),
    ]


def commitment(**changes: object) -> str:
    facts: dict[str, object] = {
        "wave_number": 1,
        "regime_version": "abc",
        "kk_max": 2,
        "quotas": [Quota("digital", None, 5)],
        "list_count": 3,
        "list_root": bytes(32),
        "beacon": "sandbox",
        "beacon_round": 7,
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
        {"beacon": "other"},
        {"beacon_round": 8},
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
