"""Sample partners in a sandbox: their keys are held here, so that they sign and are admitted by the real operations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field, encrypt_field
from prakerja.kit.settings import get_settings
from prakerja.partners.models import AdmissionStep, AgreementProposal, PartyKey
from prakerja.partners.operations.agreements import AgreementRequest, AgreementResult, propose_agreements
from prakerja.partners.operations.institution_admission import (
    InstitutionDecree,
    StepDecision,
    decide_admission_steps,
    decree_institutions,
    submit_institutions,
)
from prakerja.partners.operations.institutions import InstitutionResult
from prakerja.partners.operations.signatures import SignatureUpload, sign_agreements
from prakerja.programme.regimes import Regime

SAMPLE_REVIEWERS = ("staff:contoh-penilai-1", "staff:contoh-penilai-2", "staff:contoh-penilai-3")
SAMPLE_SIGNER = "staff:contoh-penetap"
SAMPLE_EVIDENCE = "CONTOH: tidak ada berkas; lembaga contoh dilewatkan tanpa pemeriksaan"

_Party = tuple[Literal["platform", "institution"], UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleAdmission:
    """A sample institution that is to pass every step."""

    institution_id: UUID
    decree_number: str


def agree_samples(context: Context, requests: Sequence[AgreementRequest], *, regime: Regime) -> list[AgreementResult]:
    """Propose terms and sign them for both sides with keys that the sandbox holds; one result per request, in order.

    Codes as `propose_agreements`. Raises:
        RuntimeError: the deployment is not a sandbox, or a signature was refused.
    Cost: as the operations; several agreements of one pair take a round each.
    """
    _only_in_a_sandbox()
    results: dict[int, AgreementResult] = {}
    with db.transaction():
        for numbers in _rounds(requests):
            proposed = propose_agreements(context, [requests[number] for number in numbers], regime=regime)
            results.update(zip(numbers, proposed, strict=True))
            _sign(context, [one.agreement_id for one in proposed if one.agreement_id is not None], regime)
    return [results[number] for number in range(len(requests))]


def admit_sample_institutions(
    context: Context, requests: Sequence[SampleAdmission], *, regime: Regime
) -> list[InstitutionResult]:
    """Take sample institutions through every step of INST-01, each by its reviewer, and decree them by somebody else.

    Codes as `submit_institutions`; what was submitted passes. Raises:
        RuntimeError: the deployment is not a sandbox, or a step was refused.
    Cost: as the operations, for each step and reviewer.
    """
    _only_in_a_sandbox()
    with db.transaction():
        results = submit_institutions(
            context, [one.institution_id for one in requests], regime=regime, reviewers=SAMPLE_REVIEWERS
        )
        submitted = {
            one.institution_id: one for one, result in zip(requests, results, strict=True) if not result.code.is_refusal
        }
        for _ in regime.institution_admission_steps[:-1]:
            for reviewer in SAMPLE_REVIEWERS:
                steps = AdmissionStep.objects.filter(
                    institution__in=submitted, outcome="open", reviewer=reviewer
                ).order_by("id")
                _require(
                    decide_admission_steps(
                        context.acting_as(reviewer),
                        [
                            StepDecision(
                                institution_id=step.institution_id,
                                passed=True,
                                evidence=SAMPLE_EVIDENCE,
                            )
                            for step in steps
                        ],
                        regime=regime,
                        reviewers=SAMPLE_REVIEWERS,
                    )
                )
        _require(
            decree_institutions(
                context.acting_as(SAMPLE_SIGNER),
                [
                    InstitutionDecree(institution_id=one.institution_id, decree_number=one.decree_number)
                    for one in submitted.values()
                ],
                regime=regime,
            )
        )
    return results


def sign_sample_proposal(context: Context, proposal_id: UUID, role: Literal["platform", "institution"]) -> bytes:
    """The signature of a sample party under a proposal, with its public key in front: 32 and 64 bytes.

    Raises:
        RuntimeError: the deployment is not a sandbox.
        LookupError: there is no such proposal.
    """
    _only_in_a_sandbox()
    proposal = AgreementProposal.objects.filter(id=proposal_id).first()
    if proposal is None:
        raise LookupError(f"no proposal {proposal_id}")
    party_id = proposal.platform_id if role == "platform" else proposal.institution_id
    with db.transaction():
        key = _sample_keys(context, [(role, party_id)])[role, party_id]
    return _public(key) + key.sign(proposal.canonical.encode())


def _rounds(requests: Sequence[AgreementRequest]) -> Iterator[list[int]]:
    """The places of the requests so that no pair stands twice in a round."""
    rounds: list[dict[tuple[UUID, UUID], int]] = []
    for number, request in enumerate(requests):
        pair = (request.platform_id, request.institution_id)
        found = next((one for one in rounds if pair not in one), None)
        if found is None:
            found = {}
            rounds.append(found)
        found[pair] = number
    for one in rounds:
        yield list(one.values())


def _sign(context: Context, proposal_ids: Sequence[UUID], regime: Regime) -> None:
    proposals = list(AgreementProposal.objects.filter(id__in=proposal_ids).order_by("id"))
    sides: list[tuple[AgreementProposal, _Party]] = []
    for proposal in proposals:
        sides.append((proposal, ("platform", proposal.platform_id)))
        sides.append((proposal, ("institution", proposal.institution_id)))
    keys = _sample_keys(context, [party for _, party in sides])
    uploads = [
        SignatureUpload(
            proposal_id=proposal.id,
            role=party[0],
            party_id=party[1],
            public_key=_public(keys[party]),
            signature=keys[party].sign(proposal.canonical.encode()),
        )
        for proposal, party in sides
    ]
    refused = [one.code for one in sign_agreements(context, uploads, regime=regime) if one.code.is_refusal]
    if refused:
        raise RuntimeError(f"a sample's signature was refused: {refused[0]}")


def _sample_keys(context: Context, parties: Sequence[_Party]) -> dict[_Party, Ed25519PrivateKey]:
    """The keys that the sandbox holds for its samples; those that are missing are made."""
    wanted = dict.fromkeys(parties)
    ids = [party_id for _, party_id in wanted]
    keys: dict[_Party, Ed25519PrivateKey] = {}
    held = PartyKey.objects.filter(sample_cipher__isnull=False, revoked_at__isnull=True)
    for row in [*held.filter(platform__in=ids).order_by("id"), *held.filter(institution__in=ids).order_by("id")]:
        party: _Party = ("platform", row.platform_id) if row.platform_id else ("institution", _id(row.institution_id))
        assert row.sample_cipher is not None  # noqa: S101 - asked for
        text = decrypt_field(bytes(row.sample_cipher), table="party_keys", column="sample_cipher", row_id=row.id)
        keys[party] = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))
    new: list[PartyKey] = []
    for role, party_id in wanted:
        if (role, party_id) in keys:
            continue
        secret = context.ids.bits(256).to_bytes(32, "big")
        key = keys[role, party_id] = Ed25519PrivateKey.from_private_bytes(secret)
        key_id = context.uuid()
        new.append(
            PartyKey(
                id=key_id,
                platform_id=party_id if role == "platform" else None,
                institution_id=party_id if role == "institution" else None,
                public_key=_public(key),
                label="contoh",
                registered_by=context.actor,
                registered_at=context.now,
                sample_cipher=encrypt_field(secret.hex(), table="party_keys", column="sample_cipher", row_id=key_id),
            )
        )
    PartyKey.objects.bulk_create(new)
    record_events(context, [Event("party_key.registered", one.id, {"sample": True}) for one in new])
    return keys


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _id(value: UUID | None) -> UUID:
    assert value is not None  # noqa: S101 - party_key_has_one_owner
    return value


def _require(results: Sequence[InstitutionResult]) -> None:
    refused = [result for result in results if result.code.is_refusal]
    if refused:
        raise RuntimeError(f"a sample institution was refused: {refused[0]}")


def _only_in_a_sandbox() -> None:
    if get_settings().deployment != "sandbox":
        raise RuntimeError("samples sign and are admitted in a sandbox only")
