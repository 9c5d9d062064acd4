import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.kit.ids import IdSource, SeededIds, SystemIds

AT = datetime(2020, 9, 1, 3, 0, tzinfo=UTC)


def test_a_seed_gives_its_ids() -> None:
    ids = SeededIds(20)
    assert [str(ids.uuid(AT)) for _ in range(2)] == [
        "0174479b-6380-75ed-92eb-3d64adc0b96e",
        "0174479b-6380-75ed-92ec-edaa2e11ca17",
    ]


def test_two_sources_of_one_seed_agree_and_of_two_seeds_do_not() -> None:
    one, same, other = SeededIds(1), SeededIds(1), SeededIds(2)
    draws = [one.uuid(AT), one.bits(46), one.uuid(AT)]
    assert draws == [same.uuid(AT), same.bits(46), same.uuid(AT)]
    assert other.uuid(AT) != draws[0]


def test_a_child_is_repeatable_and_does_not_shift_its_parent() -> None:
    one, two = SeededIds(1), SeededIds(1)
    first = one.child("draw").bits(64)
    assert first == two.child("draw").bits(64)
    assert first != one.child("story").bits(64)
    assert one.bits(64) == two.bits(64)


@pytest.mark.parametrize("ids", [SystemIds(), SeededIds(3)])
def test_ids_are_of_version_7_and_tell_their_moment(ids: IdSource) -> None:
    made = ids.uuid(AT)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == int(AT.timestamp() * 1000)


@given(st.lists(st.integers(min_value=-50, max_value=50), min_size=2, max_size=60), st.integers())
def test_ids_of_one_source_only_grow_whatever_the_clock_does(steps_ms: list[int], seed: int) -> None:
    ids, at, made = SeededIds(seed), AT, []
    for step in steps_ms:
        at += timedelta(milliseconds=step)
        made.append(ids.uuid(at))
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_threads_share_a_source_without_a_double() -> None:
    ids = SystemIds()

    def many(_: int) -> list[UUID]:
        return [ids.uuid(AT) for _ in range(2_000)]

    with ThreadPoolExecutor(4) as pool:
        made = [one for part in pool.map(many, range(4)) for one in part]
    assert len(set(made)) == 8_000


@given(st.integers(min_value=0, max_value=40), st.integers())
def test_many_ids_at_once_follow_those_before_and_precede_those_after(count: int, seed: int) -> None:
    ids = SeededIds(seed)
    before = ids.uuid(AT)
    texts = ids.uuid_texts(AT, count)
    made = [before, *map(UUID, texts), ids.uuid(AT)]
    assert len(texts) == count
    assert made == sorted(made)
    assert len(set(made)) == count + 2
    assert {(one.version, one.variant, one.int >> 80) for one in made} == {
        (7, "specified in RFC 4122", int(AT.timestamp() * 1000))
    }
    assert [one.hex for one in made[1:-1]] == texts


def test_many_ids_at_once_differ_in_their_random_bits() -> None:
    tails = {text[-12:] for text in SystemIds().uuid_texts(AT, 1_000)}
    assert len(tails) == 1_000


def test_bits_stay_in_range() -> None:
    assert all(0 <= SeededIds(seed).bits(10) < 1024 for seed in range(100))


_CHILD_AND_PARENT = """
import os
from prakerja.kit.ids import SystemIds
ids = SystemIds()
ids.bits(8)
reads, writes = os.pipe()
child = os.fork()
drawn = ids.bits(128)
if child == 0:
    os.write(writes, b"%032x" % drawn)
    os._exit(0)
os.waitpid(child, 0)
print(os.read(reads, 32).decode(), "%032x" % drawn)
"""


def test_a_forked_process_draws_other_bits() -> None:
    ended = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", _CHILD_AND_PARENT], capture_output=True, text=True, check=True, timeout=30
    )
    child, parent = ended.stdout.split()
    assert len(child) == len(parent) == 32
    assert child != parent


@pytest.mark.parametrize("count", [1, 7, 8, 25, 48, 4096 * 8, 4097 * 8])
def test_bits_of_the_system_are_of_the_asked_size_and_all_move(count: int) -> None:
    ids = SystemIds()
    either = both = ids.bits(count)
    for _ in range(60):
        drawn = ids.bits(count)
        assert 0 <= drawn < 1 << count
        either, both = either | drawn, both & drawn
    # Each bit is once set and once not: missing one has a chance of 2 in 2^61 for each.
    assert (either, both) == ((1 << count) - 1, 0)


def test_threads_draw_no_bits_twice() -> None:
    ids = SystemIds()
    with ThreadPoolExecutor(8) as threads:
        drawn = list(threads.map(lambda _: ids.bits(96), range(20_000)))
    assert len(set(drawn)) == 20_000
