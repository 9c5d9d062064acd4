"""Reads of cases."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.crypto import decrypt_field

_CELL: Final = {"table": "cases", "column": "reason_cipher"}


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as the office and its person see it."""

    case_id: UUID
    kind: str
    state: str
    applicant_id: UUID | None
    subject_id: UUID | None
    opened_at: datetime
    due_at: datetime
    default_outcome: str
    answer: str | None
    decided_at: datetime | None
    not_by: tuple[str, ...]

    @property
    def page_key(self) -> tuple[datetime, UUID]:
        """What the pages of the queue go by."""
        return self.due_at, self.case_id


_VIEW: Final = """
    SELECT id, kind, state, applicant_id, subject_id, opened_at, due_at, default_outcome, answer, decided_at, not_by
    FROM cases
"""


def list_open_cases(*, after: tuple[datetime, UUID] | None = None, limit: int = 26) -> list[CaseView]:
    """Open cases behind `after` (deadline, case), the nearest deadline first. One query."""
    at, key = after or (None, None)
    found = db.rows(
        _VIEW
        + """
        WHERE state = 'open' AND (%(at)s::timestamptz IS NULL OR (due_at, id) > (%(at)s::timestamptz, %(key)s::uuid))
        ORDER BY due_at, id
        LIMIT %(limit)s
        """,
        {"at": at, "key": key, "limit": limit},
    )
    return [_view(row) for row in found]


def list_cases_of(*, user_id: UUID, applicant_id: UUID | None) -> list[CaseView]:
    """The cases of a person, the newest first."""
    found = db.rows(
        _VIEW + "WHERE user_id = %s OR applicant_id = %s ORDER BY opened_at DESC, id", [user_id, applicant_id]
    )
    return [_view(row) for row in found]


def find_case(case_id: UUID) -> CaseView | None:
    """One case, or None."""
    found = db.row(_VIEW + "WHERE id = %s", [case_id])
    return None if found is None else _view(found)


def reason_of_case(case_id: UUID) -> str:
    """What the person wrote.

    Raises:
        LookupError: there is no such case.
    """
    cipher = db.value("SELECT reason_cipher FROM cases WHERE id = %s", [case_id])
    return decrypt_field(bytes(cipher), row_id=case_id, **_CELL)


def _view(row: db.Row) -> CaseView:
    fields = list(row)
    fields[-1] = tuple(fields[-1])
    return CaseView(*fields)
