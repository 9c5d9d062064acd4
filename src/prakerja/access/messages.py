"""How a text reaches an e-mail address or a phone: an interface, the box that letters leave from, and the sandbox."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.contacts import EMAIL, KINDS, PHONE, masked_contact, plain_contact
from prakerja.kit.crypto import encrypt_field, keyed_hash
from prakerja.kit.ids import IdSource
from prakerja.kit.settings import OFF, get_settings


@dataclass(frozen=True, slots=True)
class Letter:
    """A text for an e-mail address or a phone number; neither is ever shown by `repr`.

    Behind `good_until` (the machine's clock) it is of no use to anybody and not sent any more; such letters go first.
    """

    kind: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    good_until: datetime | None = None


class Courier(Protocol):
    """Whatever delivers letters of some kinds of contact."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of contact that it reaches."""
        ...

    def send(self, letters: Sequence[Letter], *, ids: IdSource, machine_now: datetime) -> None:
        """Hand all letters over; called in the transaction that stores what they speak of."""
        ...


class CourierSandbox:
    """Keeps letters in `sandbox_letters`, where the page that asks for the code shows them."""

    def __init__(self) -> None:
        if get_settings().deployment != "sandbox":
            raise RuntimeError("the courier of the sandbox does not exist in production")

    @property
    def kinds(self) -> frozenset[str]:
        """Both."""
        return KINDS

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


class LetterBox:
    """Puts letters into `letters`, encrypted, from where `deliver_letters` takes them to the providers.

    What is sent and what it speaks of are one transaction: no letter about what did not happen, and none is lost.
    """

    def __init__(self, kinds: frozenset[str]) -> None:
        self._kinds = kinds

    @property
    def kinds(self) -> frozenset[str]:
        """Those whose provider is set up; a letter of another kind fails at its turn."""
        return self._kinds

    def send(self, letters: Sequence[Letter], *, ids: IdSource, machine_now: datetime) -> None:
        """One COPY for all."""
        db.copy_rows(
            "letters",
            ["id", "kind", "contact_cipher", "text_cipher", "state", "tries", "next_try_at", "good_until", "made_at"],
            (_row(ids.uuid(machine_now), letter, machine_now) for letter in letters),
        )


def _row(letter_id: UUID, letter: Letter, machine_now: datetime) -> tuple[object, ...]:
    contact = plain_contact(letter.kind, letter.to)
    return (
        letter_id,
        letter.kind,
        encrypt_field(contact, table="letters", column="contact_cipher", row_id=letter_id),
        encrypt_field(letter.text, table="letters", column="text_cipher", row_id=letter_id),
        "waiting",
        0,
        machine_now,
        letter.good_until,
        machine_now,
    )


def find_courier() -> Courier | None:
    """The courier of this deployment; None where production says that it has neither an e-mail server nor a gateway."""
    settings = get_settings()
    if settings.deployment == "sandbox":
        return CourierSandbox()
    providers = {EMAIL: settings.provider("smtp_url"), PHONE: settings.provider("sms_url")}
    kinds = frozenset(kind for kind, url in providers.items() if url != OFF)
    return LetterBox(kinds) if kinds else None


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
