"""The institution's own books: who came with which code, which visits were sent to the presence check, which tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from prakerja.storefront.store import Store

TABLES: Final = """
CREATE TABLE IF NOT EXISTS enrolments (
    enrolment TEXT PRIMARY KEY,
    redeem_code TEXT NOT NULL,
    email TEXT NOT NULL,
    schedule_code TEXT NOT NULL,
    UNIQUE (redeem_code, email)
);
CREATE TABLE IF NOT EXISTS visits (
    state TEXT PRIMARY KEY,
    enrolment TEXT NOT NULL REFERENCES enrolments (enrolment),
    sequence INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS tasks (
    redeem_code TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    url_file TEXT NOT NULL,
    notes TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (redeem_code, sequence)
);
"""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A person with a redeem code in one of our classes."""

    enrolment: str
    redeem_code: str
    email: str
    schedule_code: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A presence check to which a person was sent."""

    enrolment: str
    sequence: int


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A task; `notes` is the trainer's feedback, empty until it is given."""

    redeem_code: str
    sequence: int
    url_file: str
    notes: str


class Enrolments:
    """The books in the institution's file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def enrol(self, enrolment: Enrolment) -> str:
        """The id of the person's enrolment: the new one, or the one that was made before."""
        self._store.write(
            "INSERT OR IGNORE INTO enrolments (enrolment, redeem_code, email, schedule_code) VALUES (?, ?, ?, ?)",
            enrolment.enrolment, enrolment.redeem_code, enrolment.email, enrolment.schedule_code,
        )  # fmt: skip
        (found,) = self._store.rows(
            "SELECT enrolment FROM enrolments WHERE redeem_code = ? AND email = ?",
            enrolment.redeem_code, enrolment.email,
        )  # fmt: skip
        return str(found["enrolment"])

    def find(self, enrolment: str) -> Enrolment | None:
        """An enrolment by its id."""
        found = self._store.rows(
            "SELECT enrolment, redeem_code, email, schedule_code FROM enrolments WHERE enrolment = ?", enrolment
        )
        return Enrolment(*found[0]) if found else None

    def visit(self, state: str, enrolment: str, sequence: int) -> None:
        """A browser was sent to the presence check; it comes back with `state`."""
        self._store.write(
            "INSERT INTO visits (state, enrolment, sequence) VALUES (?, ?, ?)", state, enrolment, sequence
        )

    def find_visit(self, state: str) -> Visit | None:
        """The visit of a state that came back."""
        found = self._store.rows("SELECT enrolment, sequence FROM visits WHERE state = ?", state)
        return Visit(*found[0]) if found else None

    def hand_in(self, task: HandedIn) -> None:
        """A task; a later one of the same session takes its place."""
        self._store.write(
            """
            INSERT INTO tasks (redeem_code, sequence, url_file) VALUES (?, ?, ?)
            ON CONFLICT (redeem_code, sequence) DO UPDATE SET url_file = excluded.url_file
            """,
            task.redeem_code, task.sequence, task.url_file,
        )  # fmt: skip

    def give_notes(self, redeem_code: str, sequence: int, notes: str) -> None:
        """The trainer's feedback."""
        self._store.write(
            "UPDATE tasks SET notes = ? WHERE redeem_code = ? AND sequence = ?", notes, redeem_code, sequence
        )

    def list_tasks(self) -> Sequence[HandedIn]:
        """All tasks, those without feedback first."""
        found = self._store.rows(
            """
            SELECT redeem_code, sequence, url_file, notes FROM tasks
            ORDER BY notes <> '', redeem_code, sequence LIMIT 200
            """
        )
        return [HandedIn(*row) for row in found]
