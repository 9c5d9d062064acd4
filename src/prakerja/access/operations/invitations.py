"""People come in by an invitation: a letter with a code, by which they choose name and password themselves.

Partners and labour offices are invited at once. Colleagues whose role touches money, decrees or draws wait for a second
person first: then `approve_invitations` makes the code and sends the letter, and the two weeks begin.
Nobody who invites ever knows a password. An invitation lives 14 days of the machine's clock, has five tries and counts
once; the first sign-in behind it sets up the second factor, as for everybody else.
"""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from prakerja.access.errors import InvitationCode
from prakerja.access.messages import Courier, Letter
from prakerja.access.operations.users import UserRequest, create_users
from prakerja.access.roles import LET_IN_BY_TWO, STAFF, Role
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.contacts import EMAIL, contact_is_possible, plain_contact
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field, encrypt_field, keyed_hash

INVITATION_LIFE: Final = timedelta(days=14)
TRIES: Final = 5
_INVITED: Final = (Role.PLATFORM, Role.INSTITUTION, Role.LABOUR_OFFICE, *STAFF)
# What an account of a role belongs to, as the request for a user names it; other staff belong to nobody.
_BODIES: Final = {
    Role.PLATFORM: "partner_id",
    Role.INSTITUTION: "partner_id",
    Role.LABOUR_OFFICE: "labour_office_id",
    Role.SEAL_KEEPER: "seal_keeper_id",
}
# An invitation that waits is a door: a partner has few of them open at a time.
OPEN_MOST: Final = 10
_CODE_LETTERS: Final = 12
_BITS_OF_A_LETTER: Final = 5
# Letters and digits that are not mistaken for each other.
_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{2,49}")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRequest:
    """Somebody who is to act for somebody. In `text` stand `{invitation}` (its id) and `{code}`.

    `partner_id` is the platform, institution, labour office or keeper, as the role says; None for other staff.
    """

    role: Role
    partner_id: UUID | None
    display_name: str
    email: str = field(repr=False)
    text: str


@dataclass(frozen=True, slots=True)
class InvitationResult:
    """The answer. Only where no courier delivers letters it holds the `secret`, to be handed over by hand.

    `waits`: nothing is sent before a second person has approved.
    """

    code: InvitationCode
    invitation_id: UUID | None = None
    secret: str = field(default="", repr=False)
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationApproval:
    """A second person's yes; `text` is the letter, as in a request."""

    invitation_id: UUID
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What an invited person types."""

    invitation_id: UUID
    typed: str = field(repr=False)
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AcceptanceResult:
    """The answer; with `ok` the user that was made."""

    code: InvitationCode
    user_id: UUID | None = None


def invite_users(
    context: Context, requests: Sequence[InvitationRequest], courier: Courier | None, *, machine_now: datetime
) -> list[InvitationResult]:
    """Invite people to act for partners, labour offices and the programme, one result per request in order.

    Codes: name_missing, email_not_possible, too_many_open. Roles of `LET_IN_BY_TWO` wait for a second person.
    Cost: two statements, and three for each request.

    Raises:
        ValueError: a role that nobody is invited to, or that lacks what it belongs to.
    """
    if any(request.role not in _INVITED for request in requests):
        raise ValueError("nobody is invited to be a participant")
    if any((request.partner_id is None) is (request.role in _BODIES) for request in requests):
        raise ValueError("a role names what it belongs to, and nothing else")
    results: list[InvitationResult] = []
    with db.transaction():
        db.execute("LOCK TABLE user_invitations IN SHARE ROW EXCLUSIVE MODE")
        waiting: dict[tuple[str, UUID | None], int] = {
            (role, partner_id): count
            for role, partner_id, count in db.rows(
                """
                SELECT role, partner_id, count(*)
                FROM user_invitations
                WHERE role = ANY (%s) AND accepted_at IS NULL AND withdrawn_at IS NULL AND expires_at > %s
                GROUP BY role, partner_id
                ORDER BY role, partner_id
                """,
                [sorted({one.role.value for one in requests}), machine_now],
            )
        }
        for request in requests:
            body = (request.role.value, request.partner_id)
            if not request.display_name.strip():
                results.append(InvitationResult(InvitationCode.NAME_MISSING))
            elif not contact_is_possible("email", request.email):
                results.append(InvitationResult(InvitationCode.EMAIL_NOT_POSSIBLE))
            elif waiting.get(body, 0) >= OPEN_MOST:
                results.append(InvitationResult(InvitationCode.TOO_MANY_OPEN))
            else:
                waiting[body] = waiting.get(body, 0) + 1
                results.append(_invite(context, request, courier, machine_now))
    return results


def approve_invitations(
    context: Context, approvals: Sequence[InvitationApproval], courier: Courier | None, *, machine_now: datetime
) -> list[InvitationResult]:
    """Let colleagues in as the second person: the code is made and the letter sent, one result per approval in order.

    Codes: invitation_over (unknown, decided, taken back, or it waited two weeks), same_person (who asked for it).
    Cost: four statements each.
    """
    with db.transaction():
        return [_approve(context, approval, courier, machine_now) for approval in approvals]


def decline_invitations(
    context: Context, invitation_ids: Sequence[UUID], *, machine_now: datetime
) -> list[InvitationCode]:
    """Do not let colleagues in, as the second person. Codes: invitation_over, same_person. Three statements."""
    with db.transaction():
        codes: list[InvitationCode] = []
        for invitation_id in invitation_ids:
            found = _lock_waiting(invitation_id, machine_now)
            code = _approval_code(context, found)
            if code is InvitationCode.OK:
                db.execute("UPDATE user_invitations SET withdrawn_at = %s WHERE id = %s", [machine_now, invitation_id])
                record_events(context, [Event("user.invitation_declined", invitation_id)])
            codes.append(code)
    return codes


def withdraw_invitations(
    context: Context, invitation_ids: Sequence[UUID], *, partner_id: UUID | None, machine_now: datetime
) -> list[InvitationCode]:
    """Take invitations back that nobody has accepted. Codes: invitation_over. Two statements.

    They are of the partner or labour office, or with None of colleagues.
    """
    with db.transaction():
        gone = {
            row[0]
            for row in db.rows(
                """
                UPDATE user_invitations
                SET withdrawn_at = %s
                WHERE id = ANY (%s)
                    AND CASE WHEN %s::uuid IS NULL THEN role = ANY (%s) ELSE partner_id = %s END
                    AND accepted_at IS NULL
                    AND withdrawn_at IS NULL
                RETURNING id
                """,
                [machine_now, list(invitation_ids), partner_id, [role.value for role in STAFF], partner_id],
            )
        }
        record_events(context, [Event("user.invitation_withdrawn", one) for one in sorted(gone)])
    return [InvitationCode.OK if one in gone else InvitationCode.INVITATION_OVER for one in invitation_ids]


def accept_invitations(
    context: Context, requests: Sequence[Acceptance], *, machine_now: datetime
) -> list[AcceptanceResult]:
    """Make the users that were invited, each with a name and a password of its own choice.

    Codes: invitation_over (also unknown, not approved yet, withdrawn, accepted), no_tries_left, wrong_code,
    username_malformed, too_weak, username_taken. A wrong code costs a try, whatever else was typed.
    Cost: four statements and a deliberate 0.1 s each.
    """
    with db.transaction():
        return [_accept(context, request, machine_now) for request in requests]


def _invite(
    context: Context, request: InvitationRequest, courier: Courier | None, machine_now: datetime
) -> InvitationResult:
    invitation_id = context.ids.uuid(machine_now)
    waits = request.role in LET_IN_BY_TWO
    secret = "" if waits else _new_code(context)
    email = plain_contact("email", request.email)
    db.execute(
        """
        INSERT INTO user_invitations
            (id, role, partner_id, display_name, email_cipher, code_hash, tries_left, invited_by, sent_at, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            invitation_id,
            request.role.value,
            request.partner_id,
            request.display_name.strip(),
            encrypt_field(email, table="user_invitations", column="email_cipher", row_id=invitation_id),
            b"" if waits else _hash(invitation_id, secret),
            TRIES,
            context.actor,
            machine_now,
            machine_now + INVITATION_LIFE,
        ],
    )
    if waits:
        payload = {"partner_id": request.partner_id, "role": request.role.value}
        record_events(context, [Event("user.invitation_asked", invitation_id, payload)])
        return InvitationResult(InvitationCode.OK, invitation_id, waits=True)
    letter = _Letter(invitation_id, request.role.value, request.partner_id, email, request.text)
    return _send(context, letter, secret, courier, machine_now)


def _new_code(context: Context) -> str:
    bits = context.ids.bits(_CODE_LETTERS * _BITS_OF_A_LETTER)
    return "".join(_ALPHABET[bits >> _BITS_OF_A_LETTER * place & 31] for place in range(_CODE_LETTERS))


class _Letter(NamedTuple):
    invitation_id: UUID
    role: str
    partner_id: UUID | None
    email: str
    text: str


def _send(
    context: Context, letter: _Letter, secret: str, courier: Courier | None, machine_now: datetime
) -> InvitationResult:
    by_hand = courier is None or EMAIL not in courier.kinds
    payload = {"partner_id": letter.partner_id, "role": letter.role, "by_hand": by_hand}
    record_events(context, [Event("user.invited", letter.invitation_id, payload)])
    if courier is None or by_hand:
        return InvitationResult(InvitationCode.OK, letter.invitation_id, secret)
    text = letter.text.replace("{invitation}", str(letter.invitation_id)).replace("{code}", secret)
    courier.send([Letter(EMAIL, letter.email, text)], ids=context.ids, machine_now=machine_now)
    return InvitationResult(InvitationCode.OK, letter.invitation_id)


def _lock_waiting(invitation_id: UUID, machine_now: datetime) -> db.Row | None:
    """Role, partner, address and who asked, of an invitation that waits for its second person."""
    return db.row(
        """
        SELECT role, partner_id, email_cipher, invited_by
        FROM user_invitations
        WHERE id = %s
            AND role = ANY (%s)
            AND approved_at IS NULL
            AND withdrawn_at IS NULL
            AND expires_at > %s
        FOR UPDATE
        """,
        [invitation_id, [role.value for role in LET_IN_BY_TWO], machine_now],
    )


def _approval_code(context: Context, found: db.Row | None) -> InvitationCode:
    if found is None:
        return InvitationCode.INVITATION_OVER
    return InvitationCode.SAME_PERSON if found[3] == context.actor else InvitationCode.OK


def _approve(
    context: Context, approval: InvitationApproval, courier: Courier | None, machine_now: datetime
) -> InvitationResult:
    found = _lock_waiting(approval.invitation_id, machine_now)
    code = _approval_code(context, found)
    if found is None or code.is_refusal:
        return InvitationResult(code)
    role, partner_id, cipher, _ = found
    secret = _new_code(context)
    db.execute(
        """
        UPDATE user_invitations
        SET code_hash = %s, approved_by = %s, approved_at = %s, sent_at = %s, expires_at = %s
        WHERE id = %s
        """,
        [
            _hash(approval.invitation_id, secret),
            context.actor,
            machine_now,
            machine_now,
            machine_now + INVITATION_LIFE,
            approval.invitation_id,
        ],
    )
    record_events(context, [Event("user.invitation_approved", approval.invitation_id)])
    email = decrypt_field(bytes(cipher), table="user_invitations", column="email_cipher", row_id=approval.invitation_id)
    letter = _Letter(approval.invitation_id, role, partner_id, email, approval.text)
    return _send(context, letter, secret, courier, machine_now)


def _accept(context: Context, request: Acceptance, machine_now: datetime) -> AcceptanceResult:
    found = db.row(
        """
        SELECT role, partner_id, display_name, code_hash, tries_left
        FROM user_invitations
        WHERE id = %s
            AND code_hash <> ''
            AND accepted_at IS NULL
            AND withdrawn_at IS NULL
            AND expires_at > %s
        FOR UPDATE
        """,
        [request.invitation_id, machine_now],
    )
    code = _acceptance_code(request, found)
    if code is InvitationCode.WRONG_CODE:
        db.execute("UPDATE user_invitations SET tries_left = tries_left - 1 WHERE id = %s", [request.invitation_id])
    if found is None or code.is_refusal:
        return AcceptanceResult(code)
    role, partner_id, display_name, *_ = found
    body = {_BODIES[Role(role)]: partner_id} if Role(role) in _BODIES else {}
    wanted = UserRequest(request.username, display_name, Role(role), request.password, **body)
    (made,) = create_users(context, [wanted])
    if made.code.is_refusal or made.user_id is None:
        return AcceptanceResult(InvitationCode.USERNAME_TAKEN)
    db.execute(
        "UPDATE user_invitations SET accepted_at = %s, user_id = %s WHERE id = %s",
        [machine_now, made.user_id, request.invitation_id],
    )
    record_events(context, [Event("user.invitation_accepted", request.invitation_id, {"user_id": made.user_id})])
    return AcceptanceResult(InvitationCode.OK, made.user_id)


def _acceptance_code(request: Acceptance, found: db.Row | None) -> InvitationCode:
    if found is None:
        return InvitationCode.INVITATION_OVER
    if found[4] == 0:
        return InvitationCode.NO_TRIES_LEFT
    typed = "".join(letter for letter in request.typed.upper() if letter.isalnum())
    if not hmac.compare_digest(bytes(found[3]), _hash(request.invitation_id, typed)):
        return InvitationCode.WRONG_CODE
    if not _USERNAME.fullmatch(request.username):
        return InvitationCode.USERNAME_MALFORMED
    try:
        validate_password(request.password)
    except ValidationError:
        return InvitationCode.TOO_WEAK
    return InvitationCode.OK


def _hash(invitation_id: UUID, code: str) -> bytes:
    return keyed_hash(invitation_id.bytes + code.encode(), purpose="invitation code")
