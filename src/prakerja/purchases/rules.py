"""Pure decisions of the counter: hashes that bind a request, an OTP, and the windows of redemption."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Final
from uuid import UUID

from prakerja.kit.crypto import keyed_hash
from prakerja.programme.regimes import Regime

OTP_LIFE_SECONDS: Final = 300
OTP_TRIES: Final = 5
OTP_DIGITS: Final = 6


def hash_request(*parts: str) -> UUID:
    """128 bits over everything that makes a request the same request; parts can't run into each other."""
    digest = blake2b(digest_size=16)
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(4, "big"))
        digest.update(encoded)
    return UUID(bytes=digest.digest())


def hash_otp(token_id: UUID, otp: str) -> UUID:
    """128 bits of a keyed hash of the code and its token: what is stored instead of the code."""
    return UUID(bytes=keyed_hash(token_id.bytes + otp.encode(), purpose="otp")[:16])


@dataclass(frozen=True, slots=True)
class RedeemWindow:
    """When a code may be redeemed, for purchases of a stretch of days; None minutes: at any time. Rule: LEARN-01."""

    from_date: date
    until_date: date | None
    before_minutes: int | None
    after_minutes: int | None


def redeem_windows(regimes: Iterable[Regime]) -> list[RedeemWindow]:
    """The rule's value for each stretch of days of the regimes. Rule: LEARN-01."""
    return [
        RedeemWindow(
            regime.in_force_from, regime.in_force_until, regime.redeem_before_minutes, regime.redeem_after_minutes
        )
        for regime in regimes
    ]
