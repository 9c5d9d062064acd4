"""Lanes: everything that belongs to one participant stands in one lane.

The lane seed (0-9999) is the participant's for ever; the lane is the seed modulo the deployment's number of lanes.
"""

from prakerja.kit.settings import LANE_SEEDS, get_settings

__all__ = ["LANE_SEEDS", "lane_of", "lane_seed_of"]


def lane_seed_of(index: bytes) -> int:
    """The lane seed of a blind index (of the NIK): 0-9999, evenly spread."""
    # Eight bytes modulo 10,000: the unevenness is below one in 10^15.
    return int.from_bytes(index[:8]) % LANE_SEEDS


def lane_of(seed: int) -> int:
    """The lane of a seed in this deployment.

    Raises:
        ValueError: the seed is not within 0-9999.
    """
    if not 0 <= seed < LANE_SEEDS:
        raise ValueError(f"a lane seed is 0-{LANE_SEEDS - 1}, not {seed}")
    return seed % get_settings().lanes
