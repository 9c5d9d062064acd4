"""What both sides see of registrations: where each stands, who must act, by when, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from prakerja.kit import db
from prakerja.partners.models import Registration, RegistrationDocument, RequirementSet
from prakerja.partners.questions import OWN_PREFIX


@dataclass(frozen=True, slots=True)
class RequirementSetView:
    """One version of what a platform asks."""

    id: UUID
    version: int
    valid_from: date
    requirements: Sequence[Mapping[str, Any]]
    questions: Sequence[Mapping[str, Any]]
    documents: Sequence[Mapping[str, Any]]


def find_requirement_set(platform_id: UUID, *, on: date) -> RequirementSetView | None:
    """The version of a platform that is valid on a day: the newest of them. One statement."""
    rows = RequirementSet.objects.filter(platform_id=platform_id, valid_from__lte=on).order_by("-version")
    found = rows.first()
    return _set(found) if found else None


def list_requirement_sets(platform_id: UUID) -> list[RequirementSetView]:
    """All versions of a platform, the newest first."""
    return [_set(one) for one in RequirementSet.objects.filter(platform_id=platform_id).order_by("-version")]


@dataclass(frozen=True, slots=True)
class PlatformChoice:
    """A platform that takes institutions, and where this institution stands on it."""

    platform_id: UUID
    platform_name: str
    kind: str
    modes: Sequence[str]
    registration_id: UUID | None
    state: str | None
    unmet: Sequence[str]
    due_at: datetime | None
    has_agreement: bool


def list_platform_choices(institution_id: UUID, *, on: date) -> list[PlatformChoice]:
    """Every active platform, and every other one where the institution has applied, by name. One statement."""
    found = db.rows(
        """
        SELECT p.id, p.name, p.kind, p.modes, r.id, r.state, coalesce(r.unmet, '{}'), r.due_at,
            EXISTS (
                SELECT FROM agreements AS a
                WHERE a.platform_id = p.id AND a.institution_id = %(institution)s
                    AND a.valid_from <= %(day)s AND (a.valid_until IS NULL OR a.valid_until > %(day)s)
            )
        FROM platforms AS p
        LEFT JOIN registrations AS r ON r.platform_id = p.id AND r.institution_id = %(institution)s
        WHERE p.state = 'active' OR r.id IS NOT NULL
        ORDER BY p.name, p.id
        """,
        {"institution": institution_id, "day": on},
    )
    return [PlatformChoice(*row) for row in found]


@dataclass(frozen=True, slots=True)
class RegistrationLine:
    """An application in a platform's queue."""

    registration_id: UUID
    institution_name: str
    institution_kind: str
    state: str
    submitted_at: datetime | None
    due_at: datetime | None


def list_registration_queue(platform_id: UUID) -> list[RegistrationLine]:
    """A platform's applications, those that wait for it first by their deadline; drafts are not the platform's."""
    found = db.rows(
        """
        SELECT r.id, i.name, i.kind, r.state, r.submitted_at, r.due_at
        FROM registrations AS r
        JOIN institutions AS i ON i.id = r.institution_id
        WHERE r.platform_id = %s AND r.state <> 'draft'
        ORDER BY r.state <> 'submitted', r.due_at NULLS LAST, r.submitted_at DESC NULLS LAST, r.id
        LIMIT 500
        """,
        [platform_id],
    )
    return [RegistrationLine(*row) for row in found]


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document that is shown for one that the platform wants."""

    wanted: str
    document_id: UUID
    kind: str
    file_name: str
    expires_date: date | None
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class RegistrationDetail:
    """An application with the version of the requirements that it keeps."""

    id: UUID
    platform_id: UUID
    institution_id: UUID
    institution_name: str
    state: str
    answers: Mapping[str, Any]
    unmet: Sequence[str]
    reason: str
    submitted_at: datetime | None
    decided_at: datetime | None
    due_at: datetime | None
    requirement_set: RequirementSetView
    documents: Sequence[ShownDocument]


def find_registration(platform_id: UUID, institution_id: UUID) -> RegistrationDetail | None:
    """The application of a pair. Two statements."""
    return _detail(Registration.objects.filter(platform_id=platform_id, institution_id=institution_id).first())


def get_answers_elsewhere(institution_id: UUID) -> dict[str, Any]:
    """What an institution has answered to any platform, the latest answer to each question. One statement.

    The same question has the same meaning on every platform (SCHEME-06), a platform's own ones are left out.
    """
    answers: dict[str, Any] = {}
    rows = Registration.objects.filter(institution_id=institution_id).order_by("submitted_at", "id")
    for given in rows.values_list("answers", flat=True):
        answers |= {question: answer for question, answer in given.items() if not question.startswith(OWN_PREFIX)}
    return answers


def get_registration(registration_id: UUID) -> RegistrationDetail:
    """An application by its id. Two statements.

    Raises:
        LookupError: there is none.
    """
    found = _detail(Registration.objects.filter(id=registration_id).first())
    if found is None:
        raise LookupError(f"no registration {registration_id}")
    return found


def _detail(registration: Registration | None) -> RegistrationDetail | None:
    if registration is None:
        return None
    requirement_set = registration.requirement_set
    assert requirement_set is not None  # noqa: S101 - registration_keeps_its_requirement_set
    shown = RegistrationDocument.objects.select_related("document").filter(registration=registration).order_by("wanted")
    return RegistrationDetail(
        registration.id,
        registration.platform_id,
        registration.institution_id,
        registration.institution.name,
        registration.state,
        registration.answers,
        registration.unmet,
        registration.reason,
        registration.submitted_at,
        registration.decided_at,
        registration.due_at,
        _set(requirement_set),
        [
            ShownDocument(
                one.wanted,
                one.document_id,
                one.document.kind,
                one.document.file_name,
                one.document.expires_date,
                one.document.withdrawn_at is not None,
            )
            for one in shown
        ],
    )


def _set(one: RequirementSet) -> RequirementSetView:
    return RequirementSetView(one.id, one.version, one.valid_from, one.requirements, one.questions, one.documents)


def list_signable_institutions(platform_id: UUID) -> list[tuple[UUID, str]]:
    """Institutions to which a platform may propose terms (verified or agreed), by name."""
    return [
        (row[0], row[1])
        for row in db.rows(
            """
            SELECT i.id, i.name
            FROM registrations AS r
            JOIN institutions AS i ON i.id = r.institution_id
            WHERE r.platform_id = %s AND r.state IN ('verified', 'agreed')
            ORDER BY i.name, i.id
            """,
            [platform_id],
        )
    ]
