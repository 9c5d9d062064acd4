"""SANDBOX: a bank that keeps no books but always answers the same, by its seed.

A person's account number is computed from seed, partner and NIK, so that the bank "knows" whose it is without a table.
It pays no money; nothing here is reachable in production.
"""

from collections.abc import Sequence
from hashlib import blake2b

from prakerja.payouts.bank import AccountAnswer, AccountQuestion
from prakerja.payouts.bank_file import BankFile, BankLine, read_bank_file
from prakerja.payouts.bank_reply import FAILED, PAID, ReplyLine, write_reply_file

TEMPORARY_REASONS = ("bank_unavailable", "limit_of_the_day")
ACCOUNT_REASONS = ("account_closed", "account_blocked")
_REASONS = (*TEMPORARY_REASONS, *ACCOUNT_REASONS)
_TEN_THOUSAND = 10_000


class BankSandbox:
    """A deterministic bank: rates in hundredths of a per cent (150 = 1.5 %)."""

    def __init__(self, seed: int | str, *, failure_bp: int = 150, no_kyc_bp: int = 200, inactive_bp: int = 100) -> None:
        self._key = blake2b(str(seed).encode(), digest_size=32).digest()
        self._failure_bp = failure_bp
        self._no_kyc_bp = no_kyc_bp
        self._inactive_bp = inactive_bp

    def account_of(self, payout_partner: str, nik: str, *, number: int = 1) -> str:
        """The number of a person's account at a partner; `number` 2, 3 … are further accounts of the same person."""
        return f"{number % 10}{self._draw('account', payout_partner, nik, str(number), limit=10**11):011d}"

    def check_accounts(self, questions: Sequence[AccountQuestion]) -> list[AccountAnswer]:
        """Whether each account is the person's, known and in use; one answer per question, in order."""
        return [
            AccountAnswer(
                nik_matches=self._is_of(question),
                kyc_passed=self._draw("kyc", question.account_number, limit=_TEN_THOUSAND) >= self._no_kyc_bp,
                account_active=self._draw("active", question.account_number, limit=_TEN_THOUSAND) >= self._inactive_bp,
            )
            for question in questions
        ]

    def take_file(self, file: BankFile) -> BankFile:
        """Answer every line: paid with a reference, or failed with a reason."""
        number, lines = read_bank_file(file)
        return write_reply_file(number, [self._answer(line) for line in lines])

    def _answer(self, line: BankLine) -> ReplyLine:
        # The reference differs in every batch, so that a retry is drawn anew.
        if self._draw("fails", line.reference, line.account, limit=_TEN_THOUSAND) < self._failure_bp:
            reason = _REASONS[self._draw("reason", line.reference, limit=len(_REASONS))]
            return ReplyLine(line.line, line.reference, FAILED, line.amount_idr, "", reason)
        reference = f"SBX{self._draw('reference', line.reference, limit=10**12):012d}"
        return ReplyLine(line.line, line.reference, PAID, line.amount_idr, reference, "")

    def _is_of(self, question: AccountQuestion) -> bool:
        if question.account_number[:1] not in set("123456789"):
            return False
        number = int(question.account_number[:1])
        return question.account_number == self.account_of(question.payout_partner, question.nik, number=number)

    def _draw(self, *words: str, limit: int) -> int:
        digest = blake2b("\x1f".join(words).encode(), key=self._key, digest_size=8).digest()
        return int.from_bytes(digest) % limit
