"""An institution applies to a platform; the platform checks it by its own requirements (SCHEME-05, SCHEME-06)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.errors import RegistrationCode
from prakerja.partners.models import Institution, Platform, Registration, RequirementSet
from prakerja.partners.requirements import meets_requirements
from prakerja.partners.states import PlatformState, RegistrationState


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRequest:
    """An application: answers by question of the platform's requirement set."""

    platform_id: UUID
    institution_id: UUID
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegistrationResult:
    """The answer; `unmet` names the requirements of `requirements_unmet`."""

    code: RegistrationCode
    registration_id: UUID | None = None
    unmet: tuple[str, ...] = ()


def submit_registrations(context: Context, requests: Sequence[RegistrationRequest]) -> list[RegistrationResult]:
    """Submit applications of institutions to platforms. A refused one is submitted again with new answers.

    Codes: platform_unknown, platform_not_active, institution_unknown, already_registered. Rule: SCHEME-05.
    Cost: six statements; other writers of registrations wait.
    """
    results: list[RegistrationResult] = []
    new: list[Registration] = []
    again: list[Registration] = []
    with db.transaction():
        db.execute("LOCK TABLE registrations IN SHARE ROW EXCLUSIVE MODE")
        platforms = Platform.objects.in_bulk([request.platform_id for request in requests])
        institutions = Institution.objects.in_bulk([request.institution_id for request in requests])
        there = {
            (registration.platform_id, registration.institution_id): registration
            for registration in Registration.objects.filter(
                platform__in=platforms, institution__in=institutions
            ).order_by("id")
        }
        for request in requests:
            pair = (request.platform_id, request.institution_id)
            registration = there.get(pair)
            platform = platforms.get(request.platform_id)
            if platform is None:
                results.append(RegistrationResult(RegistrationCode.PLATFORM_UNKNOWN))
            elif platform.state != PlatformState.ACTIVE.value:
                results.append(RegistrationResult(RegistrationCode.PLATFORM_NOT_ACTIVE))
            elif request.institution_id not in institutions:
                results.append(RegistrationResult(RegistrationCode.INSTITUTION_UNKNOWN))
            elif registration is not None and registration.state != RegistrationState.REFUSED.value:
                results.append(RegistrationResult(RegistrationCode.ALREADY_REGISTERED, registration.id))
            else:
                if registration is None:
                    registration = Registration(
                        id=context.uuid(), platform_id=request.platform_id, institution_id=request.institution_id
                    )
                    new.append(registration)
                else:
                    again.append(registration)
                registration.state = RegistrationState.SUBMITTED.value
                registration.answers = dict(request.answers)
                registration.submitted_at = context.now
                registration.requirement_set = None
                registration.decided_at = None
                registration.unmet = []
                there[pair] = registration
                results.append(RegistrationResult(RegistrationCode.OK, registration.id))
        Registration.objects.bulk_create(new)
        Registration.objects.bulk_update(
            again, ["state", "answers", "submitted_at", "requirement_set", "decided_at", "unmet"]
        )
        record_events(context, [_event("registration.submitted", one) for one in [*new, *again]])
    return results


def verify_registrations(context: Context, registration_ids: Sequence[UUID]) -> list[RegistrationResult]:
    """Check submitted applications by the requirement set that each platform has today.

    An application that meets all of it becomes `verified`, the others `refused` with the requirements that they do not
    meet (code requirements_unmet: the refusal is recorded).

    Codes: registration_unknown, not_submitted, requirements_unmet. Rule: SCHEME-06.
    Cost: four statements; locks the registrations in id order.
    """
    results: list[RegistrationResult] = []
    decided: list[Registration] = []
    with db.transaction():
        found = {
            registration.id: registration
            for registration in Registration.objects.select_for_update(of=("self",))
            .select_related("institution")
            .filter(id__in=registration_ids)
            .order_by("id")
        }
        sets = _sets_in_force(context, {registration.platform_id for registration in found.values()})
        for registration_id in registration_ids:
            registration = found.get(registration_id)
            if registration is None:
                results.append(RegistrationResult(RegistrationCode.REGISTRATION_UNKNOWN))
                continue
            if registration.state != RegistrationState.SUBMITTED.value:
                results.append(RegistrationResult(RegistrationCode.NOT_SUBMITTED, registration.id))
                continue
            requirement_set = sets[registration.platform_id]
            # The kind is on record; an answer cannot replace it.
            answers = {**registration.answers, "institution_kind": registration.institution.kind}
            unmet = meets_requirements(requirement_set.requirements, answers)
            registration.requirement_set = requirement_set
            registration.unmet = unmet
            registration.decided_at = context.now
            registration.state = (RegistrationState.REFUSED if unmet else RegistrationState.VERIFIED).value
            decided.append(registration)
            code = RegistrationCode.REQUIREMENTS_UNMET if unmet else RegistrationCode.OK
            results.append(RegistrationResult(code, registration.id, tuple(unmet)))
        Registration.objects.bulk_update(decided, ["state", "requirement_set", "unmet", "decided_at"])
        record_events(context, [_event(f"registration.{one.state}", one, unmet=one.unmet) for one in decided])
    return results


def _sets_in_force(context: Context, platform_ids: set[UUID]) -> dict[UUID, RequirementSet]:
    """The newest version of each platform that is valid today: later rows overwrite earlier ones."""
    rows = RequirementSet.objects.filter(platform__in=platform_ids, valid_from__lte=context.today)
    return {row.platform_id: row for row in rows.order_by("platform_id", "version")}


def _event(kind: str, registration: Registration, **payload: object) -> Event:
    return Event(
        kind,
        registration.id,
        {"platform_id": registration.platform_id, "institution_id": registration.institution_id, **payload},
    )
