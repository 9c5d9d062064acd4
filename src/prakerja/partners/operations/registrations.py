"""An institution applies to platforms (SCHEME-05, SCHEME-06); `registration_decisions` is what becomes of it.

An open application keeps the version of the requirements with which it was opened. Who must act, by when, and what
happens when nobody does:

- draft: the institution, 30 days, then it lapses;
- submitted: the platform, 14 days, then its own conditions decide;
- verified: both sides, 60 days to sign an agreement, then it lapses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.errors import RegistrationCode
from prakerja.partners.models import Document, Institution, Platform, Registration, RegistrationDocument, RequirementSet
from prakerja.partners.states import PlatformState, RegistrationState

DRAFT_LIFE = timedelta(days=30)
DECISION_TIME = timedelta(days=14)

_OPEN_AGAIN = (RegistrationState.DRAFT, RegistrationState.REFUSED, RegistrationState.LAPSED)
_FIELDS = ["state", "answers", "submitted_at", "requirement_set", "decided_at", "due_at", "unmet", "reason"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRequest:
    """An application: answers by question, documents by the id under which the platform wants them.

    A wanted document that is not named is taken from the institution's registry: the newest of its kind that counts.
    """

    platform_id: UUID
    institution_id: UUID
    answers: Mapping[str, Any] = field(default_factory=dict)
    documents: Mapping[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegistrationResult:
    """The answer; `unmet` names the requirements and documents of `requirements_unmet`."""

    code: RegistrationCode
    registration_id: UUID | None = None
    unmet: tuple[str, ...] = ()


def save_registrations(context: Context, requests: Sequence[RegistrationRequest]) -> list[RegistrationResult]:
    """Keep applications as drafts: opened, or written on. A refused or lapsed one is opened again by today's version.

    Codes: platform_unknown, platform_not_active, institution_unknown, already_registered, document_unknown.
    Rule: SCHEME-05, SCHEME-06. Cost: nine statements; other writers of registrations wait.
    """
    return _write(context, requests, submit=False)


def submit_registrations(context: Context, requests: Sequence[RegistrationRequest]) -> list[RegistrationResult]:
    """Submit applications: a draft as it is written now, or one that is opened and submitted at once.

    Codes and cost as `save_registrations`. Rule: SCHEME-05.
    """
    return _write(context, requests, submit=True)


def _write(context: Context, requests: Sequence[RegistrationRequest], *, submit: bool) -> list[RegistrationResult]:
    results: list[RegistrationResult] = []
    new: dict[UUID, Registration] = {}
    again: dict[UUID, Registration] = {}
    shown: dict[UUID, Mapping[str, UUID]] = {}
    with db.transaction():
        db.execute("LOCK TABLE registrations IN SHARE ROW EXCLUSIVE MODE")
        platforms = Platform.objects.in_bulk([request.platform_id for request in requests])
        institutions = Institution.objects.in_bulk([request.institution_id for request in requests])
        there = {
            (one.platform_id, one.institution_id): one
            for one in Registration.objects.select_related("requirement_set")
            .filter(platform__in=platforms, institution__in=institutions)
            .order_by("id")
        }
        sets = _sets_in_force(context, set(platforms))
        registry = _registry(context, list(institutions))
        for request in requests:
            pair = (request.platform_id, request.institution_id)
            registration = there.get(pair)
            code = _request_code(request, platforms, institutions, registration)
            documents = registry.get(request.institution_id, {})
            if not code.is_refusal and any(one not in documents for one in request.documents.values()):
                code = RegistrationCode.DOCUMENT_UNKNOWN
            if code.is_refusal:
                results.append(RegistrationResult(code, registration.id if registration else None))
                continue
            if registration is None:
                registration = Registration(id=context.uuid(), platform_id=pair[0], institution_id=pair[1])
                new[registration.id] = registration
                there[pair] = registration
            elif registration.id not in new:
                again[registration.id] = registration
            _open(context, registration, request, sets, submit=submit)
            shown[registration.id] = _chosen(registration.requirement_set, request.documents, documents)
            results.append(RegistrationResult(RegistrationCode.OK, registration.id))
        Registration.objects.bulk_create(new.values())
        Registration.objects.bulk_update(again.values(), _FIELDS)
        _show(context, [*new.values(), *again.values()], shown)
        kind = "registration.submitted" if submit else "registration.saved"
        record_events(context, [registration_event(kind, one) for one in [*new.values(), *again.values()]])
    return results


def _request_code(
    request: RegistrationRequest,
    platforms: Mapping[UUID, Platform],
    institutions: Mapping[UUID, Institution],
    registration: Registration | None,
) -> RegistrationCode:
    platform = platforms.get(request.platform_id)
    if platform is None:
        return RegistrationCode.PLATFORM_UNKNOWN
    if platform.state != PlatformState.ACTIVE.value:
        return RegistrationCode.PLATFORM_NOT_ACTIVE
    if request.institution_id not in institutions:
        return RegistrationCode.INSTITUTION_UNKNOWN
    if registration is not None and registration.state not in _OPEN_AGAIN:
        return RegistrationCode.ALREADY_REGISTERED
    return RegistrationCode.OK


def _open(
    context: Context,
    registration: Registration,
    request: RegistrationRequest,
    sets: Mapping[UUID, RequirementSet],
    *,
    submit: bool,
) -> None:
    if registration.state != RegistrationState.DRAFT.value:
        registration.requirement_set = sets[request.platform_id]
        registration.due_at = context.now + DRAFT_LIFE
    registration.answers = dict(request.answers)
    registration.unmet = []
    registration.reason = ""
    registration.decided_at = None
    registration.state = RegistrationState.DRAFT.value
    if submit:
        registration.state = RegistrationState.SUBMITTED.value
        registration.submitted_at = context.now
        registration.due_at = context.now + DECISION_TIME


def _sets_in_force(context: Context, platform_ids: set[UUID]) -> dict[UUID, RequirementSet]:
    """The newest version of each platform that is valid today: later rows overwrite earlier ones."""
    rows = RequirementSet.objects.filter(platform__in=platform_ids, valid_from__lte=context.today)
    return {row.platform_id: row for row in rows.order_by("platform_id", "version")}


def _registry(context: Context, institution_ids: Sequence[UUID]) -> dict[UUID, dict[UUID, tuple[str, datetime]]]:
    """Institution → document that counts today → kind and moment of its upload."""
    registry: dict[UUID, dict[UUID, tuple[str, datetime]]] = {}
    rows = Document.objects.filter(institution__in=institution_ids, withdrawn_at__isnull=True)
    for row in rows.exclude(expires_date__lte=context.today).order_by("uploaded_at", "id"):
        if row.institution_id is not None:
            registry.setdefault(row.institution_id, {})[row.id] = (row.kind, row.uploaded_at)
    return registry


def _chosen(
    requirement_set: RequirementSet | None,
    named: Mapping[str, UUID],
    documents: Mapping[UUID, tuple[str, datetime]],
) -> dict[str, UUID]:
    newest = {kind: document_id for document_id, (kind, _) in documents.items()}
    wanted = requirement_set.documents if requirement_set is not None else []
    chosen = {one["id"]: named.get(one["id"]) or newest.get(one["kind"]) for one in wanted}
    return {wanted_id: document_id for wanted_id, document_id in chosen.items() if document_id is not None}


def _show(context: Context, registrations: Sequence[Registration], shown: Mapping[UUID, Mapping[str, UUID]]) -> None:
    RegistrationDocument.objects.filter(registration__in=[one.id for one in registrations]).delete()
    RegistrationDocument.objects.bulk_create(
        RegistrationDocument(
            id=context.uuid(),
            registration=registration,
            institution_id=registration.institution_id,
            document_id=document_id,
            wanted=wanted,
        )
        for registration in registrations
        for wanted, document_id in shown[registration.id].items()
    )


def registration_event(kind: str, registration: Registration, **payload: object) -> Event:
    """An event of a registration, with its two sides."""
    return Event(
        kind,
        registration.id,
        {"platform_id": registration.platform_id, "institution_id": registration.institution_id, **payload},
    )
