"""How often a partner may be wrong: look-ups that find nothing, codes that are not right, signatures that do not fit.

Only misses spend, so that honest traffic has no limit here. A budget fills again with time. It lives in the process:
with several processes a partner has as many budgets, which bounds trawling all the same.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from prakerja.partner_api.errors import Refusal

_FORGET_ABOVE: Final = 10_000


@dataclass(slots=True)
class Budget:
    """A bucket per key: `capacity` misses at once, `per_minute` come back."""

    capacity: int
    per_minute: int
    _spent: dict[str, tuple[float, float]] = field(default_factory=dict)

    def spend(self, key: str, now: float) -> None:
        """One miss; `now` is a monotonic clock's seconds."""
        if len(self._spent) > _FORGET_ABOVE:
            # Somebody makes keys up: those that are full again are forgotten.
            self._spent = {name: one for name, one in self._spent.items() if self._left(one, now) < self.capacity}
        self._spent[key] = (self._left(self._spent.get(key), now) - 1, now)

    def wait_seconds(self, key: str, now: float) -> int:
        """How long until one miss is allowed again; 0: now."""
        left = self._left(self._spent.get(key), now)
        return 0 if left >= 1 else math.ceil((1 - left) * 60 / self.per_minute)

    def _left(self, spent: tuple[float, float] | None, now: float) -> float:
        if spent is None:
            return float(self.capacity)
        left, at = spent
        return min(float(self.capacity), left + (now - at) * self.per_minute / 60)


def look_up_budget() -> Budget:
    """Card numbers and redeem codes that do not exist, or are somebody else's, per partner."""
    return Budget(capacity=600, per_minute=300)


def otp_budget() -> Budget:
    """Wrong OTPs per platform, over all cards: five tries a card alone would let a platform try many."""
    return Budget(capacity=300, per_minute=120)


def signature_budget() -> Budget:
    """Wrong signatures per client code. Right ones always pass: nobody can lock a partner out by its public name."""
    return Budget(capacity=300, per_minute=120)


LOOK_UP_MISSES: Final = frozenset(
    {
        Refusal.CARD_UNKNOWN,
        Refusal.CODE_UNKNOWN,
        Refusal.CODE_OF_ANOTHER_INSTITUTION,
        Refusal.TRANSACTION_UNKNOWN,
        Refusal.INVOICE_UNKNOWN,
    }
)
# Which budget a call draws on, by its address.
LOOK_UPS: Final[Mapping[str, str]] = {
    "payment/send-otp": "look_up",
    "payment/status": "look_up",
    "payment/void": "look_up",
    "payment/authorize": "otp",
    "payment/redeem-code/status": "look_up",
    "payment/redeem-code/commit": "look_up",
    "payment/redeem-code/reset": "look_up",
    "oauth/url-generate": "look_up",
    "tpm/submission": "look_up",
    "tpm/feedback/submission": "look_up",
    "tpm/submission/status": "look_up",
}


class Budgets:
    """The budgets of one process."""

    def __init__(self) -> None:
        self._by_name = {"look_up": look_up_budget(), "otp": otp_budget()}
        self._signatures = signature_budget()

    def wait_seconds(self, path: str, partner: str, now: float) -> int:
        """How long a partner waits before a call; 0: not at all."""
        name = LOOK_UPS.get(path)
        return self._by_name[name].wait_seconds(partner, now) if name else 0

    def note(self, path: str, partner: str, refusal: Refusal, now: float) -> None:
        """A call was refused: a miss spends."""
        name = LOOK_UPS.get(path)
        is_miss = refusal is Refusal.OTP_WRONG if name == "otp" else refusal in LOOK_UP_MISSES
        if name and is_miss:
            self._by_name[name].spend(partner, now)

    def note_wrong_signature(self, client_code: str, now: float) -> int:
        """A signature did not fit: how long the next wrong one waits; 0 while the budget lasts."""
        wait = self._signatures.wait_seconds(client_code, now)
        if not wait:
            self._signatures.spend(client_code, now)
        return wait
