"""The database from an operation's point of view: one transaction, set-based calls, COPY.

Everything goes over Django's connection, so that tests see every statement. No session state outlives a transaction:
a pooler such as PgBouncer may stand in between.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import msgspec
import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db import transaction as django_transaction
from psycopg import Cursor
from psycopg import sql as psycopg_sql

# A row has the types of its columns, which only the statement knows.
Row = tuple[Any, ...]
# What psycopg adapts is open (ids, moments, arrays, JSON): the stubs' closed list would refuse half of it.
Parameters = Sequence[Any] | Mapping[str, Any]

_inside: ContextVar[bool] = ContextVar("inside_transaction", default=False)
_encoder = msgspec.json.Encoder(enc_hook=str)


@contextmanager
def transaction() -> Iterator[None]:
    """Everything inside commits together or not at all.

    Nested calls join the outer transaction (no savepoint): when an inner part fails, all of it fails.
    """
    nested = _inside.get()
    token = _inside.set(True)
    try:
        with django_transaction.atomic(savepoint=not nested):
            yield
    finally:
        _inside.reset(token)


@contextmanager
def attempt() -> Iterator[None]:
    """A part of a transaction that may fail alone: a savepoint, for replaying the items of a failed call one by one."""
    with django_transaction.atomic(savepoint=True):
        yield


@contextmanager
def single_statement() -> Iterator[None]:
    """One statement that may fail alone: within a transaction a savepoint; by itself it is its own transaction.

    By itself it takes one round trip, where `attempt` would take two more for the transaction around it.
    """
    if connection.in_atomic_block:
        with attempt():
            yield
    else:
        yield


def rows(sql: str, params: Parameters = ()) -> list[Row]:
    """All rows of a statement. The statement orders them by a unique key."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        found: list[Row] = cursor.fetchall()
    return found


def row(sql: str, params: Parameters = ()) -> Row | None:
    """The only row of a statement, or None.

    Raises:
        ValueError: there is more than one.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        found = cursor.fetchmany(2)
    if len(found) > 1:
        raise ValueError("more than one row where at most one may be")
    return found[0] if found else None


def value(sql: str, params: Parameters = ()) -> Any:  # noqa: ANN401 - only the statement knows the type
    """The first column of the only row.

    Raises:
        LookupError: there is no row.
        ValueError: there is more than one.
    """
    found = row(sql, params)
    if found is None:
        raise LookupError("no row")
    return found[0]


def execute(sql: str, params: Parameters = ()) -> int:
    """Run a statement (several, when it has no parameters); the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        touched: int = cursor.rowcount
    return touched


def execute_aside(sql: str, params: Parameters = ()) -> int:
    """Run one statement on a connection of its own, committed at once: what others see of a long transaction's work.

    It does not see, and must not touch, rows that the transaction around it has changed. Cost: a connection.
    """
    aside = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with aside.cursor() as cursor:
            cursor.execute(sql, params or None)
            touched: int = cursor.rowcount
    finally:
        aside.close()
    return touched


def binary_rows(sql: str, params: Parameters = ()) -> list[Row]:
    """As `rows`, in PostgreSQL's binary format: for long bytes, which would travel as twice as many digits."""
    connection.ensure_connection()
    # Django's own cursors put parameters into the text, and text they get back.
    with Cursor(connection.connection) as cursor:
        cursor.execute(sql.encode(), params or None, binary=True)
        found: list[Row] = cursor.fetchall()
    return found


def call(function: str, lane: int, items: Sequence[object], **more: object) -> list[Row]:
    """Call a set-based function, `function(p_lane smallint, p_items json, p_<more>...)`: one statement for the list.

    `items` (structs, dataclasses, dicts, lists) travel as one JSON parameter; the function reads them by
    `json_to_recordset` (with `WITH ORDINALITY` where order counts). Each keyword becomes the parameter `p_<keyword>`.
    Rows come in the order that the function gives. Cost: one round trip; nothing is sent for an empty list.
    """
    if not items:
        return []
    names = ["p_lane", "p_items", *(f"p_{name}" for name in more)]
    # Lanes are smallint, to which PostgreSQL casts no bare integer by itself.
    arguments = ", ".join(f"{name} => %s::smallint" if name == "p_lane" else f"{name} => %s" for name in names)
    return rows(f"SELECT * FROM {function}({arguments})", [lane, encode_json(items), *more.values()])


def encode_json(items: object) -> str:
    """JSON text of structs, dataclasses, dicts and lists; moments in ISO 8601, ids and money as they are."""
    return _encoder.encode(items).decode()


def copy_rows(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, binary_types: Sequence[str] = ()
) -> int:
    """Insert rows by COPY, the fastest way in; the number of rows. Dicts and lists go as JSON text by the caller.

    With `binary_types`, the columns' types, in PostgreSQL's binary format: for long bytes.
    """
    statement = psycopg_sql.SQL("COPY {} ({}) FROM STDIN {}").format(
        psycopg_sql.Identifier(table),
        psycopg_sql.SQL(", ").join(map(psycopg_sql.Identifier, columns)),
        psycopg_sql.SQL("(FORMAT BINARY)" if binary_types else ""),
    )
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            if binary_types:
                copy.set_types(binary_types)
            for item in rows:
                copy.write_row(item)
        touched: int = cursor.rowcount
    return touched


def raw_connection() -> psycopg.Connection[Any]:
    """The driver's own connection, inside the same transaction: for a binary COPY."""
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    return raw
