"""Signatures under proposals: with both, by keys that were not revoked, an agreement is made (SCHEME-10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.contracts import signature_is_right
from prakerja.partners.errors import SigningCode
from prakerja.partners.models import Agreement, AgreementProposal, AgreementSignature, PartyKey, Registration
from prakerja.partners.operations.agreements import overlap
from prakerja.partners.operations.conflicts import Screening, platform_encounter, screen_encounters
from prakerja.partners.rules import highest_commission_bp
from prakerja.partners.states import PlatformState, ProposalState, RegistrationState
from prakerja.programme.regimes import Regime

_REGISTERED = (RegistrationState.VERIFIED.value, RegistrationState.AGREED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureUpload:
    """A signature that one side made offline under the canonical text of a proposal."""

    proposal_id: UUID
    role: Literal["platform", "institution"]
    party_id: UUID
    public_key: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignatureResult:
    """The answer; `agreement_id` when this was the second signature and the agreement is made.

    `conflicts`: how many paths lead from one side to the other; the agreement is made, the office decides about them.
    """

    code: SigningCode
    agreement_id: UUID | None = None
    conflicts: int = 0


def sign_agreements(context: Context, requests: Sequence[SignatureUpload], *, regime: Regime) -> list[SignatureResult]:
    """Record signatures; the second one of a proposal makes the agreement, and the registration becomes `agreed`.

    The two sides are looked at whenever one of them signs: by the regime of the day, a conflict of interest stops the
    second signature until it is decided, or is flagged. What was signed first stays.

    Codes: proposal_unknown (none, or of another party), proposal_closed, key_unknown, key_revoked, already_signed,
    signature_wrong; of the second signature also platform_not_active, not_registered, period_passed (the terms begin
    in the past), overlaps, conflict_of_interest. Rule: SCHEME-10, FEE-01, FEE-02, PLAT-02.
    Cost: fourteen statements, and 60 microseconds for each signature; other writers of agreements wait.
    """
    results: list[SignatureResult] = []
    signatures: list[AgreementSignature] = []
    made: list[Agreement] = []
    with db.transaction():
        db.execute("LOCK TABLE agreements IN SHARE ROW EXCLUSIVE MODE")
        proposals = _proposals([request.proposal_id for request in requests])
        keys = _keys([request.public_key for request in requests])
        signed = _signatures(list(proposals))
        pairs = _Pairs(list(proposals.values()))
        screened = _screened(context, list(proposals.values()), regime)
        for request in requests:
            proposal = proposals.get(request.proposal_id)
            key = keys.get(request.public_key)
            sides = signed.setdefault(request.proposal_id, {})
            code = _code(request, proposal, key, sides)
            if proposal is None or key is None or code.is_refusal:
                results.append(SignatureResult(code))
                continue
            signature = _signature(context, request, key)
            if not sides:
                sides[request.role] = signature
                signatures.append(signature)
                results.append(SignatureResult(SigningCode.OK))
                continue
            code = pairs.code(context, proposal)
            screening = screened[proposal.id]
            if not code.is_refusal and screening.stopped:
                code = SigningCode.CONFLICT_OF_INTEREST
            if code.is_refusal:
                results.append(SignatureResult(code, conflicts=len(screening.paths)))
                continue
            sides[request.role] = signature
            signatures.append(signature)
            made.append(pairs.agree(context, proposal, sides))
            results.append(SignatureResult(SigningCode.OK, proposal.id, len(screening.paths)))
        AgreementSignature.objects.bulk_create(signatures)
        Agreement.objects.bulk_create(made)
        AgreementProposal.objects.bulk_update([proposals[one.id] for one in made], ["state", "closed_at"])
        Registration.objects.bulk_update([pairs.registration_of(one) for one in made], ["state", "due_at"])
        _record(context, signatures, made)
    return results


class _Pairs:
    """The pairs of the proposals: their registrations and agreements; a new agreement is added as it is made."""

    def __init__(self, proposals: Sequence[AgreementProposal]) -> None:
        among = {
            "platform__in": [one.platform_id for one in proposals],
            "institution__in": [one.institution_id for one in proposals],
        }
        self._registrations = {
            (one.platform_id, one.institution_id): one
            for one in Registration.objects.select_for_update().filter(**among).order_by("id")
        }
        self._agreements: dict[tuple[UUID, UUID], list[Agreement]] = {}
        for agreement in Agreement.objects.filter(**among).order_by("id"):
            self._agreements.setdefault((agreement.platform_id, agreement.institution_id), []).append(agreement)

    def code(self, context: Context, proposal: AgreementProposal) -> SigningCode:
        """Whether the terms may still become an agreement."""
        pair = (proposal.platform_id, proposal.institution_id)
        registration = self._registrations.get(pair)
        if proposal.platform.state != PlatformState.ACTIVE.value:
            return SigningCode.PLATFORM_NOT_ACTIVE
        if registration is None or registration.state not in _REGISTERED:
            return SigningCode.NOT_REGISTERED
        if proposal.valid_from < context.today:
            return SigningCode.PERIOD_PASSED
        period = (proposal.valid_from, proposal.valid_until)
        if any(overlap((one.valid_from, one.valid_until), period) for one in self._agreements.get(pair, ())):
            return SigningCode.OVERLAPS
        return SigningCode.OK

    def agree(
        self, context: Context, proposal: AgreementProposal, sides: Mapping[str, AgreementSignature]
    ) -> Agreement:
        """The agreement; proposal and registration are moved on."""
        earlier = self._agreements.setdefault((proposal.platform_id, proposal.institution_id), [])
        agreement = Agreement(
            id=proposal.id,
            platform_id=proposal.platform_id,
            institution_id=proposal.institution_id,
            platform_kind=proposal.platform.kind,
            version=max((one.version for one in earlier), default=0) + 1,
            fee_scheme=proposal.fee_scheme,
            highest_commission_bp=highest_commission_bp(proposal.fee_scheme),
            cap_bp=proposal.cap_bp,
            terms=proposal.terms,
            valid_from=proposal.valid_from,
            valid_until=proposal.valid_until,
            signed_platform_at=sides["platform"].signed_at,
            signed_institution_at=sides["institution"].signed_at,
            platform_signature=sides["platform"],
            institution_signature=sides["institution"],
            regime_version=proposal.regime_version,
            sample=proposal.sample,
        )
        earlier.append(agreement)
        proposal.state = ProposalState.SIGNED.value
        proposal.closed_at = context.now
        registration = self.registration_of(agreement)
        registration.state = RegistrationState.AGREED.value
        registration.due_at = None
        return agreement

    def registration_of(self, agreement: Agreement) -> Registration:
        """The registration of an agreement's pair."""
        return self._registrations[agreement.platform_id, agreement.institution_id]


def _proposals(proposal_ids: Sequence[UUID]) -> dict[UUID, AgreementProposal]:
    rows = AgreementProposal.objects.select_for_update(of=("self",)).select_related("platform")
    return {one.id: one for one in rows.filter(id__in=proposal_ids).order_by("id")}


def _screened(context: Context, proposals: Sequence[AgreementProposal], regime: Regime) -> dict[UUID, Screening]:
    """Those that wait for signatures, each looked at as it is signed."""
    waiting = [one for one in proposals if one.state == ProposalState.PROPOSED.value]
    encounters = [platform_encounter("agreement", one.platform, one.institution_id) for one in waiting]
    found = screen_encounters(context, encounters, regime=regime)
    return {one.id: screening for one, screening in zip(waiting, found, strict=True)}


def _keys(public_keys: Sequence[bytes]) -> dict[bytes, PartyKey]:
    rows = PartyKey.objects.filter(public_key__in=list(public_keys)).order_by("id")
    return {bytes(one.public_key): one for one in rows}


def _signatures(proposal_ids: Sequence[UUID]) -> dict[UUID, dict[str, AgreementSignature]]:
    signed: dict[UUID, dict[str, AgreementSignature]] = {}
    rows = AgreementSignature.objects.select_related("key").filter(proposal__in=proposal_ids).order_by("id")
    for signature in rows:
        # What a key signed before it was revoked stands.
        if signature.key.revoked_at is None or signature.signed_at < signature.key.revoked_at:
            signed.setdefault(signature.proposal_id, {})[signature.role] = signature
    return signed


def _code(
    request: SignatureUpload,
    proposal: AgreementProposal | None,
    key: PartyKey | None,
    sides: Mapping[str, AgreementSignature],
) -> SigningCode:
    party_of = {"platform": "platform_id", "institution": "institution_id"}[request.role]
    if proposal is None or getattr(proposal, party_of) != request.party_id:
        return SigningCode.PROPOSAL_UNKNOWN
    if proposal.state != ProposalState.PROPOSED.value:
        return SigningCode.PROPOSAL_CLOSED
    if key is None or getattr(key, party_of) != request.party_id or key.revoked_at is not None:
        mine = key is not None and getattr(key, party_of) == request.party_id
        return SigningCode.KEY_REVOKED if mine else SigningCode.KEY_UNKNOWN
    if request.role in sides:
        return SigningCode.ALREADY_SIGNED
    if not signature_is_right(request.public_key, proposal.canonical, request.signature):
        return SigningCode.SIGNATURE_WRONG
    return SigningCode.OK


def _signature(context: Context, request: SignatureUpload, key: PartyKey) -> AgreementSignature:
    return AgreementSignature(
        id=context.uuid(),
        proposal_id=request.proposal_id,
        role=request.role,
        key=key,
        signature=request.signature,
        uploaded_by=context.actor,
        signed_at=context.now,
    )


def _record(context: Context, signatures: Sequence[AgreementSignature], made: Sequence[Agreement]) -> None:
    record_events(
        context,
        [
            *[
                Event("agreement.signed_by", one.proposal_id, {"role": one.role, "key_id": one.key_id})
                for one in signatures
            ],
            *[
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
                for one in made
            ],
        ],
    )
