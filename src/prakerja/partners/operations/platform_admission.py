"""What stands between a platform's application and its recognition: two people's evaluation and automated checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.conflict_queries import find_paths
from prakerja.partners.errors import PlatformCode
from prakerja.partners.models import INTEGRATION_CHECKS, IntegrationCheck, Platform, PlatformReview
from prakerja.partners.operations.owners import reviewer_node
from prakerja.partners.operations.platforms import PlatformResult
from prakerja.partners.states import PlatformState
from prakerja.programme.regimes import Regime

# The agreement and the integration come after the evaluation; they are proven by their own steps.
PROVEN_LATER = ("office_agreement", "card_as_payment")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a reviewer found about one criterion."""

    met: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformEvaluation:
    """One person's evaluation: a finding for each criterion that the regime names (PLAT-01)."""

    platform_id: UUID
    criteria: Mapping[str, Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationResult:
    """What an automated check found. `evidence`: the calls that prove it; without any, no check is passed."""

    platform_id: UUID
    name: str
    passed: bool
    detail: str = ""
    evidence: Sequence[Mapping[str, object]] = ()


def evaluate_platforms(
    context: Context, requests: Sequence[PlatformEvaluation], *, regime: Regime
) -> list[PlatformResult]:
    """Record evaluations by the actor; two approving ones, of two people, let a platform become `evaluated`.

    An evaluation approves when every criterion is met. Nobody evaluates a platform twice, or one that they are tied to.

    Codes: platform_unknown, move_not_allowed (not an applicant any more), already_reviewed, reviewer_connected,
    criteria_malformed (a criterion missing or unknown, or one that is not met without a note). Rule: PLAT-01, PLAT-02.
    Cost: five statements; locks the platforms in id order.
    """
    results: list[PlatformResult] = []
    reviews: list[PlatformReview] = []
    wanted = {word for word in regime.platform_admission_evidence if word not in PROVEN_LATER}
    with db.transaction():
        rows = Platform.objects.select_for_update().filter(id__in=[request.platform_id for request in requests])
        found = {platform.id: platform for platform in rows.order_by("id")}
        done = set(
            PlatformReview.objects.filter(platform__in=found, reviewer=context.actor)
            .order_by("id")
            .values_list("platform_id", flat=True)
        )
        me = reviewer_node(context.actor)
        ties = find_paths([(me, platform_id) for platform_id in found], on=context.today)
        for request in requests:
            platform = found.get(request.platform_id)
            if platform is None:
                results.append(PlatformResult(PlatformCode.PLATFORM_UNKNOWN))
            elif platform.state != PlatformState.APPLIED.value:
                results.append(PlatformResult(PlatformCode.MOVE_NOT_ALLOWED, platform.id))
            elif platform.id in done:
                results.append(PlatformResult(PlatformCode.ALREADY_REVIEWED, platform.id))
            elif ties[me, platform.id]:
                results.append(PlatformResult(PlatformCode.REVIEWER_CONNECTED, platform.id))
            elif set(request.criteria) != wanted or any(
                not one.met and not one.note.strip() for one in request.criteria.values()
            ):
                results.append(PlatformResult(PlatformCode.CRITERIA_MALFORMED, platform.id))
            else:
                done.add(platform.id)
                reviews.append(_review(context, platform, request))
                results.append(PlatformResult(PlatformCode.OK, platform.id))
        PlatformReview.objects.bulk_create(reviews)
        record_events(
            context,
            [Event("platform.evaluated_by", one.platform_id, {"approves": one.approves}) for one in reviews],
        )
    return results


def record_integration_checks(context: Context, requests: Sequence[IntegrationResult]) -> list[PlatformResult]:
    """Keep the results of automated checks; the latest of each name counts.

    The partner API fills this by the calls that it saw; a person cannot. Codes: platform_unknown, check_unknown,
    evidence_missing. Rule: PLAT-01.
    Cost: three statements.
    """
    results: list[PlatformResult] = []
    checks: list[IntegrationCheck] = []
    with db.transaction():
        known = Platform.objects.in_bulk([request.platform_id for request in requests])
        for request in requests:
            if request.platform_id not in known:
                results.append(PlatformResult(PlatformCode.PLATFORM_UNKNOWN))
            elif request.name not in INTEGRATION_CHECKS:
                results.append(PlatformResult(PlatformCode.CHECK_UNKNOWN, request.platform_id))
            elif request.passed and not request.evidence:
                results.append(PlatformResult(PlatformCode.EVIDENCE_MISSING, request.platform_id))
            else:
                checks.append(
                    IntegrationCheck(
                        id=context.uuid(),
                        platform_id=request.platform_id,
                        name=request.name,
                        passed=request.passed,
                        detail=request.detail,
                        evidence=[dict(one) for one in request.evidence],
                        checked_at=context.now,
                    )
                )
                results.append(PlatformResult(PlatformCode.OK, request.platform_id))
        IntegrationCheck.objects.bulk_create(checks)
        record_events(
            context,
            [
                Event("platform.integration_checked", one.platform_id, {"check": one.name, "passed": one.passed})
                for one in checks
            ],
        )
    return results


def _review(context: Context, platform: Platform, request: PlatformEvaluation) -> PlatformReview:
    return PlatformReview(
        id=context.uuid(),
        platform=platform,
        reviewer=context.actor,
        approves=all(one.met for one in request.criteria.values()),
        criteria={word: {"met": one.met, "note": one.note} for word, one in request.criteria.items()},
        reviewed_at=context.now,
    )
