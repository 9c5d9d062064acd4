"""An institution applies to a platform; the platform checks it by its own requirements (SCHEME-05, SCHEME-06).

An open application keeps the version of the requirements with which it was opened. Who must act, by when, and what
happens when nobody does:

- draft: the institution, 30 days, then it lapses;
- submitted: the platform, 14 days, then its own conditions decide;
- verified: both sides, 60 days to sign an agreement, then it lapses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.errors import RegistrationCode
from prakerja.partners.models import Document, Institution, Platform, Registration, RegistrationDocument, RequirementSet
from prakerja.partners.queries.records import get_facts
from prakerja.partners.questions import FACTS
from prakerja.partners.requirements import GivenDocument, meets_requirements, unmet_documents
from prakerja.partners.states import REGISTRATION_MOVES, PlatformState, RegistrationState

DRAFT_LIFE = timedelta(days=30)
DECISION_TIME = timedelta(days=14)
SIGNING_TIME = timedelta(days=60)

_OPEN_AGAIN = (RegistrationState.DRAFT, RegistrationState.REFUSED, RegistrationState.LAPSED)
_FIELDS = ["state", "answers", "submitted_at", "requirement_set", "decided_at", "due_at", "unmet", "reason"]
_DECIDED_FIELDS = ["state", "unmet", "reason", "decided_at", "due_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRequest:
    """An application: answers by question, documents by the id under which the platform wants them.

    A wanted document that is not named is taken from the institution's registry: the newest of its kind that counts.
    """

    platform_id: UUID
    institution_id: UUID
    answers: Mapping[str, Any] = field(default_factory=dict)
    documents: Mapping[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRefusal:
    """A person of the platform refuses, with the reason that the institution will read."""

    registration_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationMove:
    """A suspension, its end, or the end of a registration, with the reason's code."""

    registration_id: UUID
    state: RegistrationState
    reason: str


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


def verify_registrations(context: Context, registration_ids: Sequence[UUID]) -> list[RegistrationResult]:
    """Check submitted applications by the version of the requirements that each keeps, and by what is on record today.

    An application that meets all of it becomes `verified`, the others `refused` with the requirements that they do not
    meet (code requirements_unmet: the refusal is recorded).

    Codes: registration_unknown, not_submitted, requirements_unmet. Rule: SCHEME-06.
    Cost: six statements; locks the registrations in id order.
    """
    results: list[RegistrationResult] = []
    decided: list[Registration] = []
    with db.transaction():
        found = _locked(registration_ids)
        facts = get_facts({one.institution_id for one in found.values()}, on=context.today)
        shown = _shown(found)
        for registration_id in registration_ids:
            registration = found.get(registration_id)
            if registration is None:
                results.append(RegistrationResult(RegistrationCode.REGISTRATION_UNKNOWN))
                continue
            if registration.state != RegistrationState.SUBMITTED.value:
                results.append(RegistrationResult(RegistrationCode.NOT_SUBMITTED, registration.id))
                continue
            unmet = _unmet(
                registration, facts[registration.institution_id], shown.get(registration.id, {}), context.today
            )
            state = RegistrationState.REFUSED if unmet else RegistrationState.VERIFIED
            _decide(context, registration, state, unmet=unmet)
            decided.append(registration)
            code = RegistrationCode.REQUIREMENTS_UNMET if unmet else RegistrationCode.OK
            results.append(RegistrationResult(code, registration.id, tuple(unmet)))
        Registration.objects.bulk_update(decided, _DECIDED_FIELDS)
        record_events(context, [_event(f"registration.{one.state}", one, unmet=one.unmet) for one in decided])
    return results


def refuse_registrations(context: Context, requests: Sequence[RegistrationRefusal]) -> list[RegistrationResult]:
    """A person refuses submitted applications; a refusal without a reason is none.

    Codes: registration_unknown, not_submitted, reason_missing. Rule: SCHEME-06.
    Cost: three statements; locks the registrations in id order.
    """
    results: list[RegistrationResult] = []
    refused: list[Registration] = []
    with db.transaction():
        found = _locked([request.registration_id for request in requests])
        for request in requests:
            registration = found.get(request.registration_id)
            if registration is None:
                results.append(RegistrationResult(RegistrationCode.REGISTRATION_UNKNOWN))
            elif registration.state != RegistrationState.SUBMITTED.value:
                results.append(RegistrationResult(RegistrationCode.NOT_SUBMITTED, registration.id))
            elif not request.reason.strip():
                results.append(RegistrationResult(RegistrationCode.REASON_MISSING, registration.id))
            else:
                _decide(context, registration, RegistrationState.REFUSED, reason=request.reason.strip())
                refused.append(registration)
                results.append(RegistrationResult(RegistrationCode.OK, registration.id))
        Registration.objects.bulk_update(refused, _DECIDED_FIELDS)
        record_events(context, [_event("registration.refused", one, reason=one.reason) for one in refused])
    return results


def move_registrations(context: Context, requests: Sequence[RegistrationMove]) -> list[RegistrationResult]:
    """Suspend, reinstate or end agreed registrations: new sales stop, what was sold is honoured and paid.

    Codes: registration_unknown, move_not_allowed. Rule: SCHEME-05. Cost: three statements; locks in id order.
    """
    results: list[RegistrationResult] = []
    moved: list[Registration] = []
    events: list[Event] = []
    with db.transaction():
        found = _locked([request.registration_id for request in requests])
        for request in requests:
            registration = found.get(request.registration_id)
            if registration is None:
                results.append(RegistrationResult(RegistrationCode.REGISTRATION_UNKNOWN))
                continue
            before = RegistrationState(registration.state)
            # Only a signed agreement makes a registration agreed the first time.
            fits = request.state in REGISTRATION_MOVES[before] and before in (
                RegistrationState.AGREED,
                RegistrationState.SUSPENDED,
            )
            if not fits or registration in moved:
                results.append(RegistrationResult(RegistrationCode.MOVE_NOT_ALLOWED, registration.id))
                continue
            registration.state = request.state.value
            moved.append(registration)
            payload = {"from": before, "to": request.state, "reason": request.reason}
            events.append(_event("registration.moved", registration, **payload))
            results.append(RegistrationResult(RegistrationCode.OK, registration.id))
        Registration.objects.bulk_update(moved, ["state"])
        record_events(context, events)
    return results


def close_overdue_registrations(context: Context) -> list[RegistrationResult]:
    """The default outcome of everything that waited too long, in the order in which it was due.

    Drafts and verified registrations lapse; submitted ones are decided by the platform's own conditions.
    Cost: two statements, and those of `verify_registrations`.
    """
    with db.transaction():
        overdue = list(
            Registration.objects.select_for_update().filter(due_at__lte=context.now).order_by("due_at", "id")
        )
        lapsing = [one for one in overdue if one.state != RegistrationState.SUBMITTED.value]
        for registration in lapsing:
            _decide(context, registration, RegistrationState.LAPSED, unmet=list(registration.unmet))
        Registration.objects.bulk_update(lapsing, _DECIDED_FIELDS)
        record_events(context, [_event("registration.lapsed", one) for one in lapsing])
        lapsed = {one.id: RegistrationResult(RegistrationCode.OK, one.id) for one in lapsing}
        waiting = [one.id for one in overdue if one.id not in lapsed]
        decided = dict(zip(waiting, verify_registrations(context, waiting), strict=True))
    return [lapsed.get(one.id) or decided[one.id] for one in overdue]


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
        record_events(context, [_event(kind, one) for one in [*new.values(), *again.values()]])
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


def _decide(
    context: Context,
    registration: Registration,
    state: RegistrationState,
    *,
    unmet: Sequence[str] = (),
    reason: str = "",
) -> None:
    registration.state = state.value
    registration.unmet = list(unmet)
    registration.reason = reason
    registration.decided_at = context.now
    registration.due_at = context.now + SIGNING_TIME if state is RegistrationState.VERIFIED else None


def _unmet(
    registration: Registration, facts: Mapping[str, object], shown: Mapping[str, Document], today: date
) -> list[str]:
    requirement_set = registration.requirement_set
    assert requirement_set is not None  # noqa: S101 - registration_keeps_its_requirement_set
    # What is on record is on record, and what is not there is not: an answer replaces neither.
    answers = {word: value for word, value in registration.answers.items() if word not in FACTS} | dict(facts)
    given = {
        wanted: GivenDocument(one.kind, one.expires_date, one.withdrawn_at is not None) for wanted, one in shown.items()
    }
    unmet = meets_requirements(requirement_set.requirements, answers)
    return unmet + unmet_documents(requirement_set.documents, given, answers, today=today)


def _locked(registration_ids: Sequence[UUID]) -> dict[UUID, Registration]:
    rows = Registration.objects.select_for_update(of=("self",)).select_related("requirement_set")
    return {one.id: one for one in rows.filter(id__in=registration_ids).order_by("id")}


def _shown(registrations: Mapping[UUID, Registration]) -> dict[UUID, dict[str, Document]]:
    shown: dict[UUID, dict[str, Document]] = {}
    rows = RegistrationDocument.objects.select_related("document").filter(registration__in=registrations)
    for row in rows.order_by("id"):
        shown.setdefault(row.registration_id, {})[row.wanted] = row.document
    return shown


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


def _event(kind: str, registration: Registration, **payload: object) -> Event:
    return Event(
        kind,
        registration.id,
        {"platform_id": registration.platform_id, "institution_id": registration.institution_id, **payload},
    )
