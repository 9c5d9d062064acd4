"""Pure decisions about payouts.

Rule: INC-01 (the account: same NIK, KYC, active).
"""

import re

from prakerja.payouts.bank import AccountAnswer
from prakerja.payouts.errors import ValidateCode

PAYOUT_PARTNERS = ("bni", "gopay", "linkaja", "ovo", "dana")
"""Banks and e-wallets with an agreement; data of the deployment in the end [I]."""

ACCOUNT_DIGITS = range(8, 21)
_BANK = re.compile(r"[A-Za-z][A-Za-z .&-]{1,39}")

TEMPORARY_FAILURES = frozenset({"bank_unavailable", "limit_of_the_day"})
"""Reasons that may go away by themselves: the order is retried on the same account. All others need another account."""

PAYMENT_KINDS = {
    "participant": "incentive_payment",
    "platform": "platform_payment",
    "institution": "institution_payment",
}
"""Payee kind → kind of the ledger's transfer when it is sent; `…_failed` takes it back."""


def account_number_is_well_formed(number: str) -> bool:
    """8 to 20 ASCII digits."""
    return number.isascii() and number.isdigit() and len(number) in ACCOUNT_DIGITS


def bank_is_well_formed(bank: str) -> bool:
    """A bank's short name: letters, spaces, dots and dashes, without a digit that could be taken for the account's."""
    return _BANK.fullmatch(bank.strip()) is not None


def judge_account(answer: AccountAnswer) -> ValidateCode:
    """Same NIK, then KYC, then active. Rule: INC-01."""
    if not answer.nik_matches:
        return ValidateCode.NIK_DIFFERS
    if not answer.kyc_passed:
        return ValidateCode.KYC_MISSING
    if not answer.account_active:
        return ValidateCode.INACTIVE
    return ValidateCode.OK


def may_be_tried_again(reason: str, *, same_account: bool) -> bool:
    """Whether a failed order goes into another batch: its fault may have passed, or the payee has another account."""
    return not (same_account and needs_another_account(reason))


def needs_another_account(reason: str) -> bool:
    """Whether a failure stays until the payee links another account."""
    return reason not in TEMPORARY_FAILURES
