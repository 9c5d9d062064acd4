"""E-mail addresses and phone numbers that open an account. Each was verified by a code, or by an officer at a desk."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from prakerja.access.errors import ContactCode
from prakerja.access.index_keys import index_writer
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.contacts import plain_contact
from prakerja.kit.context import Context
from prakerja.kit.crypto import encrypt_field


@dataclass(frozen=True, slots=True)
class ContactRequest:
    """A verified contact of a user; it takes the place of the user's earlier one of the same kind."""

    user_id: UUID
    kind: str
    contact: str = field(repr=False)


def register_contacts(context: Context, requests: Sequence[ContactRequest]) -> list[ContactCode]:
    """Register contacts, one code per request in order.

    Codes: repeated (it is this user's already), opens_another_account. Cost: three statements per request.

    Raises:
        IntegrityError: another transaction registered the contact at this moment (a_contact_opens_one_account).
    """
    with db.transaction():
        return [_register(context, request) for request in requests]


def _register(context: Context, request: ContactRequest) -> ContactCode:
    plain = plain_contact(request.kind, request.contact)
    index, twin = index_writer().pair(plain, purpose=request.kind)
    owner = db.row(
        "SELECT user_id FROM user_contacts WHERE kind = %s AND contact_index = %s FOR KEY SHARE", [request.kind, index]
    )
    if owner is not None:
        return ContactCode.REPEATED if owner[0] == request.user_id else ContactCode.OPENS_ANOTHER_ACCOUNT
    earlier = db.execute("DELETE FROM user_contacts WHERE user_id = %s AND kind = %s", [request.user_id, request.kind])
    contact_id = context.uuid()
    db.execute(
        """
        INSERT INTO user_contacts (id, user_id, kind, contact_index, contact_index_next, contact_cipher, verified_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        [
            contact_id,
            request.user_id,
            request.kind,
            index,
            twin,
            encrypt_field(plain, table="user_contacts", column="contact_cipher", row_id=contact_id),
            context.now,
        ],
    )
    kind = "user.contact_changed" if earlier else "user.contact_verified"
    record_events(context, [Event(kind, request.user_id, {"kind": request.kind})])
    return ContactCode.OK
