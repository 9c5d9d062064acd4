"""A platform publishes what it asks of institutions, in versions (SCHEME-06)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Max

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.errors import RequirementSetCode
from prakerja.partners.models import Platform, RequirementSet
from prakerja.partners.requirements import requirement_set_problems


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementSetRequest:
    """The next version of a platform's requirements, and the day from which applications are checked by it."""

    platform_id: UUID
    requirements: Sequence[Mapping[str, Any]]
    valid_from: date
    questions: Sequence[Mapping[str, Any]] = ()
    documents: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class RequirementSetResult:
    """The answer; `problems` says what is wrong with the set of `requirements_malformed`."""

    code: RequirementSetCode
    requirement_set_id: UUID | None = None
    version: int | None = None
    problems: tuple[str, ...] = ()


def publish_requirement_sets(context: Context, requests: Sequence[RequirementSetRequest]) -> list[RequirementSetResult]:
    """Publish next versions of requirement sets. Who was verified by an earlier version stays verified.

    An open application keeps the version with which it was opened. Where two versions are valid on a day, the later
    one counts.

    Codes: platform_unknown, requirements_malformed, starts_in_the_past. Rule: SCHEME-06.
    Cost: four statements; locks the platforms in id order.
    """
    results: list[RequirementSetResult] = []
    sets: list[RequirementSet] = []
    with db.transaction():
        platform_ids = [request.platform_id for request in requests]
        platforms = {
            platform.id for platform in Platform.objects.select_for_update().filter(id__in=platform_ids).order_by("id")
        }
        versions: dict[UUID, int] = dict(
            RequirementSet.objects.filter(platform_id__in=platforms)
            .values("platform_id")
            .annotate(newest=Max("version"))
            .order_by("platform_id")
            .values_list("platform_id", "newest")
        )
        for request in requests:
            problems = tuple(requirement_set_problems(request.requirements, request.questions, request.documents))
            if request.platform_id not in platforms:
                results.append(RequirementSetResult(RequirementSetCode.PLATFORM_UNKNOWN))
            elif problems:
                results.append(RequirementSetResult(RequirementSetCode.REQUIREMENTS_MALFORMED, problems=problems))
            elif request.valid_from < context.today:
                results.append(RequirementSetResult(RequirementSetCode.STARTS_IN_THE_PAST))
            else:
                version = versions[request.platform_id] = versions.get(request.platform_id, 0) + 1
                published = RequirementSet(
                    id=context.uuid(),
                    platform_id=request.platform_id,
                    version=version,
                    requirements=list(request.requirements),
                    questions=list(request.questions),
                    documents=list(request.documents),
                    valid_from=request.valid_from,
                )
                sets.append(published)
                results.append(RequirementSetResult(RequirementSetCode.OK, published.id, version))
        RequirementSet.objects.bulk_create(sets)
        record_events(
            context,
            [
                Event(
                    "requirement_set.published",
                    one.id,
                    {"platform_id": one.platform_id, "version": one.version, "valid_from": str(one.valid_from)},
                )
                for one in sets
            ],
        )
    return results
