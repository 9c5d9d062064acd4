"""How a text reaches an e-mail address or a phone: an interface, and the sandbox that keeps every text in a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from prakerja.kit import db
from prakerja.kit.contacts import masked_contact, plain_contact
from prakerja.kit.crypto import keyed_hash
from prakerja.kit.ids import IdSource
from prakerja.kit.settings import get_settings


@dataclass(frozen=True, slots=True)
class Letter:
    """A text for an e-mail address or a phone number; neither is ever shown by `repr`."""

    kind: str
    to: str = field(repr=False)
    text: str = field(repr=False)


class Courier(Protocol):
    """Whatever delivers letters."""

    def send(self, letters: Sequence[Letter], *, ids: IdSource, machine_now: datetime) -> None:
        """Hand all letters over; called in the transaction that stores what they speak of."""
        ...


class CourierSandbox:
    """Keeps letters in `sandbox_letters`, where the page that asks for the code shows them."""

    def __init__(self) -> None:
        if get_settings().deployment != "sandbox":
            raise RuntimeError("the courier of the sandbox does not exist in production")

    def send(self, letters: Sequence[Letter], *, ids: IdSource, machine_now: datetime) -> None:
        """One COPY for all."""
        db.copy_rows(
            "sandbox_letters",
            ["id", "kind", "contact_hash", "shown_to", "text", "sent_at"],
            (
                (
                    ids.uuid(machine_now),
                    letter.kind,
                    _hash(letter.kind, letter.to),
                    masked_contact(letter.kind, letter.to),
                    letter.text,
                    machine_now,
                )
                for letter in letters
            ),
        )


def find_courier() -> Courier | None:
    """The courier of this deployment; production has none until a provider is named."""
    return CourierSandbox() if get_settings().deployment == "sandbox" else None


@dataclass(frozen=True, slots=True)
class SandboxLetterView:
    """A letter in the sandbox's outbox."""

    kind: str
    shown_to: str
    text: str
    sent_at: datetime


def list_sandbox_letters(to: tuple[str, str] | None = None, *, most: int = 20) -> list[SandboxLetterView]:
    """The newest letters of the sandbox, of one contact (its kind and itself) or of all.

    Raises:
        RuntimeError: the deployment is not a sandbox.
    """
    if get_settings().deployment != "sandbox":
        raise RuntimeError("there is an outbox in a sandbox only")
    found = db.rows(
        """
        SELECT kind, shown_to, text, sent_at
        FROM sandbox_letters
        WHERE %(hash)s::bytea IS NULL OR contact_hash = %(hash)s
        ORDER BY id DESC
        LIMIT %(most)s
        """,
        {"hash": None if to is None else _hash(*to), "most": most},
    )
    return [SandboxLetterView(*row) for row in found]


def _hash(kind: str, contact: str) -> bytes:
    return keyed_hash(f"{kind}:{plain_contact(kind, contact)}".encode(), purpose="sandbox letter")
