"""Reads of assisted registration: sheets and their people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet with its state, who moved it, and until when its owner must move it on."""

    sheet_id: UUID
    number: int
    labour_office_id: UUID
    labour_office: str
    state: str
    due_at: datetime
    opened_at: datetime
    verified_by: str | None
    minutes_number: str | None
    rows_sha256: str | None
    signed_by: str | None
    accepted_at: datetime | None
    returned_reason: str | None
    rows: int

    @property
    def page_key(self) -> tuple[datetime, UUID]:
        """What the pages of the list go by."""
        return self.due_at, self.sheet_id


_SHEETS: Final = """
    SELECT s.id, s.number, s.labour_office_id, o.name, s.state, s.due_at, s.opened_at, s.verified_by, s.minutes_number,
        s.rows_sha256, s.signed_by, s.accepted_at, s.returned_reason,
        (SELECT count(*) FROM assisted_rows AS r WHERE r.sheet_id = s.id)
    FROM assisted_sheets AS s
    JOIN labour_offices AS o ON o.id = s.labour_office_id
"""


def list_assisted_sheets(
    *,
    labour_office_id: UUID | None = None,
    are_accepted: bool = False,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 26,
) -> list[SheetView]:
    """Sheets of a labour office, or of all, behind `after` (deadline, sheet). One query.

    Those that wait for somebody, the nearest deadline first; or the accepted ones, the latest first.
    """
    at, key = after or (None, None)
    beyond, order = ("<", "DESC") if are_accepted else (">", "ASC")
    found = db.rows(
        _SHEETS
        + f"""
        WHERE (%(office)s::uuid IS NULL OR s.labour_office_id = %(office)s)
            AND (s.state = 'accepted') = %(are_accepted)s
            AND (%(at)s::timestamptz IS NULL OR (s.due_at, s.id) {beyond} (%(at)s::timestamptz, %(key)s::uuid))
        ORDER BY s.due_at {order}, s.id {order}
        LIMIT %(limit)s
        """,
        {"office": labour_office_id, "are_accepted": are_accepted, "at": at, "key": key, "limit": limit},
    )
    return [SheetView(*row) for row in found]


def find_assisted_sheet(sheet_id: UUID) -> SheetView | None:
    """One sheet, or None."""
    found = db.row(_SHEETS + "WHERE s.id = %s", [sheet_id])
    return None if found is None else SheetView(*found)


@dataclass(frozen=True, slots=True)
class AssistedRowView:
    """A person of a sheet, without the numbers."""

    row_number: int
    name: str
    documents_seen: bool
    outcome: str | None
    mismatched_fields: tuple[str, ...]
    applicant_id: UUID | None
    case_state: str | None


def list_assisted_rows(sheet_id: UUID) -> list[AssistedRowView]:
    """The people of a sheet in their order."""
    found = db.rows(
        """
        SELECT r.row_number, r.name, r.documents_seen, r.outcome, r.mismatched_fields, r.applicant_id, c.state
        FROM assisted_rows AS r
        LEFT JOIN cases AS c ON c.key = 'identity_dispute:' || r.id || ':' || r.applicant_id
        WHERE r.sheet_id = %s
        ORDER BY r.row_number
        """,
        [sheet_id],
    )
    return [
        AssistedRowView(number, name, seen, outcome, tuple(differ), applicant_id, case_state)
        for number, name, seen, outcome, differ, applicant_id, case_state in found
    ]
