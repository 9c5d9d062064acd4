"""A platform enters its public terms, somebody of the office confirms them, and they are shown (SCHEME-08)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.conflict_queries import find_paths
from prakerja.partners.errors import TermsCode
from prakerja.partners.models import GOVERNMENT, Platform, PlatformTerms
from prakerja.partners.operations.owners import reviewer_node
from prakerja.partners.operations.platforms import MODES
from prakerja.partners.rules import FeeKind, FeeSchemeProblem, fee_scheme_problem, highest_commission_bp
from prakerja.partners.states import PlatformState, TermsState
from prakerja.programme.regimes import Regime

CONFIRMING_TIME = timedelta(days=14)
DESCRIPTION_LENGTH_MAX = 500
TERM_DAYS_MAX = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsRequest:
    """What a platform wants to be said of it; the description in `id` and `en`."""

    platform_id: UUID
    description: Mapping[str, str]
    fee_scheme: Mapping[str, Any]
    modes: Sequence[str]
    payment_term_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsDecision:
    """The office confirms terms, or refuses them with a reason."""

    terms_id: UUID
    confirms: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TermsResult:
    """The answer; `problem` says what is wrong with the scheme of `fee_scheme_malformed`."""

    code: TermsCode
    terms_id: UUID | None = None
    problem: FeeSchemeProblem | None = None


def enter_terms(context: Context, requests: Sequence[TermsRequest], *, regime: Regime) -> list[TermsResult]:
    """Enter terms as the platforms' next versions; they wait 14 days for the office, then they lapse.

    Codes: platform_unknown, platform_ended, description_missing, modes_unknown, term_malformed, fee_scheme_malformed,
    government_platform_charges, above_the_cap, terms_waiting (an earlier version is not decided).
    Rule: SCHEME-08, FEE-01, FEE-02. Cost: five statements; locks the platforms in id order.
    """
    results: list[TermsResult] = []
    new: list[PlatformTerms] = []
    with db.transaction():
        platform_ids = [one.platform_id for one in requests]
        rows = Platform.objects.select_for_update(no_key=True).filter(id__in=platform_ids).order_by("id")
        found = {platform.id: platform for platform in rows}
        entered = PlatformTerms.objects.filter(platform__in=found).order_by("platform_id")
        versions: dict[UUID, int] = dict(
            entered.values("platform_id").annotate(last=Max("version")).values_list("platform_id", "last")
        )
        waiting = set(entered.filter(state=TermsState.WAITING.value).values_list("platform_id", flat=True))
        for request in requests:
            platform = found.get(request.platform_id)
            result = _entry(platform, request, waiting, regime)
            if platform is not None and not result.code.is_refusal:
                versions[platform.id] = versions.get(platform.id, 0) + 1
                waiting.add(platform.id)
                new.append(_terms(context, request, versions[platform.id], regime))
                result = TermsResult(result.code, new[-1].id)
            results.append(result)
        PlatformTerms.objects.bulk_create(new)
        record_events(
            context,
            [Event("platform_terms.entered", one.platform_id, {"version": one.version}) for one in new],
        )
    return results


def decide_terms(context: Context, requests: Sequence[TermsDecision], *, regime: Regime) -> list[TermsResult]:
    """Confirm terms, so that the platform's pages say them, or refuse them.

    The cap is the one of the day on which it is decided. What is on sale stays: modes count for new listings, and a fee
    is what the agreements say.

    Codes: terms_unknown, already_decided, same_person, decider_connected, reason_missing (of a refusal),
    platform_ended, government_platform_charges, above_the_cap. Rule: SCHEME-08, FEE-01, FEE-02, PLAT-02.
    Cost: six statements; locks terms and platforms in id order.
    """
    results: list[TermsResult] = []
    decided: list[PlatformTerms] = []
    shown: list[Platform] = []
    with db.transaction():
        rows = PlatformTerms.objects.select_for_update().filter(id__in=[one.terms_id for one in requests])
        found = {one.id: one for one in rows.order_by("id")}
        locked = Platform.objects.select_for_update(no_key=True).filter(id__in=[o.platform_id for o in found.values()])
        platforms = {platform.id: platform for platform in locked.order_by("id")}
        me = reviewer_node(context.actor)
        ties = find_paths([(me, platform_id) for platform_id in platforms], on=context.today)
        for request in requests:
            terms = found.get(request.terms_id)
            if terms is None:
                results.append(TermsResult(TermsCode.TERMS_UNKNOWN))
                continue
            platform = platforms[terms.platform_id]
            connected = bool(ties[me, platform.id])
            code = _decision_code(context, request, terms, platform, connected=connected, regime=regime)
            results.append(TermsResult(code, terms.id))
            if code.is_refusal:
                continue
            terms.state = (TermsState.CONFIRMED if request.confirms else TermsState.REFUSED).value
            terms.decided_by, terms.decided_at, terms.reason = context.actor, context.now, request.reason.strip()
            decided.append(terms)
            if request.confirms:
                terms.cap_bp, terms.regime_version = regime.commission_cap_bp, regime.version
                platform.profile = {
                    **platform.profile,
                    "description": terms.description,
                    "fee_scheme": terms.fee_scheme,
                }
                platform.modes, platform.payment_term_days = terms.modes, terms.payment_term_days
                shown.append(platform)
        PlatformTerms.objects.bulk_update(
            decided, ["state", "decided_by", "decided_at", "reason", "cap_bp", "regime_version"]
        )
        Platform.objects.bulk_update(shown, ["profile", "modes", "payment_term_days"])
        _record(context, decided)
    return results


def withdraw_terms(context: Context, terms_ids: Sequence[UUID], *, platform_id: UUID) -> list[TermsResult]:
    """A platform takes back terms that wait. Codes: terms_unknown (none, or another's), already_decided.

    Cost: three statements; locks the terms in id order.
    """
    results: list[TermsResult] = []
    taken: dict[UUID, PlatformTerms] = {}
    with db.transaction():
        rows = PlatformTerms.objects.select_for_update().filter(id__in=terms_ids, platform_id=platform_id)
        found = {one.id: one for one in rows.order_by("id")}
        for terms_id in terms_ids:
            terms = found.get(terms_id)
            if terms is None:
                results.append(TermsResult(TermsCode.TERMS_UNKNOWN))
            elif terms.state != TermsState.WAITING.value:
                results.append(TermsResult(TermsCode.ALREADY_DECIDED, terms.id))
            else:
                terms.state, terms.decided_at = TermsState.WITHDRAWN.value, context.now
                taken[terms.id] = terms
                results.append(TermsResult(TermsCode.OK, terms.id))
        PlatformTerms.objects.bulk_update(taken.values(), ["state", "decided_at"])
        _record(context, list(taken.values()))
    return results


def lapse_terms(context: Context) -> list[UUID]:
    """The default outcome of terms about which nobody decided in time: nothing changes. Cost: three statements."""
    with db.transaction():
        due = list(
            PlatformTerms.objects.select_for_update()
            .filter(state=TermsState.WAITING.value, due_at__lte=context.now)
            .order_by("due_at", "id")
        )
        for terms in due:
            terms.state, terms.decided_at = TermsState.LAPSED.value, context.now
        PlatformTerms.objects.bulk_update(due, ["state", "decided_at"])
        _record(context, due)
    return [one.id for one in due]


def _record(context: Context, decided: Sequence[PlatformTerms]) -> None:
    record_events(
        context,
        [
            Event(
                f"platform_terms.{one.state}",
                one.platform_id,
                {"version": one.version, **({"reason": one.reason} if one.reason else {})},
            )
            for one in decided
        ],
    )


def _entry(platform: Platform | None, request: TermsRequest, waiting: set[UUID], regime: Regime) -> TermsResult:
    if platform is None:
        return TermsResult(TermsCode.PLATFORM_UNKNOWN)
    if platform.state == PlatformState.ENDED.value:
        return TermsResult(TermsCode.PLATFORM_ENDED)
    code = _words_code(request)
    if code.is_refusal:
        return TermsResult(code)
    problem = fee_scheme_problem(request.fee_scheme)
    if problem:
        return TermsResult(TermsCode.FEE_SCHEME_MALFORMED, problem=problem)
    code = _fee_code(platform, request.fee_scheme, regime)
    if not code.is_refusal and platform.id in waiting:
        code = TermsCode.TERMS_WAITING
    return TermsResult(code)


def _words_code(request: TermsRequest) -> TermsCode:
    texts = [str(request.description.get(language, "")).strip() for language in ("id", "en")]
    if not all(0 < len(text) <= DESCRIPTION_LENGTH_MAX for text in texts):
        return TermsCode.DESCRIPTION_MISSING
    if not request.modes or not set(request.modes) <= MODES:
        return TermsCode.MODES_UNKNOWN
    return TermsCode.OK if 0 <= request.payment_term_days <= TERM_DAYS_MAX else TermsCode.TERM_MALFORMED


def _fee_code(platform: Platform, scheme: Mapping[str, Any], regime: Regime) -> TermsCode:
    if platform.kind == GOVERNMENT and scheme["kind"] != FeeKind.NONE:
        return TermsCode.GOVERNMENT_PLATFORM_CHARGES
    cap_bp = regime.commission_cap_bp
    if cap_bp is not None and highest_commission_bp(scheme) > cap_bp:
        return TermsCode.ABOVE_THE_CAP
    return TermsCode.OK


def _decision_code(
    context: Context,
    request: TermsDecision,
    terms: PlatformTerms,
    platform: Platform,
    *,
    connected: bool,
    regime: Regime,
) -> TermsCode:
    if terms.state != TermsState.WAITING.value:
        return TermsCode.ALREADY_DECIDED
    if terms.entered_by == context.actor:
        return TermsCode.SAME_PERSON
    if connected:
        return TermsCode.DECIDER_CONNECTED
    if not request.confirms:
        return TermsCode.OK if request.reason.strip() else TermsCode.REASON_MISSING
    if platform.state == PlatformState.ENDED.value:
        return TermsCode.PLATFORM_ENDED
    return _fee_code(platform, terms.fee_scheme, regime)


def _terms(context: Context, request: TermsRequest, version: int, regime: Regime) -> PlatformTerms:
    return PlatformTerms(
        id=context.uuid(),
        platform_id=request.platform_id,
        version=version,
        state=TermsState.WAITING.value,
        description={language: str(request.description[language]).strip() for language in ("id", "en")},
        fee_scheme=dict(request.fee_scheme),
        modes=sorted(set(request.modes)),
        payment_term_days=request.payment_term_days,
        cap_bp=regime.commission_cap_bp,
        regime_version=regime.version,
        entered_by=context.actor,
        entered_at=context.now,
        due_at=context.now + CONFIRMING_TIME,
    )
