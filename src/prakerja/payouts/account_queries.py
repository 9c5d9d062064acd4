"""The accounts of partners: in use, waiting for the office, decided. Numbers are shown by their last digits only."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.crypto import decrypt_field
from prakerja.payouts.states import AccountRequestState

_SHOWN_DIGITS = 4


@dataclass(frozen=True, slots=True)
class PartnerAccountView:
    """An account of a partner in use."""

    id: UUID
    bank: str
    holder_name: str
    shown_number: str
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class AccountRequestView:
    """An account that a partner entered, and what became of it."""

    id: UUID
    payee_kind: str
    payee_id: UUID
    payee_name: str
    owner_entity: str
    bank: str
    holder_name: str
    shown_number: str
    document_id: UUID
    document_name: str
    state: AccountRequestState
    entered_by: str
    entered_at: datetime
    due_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str

    @property
    def waits(self) -> bool:
        """Whether the office has not decided yet."""
        return self.state is AccountRequestState.WAITING


@dataclass(frozen=True, slots=True)
class PartnerWithoutAccount:
    """A partner that sells or teaches and could not be paid."""

    payee_kind: str
    payee_id: UUID
    name: str


def find_partner_account(payee_kind: str, payee_id: UUID) -> PartnerAccountView | None:
    """The account in use. One statement."""
    found = db.row(
        """
        SELECT id, bank, holder_name, account_cipher, registered_at
        FROM partner_accounts
        WHERE payee_kind = %s AND payee_id = %s AND replaced_at IS NULL
        """,
        (payee_kind, payee_id),
    )
    if found is None:
        return None
    account_id, bank, holder_name, cipher, registered_at = found
    return PartnerAccountView(
        account_id, bank, holder_name, _shown(cipher, "partner_accounts", account_id), registered_at
    )


_REQUEST = """
    SELECT r.id, r.payee_kind, r.payee_id, coalesce(p.name, i.name), coalesce(p.owner_entity, i.owner_entity), r.bank,
        r.holder_name, r.account_cipher, r.document_id, d.file_name, r.state, r.entered_by, r.entered_at, r.due_at,
        r.decided_by, r.decided_at, r.reason
    FROM partner_account_requests AS r
    JOIN documents AS d ON d.id = r.document_id
    LEFT JOIN platforms AS p ON r.payee_kind = 'platform' AND p.id = r.payee_id
    LEFT JOIN institutions AS i ON r.payee_kind = 'institution' AND i.id = r.payee_id
"""


def list_account_requests(payee_kind: str, payee_id: UUID) -> list[AccountRequestView]:
    """What a partner entered, the newest first. One statement."""
    found = db.rows(
        f"{_REQUEST} WHERE r.payee_kind = %s AND r.payee_id = %s ORDER BY r.entered_at DESC, r.id DESC",
        (payee_kind, payee_id),
    )
    return [_request(row) for row in found]


def list_account_requests_waiting() -> list[AccountRequestView]:
    """What waits for the office, by deadline. One statement."""
    return [_request(row) for row in db.rows(f"{_REQUEST} WHERE r.state = 'waiting' ORDER BY r.due_at, r.id")]


def get_account_request(request_id: UUID) -> AccountRequestView:
    """One of them.

    Raises:
        LookupError: there is none.
    """
    found = db.row(f"{_REQUEST} WHERE r.id = %s", (request_id,))
    if found is None:
        raise LookupError(f"no account request {request_id}")
    return _request(found)


def list_partners_without_account(*, limit: int = 200) -> list[PartnerWithoutAccount]:
    """Active platforms and decreed institutions that have no account in use, by kind and name. One statement."""
    found = db.rows(
        """
        SELECT partner.kind, partner.id, partner.name
        FROM (
            SELECT 'platform' AS kind, id, name FROM platforms WHERE state = 'active'
            UNION ALL
            SELECT 'institution', id, name FROM institutions WHERE state = 'decreed'
        ) AS partner
        WHERE NOT EXISTS (
            SELECT
            FROM partner_accounts AS a
            WHERE a.payee_kind = partner.kind AND a.payee_id = partner.id AND a.replaced_at IS NULL
        )
        ORDER BY partner.kind DESC, partner.name, partner.id
        LIMIT %s
        """,
        (limit,),
    )
    return [PartnerWithoutAccount(*row) for row in found]


def _request(row: db.Row) -> AccountRequestView:
    shown = _shown(row[7], "partner_account_requests", row[0])
    fields = [*row[:7], shown, *row[8:10], AccountRequestState(row[10]), *row[11:]]
    return AccountRequestView(*fields)


def _shown(cipher: bytes, table: str, row_id: UUID) -> str:
    number = decrypt_field(bytes(cipher), table=table, column="account_cipher", row_id=row_id)
    return f"••• {number[-_SHOWN_DIGITS:]}"
