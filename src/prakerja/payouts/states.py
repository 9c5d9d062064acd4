"""Which state may follow which. The database holds the same tables in triggers; a test compares the two."""

from collections.abc import Mapping
from enum import StrEnum


class BatchState(StrEnum):
    """A payment batch from its first signature to the bank's answer."""

    PREPARED = "prepared"
    APPROVED = "approved"
    SENT = "sent"
    ANSWERED = "answered"


class AccountRequestState(StrEnum):
    """An account that a partner entered."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class BankReplyState(StrEnum):
    """A reply of the bank that somebody of the office entered."""

    WAITING = "waiting"
    BOOKED = "booked"
    REFUSED = "refused"
    LAPSED = "lapsed"


class OrderState(StrEnum):
    """A payment order."""

    PREPARED = "prepared"
    SENT = "sent"
    PAID = "paid"
    FAILED = "failed"


BATCH_MOVES: Mapping[BatchState, tuple[BatchState, ...]] = {
    BatchState.PREPARED: (BatchState.APPROVED,),
    BatchState.APPROVED: (BatchState.SENT,),
    BatchState.SENT: (BatchState.ANSWERED,),
    BatchState.ANSWERED: (),
}

ORDER_MOVES: Mapping[OrderState, tuple[OrderState, ...]] = {
    OrderState.PREPARED: (OrderState.SENT,),
    OrderState.SENT: (OrderState.PAID, OrderState.FAILED),
    OrderState.PAID: (),
    OrderState.FAILED: (),
}

ACCOUNT_REQUEST_MOVES: Mapping[AccountRequestState, tuple[AccountRequestState, ...]] = {
    AccountRequestState.WAITING: (
        AccountRequestState.CONFIRMED,
        AccountRequestState.REFUSED,
        AccountRequestState.WITHDRAWN,
        AccountRequestState.LAPSED,
    ),
    AccountRequestState.CONFIRMED: (),
    AccountRequestState.REFUSED: (),
    AccountRequestState.WITHDRAWN: (),
    AccountRequestState.LAPSED: (),
}

BANK_REPLY_MOVES: Mapping[BankReplyState, tuple[BankReplyState, ...]] = {
    BankReplyState.WAITING: (BankReplyState.BOOKED, BankReplyState.REFUSED, BankReplyState.LAPSED),
    BankReplyState.BOOKED: (),
    BankReplyState.REFUSED: (),
    BankReplyState.LAPSED: (),
}
