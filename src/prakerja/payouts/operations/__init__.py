"""Writes of payouts: accounts, batches signed by two, the file that goes out and the reply that comes back."""

from prakerja.payouts.operations.account_requests import (
    AccountDecision,
    AccountEntry,
    AccountRequestResult,
    decide_account_requests,
    lapse_account_requests,
    request_accounts,
    withdraw_account_requests,
)
from prakerja.payouts.operations.accounts import (
    LinkRequest,
    LinkResult,
    ValidateRequest,
    ValidateResult,
    link_payout_accounts,
    validate_payout_accounts,
)
from prakerja.payouts.operations.batches import (
    ApproveRequest,
    ApproveResult,
    OrderRequest,
    PrepareResult,
    SendResult,
    Signatures,
    approve_payment_batches,
    prepare_payment_batch,
    retry_failed_orders,
    send_payment_batches,
)
from prakerja.payouts.operations.partner_accounts import (
    PartnerAccountRequest,
    PartnerAccountResult,
    register_partner_accounts,
)
from prakerja.payouts.operations.replies import ReplyResult, read_bank_replies
from prakerja.payouts.operations.reply_entries import (
    ReplyDecision,
    ReplyDecisionResult,
    ReplyEntry,
    ReplyEntryResult,
    decide_bank_replies,
    enter_bank_replies,
    lapse_bank_replies,
)

__all__ = [
    "AccountDecision",
    "AccountEntry",
    "AccountRequestResult",
    "ApproveRequest",
    "ApproveResult",
    "LinkRequest",
    "LinkResult",
    "OrderRequest",
    "PartnerAccountRequest",
    "PartnerAccountResult",
    "PrepareResult",
    "ReplyDecision",
    "ReplyDecisionResult",
    "ReplyEntry",
    "ReplyEntryResult",
    "ReplyResult",
    "SendResult",
    "Signatures",
    "ValidateRequest",
    "ValidateResult",
    "approve_payment_batches",
    "decide_account_requests",
    "decide_bank_replies",
    "enter_bank_replies",
    "lapse_account_requests",
    "lapse_bank_replies",
    "link_payout_accounts",
    "prepare_payment_batch",
    "read_bank_replies",
    "register_partner_accounts",
    "request_accounts",
    "retry_failed_orders",
    "send_payment_batches",
    "validate_payout_accounts",
    "withdraw_account_requests",
]
