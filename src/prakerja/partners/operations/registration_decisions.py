"""A platform decides about applications by its own requirements; nobody's silence is for ever (SCHEME-06)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.errors import RegistrationCode
from prakerja.partners.models import Document, Registration, RegistrationDocument
from prakerja.partners.operations.conflicts import platform_encounter, screen_encounters
from prakerja.partners.operations.registrations import RegistrationResult, registration_event
from prakerja.partners.queries.records import get_facts
from prakerja.partners.questions import FACTS
from prakerja.partners.requirements import GivenDocument, meets_requirements, unmet_documents
from prakerja.partners.states import REGISTRATION_MOVES, RegistrationState
from prakerja.programme.regimes import Regime

SIGNING_TIME = timedelta(days=60)

_FIELDS = ["state", "unmet", "reason", "decided_at", "due_at"]


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


def verify_registrations(
    context: Context, registration_ids: Sequence[UUID], *, regime: Regime
) -> list[RegistrationResult]:
    """Check submitted applications by the version of the requirements that each keeps, and by what is on record today.

    An application that meets all of it becomes `verified`, the others `refused` with the requirements that they do not
    meet (code requirements_unmet: the refusal is recorded). Where platform and institution meet within two hops, a case
    is opened that the office decides before they sign.

    Codes: registration_unknown, not_submitted, requirements_unmet. Rule: SCHEME-06, PLAT-02.
    Cost: ten statements; locks the registrations in id order.
    """
    results: list[RegistrationResult] = []
    decided: list[Registration] = []
    with db.transaction():
        found = _locked(registration_ids)
        facts = get_facts({one.institution_id for one in found.values()}, on=context.today)
        shown = _shown(found)
        _look_for_conflicts(context, found, regime)
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
        Registration.objects.bulk_update(decided, _FIELDS)
        record_events(
            context, [registration_event(f"registration.{one.state}", one, unmet=one.unmet) for one in decided]
        )
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
        Registration.objects.bulk_update(refused, _FIELDS)
        record_events(context, [registration_event("registration.refused", one, reason=one.reason) for one in refused])
    return results


def close_overdue_registrations(context: Context, *, regime: Regime) -> list[RegistrationResult]:
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
        Registration.objects.bulk_update(lapsing, _FIELDS)
        record_events(context, [registration_event("registration.lapsed", one) for one in lapsing])
        lapsed = {one.id: RegistrationResult(RegistrationCode.OK, one.id) for one in lapsing}
        waiting = [one.id for one in overdue if one.id not in lapsed]
        decided = dict(zip(waiting, verify_registrations(context, waiting, regime=regime), strict=True))
    return [lapsed.get(one.id) or decided[one.id] for one in overdue]


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
            events.append(registration_event("registration.moved", registration, **payload))
            results.append(RegistrationResult(RegistrationCode.OK, registration.id))
        Registration.objects.bulk_update(moved, ["state"])
        record_events(context, events)
    return results


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


def _look_for_conflicts(context: Context, registrations: Mapping[UUID, Registration], regime: Regime) -> None:
    waiting = [one for one in registrations.values() if one.state == RegistrationState.SUBMITTED.value]
    encounters = [platform_encounter("registration", one.platform, one.institution_id) for one in waiting]
    screen_encounters(context, encounters, regime=regime)


def _locked(registration_ids: Sequence[UUID]) -> dict[UUID, Registration]:
    rows = Registration.objects.select_for_update(of=("self",)).select_related("requirement_set", "platform")
    return {one.id: one for one in rows.filter(id__in=registration_ids).order_by("id")}


def _shown(registrations: Mapping[UUID, Registration]) -> dict[UUID, dict[str, Document]]:
    shown: dict[UUID, dict[str, Document]] = {}
    rows = RegistrationDocument.objects.select_related("document").filter(registration__in=registrations)
    for row in rows.order_by("id"):
        shown.setdefault(row.registration_id, {})[row.wanted] = row.document
    return shown
