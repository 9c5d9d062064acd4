"""Which state may follow which. The database holds the same table in a trigger; a test compares the two."""

from collections.abc import Mapping
from enum import StrEnum


class IncentiveState(StrEnum):
    """An incentive from its entitlement to the account."""

    NOT_YET_DUE = "not_yet_due"
    WAITING = "waiting"
    SCHEDULED = "scheduled"
    IN_TRANSFER = "in_transfer"
    PAID = "paid"
    FAILED = "failed"
    FORFEITED = "forfeited"


INCENTIVE_MOVES: Mapping[IncentiveState, tuple[IncentiveState, ...]] = {
    IncentiveState.NOT_YET_DUE: (IncentiveState.WAITING, IncentiveState.FORFEITED),
    IncentiveState.WAITING: (IncentiveState.SCHEDULED, IncentiveState.FORFEITED),
    IncentiveState.SCHEDULED: (IncentiveState.IN_TRANSFER,),
    IncentiveState.IN_TRANSFER: (IncentiveState.PAID, IncentiveState.FAILED),
    IncentiveState.FAILED: (IncentiveState.SCHEDULED, IncentiveState.FORFEITED),
    IncentiveState.PAID: (),
    IncentiveState.FORFEITED: (),
}
