"""Rotation of the field key: every encrypted cell is read under the key before and written under the current one.

It runs beside everything else, block of pages by block of pages, and can be stopped: a cell names its key, so that the
next run sees what is left. Each app lists its cells in `AppConfig.encrypted_columns`; a test compares them with the
columns of the database.
"""

from collections.abc import Generator
from dataclasses import dataclass

from django.apps import apps
from psycopg import sql

from prakerja.kit import db
from prakerja.kit.crypto import ColumnCipher, current_field_prefix, decrypt_field

_PAGE_BYTES = 8_192
# About a thousand rows: the locks of a batch are held for some milliseconds.
_PAGES_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """A column of encrypted cells; `row_id` is the SQL expression of what each cell is bound to, as text."""

    table: str
    column: str
    row_id: str


@dataclass(frozen=True, slots=True)
class RotationStep:
    """How far the rotation of a column is: pages seen of all, cells written by this run."""

    table: str
    column: str
    pages_done: int
    pages: int
    cells: int


def encrypted_columns() -> list[EncryptedColumn]:
    """The encrypted columns of all apps, in the order of the apps."""
    return [column for app in apps.get_app_configs() for column in getattr(app, "encrypted_columns", ())]


def count_cells_left() -> dict[tuple[str, str], int]:
    """How many cells of each column do not stand under the current key. One full read of each table."""
    return {
        (column.table, column.column): db.value(
            _text("SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND substr({column}, 1, 5) <> %s", column),
            [current_field_prefix()],
        )
        for column in encrypted_columns()
    }


def rotate_field_key() -> Generator[RotationStep, None, None]:
    """Rewrite all cells that stand under another key than the current one; a step after each batch, committed.

    Whatever writes meanwhile writes under the current key already: start every process with both keys first.
    Cost: one read of each table; about three microseconds of Python and an UPDATE a cell.

    Raises:
        UnreadableFieldError: a cell stands under a key that is neither current nor the one before.
    """
    for column in encrypted_columns():
        pages = -(-db.value("SELECT pg_relation_size(%s::regclass)", [column.table]) // _PAGE_BYTES)
        cells = 0
        for first in range(0, pages, _PAGES_AT_ONCE):
            cells += _rotate_pages(column, first)
            yield RotationStep(column.table, column.column, min(first + _PAGES_AT_ONCE, pages), pages, cells)


def _rotate_pages(column: EncryptedColumn, first: int) -> int:
    with db.transaction():
        # Locked rows keep their place until the end of the transaction: the place names them.
        found = db.rows(
            _text(
                """
                SELECT ctid::text, {row_id}, {column}
                FROM {table}
                WHERE ctid >= %s::tid AND ctid < %s::tid
                    AND {column} IS NOT NULL
                    AND substr({column}, 1, 5) <> %s
                ORDER BY ctid
                FOR UPDATE
                """,
                column,
            ),
            [f"({first},0)", f"({first + _PAGES_AT_ONCE},0)", current_field_prefix()],
        )
        if not found:
            return 0
        cipher = ColumnCipher(table=column.table, column=column.column)
        written = [
            cipher.encrypt(
                decrypt_field(stored, table=column.table, column=column.column, row_id=row_id).encode(),
                row_id.encode(),
            )
            for _, row_id, stored in found
        ]
        return db.execute(
            _text(
                """
                UPDATE {table} AS cell
                SET {column} = given.written
                FROM unnest(%s::tid[], %s::bytea[]) AS given (place, written)
                WHERE cell.ctid = given.place
                """,
                column,
            ),
            [[place for place, _, _ in found], written],
        )


def _text(statement: str, column: EncryptedColumn) -> str:
    return statement.format(
        table=sql.Identifier(column.table).as_string(None),
        column=sql.Identifier(column.column).as_string(None),
        row_id=column.row_id,
    )
