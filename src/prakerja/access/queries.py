"""Reads: users and their contacts."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec

from prakerja.access.models import User
from prakerja.access.permissions import Permission, may
from prakerja.access.roles import STAFF, Role
from prakerja.kit import db
from prakerja.kit.contacts import masked_contact
from prakerja.kit.crypto import decrypt_field


def find_user(username: str) -> User | None:
    """The active user of a name, or None. Django's log-in takes the model itself, so this query gives it out."""
    return User.objects.filter(username=username, is_active=True).first()


def find_user_by_id(user_id: UUID) -> User | None:
    """The active user of an id, or None; as `find_user`."""
    return User.objects.filter(id=user_id, is_active=True).first()


def list_staff_who_may(permission: Permission) -> list[str]:
    """The actors, as the audit log names them, of all active staff with a permission, by name. One query.

    Staff belong to no partner, office, keeper or applicant.
    """
    staff = User.objects.filter(
        is_active=True, partner_id=None, labour_office_id=None, applicant_id=None, seal_keeper_id=None
    )
    named = staff.order_by("username").values_list("username", "role")
    return [f"staff:{username}" for username, role in named if may(role, permission)]


@dataclass(frozen=True, slots=True)
class ContactView:
    """A verified contact; `plain` for operations, `masked` for screens."""

    kind: str
    masked: str
    verified_at: datetime
    plain: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ContactOfCode:
    """Where a code was sent: `masked` for screens, `plain` to look into the sandbox's outbox."""

    kind: str
    masked: str
    plain: str = field(repr=False)


def list_contacts(user_id: UUID) -> dict[str, ContactView]:
    """The contacts of a user by kind. One query."""
    found = db.rows(
        "SELECT id, kind, contact_cipher, verified_at FROM user_contacts WHERE user_id = %s ORDER BY kind", [user_id]
    )
    contacts = {}
    for contact_id, kind, cipher, verified_at in found:
        plain = decrypt_field(bytes(cipher), table="user_contacts", column="contact_cipher", row_id=contact_id)
        contacts[kind] = ContactView(kind, masked_contact(kind, plain), verified_at, plain)
    return contacts


def list_contacts_of_partners(role: Role, partner_ids: Collection[UUID]) -> dict[UUID, list[ContactView]]:
    """The contacts of the active users of partners of a role, by partner, in the order of users. One query."""
    found = db.rows(
        """
        SELECT u.partner_id, c.id, c.kind, c.contact_cipher, c.verified_at
        FROM users AS u
        JOIN user_contacts AS c ON c.user_id = u.id
        WHERE u.role = %s AND u.partner_id = ANY (%s) AND u.is_active
        ORDER BY u.partner_id, u.username, c.kind
        """,
        [role.value, list(partner_ids)],
    )
    contacts: dict[UUID, list[ContactView]] = {}
    for partner_id, contact_id, kind, cipher, verified_at in found:
        plain = decrypt_field(bytes(cipher), table="user_contacts", column="contact_cipher", row_id=contact_id)
        contacts.setdefault(partner_id, []).append(ContactView(kind, masked_contact(kind, plain), verified_at, plain))
    return contacts


def has_second_factor(user_id: UUID) -> bool:
    """Whether a user's second factor is set up and confirmed."""
    found: bool = db.value(
        "SELECT EXISTS (SELECT FROM second_factors WHERE user_id = %s AND confirmed_at IS NOT NULL)", [user_id]
    )
    return found


def count_recovery_codes(user_id: UUID) -> int:
    """How many recovery codes of a user are left."""
    left: int = db.value("SELECT count(*) FROM recovery_codes WHERE user_id = %s AND used_at IS NULL", [user_id])
    return left


def find_code_contact(code_id: UUID) -> ContactOfCode | None:
    """The contact to which a code was sent, or None."""
    found = db.row("SELECT kind, contact_cipher FROM contact_codes WHERE id = %s", [code_id])
    if found is None:
        return None
    plain = decrypt_field(bytes(found[1]), table="contact_codes", column="contact_cipher", row_id=code_id)
    return ContactOfCode(found[0], masked_contact(found[0], plain), plain)


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account; `body_id`: the partner, labour office or keeper for whom it acts, None for other staff."""

    id: UUID
    username: str
    display_name: str
    role: str
    body_id: UUID | None
    created_at: datetime
    is_active: bool
    has_second_factor: bool


_ACCOUNTS = """
    SELECT u.id, u.username, u.display_name, u.role, coalesce(u.partner_id, u.labour_office_id, u.seal_keeper_id),
        u.created_at, u.is_active, f.confirmed_at IS NOT NULL
    FROM users AS u
    LEFT JOIN second_factors AS f ON f.user_id = u.id
"""


def list_partner_users(partner_id: UUID) -> list[AccountView]:
    """The accounts of a partner or a labour office, those that are open first, by name. One query."""
    where = "WHERE %s IN (u.partner_id, u.labour_office_id) ORDER BY NOT u.is_active, u.username"
    return [AccountView(*row) for row in db.rows(_ACCOUNTS + where, [partner_id])]


def list_staff_users() -> list[AccountView]:
    """The accounts of colleagues (`roles.STAFF`), those that are open first, by role and name. One query."""
    where = "WHERE u.role = ANY (%s) ORDER BY NOT u.is_active, u.role, u.username"
    return [AccountView(*row) for row in db.rows(_ACCOUNTS + where, [[role.value for role in STAFF]])]


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation; the address is masked. `is_open`: by its code a user can still be made.

    `waits_for_approval`: no code is made before a second person has approved.
    """

    id: UUID
    role: str
    partner_id: UUID | None
    display_name: str
    masked_email: str
    invited_by: str
    sent_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    withdrawn_at: datetime | None
    approved_by: str | None
    is_open: bool
    waits_for_approval: bool


_INVITATIONS = """
    SELECT id, role, partner_id, display_name, email_cipher, invited_by, sent_at, expires_at, accepted_at, withdrawn_at,
        approved_by,
        code_hash <> '' AND accepted_at IS NULL AND withdrawn_at IS NULL AND expires_at > %s AND tries_left > 0,
        code_hash = '' AND withdrawn_at IS NULL AND expires_at > %s
    FROM user_invitations
"""


def list_invitations(partner_id: UUID, *, machine_now: datetime) -> list[InvitationView]:
    """The invitations of a partner, the newest first. One query."""
    found = db.rows(
        f"{_INVITATIONS} WHERE partner_id = %s ORDER BY id DESC LIMIT 100", [machine_now, machine_now, partner_id]
    )
    return [_invitation(row) for row in found]


def list_staff_invitations(*, machine_now: datetime) -> list[InvitationView]:
    """The invitations of colleagues (`roles.STAFF`), the newest first. One query."""
    roles = [role.value for role in STAFF]
    found = db.rows(
        f"{_INVITATIONS} WHERE role = ANY (%s) ORDER BY id DESC LIMIT 100", [machine_now, machine_now, roles]
    )
    return [_invitation(row) for row in found]


def find_invitation(invitation_id: UUID, *, machine_now: datetime) -> InvitationView | None:
    """An invitation, open or not, or None."""
    found = db.row(f"{_INVITATIONS} WHERE id = %s", [machine_now, machine_now, invitation_id])
    return _invitation(found) if found else None


def _invitation(row: db.Row) -> InvitationView:
    invitation_id, role, partner_id, display_name, cipher, *rest = row
    email = decrypt_field(bytes(cipher), table="user_invitations", column="email_cipher", row_id=invitation_id)
    return InvitationView(invitation_id, role, partner_id, display_name, masked_contact("email", email), *rest)


@dataclass(frozen=True, slots=True)
class LetterCount:
    """How many letters of a kind are in a state, since when, and their faults: a word → how often."""

    kind: str
    state: str
    letters: int
    oldest_at: datetime
    faults: dict[str, int]


def list_letter_counts() -> list[LetterCount]:
    """What the letter box holds, by kind and state. One query; reads the whole table."""
    found = db.rows(
        """
        SELECT kind, state, sum(letters)::bigint, min(oldest_at), jsonb_object_agg(fault, letters)
        FROM (
            SELECT kind, state, fault, count(*) AS letters, min(made_at) AS oldest_at
            FROM letters
            GROUP BY kind, state, fault
        ) AS counted
        GROUP BY kind, state
        ORDER BY kind, state
        """
    )
    return [
        LetterCount(kind, state, letters, oldest_at, msgspec.json.decode(faults, type=dict[str, int]))
        for kind, state, letters, oldest_at, faults in found
    ]
