"""Writes of payouts: accounts, batches signed by two, the file that goes out and the reply that comes back."""

from prakerja.payouts.operations.accounts import (
    LinkRequest,
    LinkResult,
    PartnerAccountRequest,
    PartnerAccountResult,
    ValidateRequest,
    ValidateResult,
    link_payout_accounts,
    register_partner_accounts,
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
from prakerja.payouts.operations.replies import ReplyResult, read_bank_replies

__all__ = [
    "ApproveRequest",
    "ApproveResult",
    "LinkRequest",
    "LinkResult",
    "OrderRequest",
    "PartnerAccountRequest",
    "PartnerAccountResult",
    "PrepareResult",
    "ReplyResult",
    "SendResult",
    "Signatures",
    "ValidateRequest",
    "ValidateResult",
    "approve_payment_batches",
    "link_payout_accounts",
    "prepare_payment_batch",
    "read_bank_replies",
    "register_partner_accounts",
    "retry_failed_orders",
    "send_payment_batches",
    "validate_payout_accounts",
]
