"""Findings as the office reads them: the queue by deadline, one finding with the rows behind it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from prakerja.kit import db
from prakerja.oversight.finding_kinds import KINDS, FindingKind, parameters
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.oversight.states import WAITING

_MEMBERS_MAX: Final = 200
_COLUMNS: Final = """
    f.id, f.kind, f.rule, f.subject_key, f.label, f.value, f.state, f.since_at, f.found_at, f.seen_at, f.due_at,
    f.platform_id, f.institution_id, f.course_id, f.proposed_by, f.proposed_at, f.proposal_reason, f.measure,
    f.decided_by, f.decided_at, f.reason, f.sanction_id
"""


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding. `value` counts what its kind counts (`finding_kind.unit`), or is rupiah."""

    id: UUID
    kind: str
    rule: str
    subject_key: str
    label: str
    value: int
    state: str
    since_at: datetime
    found_at: datetime
    seen_at: datetime
    due_at: datetime
    platform_id: UUID | None
    institution_id: UUID | None
    course_id: UUID | None
    proposed_by: str
    proposed_at: datetime | None
    proposal_reason: str
    measure: str
    decided_by: str
    decided_at: datetime | None
    reason: str
    sanction_id: UUID | None

    @property
    def finding_kind(self) -> FindingKind:
        """What it is of."""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class FindingMember:
    """A row behind a finding: where its trail begins, what it says, when it was."""

    subject_id: UUID
    label: str
    value: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How many findings of a kind wait, how many of them are late, and since when the oldest stands."""

    kind: str
    waiting: int
    late: int
    oldest_at: datetime | None


def list_findings(
    *,
    states: tuple[str, ...] = WAITING,
    kind: str | None = None,
    after: UUID | None = None,
    limit: int = PAGE_ROWS + 1,
) -> list[FindingView]:
    """A page of findings by deadline, behind the finding `after`; one more than a page when more follow. One query."""
    found = db.rows(
        f"""
        SELECT {_COLUMNS}
        FROM findings AS f
        WHERE f.state = ANY (%(states)s)
            AND (%(kind)s::text IS NULL OR f.kind = %(kind)s)
            AND (%(after)s::uuid IS NULL OR (f.due_at, f.id) > (SELECT due_at, id FROM findings WHERE id = %(after)s))
        ORDER BY f.due_at, f.id
        LIMIT %(limit)s
        """,
        {"states": list(states), "kind": kind, "after": after, "limit": limit},
    )
    return [FindingView(*row) for row in found]


def get_finding(finding_id: UUID) -> FindingView:
    """One finding.

    Raises:
        LookupError: there is none.
    """
    found = db.row(f"SELECT {_COLUMNS} FROM findings AS f WHERE f.id = %s", [finding_id])
    if found is None:
        raise LookupError(f"finding {finding_id}")
    return FindingView(*found)


def count_findings(*, now: datetime) -> list[FindingCount]:
    """All kinds in their fixed order, also those of which none waits. One query."""
    found = {
        row[0]: FindingCount(*row)
        for row in db.rows(
            """
            SELECT kind, count(*), count(*) FILTER (WHERE due_at <= %s), min(since_at)
            FROM findings
            WHERE state = ANY (%s)
            GROUP BY kind
            ORDER BY kind
            """,
            [now, list(WAITING)],
        )
    }
    return [found.get(code, FindingCount(code, 0, 0, None)) for code in KINDS]


def list_finding_members(finding: FindingView, *, now: datetime) -> list[FindingMember]:
    """The rows behind a finding as they are now, newest first, at most 200; none where a page of its own shows them.

    One query.
    """
    if not finding.finding_kind.members_sql:
        return []
    found = db.rows(
        f"""
        SELECT subject_id, label, value, at
        FROM ({finding.finding_kind.members_sql}) AS member (subject_id, label, value, at)
        ORDER BY at DESC, subject_id
        LIMIT %(most)s
        """,
        parameters(now) | {"subject_key": finding.subject_key, "most": _MEMBERS_MAX},
    )
    return [FindingMember(*row) for row in found]
