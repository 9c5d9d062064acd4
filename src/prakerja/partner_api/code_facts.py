"""What all calls about a redeem code ask first: whether it is known, whose it is, and in which lane it stands."""

from typing import Final, TypeVar

from prakerja.kit import codes
from prakerja.kit.lanes import lane_of
from prakerja.partner_api.calls import Asked
from prakerja.partner_api.errors import Refusal, Refused
from prakerja.partner_api.queries import CodeFacts
from prakerja.partner_api.sandbox_codes import plain_code
from prakerja.partner_api.types import (
    CommitRequest,
    FeedbackRequest,
    RedeemStatusRequest,
    TaskRequest,
    TaskStatusRequest,
    UrlGenerateRequest,
)

CodeRequestT = TypeVar(
    "CodeRequestT",
    RedeemStatusRequest,
    CommitRequest,
    UrlGenerateRequest,
    TaskRequest,
    FeedbackRequest,
    TaskStatusRequest,
)


CODE_REFUSALS: Final = (
    Refusal.CODE_UNKNOWN,
    Refusal.CODE_OF_ANOTHER_INSTITUTION,
    Refusal.TRANSACTION_VOIDED,
    Refusal.PURCHASE_CLOSED,
)


def refusal_of_code(one: Asked[CodeRequestT], facts: CodeFacts | None) -> Refused | None:
    """The first of `CODE_REFUSALS` that applies; None: the code counts."""
    if facts is None:
        return Refused(Refusal.CODE_UNKNOWN)
    if facts.institution_id != one.key.partner_id:
        return Refused(Refusal.CODE_OF_ANOTHER_INSTITUTION)
    if facts.state == "voided":
        return Refused(Refusal.TRANSACTION_VOIDED)
    if facts.state == "expired":
        return Refused(Refusal.PURCHASE_CLOSED)
    return None


def lane_of_code(asked: Asked[CodeRequestT]) -> int:
    """The queue of a code; one that does not decode waits in the first."""
    seed = codes.redeem_code_lane_seed(plain_code(asked.request.redeem_code))
    return 0 if seed is None else lane_of(seed)
