"""How often something may be tried: one counter per kind and key, on the machine's clock.

A key is hashed with a key of this deployment: the table names no account, contact or address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from prakerja.kit import db
from prakerja.kit.crypto import keyed_hash


@dataclass(frozen=True, slots=True)
class Budget:
    """`most` attempts of a kind within `within`, counted from the first one."""

    kind: str
    most: int
    within: timedelta


def spend_attempts(budget: Budget, keys: Sequence[str], *, machine_now: datetime) -> list[bool]:
    """Count one attempt per key; whether it is still within the budget, in order. A key that is named twice pays twice.

    The counter begins anew when its time is over. Cost: one statement per key; rows are locked one by one.
    """
    return [_spend(budget, key, machine_now) <= budget.most for key in keys]


def attempts_are_left(budget: Budget, key: str, *, machine_now: datetime) -> bool:
    """Whether one more attempt is within the budget; counts nothing."""
    spent = db.row(
        "SELECT attempts FROM attempt_counts WHERE key_hash = %s AND counted_from > %s",
        [_hash(budget, key), machine_now - budget.within],
    )
    return spent is None or spent[0] < budget.most


def forget_attempts(budget: Budget, keys: Sequence[str]) -> None:
    """Give the budget back, after the right answer."""
    db.execute("DELETE FROM attempt_counts WHERE key_hash = ANY (%s)", [[_hash(budget, key) for key in keys]])


def sweep_attempts(*, machine_now: datetime) -> int:
    """Remove counters of yesterday and before; how many. For the daily job."""
    return db.execute("DELETE FROM attempt_counts WHERE counted_from < %s", [machine_now - timedelta(days=1)])


def _hash(budget: Budget, key: str) -> bytes:
    return keyed_hash(f"{budget.kind}\x00{key}".encode(), purpose="attempt count")


def _spend(budget: Budget, key: str, machine_now: datetime) -> int:
    spent: int = db.value(
        """
        INSERT INTO attempt_counts AS a (key_hash, kind, counted_from, attempts)
        VALUES (%(key)s, %(kind)s, %(now)s, 1)
        ON CONFLICT (key_hash) DO UPDATE
        SET attempts = CASE WHEN a.counted_from > %(since)s THEN a.attempts + 1 ELSE 1 END,
            counted_from = CASE WHEN a.counted_from > %(since)s THEN a.counted_from ELSE excluded.counted_from END
        RETURNING attempts
        """,
        {
            "key": _hash(budget, key),
            "kind": budget.kind,
            "now": machine_now,
            "since": machine_now - budget.within,
        },
    )
    return spent
