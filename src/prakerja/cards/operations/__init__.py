"""Writes of cards, one module per noun."""

from prakerja.cards.operations.custody import (
    Activation,
    CardResult,
    HandOver,
    activate_cards,
    block_cards,
    hand_over_cards,
    lose_cards,
    ship_cards,
    unblock_cards,
    withdraw_cards,
)
from prakerja.cards.operations.issue import IssueResult, issue_cards
from prakerja.cards.operations.pins import PinCheck, PinResult, check_pins
from prakerja.cards.operations.replacement import replace_cards
from prakerja.cards.operations.revocation import RevocationResult, prepare_revocation, revoke_participants
from prakerja.cards.operations.sweep import SweepResult, expire_balances

__all__ = [
    "Activation",
    "CardResult",
    "HandOver",
    "IssueResult",
    "PinCheck",
    "PinResult",
    "RevocationResult",
    "SweepResult",
    "activate_cards",
    "block_cards",
    "check_pins",
    "expire_balances",
    "hand_over_cards",
    "issue_cards",
    "lose_cards",
    "prepare_revocation",
    "replace_cards",
    "revoke_participants",
    "ship_cards",
    "unblock_cards",
    "withdraw_cards",
]
