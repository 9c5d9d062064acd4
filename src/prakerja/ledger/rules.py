"""The chart of accounts: which kind of transfer joins which kinds of account.

Rule: MONEY-01, MONEY-02, MONEY-03, FEE-01, SETTLE-01. The same list stands as the constraint
`kind_moves_between_its_accounts` in sql/transfer_fits_its_kind.sql; a test compares the two.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

KEPT_KINDS: Final = frozenset({"unspent", "training", "incentive"})
"""Account kinds with a running balance; all others are summed."""

TRANSFER_SIDES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "appropriation": ("state_budget", "unspent"),
        "lane_out": ("unspent", "between_lanes"),
        "lane_in": ("between_lanes", "unspent"),
        "reserve_training": ("unspent", "training"),
        "reserve_incentive": ("unspent", "incentive"),
        "reinstate_training": ("unspent", "training"),
        "reinstate_incentive": ("unspent", "incentive"),
        "purchase": ("training", "held"),
        "void": ("held", "training"),
        "void_to_treasury": ("held", "returned"),
        "commission": ("held", "platform_payable"),
        "institution_share": ("held", "institution_payable"),
        "incentive_due": ("incentive", "incentive_payable"),
        "platform_payment": ("platform_payable", "in_payment"),
        "institution_payment": ("institution_payable", "in_payment"),
        "incentive_payment": ("incentive_payable", "in_payment"),
        "payment_done": ("in_payment", "paid"),
        "platform_payment_failed": ("in_payment", "platform_payable"),
        "institution_payment_failed": ("in_payment", "institution_payable"),
        "incentive_payment_failed": ("in_payment", "incentive_payable"),
        "revoke_training": ("training", "returned"),
        "sweep_training": ("training", "returned"),
        "revoke_incentive": ("incentive", "returned"),
        "sweep_incentive": ("incentive", "returned"),
        "incentive_forfeit": ("incentive_payable", "returned"),
        "sweep_held": ("held", "returned"),
        "close_unspent": ("unspent", "returned"),
        "repayment": ("recipient", "recovered"),
    }
)
"""Transfer kind → (debit kind, credit kind)."""
