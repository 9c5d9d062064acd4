"""Rotation of the index key, beside everything else: twins are filled, then they take the place of the columns at once.

1. Begin: `index_keys` names the next key; from here on every writer fills the twins too.
2. Fill: rows of before, some pages at a time, each batch a transaction; then what follows from them.
3. Prepare: constraints that no twin is missing, and the twins' own indexes, built beside the traffic.
4. Switch: one transaction drops the columns and names the twins after them, in all tables: joins and uniqueness never
   see two keys. Looking up works throughout, because readers compare with both keys.
5. Sweep: claims under the previous key go.

Killed anywhere, the next run goes on. Needs the role that owns the tables, without a pooler: one session holds an
advisory lock from the first step to the last. Lanes do not move: their seeds come from the lane key.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from psycopg import sql

from prakerja.access.index_columns import TWIN, FollowingColumn, IndexedClaims, IndexedColumn, blind_indexes
from prakerja.access.operations import index_tables
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import blind_index, decrypt_field, index_keys, key_id, lane_key
from prakerja.kit.settings import get_settings

# About a thousand rows: the locks of a batch are held for some milliseconds.
_PAGES_AT_ONCE = 32
_PASSES_MAX: Final = 10
_ADVISORY_KEY: Final = "hashtext('prakerja rotate index')"


class NoRotationError(RuntimeError):
    """There is nothing to rotate, or not with these keys; the text says what to do."""


@dataclass(frozen=True, slots=True)
class IndexStep:
    """How far a rotation is: the step, the table, pages done of all, rows written by this run so far."""

    step: str
    table: str
    done: int
    of: int
    rows: int


@dataclass(frozen=True, slots=True)
class IndexState:
    """Where the rotation stands.

    `state` is at_rest, rotating or switched; keys by their names; `rows_left` the rows of each table without a twin.
    """

    state: str
    current_key: str
    next_key: str | None
    rows_left: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Keys:
    following: bytes | None = field(repr=False)
    previous: bytes | None = field(repr=False)


def get_index_state() -> IndexState:
    """Where the rotation stands. While one is under way: one full read of each table concerned."""
    row = _row()
    if row is None:
        return IndexState("at_rest", key_id(index_keys()[0]).hex(), None, {})
    current, following, previous, _ = row
    if following is None:
        return IndexState("at_rest" if previous is None else "switched", bytes(current).hex(), None, {})
    left = {table: index_tables.count_missing(table, columns) for table, columns in index_tables.columns_by_table()}
    return IndexState("rotating", bytes(current).hex(), bytes(following).hex(), {t: n for t, n in left.items() if n})


def rotate_index_key(context: Context) -> Generator[IndexStep, None, None]:
    """Rotate to PRAKERJA_INDEX_KEY_NEXT, or go on with what was begun; a step after each batch, committed.

    Every process must know both keys before it begins. Outside a transaction. Cost: one read and one rewrite of each
    table with blind indexes, some microseconds of Python a row; at the switch all of them are locked for milliseconds.

    Raises:
        NoRotationError: no next key; another rotation runs; a key that this process does not know.
        UnreadableFieldError: a cell under a field key that this process does not have.
        TablesAreBusyError: the tables could not be locked for a moment; what was done stays.
    """
    with _alone():
        keys = _begin(context)
        if keys.following is not None:
            yield from _fill(keys.following)
            index_tables.add_guards()
            yield from _fill(keys.following)
            index_tables.validate_guards()
            for table, name in index_tables.build_twin_indexes():
                yield IndexStep(f"index {name}", table, 1, 1, 0)
            index_tables.switch_tables()
            record_events(context, [Event("index_key.switched", context.uuid())])
            yield IndexStep("switch", "", 1, 1, 0)
            keys = _known()
        if keys.previous is not None:
            yield from _sweep(keys.previous)
            db.execute("UPDATE index_keys SET previous_key_id = NULL")
            record_events(context, [Event("index_key.rotation_ended", context.uuid())])


@contextmanager
def _alone() -> Iterator[None]:
    if not db.value(f"SELECT pg_try_advisory_lock({_ADVISORY_KEY})"):
        raise NoRotationError("another rotation of the index key runs")
    try:
        yield
    finally:
        db.value(f"SELECT pg_advisory_unlock({_ADVISORY_KEY})")


def _begin(context: Context) -> _Keys:
    """Begin where nothing is under way, once nobody is in the middle of writing under one key only."""
    row = _row()
    if row is None or (row[1] is None and row[2] is None):
        following = get_settings().key_or_none("index_key_next")
        if following is None:
            raise NoRotationError("set PRAKERJA_INDEX_KEY_NEXT to the key that the indexes are to stand under")
        current = key_id(index_keys()[0]) if row is None else bytes(row[0])
        if current == key_id(following):
            raise NoRotationError("the indexes stand under PRAKERJA_INDEX_KEY_NEXT already: make it PRAKERJA_INDEX_KEY")
        if row is not None:
            _known()
        names = [sql.Literal(name).as_string(None) for name in (current, key_id(following), key_id(lane_key()))]
        at = sql.Literal(context.now).as_string(None)
        index_tables.in_short_transaction(
            "LOCK TABLE index_keys IN ACCESS EXCLUSIVE MODE",
            f"""
            INSERT INTO index_keys (current_key_id, next_key_id, lane_key_id, begun_at)
            VALUES ({", ".join(names)}, {at})
            ON CONFLICT (one) DO UPDATE
            SET next_key_id = excluded.next_key_id, begun_at = excluded.begun_at, switched_at = NULL
            """,
        )
        record_events(context, [Event("index_key.rotation_begun", context.uuid())])
    return _known()


def _row() -> db.Row | None:
    return db.row("SELECT current_key_id, next_key_id, previous_key_id, lane_key_id FROM index_keys")


def _known() -> _Keys:
    """The keys that the database names, as this process knows them."""
    row = _row()
    if row is None:
        raise NoRotationError("no rotation was begun")
    names = {key_id(key): key for key in index_keys()}
    current, following, previous, lane = (None if name is None else bytes(name) for name in row)
    if lane != key_id(lane_key()):
        raise NoRotationError("PRAKERJA_LANE_KEY must be the first index key of this database")
    missing = [name.hex() for name in (current, following, previous) if name is not None and name not in names]
    if missing:
        raise NoRotationError(f"PRAKERJA_INDEX_KEY and PRAKERJA_INDEX_KEY_NEXT lack the key named {missing[0]}")
    return _Keys(
        None if following is None else names[following],
        None if previous is None else names[previous],
    )


def _fill(key: bytes) -> Generator[IndexStep, None, None]:
    """Every twin that is missing, until a pass over all tables finds none.

    Raises:
        NoRotationError: a row whose index cannot be made anew, because what it was made of is gone.
    """
    for _ in range(_PASSES_MAX):
        yield from _fill_once(key)
        left = {table: index_tables.count_missing(table, columns) for table, columns in index_tables.columns_by_table()}
        if not any(left.values()):
            return
    stuck = ", ".join(f"{table} ({rows:,} rows)" for table, rows in left.items() if rows)
    raise NoRotationError(f"indexes cannot be made anew in {stuck}")


def _fill_once(key: bytes) -> Generator[IndexStep, None, None]:
    own: dict[str, list[IndexedColumn]] = {}
    behind: list[FollowingColumn | IndexedClaims] = []
    for index in blind_indexes():
        if isinstance(index, IndexedColumn):
            own.setdefault(index.table, []).append(index)
        else:
            behind.append(index)
    for table, columns in own.items():
        yield from _by_pages("fill", table, partial(_fill_pages, columns, key))
    # Behind all others: what follows copies what was filled.
    for index in behind:
        yield from _by_pages("follow", index.table, partial(_follow_pages, index))


def _by_pages(step: str, table: str, work: Callable[[int], int]) -> Generator[IndexStep, None, None]:
    pages, rows = index_tables.count_pages(table), 0
    for first in range(0, pages, _PAGES_AT_ONCE):
        rows += work(first)
        yield IndexStep(step, table, min(first + _PAGES_AT_ONCE, pages), pages, rows)


def _fill_pages(columns: Sequence[IndexedColumn], key: bytes, first: int) -> int:
    """The twins of a batch of rows: read, computed here, written in one statement; how many rows."""
    names = [index.column for index in columns]
    with db.transaction():
        # Locked rows keep their place until the end of the transaction: the place names them.
        found = db.rows(
            f"""
            SELECT ctid::text, {", ".join(_needed(index) for index in columns)}
            FROM {columns[0].table}
            WHERE ctid >= %s::tid AND ctid < %s::tid AND {index_tables.missing_twin(names)}
            ORDER BY ctid
            FOR NO KEY UPDATE
            """,
            _span(first),
        )
        if not found:
            return 0
        twins = [_twins(index, key, found, _place_of(columns, index)) for index in columns]
        return db.execute(
            f"""
            UPDATE {columns[0].table} AS cell
            SET {", ".join(f"{name}{TWIN} = coalesce(given.{name}, cell.{name}{TWIN})" for name in names)}
            FROM unnest(%s::tid[]{", %s::bytea[]" * len(names)}) AS given (place, {", ".join(names)})
            WHERE cell.ctid = given.place
            """,
            [[row[0] for row in found], *twins],
        )


def _needed(index: IndexedColumn) -> str:
    missing = index_tables.missing_twin([index.column])
    return ", ".join((missing, index.cell.row_id, index.cell.column, *index.beside))


def _place_of(columns: Sequence[IndexedColumn], wanted: IndexedColumn) -> int:
    """Where the values of an index begin in a row of `_fill_pages`."""
    place = 1
    for index in columns:
        if index is wanted:
            break
        place += 3 + len(index.beside)
    return place


def _twins(index: IndexedColumn, key: bytes, rows: Sequence[db.Row], place: int) -> list[bytes | None]:
    made: list[bytes | None] = []
    for row in rows:
        is_missing, row_id, cell, *beside = row[place : place + 3 + len(index.beside)]
        made.append(_index_of(index, key, row_id, cell, beside) if is_missing and cell is not None else None)
    return made


def _index_of(index: IndexedColumn, key: bytes, row_id: str, cell: bytes, beside: Sequence[object]) -> bytes:
    text = decrypt_field(cell, table=index.cell.table, column=index.cell.column, row_id=row_id)
    purpose, plain = index.of(text, *beside)
    return blind_index(plain, purpose=purpose, key=key)


def _follow_pages(index: FollowingColumn | IndexedClaims, first: int) -> int:
    if isinstance(index, IndexedClaims):
        statement = f"""
            INSERT INTO claims (kind, key, lane, subject_id, hash, claimed_at)
            SELECT
                claim.kind, encode(cell.{index.column}{TWIN}, 'hex'), claim.lane, claim.subject_id,
                encode(cell.{index.column}{TWIN}, 'hex')::uuid, claim.claimed_at
            FROM {index.table} AS cell
            JOIN claims AS claim ON claim.kind = %s AND claim.key = encode(cell.{index.column}, 'hex')
            WHERE cell.ctid >= %s::tid AND cell.ctid < %s::tid AND cell.{index.column}{TWIN} IS NOT NULL
            ORDER BY cell.{index.column}{TWIN}
            ON CONFLICT (kind, key) DO NOTHING
        """
        return db.execute(statement, [index.kind, *_span(first)])
    found_by = " AND ".join(f"source.{theirs} = cell.{own}" for own, theirs in index.on)
    statement = f"""
        UPDATE {index.table} AS cell
        SET {index.column}{TWIN} = source.{index.source_column}{TWIN}
        FROM {index.source} AS source
        WHERE cell.ctid >= %s::tid AND cell.ctid < %s::tid
            AND cell.{index.column}{TWIN} IS NULL
            AND source.{index.source_column}{TWIN} IS NOT NULL
            AND {found_by}
    """
    return db.execute(statement, _span(first))


def _span(first: int) -> list[str]:
    return [f"({first},0)", f"({first + _PAGES_AT_ONCE},0)"]


def _sweep(previous: bytes) -> Generator[IndexStep, None, None]:
    """Claims under the previous key: found by making the previous index of each row once more."""
    columns = {(index.table, index.column): index for index in blind_indexes() if isinstance(index, IndexedColumn)}
    for claims in blind_indexes():
        if isinstance(claims, IndexedClaims):
            index = columns[claims.table, claims.column]
            yield from _by_pages("sweep", claims.table, partial(_sweep_pages, claims, index, previous))


def _sweep_pages(claims: IndexedClaims, index: IndexedColumn, previous: bytes, first: int) -> int:
    found = db.rows(
        f"""
        SELECT {", ".join((index.cell.row_id, index.cell.column, *index.beside))}
        FROM {index.table}
        WHERE ctid >= %s::tid AND ctid < %s::tid
        ORDER BY ctid
        """,
        _span(first),
    )
    keys = [_index_of(index, previous, row_id, cell, beside).hex() for row_id, cell, *beside in found]
    return db.execute("DELETE FROM claims WHERE kind = %s AND key = ANY (%s)", [claims.kind, keys])
