"""How a code reaches the holder's phone: an interface, and the sandbox that stands in for the SMS provider."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from prakerja.access.messages import Courier, Letter, find_courier
from prakerja.kit import codes, db
from prakerja.kit.contacts import EMAIL, PHONE
from prakerja.kit.crypto import decrypt_field
from prakerja.kit.ids import IdSource
from prakerja.kit.lanes import lane_of
from prakerja.kit.settings import get_settings
from prakerja.purchases.rules import OTP_LIFE_SECONDS


@dataclass(frozen=True, slots=True)
class Message:
    """A text for the phone of a card's holder; the messenger finds the number."""

    lane: int
    card_id: UUID
    text: str = field(repr=False)


class Messenger(Protocol):
    """Whatever sends messages."""

    def send(self, messages: Sequence[Message], *, ids: IdSource, machine_now: datetime) -> None:
        """Hand all messages over; called after their codes are stored."""
        ...


class SmsSandbox:
    """Keeps every message in a table of the sandbox, where `prakerja sandbox otp` and a page show it."""

    def __init__(self) -> None:
        if get_settings().deployment != "sandbox":
            raise RuntimeError("the SMS sandbox does not exist in production")

    def send(self, messages: Sequence[Message], *, ids: IdSource, machine_now: datetime) -> None:
        """One statement for all."""
        if not messages:
            return
        items = [
            {"message_id": ids.uuid(machine_now), "lane": one.lane, "card_id": one.card_id, "text": one.text}
            for one in messages
        ]
        db.execute(
            """
            INSERT INTO sandbox_messages (message_id, lane, card_id, text, sent_at)
            SELECT g.message_id, g.lane, g.card_id, g.text, %s
            FROM json_to_recordset(%s::json) AS g (message_id uuid, lane smallint, card_id uuid, text text)
            """,
            (machine_now, db.encode_json(items)),
        )


class HolderLetters:
    """Writes to the phone that the holder has on record; a holder without one is written to by e-mail."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier

    def send(self, messages: Sequence[Message], *, ids: IdSource, machine_now: datetime) -> None:
        """One read of the holders, one COPY of the letters; a code of a purchase is of use for five minutes."""
        cards = sorted({(one.lane, one.card_id) for one in messages})
        holders = {
            (lane, card_id): row
            for lane, card_id, *row in db.rows(
                """
                SELECT c.lane, c.card_id, a.applicant_id, a.phone_cipher, a.email_cipher
                FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, card_id)
                JOIN cards c ON c.lane = given.lane AND c.card_id = given.card_id
                JOIN participants p ON p.lane = c.lane AND p.participant_id = c.participant_id
                JOIN applicants a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
                ORDER BY c.lane, c.card_id
                """,
                ([lane for lane, _ in cards], [card_id for _, card_id in cards]),
            )
        }
        letters = [
            letter
            for one in messages
            if (letter := self._letter(one.text, holders.get((one.lane, one.card_id)), machine_now)) is not None
        ]
        with db.transaction():
            self._courier.send(letters, ids=ids, machine_now=machine_now)

    def _letter(self, text: str, holder: Sequence[Any] | None, machine_now: datetime) -> Letter | None:
        for kind, place in ((PHONE, 1), (EMAIL, 2)):
            if holder is not None and holder[place] is not None and kind in self._courier.kinds:
                column = f"{kind}_cipher"
                to = decrypt_field(bytes(holder[place]), table="applicants", column=column, row_id=holder[0])
                return Letter(kind, to, text, good_until=machine_now + timedelta(seconds=OTP_LIFE_SECONDS))
        return None


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message in the sandbox's outbox."""

    text: str
    sent_at: datetime
    card_number: str


_SENT = """
SELECT m.text, m.sent_at, c.number
FROM sandbox_messages m
JOIN cards c ON c.lane = m.lane AND c.card_id = m.card_id
"""


def list_messages_of_card(card_number: str, *, limit: int = 20) -> list[SentMessage]:
    """What the sandbox sent to a card's holder, the newest first; empty for an unknown card.

    Raises:
        RuntimeError: the deployment is not a sandbox.
    """
    _require_sandbox()
    seed = codes.card_lane_seed(card_number)
    if seed is None:
        return []
    found = db.rows(
        f"{_SENT} WHERE m.lane = %s AND c.number = %s ORDER BY m.message_id DESC LIMIT %s",
        (lane_of(seed), card_number, limit),
    )
    return [SentMessage(*row) for row in found]


def list_messages(limit: int) -> list[SentMessage]:
    """What the sandbox sent to anybody, the newest first.

    Raises:
        RuntimeError: the deployment is not a sandbox.
    """
    _require_sandbox()
    return [SentMessage(*row) for row in db.rows(f"{_SENT} ORDER BY m.message_id DESC LIMIT %s", (limit,))]


def _require_sandbox() -> None:
    if get_settings().deployment != "sandbox":
        raise RuntimeError("there is an outbox in a sandbox only")


def find_messenger() -> Messenger | None:
    """The messenger of this deployment; None where production says that it has no provider."""
    if get_settings().deployment == "sandbox":
        return SmsSandbox()
    courier = find_courier()
    return None if courier is None else HolderLetters(courier)
