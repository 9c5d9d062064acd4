"""Reads about registers' deltas and what they find."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.crypto import decrypt_field


@dataclass(frozen=True, slots=True)
class DeltaView:
    """A delta; `found` people would be affected, None before the dry run."""

    delta_id: UUID
    source: str
    name: str
    state: str
    good_rows: int
    bad_rows: int
    found: int | None
    loaded_by: str
    loaded_at: datetime
    confirmed_at: datetime | None

    @property
    def page_key(self) -> tuple[datetime, UUID]:
        """What the pages of the list go by."""
        return self.loaded_at, self.delta_id


_DELTA = """
    SELECT id, source, name, state, good_rows, bad_rows, found, loaded_by, loaded_at, confirmed_at
    FROM registry_deltas
"""


def list_registry_deltas(*, after: tuple[datetime, UUID] | None = None, limit: int = 26) -> list[DeltaView]:
    """The deltas behind `after` (loaded, delta), newest first. One query."""
    at, key = after or (None, None)
    found = db.rows(
        f"""
        {_DELTA}
        WHERE %(at)s::timestamptz IS NULL OR (loaded_at, id) < (%(at)s::timestamptz, %(key)s::uuid)
        ORDER BY loaded_at DESC, id DESC
        LIMIT %(limit)s
        """,
        {"at": at, "key": key, "limit": limit},
    )
    return [DeltaView(*row) for row in found]


def get_registry_delta(delta_id: UUID) -> DeltaView:
    """One delta.

    Raises:
        LookupError: there is none.
    """
    found = db.row(f"{_DELTA} WHERE id = %s", [delta_id])
    if found is None:
        raise LookupError(f"registry delta {delta_id}")
    return DeltaView(*found)


@dataclass(frozen=True, slots=True)
class FindingView:
    """A person whom a delta would affect; evidence holds no personal value."""

    finding_id: UUID
    applicant_id: UUID
    delta_id: UUID
    rule: str
    state: str
    evidence: dict[str, object]
    found_at: datetime
    deadline_at: datetime | None
    reason: str | None
    answered_at: datetime | None
    consequence: str | None
    decree_id: UUID | None

    @property
    def page_key(self) -> tuple[datetime, UUID]:
        """What the pages of those that wait go by; whoever heard of it has time until a deadline."""
        assert self.deadline_at is not None  # noqa: S101 - nobody_is_judged_without_notice
        return self.deadline_at, self.finding_id


_FINDING = """
    SELECT finding_id, applicant_id, delta_id, rule, state, evidence::text, found_at, deadline_at, reason, answered_at,
        consequence, decree_id
    FROM eligibility_findings
"""


def _finding(row: db.Row) -> FindingView:
    finding_id, applicant_id, delta_id, rule, state, evidence, *rest = row
    return FindingView(finding_id, applicant_id, delta_id, rule, state, json.loads(evidence), *rest)


def get_finding(finding_id: UUID) -> FindingView:
    """One finding.

    Raises:
        LookupError: there is none.
    """
    found = db.row(f"{_FINDING} WHERE finding_id = %s", [finding_id])
    if found is None:
        raise LookupError(f"finding {finding_id}")
    return _finding(found)


def list_findings_of(delta_id: UUID, *, after: UUID | None = None, limit: int = 26) -> list[FindingView]:
    """The findings of a delta behind `after`. One query."""
    found = db.rows(
        f"""
        {_FINDING}
        WHERE delta_id = %(delta)s AND (%(after)s::uuid IS NULL OR finding_id > %(after)s)
        ORDER BY finding_id
        LIMIT %(limit)s
        """,
        {"delta": delta_id, "after": after, "limit": limit},
    )
    return [_finding(row) for row in found]


def list_open_findings(*, after: tuple[datetime, UUID] | None = None, limit: int = 26) -> list[FindingView]:
    """Findings that wait for a decision, behind `after`; whose time to answer ends first in front. One query."""
    at, key = after or (None, None)
    found = db.rows(
        f"""
        {_FINDING}
        WHERE state = 'noticed'
            AND (%(at)s::timestamptz IS NULL OR (deadline_at, finding_id) > (%(at)s::timestamptz, %(key)s::uuid))
        ORDER BY deadline_at, finding_id
        LIMIT %(limit)s
        """,
        {"at": at, "key": key, "limit": limit},
    )
    return [_finding(row) for row in found]


def count_findings_by_rule(delta_id: UUID) -> dict[str, int]:
    """How many people of a delta by rule. One query."""
    found = db.rows(
        "SELECT rule, count(*) FROM eligibility_findings WHERE delta_id = %s GROUP BY rule ORDER BY rule", [delta_id]
    )
    return dict(found)


def answer_of_finding(finding_id: UUID) -> str | None:
    """What the person wrote, or None.

    Raises:
        LookupError: there is no such finding.
    """
    cipher = db.value("SELECT answer_cipher FROM eligibility_findings WHERE finding_id = %s", [finding_id])
    if cipher is None:
        return None
    return decrypt_field(bytes(cipher), table="eligibility_findings", column="answer_cipher", row_id=finding_id)


def list_own_findings(*, lane: int, applicant_id: UUID) -> list[FindingView]:
    """Findings about a person of which the person has been told, those that can still be answered in front."""
    found = db.rows(
        f"""
        {_FINDING}
        WHERE lane = %s AND applicant_id = %s AND state <> 'proposed'
        ORDER BY state <> 'noticed', deadline_at, finding_id
        """,
        [lane, applicant_id],
    )
    return [_finding(row) for row in found]
