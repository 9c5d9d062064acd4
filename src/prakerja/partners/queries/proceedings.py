"""What the programme office and the parties see of admission and sanctions: steps, reviews, checks, cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from prakerja.kit import db
from prakerja.partners.models import AdmissionStep, IntegrationCheck, PlatformReview, Sanction


@dataclass(frozen=True, slots=True)
class ReviewView:
    """One person's evaluation of a platform."""

    reviewer: str
    approves: bool
    criteria: Mapping[str, Any]
    reviewed_at: datetime


def list_platform_reviews(platform_id: UUID) -> list[ReviewView]:
    """The evaluations of a platform, in order."""
    rows = PlatformReview.objects.filter(platform_id=platform_id).order_by("reviewed_at", "id")
    return [ReviewView(one.reviewer, one.approves, one.criteria, one.reviewed_at) for one in rows]


@dataclass(frozen=True, slots=True)
class CheckView:
    """The latest result of an automated check; `passed` None = there is none yet.

    `evidence`: the calls that prove it, each with request_id, call, code and seen_at; a sample's says that it is one.
    """

    name: str
    passed: bool | None
    detail: str
    evidence: Sequence[Mapping[str, str]]
    checked_at: datetime | None


def list_integration_checks(platform_id: UUID, names: Sequence[str]) -> list[CheckView]:
    """The latest result of each check, in the order of the names."""
    latest = {
        one.name: one for one in IntegrationCheck.objects.filter(platform_id=platform_id).order_by("checked_at", "id")
    }
    return [
        CheckView(name, latest[name].passed, latest[name].detail, latest[name].evidence, latest[name].checked_at)
        if name in latest
        else CheckView(name, None, "", (), None)
        for name in names
    ]


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of an institution's admission."""

    round: int
    step: str
    reviewer: str
    assigned_at: datetime
    due_at: datetime
    outcome: str
    evidence: str
    reason: str
    decided_at: datetime | None


def list_admission_steps(institution_id: UUID) -> list[StepView]:
    """All steps of an institution, in the order in which they were opened."""
    rows = AdmissionStep.objects.filter(institution_id=institution_id).order_by("assigned_at", "id")
    return [
        StepView(
            one.round,
            one.step,
            one.reviewer,
            one.assigned_at,
            one.due_at,
            one.outcome,
            one.evidence,
            one.reason,
            one.decided_at,
        )
        for one in rows
    ]


@dataclass(frozen=True, slots=True)
class InstitutionLine:
    """An institution in the office's queue, with its open step where there is one."""

    id: UUID
    code: str
    name: str
    kind: str
    state: str
    step: str | None
    reviewer: str | None
    due_at: datetime | None


def list_institution_queue(*, after_code: str = "", limit: int = 101) -> list[InstitutionLine]:
    """Institutions with an open step by deadline, then the others by code (a page begins after `after_code`)."""
    found = db.rows(
        """
        SELECT i.id, i.code, i.name, i.kind, i.state, s.step, s.reviewer, s.due_at
        FROM institutions AS i
        LEFT JOIN admission_steps AS s ON s.institution_id = i.id AND s.outcome = 'open'
        WHERE (%(after)s = '' AND s.id IS NOT NULL) OR (s.id IS NULL AND i.code > %(after)s)
        ORDER BY s.due_at NULLS LAST, i.code
        LIMIT %(limit)s
        """,
        {"after": after_code, "limit": limit},
    )
    return [InstitutionLine(*row) for row in found]


@dataclass(frozen=True, slots=True)
class SanctionView:
    """A case with everything that was said in it."""

    id: UUID
    number: int
    kind: str
    state: str
    platform_id: UUID | None
    platform_name: str
    institution_id: UUID | None
    institution_name: str
    rule: str
    notice: str
    evidence: Sequence[str]
    noticed_by: str
    noticed_at: datetime
    answer_due_at: datetime
    answer: str
    answered_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    reason: str
    appeal_due_at: datetime | None
    appeal: str
    appealed_at: datetime | None
    appeal_decided_by: str
    appeal_decided_at: datetime | None
    appeal_reason: str


def list_sanctions(*, party_id: UUID | None = None) -> list[SanctionView]:
    """Cases (of one party, or all), those that wait first, then the newest. One statement."""
    rows = Sanction.objects.select_related("platform", "institution")
    if party_id is not None:
        rows = rows.filter(platform_id=party_id) | rows.filter(institution_id=party_id)
    waiting = ("noticed", "answered", "imposed", "appealed")
    return sorted((_case(one) for one in rows.order_by("-number")[:500]), key=lambda one: one.state not in waiting)


def get_sanction(sanction_id: UUID) -> SanctionView:
    """A case by its id.

    Raises:
        LookupError: there is none.
    """
    found = Sanction.objects.select_related("platform", "institution").filter(id=sanction_id).first()
    if found is None:
        raise LookupError(f"no sanction {sanction_id}")
    return _case(found)


def _case(one: Sanction) -> SanctionView:
    return SanctionView(
        one.id,
        one.number,
        one.kind,
        one.state,
        one.platform_id,
        one.platform.name if one.platform else "",
        one.institution_id,
        one.institution.name if one.institution else "",
        one.rule,
        one.notice,
        one.evidence,
        one.noticed_by,
        one.noticed_at,
        one.answer_due_at,
        one.answer,
        one.answered_at,
        one.decided_by,
        one.decided_at,
        one.reason,
        one.appeal_due_at,
        one.appeal,
        one.appealed_at,
        one.appeal_decided_by,
        one.appeal_decided_at,
        one.appeal_reason,
    )
