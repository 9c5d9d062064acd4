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


class RepaymentState(StrEnum):
    """What somebody who was never eligible has to pay back (REV-01)."""

    NOT_DUE = "not_due"
    DUE = "due"
    OVERDUE = "overdue"
    PAID = "paid"
    CANCELLED = "cancelled"


REPAYMENT_MOVES: Mapping[RepaymentState, tuple[RepaymentState, ...]] = {
    RepaymentState.NOT_DUE: (),
    RepaymentState.DUE: (RepaymentState.OVERDUE, RepaymentState.PAID, RepaymentState.CANCELLED),
    RepaymentState.OVERDUE: (RepaymentState.PAID, RepaymentState.CANCELLED),
    RepaymentState.PAID: (),
    RepaymentState.CANCELLED: (),
}
