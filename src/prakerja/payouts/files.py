"""The bank file of a batch, made from the tables each time it is needed: account numbers rest encrypted, only there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.kit.crypto import decrypt_field
from prakerja.payouts.bank_file import BankFile, BankLine, write_bank_file


@dataclass(frozen=True, slots=True)
class Payment:
    """One line of a file before the account is opened."""

    line: int
    payee_kind: str
    payee_id: UUID
    account_id: UUID
    amount_idr: int


@dataclass(frozen=True, slots=True)
class _Account:
    bank: str
    holder: str
    number: str


def make_file(number: int, purpose: str, day: date, payments: Sequence[Payment]) -> BankFile:
    """The file of these payments. Cost: two reads, one decryption per line."""
    accounts = _open_accounts([payment.account_id for payment in payments])
    lines = []
    for payment in sorted(payments, key=lambda payment: payment.line):
        account = accounts[payment.account_id]
        reference = f"{number:06d}-{payment.line:06d}"
        lines.append(
            BankLine(payment.line, account.bank, account.number, account.holder, payment.amount_idr, reference)
        )
    return write_bank_file(number, purpose, day, lines)


def payment_file(batch_id: UUID) -> BankFile:
    """The file of a batch that exists; equal to the one whose hash was signed. Raises LookupError: no such batch."""
    found = db.row("SELECT number, purpose, prepared_at FROM payment_batches WHERE id = %s", (batch_id,))
    if found is None:
        raise LookupError(f"no payment batch {batch_id}")
    number, purpose, prepared_at = found
    rows = db.rows(
        """
        SELECT line_number, payee_kind, payee_id, account_id, sum(amount_idr)::bigint
        FROM payment_orders
        WHERE batch_id = %s
        GROUP BY line_number, payee_kind, payee_id, account_id
        ORDER BY line_number, payee_id, account_id
        """,
        (batch_id,),
    )
    return make_file(number, purpose, jakarta_date(prepared_at), [Payment(*row) for row in rows])


def _open_accounts(account_ids: Sequence[UUID]) -> dict[UUID, _Account]:
    opened = {}
    for table, column, bank in (
        ("payout_accounts", "payout_account_id", "payout_partner"),
        ("partner_accounts", "id", "bank"),
    ):
        found = db.rows(
            f"""
            SELECT {column}, {bank}, holder_name, account_cipher
            FROM {table}
            WHERE {column} = ANY (%s)
            ORDER BY {column}
            """,
            (list(account_ids),),
        )
        for account_id, bank_name, holder, cipher in found:
            number = decrypt_field(cipher, table=table, column="account_cipher", row_id=account_id)
            opened[account_id] = _Account(bank_name, holder, number)
    return opened
