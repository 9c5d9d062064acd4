import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.kit import lanes
from prakerja.kit.crypto import lane_index
from prakerja.kit.lanes import lane_of, lane_seed_of
from prakerja.kit.settings import Settings


@given(st.binary(min_size=16, max_size=16))
def test_a_lane_seed_is_0_to_9999(index: bytes) -> None:
    assert 0 <= lane_seed_of(index) <= 9999


def test_lane_seeds_are_spread() -> None:
    seeds = {lane_seed_of(lane_index(str(number), purpose="nik")) for number in range(10_000)}
    # 10,000 draws of 10,000 hit about 63 % of them.
    assert 6_100 < len(seeds) < 6_500


def test_the_lane_is_the_seed_modulo_the_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "get_settings", lambda: Settings(lanes=4))
    assert [lane_of(seed) for seed in (0, 1, 5, 9999)] == [0, 1, 1, 3]


@pytest.mark.parametrize("seed", [-1, 10_000])
def test_a_seed_out_of_range_is_a_defect(seed: int) -> None:
    with pytest.raises(ValueError, match="lane seed"):
        lane_of(seed)
