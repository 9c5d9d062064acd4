"""One part of a worker list goes in: its good rows by binary COPY, its errors, and the note that it is there.

One transaction, the caller's: a part is there whole or not at all. Needs a plain psycopg connection, not Django.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from prakerja.access.index_keys import INDEX_KEYS_SQL, index_writer_of
from prakerja.participants.worker_list_packing import COPY_HEADER, COPY_TRAILER, STAGED_COLUMNS, RowPacker
from prakerja.participants.worker_list_rows import BadRow, GoodRow, RowChecker

Source = bytes | Path
# A psycopg connection of whatever rows: nothing is read from it.
Connection = psycopg.Connection[Any]
_BUFFER_ROWS = 2_000

_COPY_ROWS = sql.SQL("COPY worker_list_staged_rows ({}) FROM STDIN (FORMAT binary)").format(
    sql.SQL(", ").join(map(sql.Identifier, STAGED_COLUMNS))
)
_COPY_ERRORS = sql.SQL("COPY worker_list_errors (id, worker_list_id, row_number, field, reason) FROM STDIN")


class ListIsNotLoadingError(RuntimeError):
    """A part came for a list that takes none any more."""


@dataclass(frozen=True, slots=True)
class LoadedPart:
    """What a part held: good and bad rows, NIKs of 16 digits and those of them that end in zero."""

    number: int
    good_rows: int
    bad_rows: int
    niks: int
    zeros: int


def load_rows(
    connection: Connection,
    worker_list_id: UUID,
    number: int,
    checker: RowChecker,
    rows: Iterable[GoodRow | BadRow | None],
    new_id: Callable[[], UUID],
) -> LoadedPart:
    """Write the checked rows of a part. Cost: two small reads, two COPYs and an INSERT.

    Raises:
        ListIsNotLoadingError: the list was staged or discarded meanwhile.
        psycopg.errors.UniqueViolation: the part is there already.
    """
    bad: list[BadRow] = []
    good = 0
    with connection.cursor() as cursor:
        _hold(cursor, worker_list_id)
        writer = index_writer_of(cursor.execute(INDEX_KEYS_SQL).fetchone())
        with cursor.copy(_COPY_ROWS) as copy:
            copy.write(COPY_HEADER)
            for block, count in _packed(RowPacker(worker_list_id, writer), rows, bad):
                copy.write(block)
                good += count
            copy.write(COPY_TRAILER)
        if bad:
            # A crash of the database forgets the staged rows, not the errors: those of this part come again.
            cursor.execute(
                "DELETE FROM worker_list_errors WHERE worker_list_id = %s AND row_number BETWEEN %s AND %s",
                [worker_list_id, min(row.row_number for row in bad), max(row.row_number for row in bad)],
            )
            with cursor.copy(_COPY_ERRORS) as copy:
                for row in bad:
                    copy.write_row((new_id(), worker_list_id, row.row_number, row.field, row.reason))
        loaded = LoadedPart(number, good, len(bad), checker.niks, checker.zeros)
        cursor.execute(
            """
            INSERT INTO worker_list_parts (worker_list_id, number, good_rows, bad_rows, niks, zeros)
            VALUES (%s, %s, %s, %s, %s, %s)
            """,
            [worker_list_id, loaded.number, loaded.good_rows, loaded.bad_rows, loaded.niks, loaded.zeros],
        )
    return loaded


def take_rows(connection: Connection, worker_list_id: UUID, *, rounded: bool, share: int = 0, shares: int = 1) -> int:
    """The rows that stay, of those NIKs that fall to a share: of a NIK that stands twice the first. How many are new.

    They go in sorted as their index is. Done again, it adds nothing.

    Raises:
        ListIsNotLoadingError: the list was staged or discarded meanwhile.
    """
    with connection.cursor() as cursor:
        _hold(cursor, worker_list_id)
        # A sort of millions of rows in 4 MB would go to disk many times over.
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(
            """
            INSERT INTO worker_list_rows
                (lane, worker_list_id, row_number, nik_index, nik_index_next, nik_cipher, name_cipher, birth_date,
                 province_code, regency_code, employment_status, phone_cipher, likeness_index, likeness_index_next,
                 address_cipher, address_index, address_index_next)
            SELECT DISTINCT ON (lane, nik_index)
                lane, worker_list_id, row_number, nik_index, nik_index_next, nik_cipher, name_cipher, birth_date,
                province_code, regency_code, employment_status, phone_cipher, likeness_index, likeness_index_next,
                address_cipher, address_index, address_index_next
            FROM worker_list_staged_rows
            WHERE worker_list_id = %s
                AND NOT (%s AND nik_ends_in_zero)
                AND get_byte(nik_index, 0) %% %s::integer = %s
            ORDER BY lane, nik_index, row_number
            ON CONFLICT (lane, nik_index, worker_list_id) DO NOTHING
            """,
            [worker_list_id, rounded, shares, share],
        )
        return cursor.rowcount


def _hold(cursor: psycopg.Cursor[Any], worker_list_id: UUID) -> None:
    """Shared among the parts; whoever stages or discards the list waits for those that are under way."""
    cursor.execute("SELECT state FROM worker_lists WHERE id = %s FOR SHARE", [worker_list_id])
    found = cursor.fetchone()
    if found is None or found[0] != "loading":
        raise ListIsNotLoadingError(worker_list_id)


def _packed(
    packer: RowPacker, rows: Iterable[GoodRow | BadRow | None], bad: list[BadRow]
) -> Iterable[tuple[bytes, int]]:
    """Blocks of packed rows with their counts; bad rows go to `bad`."""
    pack, block = packer.pack, []
    for row in rows:
        if isinstance(row, GoodRow):
            block.append(pack(row))
            if len(block) == _BUFFER_ROWS:
                yield b"".join(block), len(block)
                block = []
        elif row is not None:
            bad.append(row)
    yield b"".join(block), len(block)
