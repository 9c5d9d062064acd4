"""Reads about people who wait because a register did not answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from prakerja.kit import db
from prakerja.participants.lanes import every_lane
from prakerja.participants.operations.eligibility import WAITING_DAYS
from prakerja.participants.operations.register_statements import CONFIRM_WORKING_DAYS
from prakerja.participants.registry import Register
from prakerja.programme.rules import after_working_days


@dataclass(frozen=True, slots=True)
class WaitingApplicant:
    """Somebody who waits, for which registers, and until when; then the office states what they answer.

    `is_stated`: a statement waits for its second person. Nobody of a sheet is an applicant before the civil registry
    has confirmed, and nobody answers for that one: `applicant_id` is None.
    """

    applicant_id: UUID | None
    name: str
    province_code: str
    registers: tuple[str, ...]
    waits_until_at: datetime
    is_stated: bool
    # The applicant, or the row of the sheet.
    key: UUID

    @property
    def page_key(self) -> tuple[datetime, UUID]:
        """What the pages of the queue go by."""
        return self.waits_until_at, self.key


@dataclass(frozen=True, slots=True)
class StatementView:
    """What a register answered on another way, and what a second person says to it."""

    statement_id: UUID
    register: str
    is_in: bool
    value: str
    evidence: str
    state: str
    stated_by: str
    stated_at: datetime
    decided_by: str | None
    decided_at: datetime | None

    @property
    def decide_until_at(self) -> datetime:
        """Until when a second person decides."""
        return after_working_days(self.stated_at, CONFIRM_WORKING_DAYS)


def list_waiting_applicants(*, after: tuple[datetime, UUID] | None = None, limit: int = 26) -> list[WaitingApplicant]:
    """Who waits behind `after` (deadline, key), the nearest deadline first. One query."""
    at, key = after or (None, None)
    found = db.rows(
        """
        SELECT applicant_id, name, province_code, all_silent, missing, waits_until_at, is_stated, key
        FROM (
            SELECT a.applicant_id, a.name, a.province_code, a.registers_asked_at IS NULL AS all_silent,
                a.registers_missing AS missing, a.waits_until_at,
                EXISTS (
                    SELECT FROM register_statements AS s
                    WHERE s.lane = a.lane AND s.applicant_id = a.applicant_id AND s.state = 'stated'
                ) AS is_stated,
                a.applicant_id AS key
            FROM applicants AS a
            WHERE a.lane = ANY (%(lanes)s)
                AND a.waits_until_at IS NOT NULL AND a.eligibility = 'waiting' AND a.state = 'ready'
            UNION ALL
            SELECT NULL, r.name, o.province_code, false, ARRAY['civil_registry'], s.accepted_at + %(days)s, false, r.id
            FROM assisted_rows AS r
            JOIN assisted_sheets AS s ON s.id = r.sheet_id
            JOIN labour_offices AS o ON o.id = s.labour_office_id
            WHERE r.outcome = 'registry_unavailable'
        ) AS waiting
        WHERE %(at)s::timestamptz IS NULL OR (waits_until_at, key) > (%(at)s::timestamptz, %(key)s::uuid)
        ORDER BY waits_until_at, key
        LIMIT %(limit)s
        """,
        {"lanes": every_lane(), "days": timedelta(days=WAITING_DAYS), "at": at, "key": key, "limit": limit},
    )
    return [
        WaitingApplicant(applicant_id, name, province, _silent(all_silent, missing), until_at, is_stated, row_key)
        for applicant_id, name, province, all_silent, missing, until_at, is_stated, row_key in found
    ]


def find_waiting_applicant(applicant_id: UUID) -> WaitingApplicant | None:
    """Somebody who waits for a register that the office may answer for, or None."""
    row = db.row(
        """
        SELECT a.name, a.province_code, a.registers_asked_at IS NULL, a.registers_missing, a.waits_until_at,
            EXISTS (
                SELECT FROM register_statements AS s
                WHERE s.lane = a.lane AND s.applicant_id = a.applicant_id AND s.state = 'stated'
            )
        FROM applicants AS a
        WHERE a.lane = ANY (%s) AND a.applicant_id = %s AND a.eligibility = 'waiting' AND a.state = 'ready'
        """,
        [every_lane(), applicant_id],
    )
    if row is None:
        return None
    return WaitingApplicant(applicant_id, row[0], row[1], _silent(row[2], row[3]), row[4], row[5], applicant_id)


def list_statements(applicant_id: UUID) -> list[StatementView]:
    """What was stated about an applicant, the oldest first."""
    found = db.rows(
        """
        SELECT statement_id, register, is_in, value, evidence, state, stated_by, stated_at, decided_by, decided_at
        FROM register_statements
        WHERE lane = ANY (%s) AND applicant_id = %s
        ORDER BY statement_id
        """,
        [every_lane(), applicant_id],
    )
    return [StatementView(*row) for row in found]


def _silent(all_silent: bool, missing: list[str]) -> tuple[str, ...]:  # noqa: FBT001 - a column
    return tuple(register.value for register in Register) if all_silent else tuple(missing)
