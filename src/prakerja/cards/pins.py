"""The PIN of a regular card: what is stored instead of it."""

from typing import Final
from uuid import UUID

from prakerja.kit.crypto import keyed_hash

PIN_TRIES: Final = 3


def hash_pin(card_id: UUID, pin: str) -> bytes:
    """32 bytes of a keyed hash of the PIN, bound to its card. Rule: CARD-03."""
    return keyed_hash(card_id.bytes + pin.encode(), purpose="pin")
