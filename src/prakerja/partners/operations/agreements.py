"""Cooperation agreements of platforms with institutions (SCHEME-10): proposed, ended, never edited.

`signatures` makes an agreement of a proposal when both sides have signed it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.contracts import NO_TERMS, AgreementText, agreement_hash, canonical_agreement, terms_problems
from prakerja.partners.errors import AgreementCode
from prakerja.partners.models import (
    GOVERNMENT,
    Agreement,
    AgreementProposal,
    Institution,
    Platform,
    Registration,
)
from prakerja.partners.operations.conflicts import Screening, platform_encounter, screen_encounters
from prakerja.partners.rules import FeeKind, FeeSchemeProblem, fee_scheme_problem, highest_commission_bp
from prakerja.partners.states import PlatformState, ProposalState, RegistrationState
from prakerja.programme.regimes import Regime

SIGNING_TIME = timedelta(days=30)

_REGISTERED = (RegistrationState.VERIFIED.value, RegistrationState.AGREED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRequest:
    """Terms that a platform offers an institution. `valid_until` None = open; the days are half-open."""

    platform_id: UUID
    institution_id: UUID
    fee_scheme: Mapping[str, Any]
    valid_from: date
    valid_until: date | None = None
    terms: Mapping[str, Any] = field(default_factory=lambda: dict(NO_TERMS))
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementEnd:
    """The first day on which an agreement is no longer in force, and why it ends."""

    agreement_id: UUID
    valid_until: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgreementResult:
    """The answer. `problem` says what is wrong with the scheme of `fee_scheme_malformed`, `problems` with the terms.

    A proposal and the agreement that is made of it have one id. `conflicts` is how many paths lead from one side to the
    other; `stopped`: the office decides about them before both may sign (PLAT-02).
    """

    code: AgreementCode
    agreement_id: UUID | None = None
    problem: FeeSchemeProblem | None = None
    problems: tuple[str, ...] = ()
    conflicts: int = 0
    stopped: bool = False


@dataclass(slots=True)
class _Known:
    """What the database says about the pairs of one call; new agreements are added as they are decided."""

    platforms: dict[UUID, Platform]
    institutions: dict[UUID, Institution]
    registrations: dict[tuple[UUID, UUID], Registration]
    periods: dict[tuple[UUID, UUID], list[tuple[date, date | None]]]
    versions: dict[tuple[UUID, UUID], int]
    proposed: set[tuple[UUID, UUID]]


def propose_agreements(
    context: Context, requests: Sequence[AgreementRequest], *, regime: Regime
) -> list[AgreementResult]:
    """Offer terms, each as the next version of its pair; they wait 30 days for the signatures of both sides.

    `regime` is the one in force when the agreement begins: its commission cap is pinned. An agreement begins on the day
    of the call at the earliest and does not overlap another one of the same pair: end that one first.

    Codes: platform_unknown, platform_not_active, institution_unknown, not_registered (no verified registration),
    fee_scheme_malformed, terms_malformed, government_platform_charges, above_the_cap, period_malformed, overlaps,
    proposal_open (of the same pair). Rule: SCHEME-10, FEE-01, FEE-02, PLAT-02.
    Cost: eleven statements; other writers of agreements wait.
    """
    results: list[AgreementResult] = []
    proposals: list[AgreementProposal] = []
    with db.transaction():
        db.execute("LOCK TABLE agreements IN SHARE ROW EXCLUSIVE MODE")
        known = _known(requests)
        for request in requests:
            result = _decide(context, request, known, regime)
            if not result.code.is_refusal:
                proposals.append(_proposal(context, request, known, regime))
                known.proposed.add((request.platform_id, request.institution_id))
                result = AgreementResult(result.code, proposals[-1].id)
            results.append(result)
        AgreementProposal.objects.bulk_create(proposals)
        encounters = [
            platform_encounter("agreement", known.platforms[one.platform_id], one.institution_id) for one in proposals
        ]
        screened = screen_encounters(context, encounters, regime=regime)
        screenings = {one.id: found for one, found in zip(proposals, screened, strict=True)}
        record_events(
            context,
            [
                Event(
                    "agreement.proposed",
                    one.id,
                    {
                        "platform_id": one.platform_id,
                        "institution_id": one.institution_id,
                        "sha256": one.sha256.hex(),
                        "conflicts": len(screenings[one.id].paths),
                    },
                )
                for one in proposals
            ],
        )
    return [_with_conflicts(one, screenings) for one in results]


def _with_conflicts(result: AgreementResult, screenings: Mapping[UUID, Screening]) -> AgreementResult:
    found = screenings.get(result.agreement_id) if result.agreement_id is not None else None
    return result if found is None else replace(result, conflicts=len(found.paths), stopped=found.stopped)


def withdraw_proposals(
    context: Context, proposal_ids: Sequence[UUID], *, platform_id: UUID | None = None
) -> list[AgreementResult]:
    """Take proposals back that are not signed by both sides yet.

    `platform_id`: whose they must be, for a platform that asks itself. Codes: proposal_unknown, proposal_closed.
    Cost: three statements; locks the proposals in id order.
    """
    results: list[AgreementResult] = []
    with db.transaction():
        rows = AgreementProposal.objects.select_for_update().filter(id__in=proposal_ids).order_by("id")
        found = {one.id: one for one in rows if platform_id in (None, one.platform_id)}
        closed: dict[UUID, AgreementProposal] = {}
        for proposal_id in proposal_ids:
            proposal = found.get(proposal_id)
            if proposal is None:
                results.append(AgreementResult(AgreementCode.PROPOSAL_UNKNOWN))
            elif proposal.state != ProposalState.PROPOSED.value:
                results.append(AgreementResult(AgreementCode.PROPOSAL_CLOSED, proposal.id))
            else:
                closed[proposal.id] = proposal
                results.append(AgreementResult(AgreementCode.OK, proposal.id))
                proposal.state = ProposalState.WITHDRAWN.value
        _close(context, list(closed.values()), ProposalState.WITHDRAWN)
    return results


def lapse_proposals(context: Context) -> list[UUID]:
    """The default outcome of proposals that nobody signed in time; their ids by deadline. Cost: three statements."""
    with db.transaction():
        due = list(
            AgreementProposal.objects.select_for_update()
            .filter(state=ProposalState.PROPOSED.value, due_at__lte=context.now)
            .order_by("due_at", "id")
        )
        _close(context, due, ProposalState.LAPSED)
    return [one.id for one in due]


def end_agreements(
    context: Context, requests: Sequence[AgreementEnd], *, party_id: UUID | None = None
) -> list[AgreementResult]:
    """Set the end of agreements: what was bought before is honoured under their terms.

    The end lies after today (an agreement that has not begun may be taken back whole) and is never moved later.
    `party_id`: whose they must be, for a partner that asks itself.

    Codes: period_malformed, agreement_unknown, already_ended. Rule: SCHEME-10.
    Cost: three statements; other writers of agreements wait.
    """
    results: list[AgreementResult] = []
    ended: dict[UUID, Agreement] = {}
    events: list[Event] = []
    with db.transaction():
        db.execute("LOCK TABLE agreements IN SHARE ROW EXCLUSIVE MODE")
        found = Agreement.objects.in_bulk([request.agreement_id for request in requests])
        for request in requests:
            agreement = found.get(request.agreement_id)
            if agreement is None or party_id not in (None, agreement.platform_id, agreement.institution_id):
                results.append(AgreementResult(AgreementCode.AGREEMENT_UNKNOWN))
                continue
            code = _end_code(context, agreement, request.valid_until)
            if not code.is_refusal:
                agreement.valid_until = request.valid_until
                agreement.ended_at = context.now
                ended[agreement.id] = agreement
                events.append(
                    Event(
                        "agreement.ended",
                        agreement.id,
                        {"valid_until": str(request.valid_until), "reason": request.reason.strip()},
                    )
                )
            results.append(AgreementResult(code, agreement.id))
        Agreement.objects.bulk_update(ended.values(), ["valid_until", "ended_at"])
        record_events(context, events)
    return results


def _close(context: Context, proposals: Sequence[AgreementProposal], state: ProposalState) -> None:
    for proposal in proposals:
        proposal.state = state.value
        proposal.closed_at = context.now
    AgreementProposal.objects.bulk_update(proposals, ["state", "closed_at"])
    record_events(context, [Event(f"agreement_proposal.{state.value}", one.id) for one in proposals])


def _known(requests: Sequence[AgreementRequest]) -> _Known:
    platforms = Platform.objects.in_bulk([request.platform_id for request in requests])
    institutions = Institution.objects.in_bulk([request.institution_id for request in requests])
    known = _Known(platforms, institutions, {}, {}, {}, set())
    pairs = {"platform__in": platforms, "institution__in": institutions}
    for registration in Registration.objects.filter(**pairs).order_by("id"):
        known.registrations[registration.platform_id, registration.institution_id] = registration
    for agreement in Agreement.objects.filter(**pairs).order_by("id"):
        pair = (agreement.platform_id, agreement.institution_id)
        known.periods.setdefault(pair, []).append((agreement.valid_from, agreement.valid_until))
        known.versions[pair] = max(known.versions.get(pair, 0), agreement.version)
    for proposal in AgreementProposal.objects.filter(state=ProposalState.PROPOSED.value, **pairs).order_by("id"):
        known.proposed.add((proposal.platform_id, proposal.institution_id))
    return known


def _decide(context: Context, request: AgreementRequest, known: _Known, regime: Regime) -> AgreementResult:
    code = _parties_code(request, known)
    if code.is_refusal:
        return AgreementResult(code)
    problem = fee_scheme_problem(request.fee_scheme)
    if problem:
        return AgreementResult(AgreementCode.FEE_SCHEME_MALFORMED, problem=problem)
    problems = terms_problems(request.terms)
    if problems:
        return AgreementResult(AgreementCode.TERMS_MALFORMED, problems=tuple(problems))
    return AgreementResult(_terms_code(context, request, known, regime))


def _parties_code(request: AgreementRequest, known: _Known) -> AgreementCode:
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
    return AgreementCode.OK


def _terms_code(context: Context, request: AgreementRequest, known: _Known, regime: Regime) -> AgreementCode:
    platform = known.platforms[request.platform_id]
    charges = request.fee_scheme["kind"] != FeeKind.NONE or bool(request.terms["add_on_services"])
    if platform.kind == GOVERNMENT and charges:
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
    if any(overlap(other, period) for other in periods):
        return AgreementCode.OVERLAPS
    if (request.platform_id, request.institution_id) in known.proposed:
        return AgreementCode.PROPOSAL_OPEN
    return AgreementCode.OK


def _proposal(context: Context, request: AgreementRequest, known: _Known, regime: Regime) -> AgreementProposal:
    platform, institution = known.platforms[request.platform_id], known.institutions[request.institution_id]
    proposal_id = context.uuid()
    canonical = canonical_agreement(
        AgreementText(
            proposal_id=str(proposal_id),
            version=known.versions.get((platform.id, institution.id), 0) + 1,
            platform={"code": platform.code, "name": platform.name, "kind": platform.kind},
            institution={"code": institution.code, "name": institution.name, "kind": institution.kind},
            fee_scheme=request.fee_scheme,
            terms=request.terms,
            cap_bp=regime.commission_cap_bp,
            regime_version=regime.version,
            valid_from=request.valid_from,
            valid_until=request.valid_until,
        )
    )
    return AgreementProposal(
        id=proposal_id,
        platform=platform,
        institution=institution,
        state=ProposalState.PROPOSED.value,
        fee_scheme=dict(request.fee_scheme),
        terms=dict(request.terms),
        cap_bp=regime.commission_cap_bp,
        valid_from=request.valid_from,
        valid_until=request.valid_until,
        regime_version=regime.version,
        sample=request.sample,
        canonical=canonical,
        sha256=agreement_hash(canonical),
        proposed_by=context.actor,
        proposed_at=context.now,
        due_at=context.now + SIGNING_TIME,
    )


def overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
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
