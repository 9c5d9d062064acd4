"""Under which index keys a writer writes: the database says it, so that all processes change at the same moment.

Blind indexes join tables and keep NIKs, contacts and accounts unique. Each of their columns has a twin (`nik_index`,
`nik_index_next`), empty until the index key is rotated: then writers fill both, readers look in the first, and one
transaction puts the twins in the place of the columns (`access.index_rotation`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from prakerja.kit import db
from prakerja.kit.crypto import blind_index, blind_indexer, index_keys, key_id, lane_key

# Reading the table holds it until the transaction ends: a rotation, which locks it, never changes keys in between.
INDEX_KEYS_SQL: Final = "SELECT current_key_id, next_key_id, lane_key_id FROM index_keys"
# An index, and the one under the key that a rotation goes to.
Pair = tuple[bytes, bytes | None]


class IndexKeyUnknownError(RuntimeError):
    """This process does not know a key that the database works with: nothing is written with another one."""


@dataclass(frozen=True, slots=True)
class IndexWriter:
    """Makes the indexes that a transaction writes; good for this transaction only."""

    current: bytes = field(repr=False)
    following: bytes | None = field(repr=False)

    def pair(self, value: str, *, purpose: str) -> Pair:
        """The index of a value and its twin (None outside a rotation). See `kit.crypto.blind_index`."""
        return (
            blind_index(value, purpose=purpose, key=self.current),
            None if self.following is None else blind_index(value, purpose=purpose, key=self.following),
        )

    def pairs(self, purpose: str) -> Callable[[bytes], Pair]:
        """`pair` for many values, each as UTF-8: a microsecond an index."""
        index = blind_indexer(purpose, key=self.current)
        if self.following is None:
            return lambda value: (index(value), None)
        twin = blind_indexer(purpose, key=self.following)
        return lambda value: (index(value), twin(value))


def index_writer() -> IndexWriter:
    """The writer of this transaction; to be asked for inside it, before anything is indexed. One small read.

    Raises:
        IndexKeyUnknownError: the process knows another index key or lane key than the database works with.
    """
    return index_writer_of(db.row(INDEX_KEYS_SQL))


def index_writer_of(row: db.Row | None) -> IndexWriter:
    """The writer for the row of INDEX_KEYS_SQL, read over another connection in its transaction.

    Raises:
        IndexKeyUnknownError: as above.
    """
    if row is None:
        return IndexWriter(index_keys()[0], None)
    current, following, lane = row
    if bytes(lane) != key_id(lane_key()):
        raise IndexKeyUnknownError("PRAKERJA_LANE_KEY is not the first index key of this database")
    return IndexWriter(_known(current), None if following is None else _known(following))


def _known(name: bytes) -> bytes:
    found = {key_id(key): key for key in index_keys()}.get(bytes(name))
    if found is None:
        raise IndexKeyUnknownError(f"index key {bytes(name).hex()} is in force and this process does not have it")
    return found
