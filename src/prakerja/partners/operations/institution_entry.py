"""An institution that nobody knows yet comes in: a draft on record, and an invitation to its first user."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from prakerja.access.errors import InvitationCode
from prakerja.access.messages import Courier
from prakerja.access.operations import InvitationRequest, invite_users
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.contacts import contact_is_possible
from prakerja.kit.context import Context
from prakerja.partners.errors import InstitutionCode
from prakerja.partners.operations.institutions import InstitutionRequest, register_institutions


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionEntry:
    """An institution and who is to act for it; `text` as in `InvitationRequest`."""

    institution: InstitutionRequest
    display_name: str
    email: str = field(repr=False)
    text: str


@dataclass(frozen=True, slots=True)
class EntryResult:
    """The answer: about the institution, then about the invitation. `secret` as in `InvitationResult`."""

    code: InstitutionCode
    invitation: InvitationCode
    institution_id: UUID | None = None
    invitation_id: UUID | None = None
    secret: str = field(default="", repr=False)


def enter_institutions(
    context: Context, requests: Sequence[InstitutionEntry], courier: Courier | None, *, machine_now: datetime
) -> list[EntryResult]:
    """Put institutions on record as drafts and invite their first users; both, or neither.

    Nothing follows from it for anybody else: a draft is in no public register, sells nothing, and needs registration,
    agreement and decree like every other one.

    Codes: as `register_institutions`; as `invite_users`. Rule: SCHEME-05. Cost: as the two operations.
    """
    results: list[EntryResult] = []
    with db.transaction():
        for request in requests:
            invitation = InvitationCode.OK
            if not request.display_name.strip():
                invitation = InvitationCode.NAME_MISSING
            elif not contact_is_possible("email", request.email):
                invitation = InvitationCode.EMAIL_NOT_POSSIBLE
            if invitation.is_refusal:
                results.append(EntryResult(InstitutionCode.OK, invitation))
                continue
            (made,) = register_institutions(context, [request.institution])
            if made.code.is_refusal or made.institution_id is None:
                results.append(EntryResult(made.code, InvitationCode.OK))
                continue
            invited = InvitationRequest(
                role=Role.INSTITUTION,
                partner_id=made.institution_id,
                display_name=request.display_name,
                email=request.email,
                text=request.text,
            )
            (sent,) = invite_users(context, [invited], courier, machine_now=machine_now)
            results.append(EntryResult(made.code, sent.code, made.institution_id, sent.invitation_id, sent.secret))
    return results
