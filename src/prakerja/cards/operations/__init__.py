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
from prakerja.cards.operations.manifests import (
    ManifestResult,
    make_print_manifests,
    receive_manifest,
    ship_manifest,
)
from prakerja.cards.operations.notices import NoticeCounts, send_deadline_notices, write_to_participants
from prakerja.cards.operations.pins import change_pins
from prakerja.cards.operations.reinstatement import (
    ReinstatementResult,
    approve_reinstatement,
    lapse_reinstatements,
    prepare_reinstatement,
    reject_reinstatement,
    retry_reinstatements,
)
from prakerja.cards.operations.removals import DecliningResult, decline_revocation, take_off_revocation
from prakerja.cards.operations.replacement import exchange_cards, replace_cards
from prakerja.cards.operations.revocation import RevocationResult, prepare_revocation, revoke_participants
from prakerja.cards.operations.sweep import SweepResult, expire_balances

__all__ = [
    "Activation",
    "CardResult",
    "DecliningResult",
    "HandOver",
    "IssueResult",
    "ManifestResult",
    "NoticeCounts",
    "ReinstatementResult",
    "RevocationResult",
    "SweepResult",
    "activate_cards",
    "approve_reinstatement",
    "block_cards",
    "change_pins",
    "decline_revocation",
    "exchange_cards",
    "expire_balances",
    "hand_over_cards",
    "issue_cards",
    "lapse_reinstatements",
    "lose_cards",
    "make_print_manifests",
    "prepare_reinstatement",
    "prepare_revocation",
    "receive_manifest",
    "reject_reinstatement",
    "replace_cards",
    "retry_reinstatements",
    "revoke_participants",
    "send_deadline_notices",
    "ship_cards",
    "ship_manifest",
    "take_off_revocation",
    "unblock_cards",
    "withdraw_cards",
    "write_to_participants",
]
