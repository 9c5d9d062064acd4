"""The blind indexes of payouts, for the rotation of their key."""

from typing import Final

from prakerja.access.index_columns import BlindIndex, IndexedClaims, IndexedColumn
from prakerja.kit.rotation import EncryptedColumn
from prakerja.payouts.operations.accounts import CLAIM, indexed_account


def _account(account_number: str, payout_partner: str) -> tuple[str, str]:
    return CLAIM, indexed_account(payout_partner, account_number)


BLIND_INDEXES: Final[tuple[BlindIndex, ...]] = (
    IndexedColumn(
        "payout_accounts",
        "account_index",
        EncryptedColumn("payout_accounts", "account_cipher", "payout_account_id::text"),
        _account,
        ("payout_partner",),
    ),
    IndexedClaims(CLAIM, "payout_accounts", "account_index"),
)
