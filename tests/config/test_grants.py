"""The application's role: it keeps the books, it cannot rewrite them."""

import psycopg
import pytest
from psycopg import errors, sql

from prakerja.config.grants import append_only_tables


def test_there_are_append_only_tables() -> None:
    assert {"events", "transfers"} <= set(append_only_tables())


@pytest.mark.parametrize("statement", ["UPDATE {} SET lane = 0", "DELETE FROM {}", "TRUNCATE {}"])
def test_history_cannot_be_changed(app_connection: psycopg.Connection, statement: str) -> None:
    for table in ("events", "transfers"):
        with pytest.raises(errors.InsufficientPrivilege), app_connection.transaction():
            app_connection.execute(sql.SQL(statement).format(sql.Identifier(table)))


def test_no_append_only_table_may_be_updated_or_emptied(app_connection: psycopg.Connection) -> None:
    for table in append_only_tables():
        rights = app_connection.execute(
            "SELECT has_table_privilege(%(t)s, 'SELECT'), has_table_privilege(%(t)s, 'INSERT'), "
            "has_table_privilege(%(t)s, 'UPDATE') OR has_any_column_privilege(%(t)s, 'UPDATE'), "
            "has_table_privilege(%(t)s, 'DELETE'), has_table_privilege(%(t)s, 'TRUNCATE')",
            {"t": table},
        ).fetchone()
        assert rights == (True, True, False, False, False), table


@pytest.mark.parametrize(
    "statement", ["DROP TABLE events", "CREATE TABLE mine (id int)", "DELETE FROM django_migrations"]
)
def test_the_role_owns_nothing(app_connection: psycopg.Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        app_connection.execute(statement.encode())
