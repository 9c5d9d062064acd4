"""How often a partner may be wrong: look-ups that find nothing, codes that are not right, signatures that do not fit.

Only misses spend, so that honest traffic has no limit here. A budget fills again with time. It is one for all
processes: each counts its own misses in memory, adds them twice a second to a table (`partner_misses`, not logged: a
crash of the database fills the budgets), and learns what the others have added. So a partner that turns from process to
process gains at most what it misses in half a second on each.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from prakerja.kit import db
from prakerja.partner_api.errors import Refusal

_FORGET_ABOVE: Final = 10_000
LOOK_UP, OTP, SIGNATURE = "look_up", "otp", "signature"
# Misses since the last time, by budget and key.
Spent = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Share:
    """How full a budget is for a key, over all processes, some seconds ago or now."""

    name: str
    key: str
    left: float


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

    def learn(self, key: str, left: float, now: float) -> None:
        """What is left over all processes."""
        self._spent[key] = (left, now)

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
    "payment/send-otp": LOOK_UP,
    "payment/status": LOOK_UP,
    "payment/void": LOOK_UP,
    "payment/authorize": OTP,
    "payment/redeem-code/status": LOOK_UP,
    "payment/redeem-code/commit": LOOK_UP,
    "payment/redeem-code/reset": LOOK_UP,
    "oauth/url-generate": LOOK_UP,
    "tpm/submission": LOOK_UP,
    "tpm/feedback/submission": LOOK_UP,
    "tpm/submission/status": LOOK_UP,
}


class Budgets:
    """The budgets as one process sees them."""

    def __init__(self) -> None:
        self._by_name = {LOOK_UP: look_up_budget(), OTP: otp_budget(), SIGNATURE: signature_budget()}
        self._unshared: Spent = {}

    def wait_seconds(self, path: str, partner: str, now: float) -> int:
        """How long a partner waits before a call; 0: not at all."""
        name = LOOK_UPS.get(path)
        return self._by_name[name].wait_seconds(partner, now) if name else 0

    def note(self, path: str, partner: str, refusal: Refusal, now: float) -> None:
        """A call was refused: a miss spends."""
        name = LOOK_UPS.get(path)
        is_miss = refusal is Refusal.OTP_WRONG if name == OTP else refusal in LOOK_UP_MISSES
        if name and is_miss:
            self._spend(name, partner, now)

    def note_wrong_signature(self, client_code: str, now: float) -> int:
        """A signature did not fit: how long the next wrong one waits; 0 while the budget lasts."""
        wait = self._by_name[SIGNATURE].wait_seconds(client_code, now)
        if not wait:
            self._spend(SIGNATURE, client_code, now)
        return wait

    def take_spent(self) -> "list[Addition]":
        """What this process spent since the last time."""
        spent, self._unshared = self._unshared, {}
        return [
            Addition(name, key, count, self._by_name[name].capacity, self._by_name[name].per_minute)
            for (name, key), count in sorted(spent.items())
        ]

    def learn(self, shares: Sequence[Share], now: float) -> None:
        """What all processes have spent; what this one spent meanwhile counts too."""
        for share in shares:
            budget = self._by_name.get(share.name)
            if budget is not None:
                budget.learn(share.key, share.left - self._unshared.get((share.name, share.key), 0), now)

    def _spend(self, name: str, key: str, now: float) -> None:
        self._by_name[name].spend(key, now)
        self._unshared[name, key] = self._unshared.get((name, key), 0) + 1


@dataclass(frozen=True, slots=True)
class Addition:
    """Misses of one process, with the shape of their budget."""

    name: str
    key: str
    count: int
    capacity: int
    per_minute: int


def share_misses(additions: Sequence[Addition]) -> list[Share]:
    """Add a process's misses to those of all, and read what is left wherever a budget is not full.

    Two statements; keys in order, so that processes do not wait for each other in a circle.
    """
    if additions:
        db.execute(
            """
            INSERT INTO partner_misses AS m (name, key, tokens, capacity, per_minute, counted_at)
            SELECT g.name, g.key, g.capacity - g.count, g.capacity, g.per_minute, clock_timestamp()
            FROM json_to_recordset(%s::json)
                AS g (name text, key text, count integer, capacity integer, per_minute integer)
            ORDER BY g.name, g.key
            ON CONFLICT (name, key) DO UPDATE
            SET tokens = least(
                    m.capacity,
                    m.tokens + extract(epoch FROM excluded.counted_at - m.counted_at) * m.per_minute / 60.0
                ) - (excluded.capacity - excluded.tokens),
                capacity = excluded.capacity,
                per_minute = excluded.per_minute,
                counted_at = excluded.counted_at
            """,
            (db.encode_json(additions),),
        )
    found = db.rows(
        """
        SELECT m.name, m.key, m.left_now
        FROM (
            SELECT name, key, capacity,
                tokens + extract(epoch FROM clock_timestamp() - counted_at) * per_minute / 60.0 AS left_now
            FROM partner_misses
        ) AS m
        WHERE m.left_now < m.capacity
        ORDER BY m.name, m.key
        LIMIT 10000
        """
    )
    return [Share(name, key, float(left)) for name, key, left in found]
