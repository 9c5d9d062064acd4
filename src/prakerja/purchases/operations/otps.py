"""Sending the code that a participant reads to a platform."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.kit.lanes import lane_of
from prakerja.kit.settings import get_settings
from prakerja.purchases.errors import OtpCode
from prakerja.purchases.operations.by_lane import answer_by_lane
from prakerja.purchases.rules import OTP_DIGITS, OTP_LIFE_SECONDS, OTP_TRIES, hash_otp


@dataclass(frozen=True, slots=True)
class OtpRequest:
    """A platform asks for a code. The card is found by its number; `card_lane_seed` is decoded from it."""

    platform_id: UUID
    platform_user_id: str
    card_id: UUID
    card_lane_seed: int
    schedule_id: UUID
    amount_idr: int
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class OtpResult:
    """The token for the platform, and the code for the participant's phone alone.

    `again_at`: from when on a card that was sent too many codes may be sent another; nothing tells how many there were.
    """

    code: OtpCode
    payment_token: str | None = None
    otp: str | None = None
    again_at: datetime | None = None


def send_otps(context: Context, requests: Sequence[OtpRequest], *, machine_now: datetime) -> list[OtpResult]:
    """Make a code for each purchase that could be made now; the caller hands `otp` to the messenger and forgets it.

    Codes in order of precedence: see `OtpCode`. A code lives `OTP_LIFE_SECONDS` and takes `OTP_TRIES` tries; then the
    card waits on that platform. A card is sent few codes that buy nothing, over all platforms and
    processes (`otp_codes_per_hour` and `otp_codes_per_day` of the settings). Cost: one SQL call per lane.
    """
    settings = get_settings()
    lanes: list[int | None] = []
    items: list[Mapping[str, object]] = []
    secrets: list[tuple[str, str]] = []
    for request in requests:
        token_id = context.uuid()
        otp = f"{_below(context, 10**OTP_DIGITS):0{OTP_DIGITS}d}"
        secrets.append((codes.payment_token(request.card_lane_seed, token_id), otp))
        lanes.append(lane_of(request.card_lane_seed))
        items.append(
            {
                "token_id": token_id,
                "event_id": context.uuid(),
                "actor": request.actor or context.actor,
                "platform_id": request.platform_id,
                "card_id": request.card_id,
                "schedule_id": request.schedule_id,
                "amount_idr": request.amount_idr,
                "platform_user_id": request.platform_user_id,
                "code_hash": hash_otp(token_id, otp),
            }
        )

    def call(lane: int, chosen: Sequence[Mapping[str, object]]) -> list[db.Row]:
        return db.call(
            "send_otps",
            lane,
            chosen,
            now=context.now,
            machine_now=machine_now,
            life=timedelta(seconds=OTP_LIFE_SECONDS),
            tries=OTP_TRIES,
            per_hour=settings.otp_codes_per_hour,
            per_day=settings.otp_codes_per_day,
        )

    results = []
    for answer, (payment_token, otp) in zip(answer_by_lane(lanes, items, call=call), secrets, strict=True):
        code = OtpCode(answer[1]) if answer else OtpCode.CARD_UNKNOWN
        if code is OtpCode.OK:
            results.append(OtpResult(code, payment_token, otp))
        else:
            results.append(OtpResult(code, again_at=answer[2] if answer else None))
    return results


def _below(context: Context, bound: int) -> int:
    """A uniform number below the bound: drawn again when it falls above."""
    bits = bound.bit_length()
    while (drawn := context.ids.bits(bits)) >= bound:
        continue
    return drawn
