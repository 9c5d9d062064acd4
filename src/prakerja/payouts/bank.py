"""What the programme asks of a bank or an e-wallet; `sandbox.py` is the stand-in that we ship."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from prakerja.payouts.bank_file import BankFile


@dataclass(frozen=True, slots=True)
class AccountQuestion:
    """Is this account the person's, known to the bank, and in use?"""

    payout_partner: str
    account_number: str
    nik: str


@dataclass(frozen=True, slots=True)
class AccountAnswer:
    """The three conditions of INC-01 on an account."""

    nik_matches: bool
    kyc_passed: bool
    account_active: bool


class Bank(Protocol):
    """A payout partner, or a gateway to several."""

    def check_accounts(self, questions: Sequence[AccountQuestion]) -> list[AccountAnswer]:
        """One answer per question, in order."""
        ...

    def take_file(self, file: BankFile) -> BankFile:
        """Carry out a file; the reply answers every line. The same file gives the same reply."""
        ...
