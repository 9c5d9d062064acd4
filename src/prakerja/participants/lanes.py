"""The lanes of this deployment: all of them, for slow paths that do not know a person's lane yet, and that of a NIK."""

from collections.abc import Callable

from prakerja.access.index_keys import IndexWriter, Pair
from prakerja.kit import db
from prakerja.kit.crypto import blind_indexer, decrypt_field, lane_index, lane_key
from prakerja.kit.lanes import lane_seed_of
from prakerja.kit.settings import get_settings


def every_lane() -> list[int]:
    """All lanes, in order: with it a look-up by id uses the primary key (lane, id)."""
    return list(range(get_settings().lanes))


def nik_placer(writer: IndexWriter) -> Callable[[bytes], tuple[int, Pair]]:
    """Lane and blind index (with its twin) of a NIK, for many of them: about two microseconds each."""
    lanes = get_settings().lanes
    pair_of = writer.pairs("nik")
    # Once the index key is rotated, lanes still follow from the first one.
    lane_index_of = None if writer.current == lane_key() else blind_indexer("nik", key=lane_key())

    def place(nik: bytes) -> tuple[int, Pair]:
        pair = pair_of(nik)
        return lane_seed_of(pair[0] if lane_index_of is None else lane_index_of(nik)) % lanes, pair

    return place


def lane_key_fits() -> bool:
    """Whether the lane key of this process makes the seeds that some people of the database have. One short read."""
    found = db.rows("SELECT applicant_id, nik_cipher, lane_seed FROM applicants ORDER BY lane, applicant_id LIMIT 20")
    return all(
        lane_seed_of(
            lane_index(decrypt_field(cipher, table="applicants", column="nik_cipher", row_id=key), purpose="nik")
        )
        == seed
        for key, cipher, seed in found
    )
