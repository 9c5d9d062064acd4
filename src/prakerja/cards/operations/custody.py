"""Custody of cards: each step is one of states.CARD_TRANSITIONS, and who took it stands in the event log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.cards.errors import CardCode
from prakerja.cards.rules import pin_has_six_digits, pin_is_too_easy
from prakerja.cards.states import CARD_TRANSITIONS
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import keyed_hash
from prakerja.participants.lanes import every_lane


@dataclass(frozen=True, slots=True)
class HandOver:
    """A physical card was handed out at a labour office; `receipt` is the number of the signed receipt."""

    card_id: UUID
    receipt: str


@dataclass(frozen=True, slots=True)
class Activation:
    """The holder sets the PIN of a card that was handed over."""

    card_id: UUID
    pin: str


@dataclass(frozen=True, slots=True)
class CardResult:
    """The answer to one step; `card_id` is the new card of a replacement."""

    code: CardCode
    card_id: UUID | None = None


class Step(NamedTuple):
    """One card's step with what it writes besides the state."""

    card_id: UUID
    receipt: str | None = None
    pin_hash: bytes | None = None
    refusal: CardCode | None = None


def pin_hash(card_id: UUID, pin: str) -> bytes:
    """What is stored of a PIN: keyed and bound to the card, so that equal PINs do not look equal."""
    return keyed_hash(card_id.bytes + pin.encode(), purpose="card pin")


def ship_cards(context: Context, card_ids: Sequence[UUID]) -> list[CardResult]:
    """Printed → shipped to the labour office. Codes: card_not_found, repeated, step_not_allowed."""
    return take_steps(context, "shipped", [Step(card_id) for card_id in card_ids])


def hand_over_cards(context: Context, requests: Sequence[HandOver]) -> list[CardResult]:
    """Shipped → handed over, against a signed receipt.

    Codes: card_not_found, repeated, step_not_allowed, receipt_missing.
    """
    return take_steps(
        context,
        "handed_over",
        [
            Step(r.card_id, receipt=r.receipt.strip(), refusal=None if r.receipt.strip() else CardCode.RECEIPT_MISSING)
            for r in requests
        ],
    )


def activate_cards(context: Context, requests: Sequence[Activation]) -> list[CardResult]:
    """Handed over → active with a PIN of six digits.

    Codes: card_not_found, repeated, step_not_allowed, pin_not_six_digits, pin_too_easy.
    """
    return take_steps(
        context,
        "active",
        [Step(r.card_id, pin_hash=pin_hash(r.card_id, r.pin), refusal=pin_refusal(r.pin)) for r in requests],
        only_from="handed_over",
    )


def pin_refusal(pin: str) -> CardCode | None:
    """What is wrong with a new PIN, or None."""
    if not pin_has_six_digits(pin):
        return CardCode.PIN_NOT_SIX_DIGITS
    return CardCode.PIN_TOO_EASY if pin_is_too_easy(pin) else None


def block_cards(context: Context, card_ids: Sequence[UUID]) -> list[CardResult]:
    """Active → blocked, by the holder or the office. Codes: card_not_found, repeated, step_not_allowed."""
    return take_steps(context, "blocked", [Step(card_id) for card_id in card_ids])


def unblock_cards(context: Context, card_ids: Sequence[UUID]) -> list[CardResult]:
    """Blocked → active; the PIN's tries begin anew. Codes: card_not_found, repeated, step_not_allowed."""
    return take_steps(context, "active", [Step(card_id) for card_id in card_ids], only_from="blocked")


def lose_cards(context: Context, card_ids: Sequence[UUID]) -> list[CardResult]:
    """Reported as lost, from wherever it was. Codes: card_not_found, repeated, step_not_allowed."""
    return take_steps(context, "lost", [Step(card_id) for card_id in card_ids])


def withdraw_cards(context: Context, card_ids: Sequence[UUID]) -> list[CardResult]:
    """Taken back for good. Codes: card_not_found, repeated, step_not_allowed."""
    return take_steps(context, "withdrawn", [Step(card_id) for card_id in card_ids])


def take_steps(
    context: Context, state: str, steps: Sequence[Step], *, only_from: str | None = None
) -> list[CardResult]:
    """Move cards to a state, one result per step in order; a card that is named twice moves once.

    Cost: one locked read, one update, the events.
    """
    before = {only_from} if only_from else {name for name, after in CARD_TRANSITIONS.items() if state in after}
    results: list[CardResult] = []
    taken: dict[UUID, tuple[int, str, Step]] = {}
    with db.transaction():
        cards = {card_id: (lane, current) for lane, card_id, current in _locked([step.card_id for step in steps])}
        for step in steps:
            found = cards.get(step.card_id)
            code = CardCode.REPEATED if step.card_id in taken else _refusal(found, state, before, step)
            if code is CardCode.OK and found is not None:
                taken[step.card_id] = (*found, step)
            results.append(CardResult(code, step.card_id if code is CardCode.OK else None))
        _write(context, state, list(taken.values()))
    return results


def _refusal(found: tuple[int, str] | None, state: str, before: set[str], step: Step) -> CardCode:
    if found is None:
        return CardCode.CARD_NOT_FOUND
    current = found[1]
    if current == state:
        return CardCode.REPEATED
    if current not in before:
        return CardCode.STEP_NOT_ALLOWED
    return step.refusal or CardCode.OK


def _locked(card_ids: Sequence[UUID]) -> list[db.Row]:
    return db.rows(
        """
        SELECT lane, card_id, state
        FROM cards
        WHERE lane = ANY (%s) AND card_id = ANY (%s::uuid[])
        ORDER BY lane, card_id
        FOR NO KEY UPDATE
        """,
        [every_lane(), list(card_ids)],
    )


def _write(context: Context, state: str, taken: Sequence[tuple[int, str, Step]]) -> None:
    if not taken:
        return
    db.execute(
        """
        UPDATE cards
        SET state = %(state)s,
            receipt = coalesce(given.receipt, cards.receipt),
            pin_hash = coalesce(given.pin_hash, cards.pin_hash),
            pin_tries_left = CASE WHEN %(state)s = 'active' THEN 3 ELSE cards.pin_tries_left END,
            activated_at = CASE WHEN %(state)s = 'active' THEN coalesce(cards.activated_at, %(now)s)
                ELSE cards.activated_at END
        FROM unnest(%(lanes)s::smallint[], %(ids)s::uuid[], %(receipts)s::text[], %(pins)s::bytea[])
            AS given (lane, card_id, receipt, pin_hash)
        WHERE cards.lane = given.lane AND cards.card_id = given.card_id
        """,
        {
            "state": state,
            "now": context.now,
            "lanes": [lane for lane, _, _ in taken],
            "ids": [step.card_id for _, _, step in taken],
            "receipts": [step.receipt for _, _, step in taken],
            "pins": [step.pin_hash for _, _, step in taken],
        },
    )
    record_events(
        context,
        [
            Event(f"card.{state}", step.card_id, {"from": current} | _receipt_of(step), lane)
            for lane, current, step in taken
        ],
    )


def _receipt_of(step: Step) -> dict[str, object]:
    return {} if step.receipt is None else {"receipt": step.receipt}
