"""Which state of a purchase may follow which."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class PurchaseState(StrEnum):
    """Where a purchase stands."""

    PAID = "paid"
    REDEEMED = "redeemed"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    VOIDED = "voided"
    EXPIRED = "expired"


TRANSITIONS: Final[Mapping[PurchaseState, frozenset[PurchaseState]]] = MappingProxyType(
    {
        PurchaseState.PAID: frozenset({PurchaseState.REDEEMED, PurchaseState.VOIDED, PurchaseState.EXPIRED}),
        PurchaseState.REDEEMED: frozenset(
            {PurchaseState.COMPLETED, PurchaseState.NOT_COMPLETED, PurchaseState.EXPIRED}
        ),
        # The programme office returns the institution's report: it is reported anew (LEARN-05).
        PurchaseState.COMPLETED: frozenset({PurchaseState.REDEEMED}),
        # The money of a course that was not completed is held until the books close, then swept.
        PurchaseState.NOT_COMPLETED: frozenset({PurchaseState.REDEEMED, PurchaseState.EXPIRED}),
        PurchaseState.VOIDED: frozenset(),
        PurchaseState.EXPIRED: frozenset(),
    }
)
