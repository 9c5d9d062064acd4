"""Writes of the counter, by noun: codes that are sent, purchases, redemptions."""

from prakerja.purchases.operations.authorize import (
    CounterPurchaseRequest,
    PurchaseRequest,
    PurchaseResult,
    authorize_counter_purchases,
    authorize_purchases,
)
from prakerja.purchases.operations.cancel import CancelResult, ClassCancellation, cancel_classes
from prakerja.purchases.operations.otps import OtpRequest, OtpResult, send_otps
from prakerja.purchases.operations.redeem import RedeemRequest, RedeemResult, commit_redeem_codes
from prakerja.purchases.operations.void import VoidRequest, VoidResult, void_purchases

__all__ = [
    "CancelResult",
    "ClassCancellation",
    "CounterPurchaseRequest",
    "OtpRequest",
    "OtpResult",
    "PurchaseRequest",
    "PurchaseResult",
    "RedeemRequest",
    "RedeemResult",
    "VoidRequest",
    "VoidResult",
    "authorize_counter_purchases",
    "authorize_purchases",
    "cancel_classes",
    "commit_redeem_codes",
    "send_otps",
    "void_purchases",
]
