"""The bank accounts to which platforms and institutions are paid; a new one replaces the one in use."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field, encrypt_field
from prakerja.payouts.errors import PartnerAccountCode
from prakerja.payouts.rules import account_number_is_well_formed


@dataclass(frozen=True, slots=True)
class PartnerAccountRequest:
    """The account to which a platform or an institution is paid; `payee_kind` is one of those two words."""

    payee_kind: str
    payee_id: UUID
    bank: str
    holder_name: str
    account_number: str


@dataclass(frozen=True, slots=True)
class PartnerAccountResult:
    """The answer; the id stands with ok and repeated."""

    code: PartnerAccountCode
    account_id: UUID | None = None


def register_partner_accounts(
    context: Context, requests: Sequence[PartnerAccountRequest]
) -> list[PartnerAccountResult]:
    """Register the accounts of platforms and institutions, replacing the ones in use.

    Codes in order: unknown_partner, bad_account_number, repeated, ok. Cost: a few statements per request (there are
    hundreds of partners).
    """
    with db.transaction():
        return [_register_partner_account(context, request) for request in requests]


def _register_partner_account(context: Context, request: PartnerAccountRequest) -> PartnerAccountResult:
    table = {"platform": "platforms", "institution": "institutions"}.get(request.payee_kind)
    if table is None or not db.rows(f"SELECT id FROM {table} WHERE id = %s FOR NO KEY UPDATE", (request.payee_id,)):
        return PartnerAccountResult(PartnerAccountCode.UNKNOWN_PARTNER)
    if not account_number_is_well_formed(request.account_number):
        return PartnerAccountResult(PartnerAccountCode.BAD_ACCOUNT_NUMBER)
    live = db.row(
        """
        SELECT id, bank, account_cipher
        FROM partner_accounts
        WHERE payee_kind = %s AND payee_id = %s AND replaced_at IS NULL
        """,
        (request.payee_kind, request.payee_id),
    )
    if live is not None:
        cell = {"table": "partner_accounts", "column": "account_cipher", "row_id": live[0]}
        if (live[1], decrypt_field(live[2], **cell)) == (request.bank, request.account_number):
            return PartnerAccountResult(PartnerAccountCode.REPEATED, live[0])
        db.execute("UPDATE partner_accounts SET replaced_at = %s WHERE id = %s", (context.now, live[0]))
    account_id = context.uuid()
    cipher = encrypt_field(request.account_number, table="partner_accounts", column="account_cipher", row_id=account_id)
    db.execute(
        """
        INSERT INTO partner_accounts
            (id, payee_kind, payee_id, bank, holder_name, account_cipher, registered_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        """,
        (
            account_id, request.payee_kind, request.payee_id, request.bank, request.holder_name, cipher, context.now,
        ),
    )  # fmt: skip
    payload = {"payee_kind": request.payee_kind, "account_id": account_id, "bank": request.bank}
    record_events(context, [Event("partner_account.registered", request.payee_id, payload)])
    return PartnerAccountResult(PartnerAccountCode.OK, account_id)
