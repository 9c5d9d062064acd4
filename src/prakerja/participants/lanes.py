"""The lanes of this deployment: all of them, for slow paths that do not know a person's lane yet, and that of a NIK."""

from collections.abc import Callable

from prakerja.kit.crypto import blind_indexer
from prakerja.kit.lanes import lane_seed_of
from prakerja.kit.settings import get_settings


def every_lane() -> list[int]:
    """All lanes, in order: with it a look-up by id uses the primary key (lane, id)."""
    return list(range(get_settings().lanes))


def nik_placer() -> Callable[[bytes], tuple[int, bytes]]:
    """Lane and blind index of a NIK, for many of them: about two microseconds each."""
    settings = get_settings()
    lanes, lane_key = settings.lanes, settings.key_or_none("lane_key")
    index_of = blind_indexer("nik")
    # Once the index key is rotated, lanes still follow from the first one.
    lane_index_of = None if lane_key is None else blind_indexer("nik", key=lane_key)

    def place(nik: bytes) -> tuple[int, bytes]:
        index = index_of(nik)
        return lane_seed_of(index if lane_index_of is None else lane_index_of(nik)) % lanes, index

    return place
