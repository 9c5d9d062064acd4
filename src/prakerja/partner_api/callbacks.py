"""Addresses that partners register: browsers are sent there and nowhere else.

`presence`: where participants come back from the presence check; `sign_on` and `login`: the two of a platform's single
sign-on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.refusals import Code
from prakerja.kit.settings import get_settings

PURPOSES: Final[dict[str, tuple[str, ...]]] = {"institution": ("presence",), "platform": ("sign_on", "login")}
ADDRESSES_MAX: Final = 20
CHARACTERS_MAX: Final = 500
# In a sandbox a partner tries its program on its own machine.
_OWN_MACHINE: Final = frozenset({"localhost", "127.0.0.1"})


class CallbackCode(Code):
    """The answer to an address that a partner registers or takes out."""

    OK = "ok"
    PURPOSE_UNFIT = "purpose_unfit"
    ADDRESS_UNFIT = "address_unfit"
    """Not https, without a host, with a user, a fragment, spaces or too many characters."""
    REPEATED = "repeated"
    TOO_MANY = "too_many"
    ADDRESS_UNKNOWN = "address_unknown"


@dataclass(frozen=True, slots=True)
class CallbackView:
    """A registered address."""

    id: UUID
    purpose: str
    uri: str
    registered_at: datetime


def list_callbacks(partner_id: UUID) -> list[CallbackView]:
    """The addresses of a partner, by purpose and address. One query."""
    found = db.rows(
        "SELECT id, purpose, uri, registered_at FROM partner_callbacks WHERE partner_id = %s ORDER BY purpose, uri, id",
        (partner_id,),
    )
    return [CallbackView(*row) for row in found]


def add_callback(context: Context, *, partner_id: UUID, partner_role: str, purpose: str, uri: str) -> CallbackCode:
    """A partner registers an address; a call must name it letter by letter.

    Codes in order: purpose_unfit, address_unfit, repeated, too_many, ok. Cost: one lock of the partner, two statements.
    """
    if purpose not in PURPOSES.get(partner_role, ()):
        return CallbackCode.PURPOSE_UNFIT
    if not is_fit(uri):
        return CallbackCode.ADDRESS_UNFIT
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(hashtext('partner_callbacks'), hashtext(%s))", (str(partner_id),))
        mine = list_callbacks(partner_id)
        if any((one.purpose, one.uri) == (purpose, uri) for one in mine):
            return CallbackCode.REPEATED
        if len(mine) >= ADDRESSES_MAX:
            return CallbackCode.TOO_MANY
        register_callbacks(context, partner_id=partner_id, partner_role=partner_role, purpose=purpose, uris=[uri])
    return CallbackCode.OK


def remove_callback(context: Context, callback_id: UUID, *, partner_id: UUID) -> CallbackCode:
    """A partner takes an address of its own out: from now on no browser is sent there anew.

    Codes in order: address_unknown, ok.
    """
    with db.transaction():
        gone = db.row(
            "DELETE FROM partner_callbacks WHERE id = %s AND partner_id = %s RETURNING purpose, uri",
            (callback_id, partner_id),
        )
        if gone is None:
            return CallbackCode.ADDRESS_UNKNOWN
        record_events(context, [Event("callback.removed", callback_id, {"purpose": gone[0], "uri": gone[1]})])
    return CallbackCode.OK


def is_fit(uri: str) -> bool:
    """Whether browsers may be sent to an address."""
    if not 0 < len(uri) <= CHARACTERS_MAX or not uri.isascii() or not uri.isprintable() or set(uri) & set(" \\<>\"'"):
        return False
    try:
        parts = urlsplit(uri)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None or "#" in uri:
        return False
    is_own_machine = host in _OWN_MACHINE and get_settings().deployment == "sandbox"
    return parts.scheme == "https" or (parts.scheme == "http" and is_own_machine)


def register_callbacks(
    context: Context, *, partner_id: UUID, partner_role: str, purpose: str, uris: Sequence[str]
) -> None:
    """Register addresses to which browsers may be sent; those that are there stay."""
    with db.transaction():
        for uri in uris:
            callback_id = context.uuid()
            written = db.execute(
                """
                INSERT INTO partner_callbacks (id, partner_id, partner_role, purpose, uri, registered_at)
                VALUES (%s, %s, %s, %s, %s, %s)
                ON CONFLICT DO NOTHING
                """,
                (callback_id, partner_id, partner_role, purpose, uri, context.now),
            )
            if written:
                record_events(context, [Event("callback.registered", callback_id, {"purpose": purpose})])
