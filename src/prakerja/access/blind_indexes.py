"""The blind indexes of access, for the rotation of their key."""

from typing import Final

from prakerja.access.index_columns import BlindIndex, IndexedColumn
from prakerja.kit.contacts import plain_contact
from prakerja.kit.rotation import EncryptedColumn


def _contact(contact: str, kind: str) -> tuple[str, str]:
    return kind, plain_contact(kind, contact)


BLIND_INDEXES: Final[tuple[BlindIndex, ...]] = tuple(
    IndexedColumn(table, "contact_index", EncryptedColumn(table, "contact_cipher", "id::text"), _contact, ("kind",))
    for table in ("user_contacts", "contact_codes")
)
