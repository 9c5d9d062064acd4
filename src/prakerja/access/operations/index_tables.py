"""What a rotation of the index key does to tables: guards, the twins' own indexes, and the switch."""

import re
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Final

from django.db import OperationalError
from psycopg import sql
from psycopg.errors import LockNotAvailable

from prakerja.access.index_columns import TWIN, IndexedClaims, blind_indexes
from prakerja.kit import db

_PAGE_BYTES: Final = 8_192
# A lock that is not there at once is let go again: whoever works with the tables never waits longer than that, and
# PostgreSQL (which looks for deadlocks after a second) never has to end somebody's transaction for ours.
_LOCK_TIMEOUT: Final = "SET LOCAL lock_timeout = '100ms'"
_LOCK_TRIES: Final = 300
_LOCK_PAUSE_S: Final = 0.2


class TablesAreBusyError(RuntimeError):
    """The tables could not be locked for a moment within a minute."""


def columns_by_table() -> list[tuple[str, list[str]]]:
    """The tables with blind indexes and their columns, in the order of the rooms."""
    columns: dict[str, list[str]] = {}
    for index in blind_indexes():
        if not isinstance(index, IndexedClaims):
            columns.setdefault(index.table, []).append(index.column)
    return list(columns.items())


def count_pages(table: str) -> int:
    """How many pages a table has."""
    size: int = db.value("SELECT pg_relation_size(%s::regclass)", [table])
    return -(-size // _PAGE_BYTES)


def count_missing(table: str, columns: list[str]) -> int:
    """How many rows have an index without its twin. One full read."""
    missing: int = db.value(f"SELECT count(*) FROM {_name(table)} WHERE {missing_twin(columns)}")
    return missing


def missing_twin(columns: list[str]) -> str:
    """The condition that one of the columns' twins is missing."""
    return "(" + " OR ".join(f"({_name(c)} IS NOT NULL AND {_name(c + TWIN)} IS NULL)" for c in columns) + ")"


def in_short_transaction(*statements: str) -> None:
    """Run statements that need locks nobody else may hold, as soon as nobody does.

    Raises:
        TablesAreBusyError: somebody always did, for a minute.
    """
    for _ in range(_LOCK_TRIES):
        try:
            with db.transaction():
                db.execute(_LOCK_TIMEOUT)
                for statement in statements:
                    db.execute(statement)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            time.sleep(_LOCK_PAUSE_S)
        else:
            return
    raise TablesAreBusyError


def add_guards() -> None:
    """From here on no row is written without its twins. Rows of before are looked at by `validate_guards`."""
    for table, columns in columns_by_table():
        wanted = [column for column in columns if _guard(column) not in _checks(table)]
        if wanted:
            nullable = _nullable(table)
            in_short_transaction(
                f"ALTER TABLE {_name(table)} "
                + ", ".join(
                    f"ADD CONSTRAINT {_name(_guard(column))} CHECK ({_filled(column, nullable)}) NOT VALID"
                    for column in wanted
                )
            )


def validate_guards() -> None:
    """Every row of before has its twins too: one read of each table, which hinders nobody."""
    for table, columns in columns_by_table():
        for column in columns:
            db.execute(f"ALTER TABLE {_name(table)} VALIDATE CONSTRAINT {_name(_guard(column))}")


@dataclass(frozen=True, slots=True)
class _Index:
    oid: int
    name: str
    definition: str
    constraint: str | None
    is_primary: bool

    @property
    def twin(self) -> str:
        return f"twin_of_{self.oid}"


def build_twin_indexes() -> Generator[tuple[str, str], None, None]:
    """For every index that reads one of the columns, the same over the twins; table and index after each."""
    for table, columns in columns_by_table():
        for index in _indexes(table, columns):
            state = db.row(
                """
                SELECT i.indisvalid
                FROM pg_class AS c
                JOIN pg_index AS i ON i.indexrelid = c.oid
                WHERE c.relname = %s AND c.relnamespace = 'public'::regnamespace
                """,
                [index.twin],
            )
            if state == (True,):
                continue
            if state is not None:
                # Begun by a run that was killed. Whoever still builds it is waited for.
                db.execute(f"DROP INDEX CONCURRENTLY {index.twin}")
            db.execute(_twin_definition(index, columns))
            yield table, index.name


def switch_tables() -> None:
    """Drop the columns and put the twins in their place, all tables in one transaction of milliseconds.

    Raises:
        TablesAreBusyError: see `in_short_transaction`.
    """
    tables = columns_by_table()
    locked = ", ".join(_name(table) for table, _ in sorted(tables))
    in_short_transaction(
        # First who is about to write: everybody who reads this table does so until the end of a transaction.
        "LOCK TABLE index_keys IN ACCESS EXCLUSIVE MODE",
        f"LOCK TABLE {locked} IN ACCESS EXCLUSIVE MODE",
        *(statement for table, columns in tables for statement in _switch(table, columns)),
        """
        UPDATE index_keys
        SET current_key_id = next_key_id, previous_key_id = current_key_id, next_key_id = NULL, switched_at = now()
        """,
    )


def _switch(table: str, columns: list[str]) -> list[str]:
    nullable = _nullable(table)
    steps = [f"DROP CONSTRAINT {_name(_guard(column))}" for column in columns]
    required = [column for column in columns if column not in nullable]
    indexes = _indexes(table, columns)
    name = _name(table)
    statements = [
        # While the guard still stands: it spares the reading of the whole table.
        *(f"ALTER TABLE {name} ALTER COLUMN {_name(column + TWIN)} SET NOT NULL" for column in required),
        f"ALTER TABLE {name} {', '.join([*steps, *(f'DROP COLUMN {_name(column)}' for column in columns)])}",
        *(f"ALTER TABLE {name} RENAME COLUMN {_name(column + TWIN)} TO {_name(column)}" for column in columns),
    ]
    for index in indexes:
        if index.constraint is None:
            statements.append(f"ALTER INDEX {index.twin} RENAME TO {_name(index.name)}")
        else:
            kind = "PRIMARY KEY" if index.is_primary else "UNIQUE"
            statements.append(
                f"ALTER TABLE {name} ADD CONSTRAINT {_name(index.constraint)} {kind} USING INDEX {index.twin}"
            )
    added = ", ".join(f"ADD COLUMN {_name(column + TWIN)} bytea" for column in columns)
    return [*statements, f"ALTER TABLE {name} {added}"]


def _indexes(table: str, columns: list[str]) -> list[_Index]:
    """The indexes of a table that read one of the columns, by name."""
    return [
        _Index(*row)
        for row in db.rows(
            """
            SELECT i.indexrelid::bigint, c.relname, pg_get_indexdef(i.indexrelid), k.conname, i.indisprimary
            FROM pg_index AS i
            JOIN pg_class AS c ON c.oid = i.indexrelid
            LEFT JOIN pg_constraint AS k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid
            WHERE i.indrelid = %s::regclass
                AND EXISTS (
                    SELECT FROM pg_attribute AS a
                    WHERE a.attrelid = i.indrelid AND a.attname = ANY (%s) AND a.attnum = ANY (i.indkey)
                )
            ORDER BY c.relname
            """,
            [table, columns],
        )
    ]


def _twin_definition(index: _Index, columns: list[str]) -> str:
    head, using, keys = index.definition.partition(" USING ")
    unique = "UNIQUE " if head.startswith("CREATE UNIQUE") else ""
    table = head.rpartition(" ON ")[2]
    twins = re.sub(rf"\b({'|'.join(map(re.escape, columns))})\b", rf"\1{TWIN}", keys)
    return f"CREATE {unique}INDEX CONCURRENTLY {index.twin} ON {table}{using}{twins}"


def _filled(column: str, nullable: set[str]) -> str:
    twin = f"{_name(column + TWIN)} IS"
    # Only this form lets PostgreSQL take over NOT NULL without reading the table.
    return f"({_name(column)} IS NULL) = ({twin} NULL)" if column in nullable else f"{twin} NOT NULL"


def _guard(column: str) -> str:
    return f"{column}_has_its_twin"


def _checks(table: str) -> set[str]:
    found = db.rows(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c' ORDER BY conname", [table]
    )
    return {name for (name,) in found}


def _nullable(table: str) -> set[str]:
    found = db.rows(
        """
        SELECT attname
        FROM pg_attribute
        WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND NOT attnotnull
        ORDER BY attname
        """,
        [table],
    )
    return {name for (name,) in found}


def _name(name: str) -> str:
    return sql.Identifier(name).as_string(None)
