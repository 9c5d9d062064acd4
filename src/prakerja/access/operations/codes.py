"""Codes that are sent to an e-mail address or a phone: to sign in, to verify a contact, to confirm a step.

A code lives ten minutes of the machine's clock, has five tries, and counts once. Nobody learns from an answer whether a
contact has an account: whoever proves to read a contact opens its account or a new one.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError

from prakerja.access.errors import CheckCode, SendCode
from prakerja.access.index_keys import index_writer
from prakerja.access.messages import Courier, Letter
from prakerja.access.operations.attempts import Budget, attempts_are_left, spend_attempts
from prakerja.access.operations.contacts import ContactRequest, register_contacts
from prakerja.access.operations.users import UserRequest, create_users
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.contacts import contact_indexes, contact_is_possible, plain_contact
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field, encrypt_field, keyed_hash

CODE_DIGITS: Final = 6
CODE_LIFE: Final = timedelta(minutes=10)
TRIES: Final = 5
PURPOSES: Final = frozenset({"sign_in", "add_contact", "confirm_step"})
# Codes per contact and per network address; wrong codes per contact, whatever number of codes was asked for.
CODES_OF_A_CONTACT: Final = Budget("codes of a contact", 5, timedelta(hours=1))
CODES_OF_AN_ADDRESS: Final = Budget("codes of an address", 100, timedelta(hours=1))
WRONG_CODES: Final = Budget("wrong codes of a contact", 15, timedelta(hours=1))
_RANDOM_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """A code for a contact. `address` is the network address that asks; the code stands in `text` as `{code}`."""

    purpose: str
    kind: str
    contact: str = field(repr=False)
    text: str
    address: str = field(repr=False)
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CodeSent:
    """The answer to one request."""

    code: SendCode
    code_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """A code that was typed: for which sending, and what for. `user_id` is None where nobody has signed in yet."""

    code_id: UUID
    purpose: str
    typed: str = field(repr=False)
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CodeChecked:
    """The answer; with `ok` also the contact that is verified by it."""

    code: CheckCode
    kind: str = ""
    contact: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """The answer to a sign-in by code."""

    code: CheckCode
    user_id: UUID | None = None
    is_new: bool = False


def send_codes(
    context: Context, requests: Sequence[CodeRequest], courier: Courier | None, *, machine_now: datetime
) -> list[CodeSent]:
    """Make and send codes, one result per request in order; an older code of the contact and purpose ends.

    Codes: contact_not_possible, no_messenger, too_many_codes. Cost: a few statements per request.

    Raises:
        ValueError: an unknown purpose.
    """
    if any(request.purpose not in PURPOSES for request in requests):
        raise ValueError(f"purposes are {sorted(PURPOSES)}")
    with db.transaction():
        return [_send(context, request, courier, machine_now) for request in requests]


def _send(context: Context, request: CodeRequest, courier: Courier | None, machine_now: datetime) -> CodeSent:
    if not contact_is_possible(request.kind, request.contact):
        return CodeSent(SendCode.CONTACT_NOT_POSSIBLE)
    if courier is None or request.kind not in courier.kinds:
        return CodeSent(SendCode.NO_MESSENGER)
    contact = plain_contact(request.kind, request.contact)
    within = [
        *spend_attempts(CODES_OF_AN_ADDRESS, [request.address], machine_now=machine_now),
        *spend_attempts(CODES_OF_A_CONTACT, [_budget_key(request.kind, contact)], machine_now=machine_now),
    ]
    if not all(within):
        return CodeSent(SendCode.TOO_MANY_CODES)
    code_id = context.ids.uuid(machine_now)
    code = f"{context.ids.bits(_RANDOM_BITS) % 10**CODE_DIGITS:0{CODE_DIGITS}}"
    index, twin = index_writer().pair(contact, purpose=request.kind)
    db.execute(
        "UPDATE contact_codes SET used_at = %s WHERE contact_index = %s AND purpose = %s AND used_at IS NULL",
        [machine_now, index, request.purpose],
    )
    db.execute(
        """
        INSERT INTO contact_codes
            (id, purpose, kind, contact_index, contact_index_next, contact_cipher, user_id, code_hash, tries_left,
             sent_at, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            code_id,
            request.purpose,
            request.kind,
            index,
            twin,
            encrypt_field(contact, table="contact_codes", column="contact_cipher", row_id=code_id),
            request.user_id,
            _hash(code_id, code),
            TRIES,
            machine_now,
            machine_now + CODE_LIFE,
        ],
    )
    text = request.text.replace("{code}", code)
    letter = Letter(request.kind, contact, text, good_until=machine_now + CODE_LIFE)
    courier.send([letter], ids=context.ids, machine_now=machine_now)
    return CodeSent(SendCode.OK, code_id)


def check_codes(_context: Context, requests: Sequence[CodeCheck], *, machine_now: datetime) -> list[CodeChecked]:
    """Check typed codes, one result per request in order; the row is locked, so that parallel guesses count one by one.

    Codes: code_expired (also unknown, used, or somebody else's), no_tries_left, too_many_tries, wrong_code.
    """
    with db.transaction():
        return [_check(request, machine_now) for request in requests]


def _check(request: CodeCheck, machine_now: datetime) -> CodeChecked:
    found = db.row(
        """
        SELECT kind, contact_cipher, code_hash, tries_left, user_id
        FROM contact_codes
        WHERE id = %s AND purpose = %s AND used_at IS NULL AND expires_at > %s
        FOR NO KEY UPDATE
        """,
        [request.code_id, request.purpose, machine_now],
    )
    if found is None or found[4] != request.user_id:
        return CodeChecked(CheckCode.CODE_EXPIRED)
    kind, cipher, code_hash, tries_left, _ = found
    if tries_left == 0:
        return CodeChecked(CheckCode.NO_TRIES_LEFT)
    contact = decrypt_field(bytes(cipher), table="contact_codes", column="contact_cipher", row_id=request.code_id)
    key = _budget_key(kind, contact)
    if not attempts_are_left(WRONG_CODES, key, machine_now=machine_now):
        return CodeChecked(CheckCode.TOO_MANY_TRIES)
    typed = "".join(c for c in request.typed if c.isdecimal() and c.isascii())
    if not hmac.compare_digest(bytes(code_hash), _hash(request.code_id, typed)):
        spend_attempts(WRONG_CODES, [key], machine_now=machine_now)
        db.execute("UPDATE contact_codes SET tries_left = tries_left - 1 WHERE id = %s", [request.code_id])
        return CodeChecked(CheckCode.WRONG_CODE)
    db.execute("UPDATE contact_codes SET used_at = %s WHERE id = %s", [machine_now, request.code_id])
    return CodeChecked(CheckCode.OK, kind, contact)


def open_accounts_by_code(
    context: Context, requests: Sequence[CodeCheck], *, machine_now: datetime
) -> list[AccountOpened]:
    """Sign in by a code: the account of the contact, or a new participant's account. One result per request in order.

    Codes: as `check_codes`. Two codes of one contact at the same moment open one account.
    """
    results = []
    with db.transaction():
        for request, checked in zip(requests, check_codes(context, requests, machine_now=machine_now), strict=True):
            if request.purpose != "sign_in":
                raise ValueError("an account is opened by a code that was sent to sign in")
            results.append(AccountOpened(checked.code) if checked.code.is_refusal else _open(context, checked))
    return results


def _open(context: Context, checked: CodeChecked) -> AccountOpened:
    user_id = _owner(checked)
    if user_id is not None:
        return AccountOpened(CheckCode.OK, user_id)
    try:
        with db.attempt():
            user = create_users(context, [UserRequest(f"p-{context.uuid().hex}", "", Role.PARTICIPANT)])[0].user_id
            assert user is not None  # noqa: S101 - a new id is no name that was taken
            register_contacts(context, [ContactRequest(user, checked.kind, checked.contact)])
    except IntegrityError:
        # Another code of the same contact was first: a_contact_opens_one_account.
        return AccountOpened(CheckCode.OK, _owner(checked))
    return AccountOpened(CheckCode.OK, user, is_new=True)


def _owner(checked: CodeChecked) -> UUID | None:
    found = db.row(
        """
        SELECT c.user_id
        FROM user_contacts AS c
        JOIN users AS u ON u.id = c.user_id
        WHERE c.kind = %s AND c.contact_index = ANY (%s) AND u.is_active
        """,
        [checked.kind, contact_indexes(checked.kind, checked.contact)],
    )
    return None if found is None else found[0]


def _budget_key(kind: str, contact: str) -> str:
    return f"{kind}:{contact}"


def _hash(code_id: UUID, code: str) -> bytes:
    return keyed_hash(code_id.bytes + code.encode(), purpose="contact code")
