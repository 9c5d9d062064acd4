"""Which state may follow which. The database holds the same table in a trigger; a test compares the two."""

from collections.abc import Mapping
from enum import StrEnum


class RunState(StrEnum):
    """A settlement run."""

    PREPARED = "prepared"
    APPROVED = "approved"
    PAID = "paid"


RUN_MOVES: Mapping[RunState, tuple[RunState, ...]] = {
    RunState.PREPARED: (RunState.APPROVED,),
    RunState.APPROVED: (RunState.PAID,),
    RunState.PAID: (),
}
