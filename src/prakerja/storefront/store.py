"""A program's own small state: one SQLite file."""

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_SECRET_BYTES: Final = 32


class Store:
    """A file with tables; one statement at a time, each committed at once."""

    def __init__(self, path: Path, tables: str) -> None:
        self._lock = threading.Lock()
        # Threads share the connection; the lock stands before it.
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        path.chmod(0o600)
        with self._lock:
            self._connection.executescript(tables)
            self._connection.executescript(
                "CREATE TABLE IF NOT EXISTS secret (only INTEGER PRIMARY KEY CHECK (only = 1), value BLOB NOT NULL);"
            )
            self._connection.execute(
                "INSERT OR IGNORE INTO secret (only, value) VALUES (1, ?)", (secrets.token_bytes(_SECRET_BYTES),)
            )

    @property
    def secret(self) -> bytes:
        """The secret of this program's cookies, made with the file."""
        (found,) = self.rows("SELECT value FROM secret")
        return bytes(found["value"])

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """What a query finds."""
        with self._one() as connection:
            return list(connection.execute(sql, values))

    def write(self, sql: str, *values: object) -> int:
        """How many rows a statement wrote."""
        with self._one() as connection:
            return connection.execute(sql, values).rowcount

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _one(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._connection
