"""The PIN of a physical card, typed at an institution's counter."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.cards.errors import PinCode
from prakerja.cards.operations.custody import pin_hash
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.lanes import every_lane


@dataclass(frozen=True, slots=True)
class PinCheck:
    """A PIN that was typed for a card."""

    card_id: UUID
    pin: str


@dataclass(frozen=True, slots=True)
class PinResult:
    """The answer, and how many tries are left."""

    code: PinCode
    tries_left: int | None = None


def check_pins(context: Context, requests: Sequence[PinCheck]) -> list[PinResult]:
    """Check PINs, one result per request in order; the third wrong one blocks, a right one gives the tries back.

    Codes: card_not_found, card_has_no_pin, card_not_active, no_tries_left, wrong_pin.
    Locks the cards, so that parallel guesses count one by one. Cost: one read, one update.
    """
    results = []
    with db.transaction():
        cards = {
            card_id: [lane, state, stored, tries]
            for lane, card_id, state, stored, tries in db.rows(
                """
                SELECT lane, card_id, state, pin_hash, pin_tries_left
                FROM cards
                WHERE lane = ANY (%s) AND card_id = ANY (%s::uuid[])
                ORDER BY lane, card_id
                FOR NO KEY UPDATE
                """,
                [every_lane(), sorted({request.card_id for request in requests})],
            )
        }
        before = {card_id: card[3] for card_id, card in cards.items()}
        for request in requests:
            card = cards.get(request.card_id)
            code = _answer(request, card)
            if card is not None and code is PinCode.OK:
                card[3] = 3
            elif card is not None and code is PinCode.WRONG_PIN:
                card[3] -= 1
            results.append(PinResult(code, None if card is None or card[2] is None else card[3]))
        _store(context, {key: (card[0], card[3]) for key, card in cards.items() if card[3] != before[key]})
    return results


def _answer(request: PinCheck, card: list[object] | None) -> PinCode:
    if card is None:
        return PinCode.CARD_NOT_FOUND
    _, state, stored, tries = card
    if not isinstance(stored, bytes | memoryview):
        return PinCode.CARD_HAS_NO_PIN
    if tries == 0:
        return PinCode.NO_TRIES_LEFT
    if state != "active":
        return PinCode.CARD_NOT_ACTIVE
    same = hmac.compare_digest(bytes(stored), pin_hash(request.card_id, request.pin))
    return PinCode.OK if same else PinCode.WRONG_PIN


def _store(context: Context, changed: dict[UUID, tuple[int, int]]) -> None:
    if not changed:
        return
    db.execute(
        """
        UPDATE cards
        SET pin_tries_left = given.tries,
            state = CASE given.tries WHEN 0 THEN 'blocked' ELSE cards.state END
        FROM unnest(%s::smallint[], %s::uuid[], %s::smallint[]) AS given (lane, card_id, tries)
        WHERE cards.lane = given.lane AND cards.card_id = given.card_id
        """,
        [[lane for lane, _ in changed.values()], list(changed), [tries for _, tries in changed.values()]],
    )
    record_events(
        context,
        [
            Event("card.blocked" if tries == 0 else "card.pin_tries_changed", card_id, {"tries_left": tries}, lane)
            for card_id, (lane, tries) in changed.items()
        ],
    )
