"""All invariants, in the order in which they are checked and shown."""

from typing import Final

from prakerja.oversight.invariants import (
    audit,
    cards,
    catalogue,
    cooperation,
    fees,
    incentives,
    learning,
    ledger,
    payouts,
    people,
    purchases,
    quotas,
    seats,
    selection,
    settlement,
)
from prakerja.oversight.invariants.base import Invariant

INVARIANTS: Final[tuple[type[Invariant], ...]] = (
    *ledger.INVARIANTS,
    *quotas.INVARIANTS,
    *people.INVARIANTS,
    *selection.INVARIANTS,
    *cards.INVARIANTS,
    *purchases.INVARIANTS,
    *fees.INVARIANTS,
    *cooperation.INVARIANTS,
    *seats.INVARIANTS,
    *catalogue.INVARIANTS,
    *learning.INVARIANTS,
    *incentives.INVARIANTS,
    *payouts.INVARIANTS,
    *settlement.INVARIANTS,
    *audit.INVARIANTS,
)
