"""What both sides see of an agreement on its way: the proposal, its canonical text, its signatures and keys."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from prakerja.kit import db
from prakerja.partners.models import AgreementProposal, PartyKey


@dataclass(frozen=True, slots=True)
class SignatureView:
    """A signature under a proposal."""

    role: str
    key_label: str
    public_key: str
    uploaded_by: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal; `canonical` is the text that is signed, `sha256` its hash in hexadecimal digits."""

    id: UUID
    platform_id: UUID
    platform_name: str
    institution_id: UUID
    institution_name: str
    state: str
    fee_scheme: Mapping[str, Any]
    terms: Mapping[str, Any]
    cap_bp: int | None
    valid_from: date
    valid_until: date | None
    canonical: str
    sha256: str
    proposed_at: datetime
    due_at: datetime
    sample: bool
    signatures: Sequence[SignatureView]
    agreement_until: date | None


def get_proposal(proposal_id: UUID) -> ProposalView:
    """A proposal with its signatures; the agreement made of it has the same id. Two statements.

    Raises:
        LookupError: there is none.
    """
    found = AgreementProposal.objects.select_related("platform", "institution").filter(id=proposal_id).first()
    if found is None:
        raise LookupError(f"no proposal {proposal_id}")
    signatures = db.rows(
        """
        SELECT s.role, k.label, encode(k.public_key, 'hex'), s.uploaded_by, s.signed_at
        FROM agreement_signatures AS s
        JOIN party_keys AS k ON k.id = s.key_id
        WHERE s.proposal_id = %s
        ORDER BY s.signed_at, s.id
        """,
        [proposal_id],
    )
    ended = db.row("SELECT valid_until FROM agreements WHERE id = %s", [proposal_id])
    return ProposalView(
        found.id,
        found.platform_id,
        found.platform.name,
        found.institution_id,
        found.institution.name,
        found.state,
        found.fee_scheme,
        found.terms,
        found.cap_bp,
        found.valid_from,
        found.valid_until,
        found.canonical,
        bytes(found.sha256).hex(),
        found.proposed_at,
        found.due_at,
        found.sample,
        [SignatureView(*row) for row in signatures],
        ended[0] if ended else None,
    )


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal in a list; `signed_by` names the sides that have signed."""

    id: UUID
    other_name: str
    state: str
    fee_scheme: Mapping[str, Any]
    valid_from: date
    valid_until: date | None
    due_at: datetime
    signed_by: Sequence[str]


def list_proposals(role: Literal["platform", "institution"], party_id: UUID) -> list[ProposalLine]:
    """A partner's proposals, the open ones first, then the newest. One statement."""
    mine, other = ("platform", "institution") if role == "platform" else ("institution", "platform")
    found = db.rows(
        f"""
        SELECT p.id, o.name, p.state, p.fee_scheme::text, p.valid_from, p.valid_until, p.due_at,
            (
                SELECT coalesce(array_agg(s.role ORDER BY s.role), '{{}}')
                FROM agreement_signatures AS s
                WHERE s.proposal_id = p.id
            )
        FROM agreement_proposals AS p
        JOIN {other}s AS o ON o.id = p.{other}_id
        WHERE p.{mine}_id = %s
        ORDER BY p.state <> 'proposed', p.proposed_at DESC, p.id DESC
        LIMIT 500
        """,
        [party_id],
    )
    return [ProposalLine(row[0], row[1], row[2], json.loads(row[3]), row[4], row[5], row[6], row[7]) for row in found]


@dataclass(frozen=True, slots=True)
class PartyKeyLine:
    """A partner's key: the public half."""

    id: UUID
    label: str
    public_key: str
    registered_at: datetime
    revoked_at: datetime | None
    held_for_a_sample: bool


def list_party_keys(role: Literal["platform", "institution"], party_id: UUID) -> list[PartyKeyLine]:
    """A partner's keys, the newest first."""
    rows = PartyKey.objects.filter(**{f"{role}_id": party_id}).order_by("-registered_at", "-id")
    return [
        PartyKeyLine(
            one.id,
            one.label,
            bytes(one.public_key).hex(),
            one.registered_at,
            one.revoked_at,
            one.sample_cipher is not None,
        )
        for one in rows
    ]
