"""Cooperation agreements of platforms with institutions (SCHEME-10): signed in versions, ended, never edited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.errors import AgreementCode
from prakerja.partners.models import GOVERNMENT, Agreement, Institution, Platform, Registration
from prakerja.partners.rules import FeeKind, FeeSchemeProblem, fee_scheme_problem, highest_commission_bp
from prakerja.partners.states import PlatformState, RegistrationState
from prakerja.programme.regimes import Regime

_REGISTERED = (RegistrationState.VERIFIED.value, RegistrationState.AGREED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRequest:
    """Terms that both sides signed. `valid_until` None = open; the days are half-open."""

    platform_id: UUID
    institution_id: UUID
    fee_scheme: Mapping[str, Any]
    valid_from: date
    valid_until: date | None = None
    signed_platform_at: datetime | None
    signed_institution_at: datetime | None
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementEnd:
    """The first day on which an agreement is no longer in force."""

    agreement_id: UUID
    valid_until: date


@dataclass(frozen=True, slots=True)
class AgreementResult:
    """The answer; `problem` says what is wrong with the scheme of `fee_scheme_malformed`."""

    code: AgreementCode
    agreement_id: UUID | None = None
    problem: FeeSchemeProblem | None = None


@dataclass(slots=True)
class _Known:
    """What the database says about the pairs of one call; new agreements are added as they are decided."""

    platforms: dict[UUID, Platform]
    institutions: dict[UUID, Institution]
    registrations: dict[tuple[UUID, UUID], Registration]
    periods: dict[tuple[UUID, UUID], list[tuple[date, date | None]]]
    versions: dict[tuple[UUID, UUID], int]


def sign_agreements(context: Context, requests: Sequence[AgreementRequest], *, regime: Regime) -> list[AgreementResult]:
    """Record signed agreements, each as the next version of its pair; the registration becomes `agreed`.

    `regime` is the one in force when the agreement begins: its commission cap is pinned in the agreement. An agreement
    begins on the day of the call at the earliest and does not overlap another one of the same pair: end that one first.

    Codes: platform_unknown, platform_not_active, institution_unknown, not_registered (no verified registration),
    not_signed_by_both (missing, or in the future), fee_scheme_malformed, government_platform_charges, above_the_cap,
    period_malformed, overlaps. Rule: SCHEME-10, FEE-01, FEE-02.
    Cost: eight statements; other writers of agreements wait.
    """
    results: list[AgreementResult] = []
    signed: list[Agreement] = []
    with db.transaction():
        db.execute("LOCK TABLE agreements IN SHARE ROW EXCLUSIVE MODE")
        known = _known(requests)
        for request in requests:
            result = _decide(context, request, known, regime)
            if not result.code.is_refusal:
                agreement = _agreement(context, request, known, regime)
                signed.append(agreement)
                result = AgreementResult(result.code, agreement.id)
            results.append(result)
        Agreement.objects.bulk_create(signed)
        agreed = [known.registrations[one.platform_id, one.institution_id].id for one in signed]
        Registration.objects.filter(id__in=agreed).update(state=RegistrationState.AGREED.value)
        record_events(
            context,
            [
                Event(
                    "agreement.signed",
                    one.id,
                    {
                        "platform_id": one.platform_id,
                        "institution_id": one.institution_id,
                        "version": one.version,
                        "fee_scheme": one.fee_scheme,
                        "cap_bp": one.cap_bp,
                        "regime_version": one.regime_version,
                    },
                )
                for one in signed
            ],
        )
    return results


def end_agreements(context: Context, requests: Sequence[AgreementEnd]) -> list[AgreementResult]:
    """Set the end of agreements: what was bought before is honoured under their terms.

    The end lies after today (an agreement that has not begun may be taken back whole) and is never moved later.

    Codes: period_malformed, agreement_unknown, already_ended. Rule: SCHEME-10.
    Cost: three statements; other writers of agreements wait.
    """
    results: list[AgreementResult] = []
    ended: dict[UUID, Agreement] = {}
    with db.transaction():
        db.execute("LOCK TABLE agreements IN SHARE ROW EXCLUSIVE MODE")
        found = Agreement.objects.in_bulk([request.agreement_id for request in requests])
        for request in requests:
            agreement = found.get(request.agreement_id)
            if agreement is None:
                results.append(AgreementResult(AgreementCode.AGREEMENT_UNKNOWN))
                continue
            code = _end_code(context, agreement, request.valid_until)
            if not code.is_refusal:
                agreement.valid_until = request.valid_until
                agreement.ended_at = context.now
                ended[agreement.id] = agreement
            results.append(AgreementResult(code, agreement.id))
        Agreement.objects.bulk_update(ended.values(), ["valid_until", "ended_at"])
        record_events(
            context,
            [Event("agreement.ended", one.id, {"valid_until": str(one.valid_until)}) for one in ended.values()],
        )
    return results


def _known(requests: Sequence[AgreementRequest]) -> _Known:
    platforms = Platform.objects.in_bulk([request.platform_id for request in requests])
    institutions = Institution.objects.in_bulk([request.institution_id for request in requests])
    known = _Known(platforms, institutions, {}, {}, {})
    pairs = {"platform__in": platforms, "institution__in": institutions}
    for registration in Registration.objects.filter(**pairs).order_by("id"):
        known.registrations[registration.platform_id, registration.institution_id] = registration
    for agreement in Agreement.objects.filter(**pairs).order_by("id"):
        pair = (agreement.platform_id, agreement.institution_id)
        known.periods.setdefault(pair, []).append((agreement.valid_from, agreement.valid_until))
        known.versions[pair] = max(known.versions.get(pair, 0), agreement.version)
    return known


def _decide(context: Context, request: AgreementRequest, known: _Known, regime: Regime) -> AgreementResult:
    code = _parties_code(context, request, known)
    if code.is_refusal:
        return AgreementResult(code)
    problem = fee_scheme_problem(request.fee_scheme)
    if problem:
        return AgreementResult(AgreementCode.FEE_SCHEME_MALFORMED, problem=problem)
    return AgreementResult(_terms_code(context, request, known, regime))


def _parties_code(context: Context, request: AgreementRequest, known: _Known) -> AgreementCode:
    platform = known.platforms.get(request.platform_id)
    registration = known.registrations.get((request.platform_id, request.institution_id))
    if platform is None:
        return AgreementCode.PLATFORM_UNKNOWN
    if platform.state != PlatformState.ACTIVE.value:
        return AgreementCode.PLATFORM_NOT_ACTIVE
    if request.institution_id not in known.institutions:
        return AgreementCode.INSTITUTION_UNKNOWN
    if registration is None or registration.state not in _REGISTERED:
        return AgreementCode.NOT_REGISTERED
    if not (_is_signed(context, request.signed_platform_at) and _is_signed(context, request.signed_institution_at)):
        return AgreementCode.NOT_SIGNED_BY_BOTH
    return AgreementCode.OK


def _terms_code(context: Context, request: AgreementRequest, known: _Known, regime: Regime) -> AgreementCode:
    platform = known.platforms[request.platform_id]
    if platform.kind == GOVERNMENT and request.fee_scheme["kind"] != FeeKind.NONE:
        return AgreementCode.GOVERNMENT_PLATFORM_CHARGES
    cap_bp = regime.commission_cap_bp
    if cap_bp is not None and highest_commission_bp(request.fee_scheme) > cap_bp:
        return AgreementCode.ABOVE_THE_CAP
    period = (request.valid_from, request.valid_until)
    if request.valid_from < context.today or (
        request.valid_until is not None and request.valid_until <= request.valid_from
    ):
        return AgreementCode.PERIOD_MALFORMED
    periods = known.periods.setdefault((request.platform_id, request.institution_id), [])
    if any(_overlap(other, period) for other in periods):
        return AgreementCode.OVERLAPS
    periods.append(period)
    return AgreementCode.OK


def _agreement(context: Context, request: AgreementRequest, known: _Known, regime: Regime) -> Agreement:
    pair = (request.platform_id, request.institution_id)
    assert request.signed_platform_at is not None  # noqa: S101 - `_parties_code` has refused the others
    assert request.signed_institution_at is not None  # noqa: S101
    version = known.versions[pair] = known.versions.get(pair, 0) + 1
    return Agreement(
        id=context.uuid(),
        platform_id=request.platform_id,
        institution_id=request.institution_id,
        platform_kind=known.platforms[request.platform_id].kind,
        version=version,
        fee_scheme=dict(request.fee_scheme),
        highest_commission_bp=highest_commission_bp(request.fee_scheme),
        cap_bp=regime.commission_cap_bp,
        valid_from=request.valid_from,
        valid_until=request.valid_until,
        signed_platform_at=request.signed_platform_at,
        signed_institution_at=request.signed_institution_at,
        regime_version=regime.version,
        sample=request.sample,
    )


def _is_signed(context: Context, signed_at: datetime | None) -> bool:
    return signed_at is not None and signed_at <= context.now


def _overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Half-open periods; an empty one (taken back before it began) overlaps nothing."""
    (one_from, one_until), (other_from, other_until) = one, other
    if one_until == one_from or other_until == other_from:
        return False
    return (one_until is None or other_from < one_until) and (other_until is None or one_from < other_until)


def _end_code(context: Context, agreement: Agreement, valid_until: date) -> AgreementCode:
    # Today's purchases may stand under it: it holds until tomorrow at least. One that has not begun ends at its begin.
    if valid_until < max(agreement.valid_from, context.today + timedelta(days=1)):
        return AgreementCode.PERIOD_MALFORMED
    if agreement.ended_at is not None:
        return AgreementCode.ALREADY_ENDED
    if agreement.valid_until is not None and valid_until > agreement.valid_until:
        return AgreementCode.PERIOD_MALFORMED
    return AgreementCode.OK
