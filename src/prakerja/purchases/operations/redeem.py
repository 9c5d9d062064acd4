"""The institution commits a redeem code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.kit.lanes import lane_of
from prakerja.purchases.errors import RedeemCode
from prakerja.purchases.operations.by_lane import answer_by_lane
from prakerja.purchases.rules import RedeemWindow


@dataclass(frozen=True, slots=True)
class RedeemRequest:
    """A code and the institution that shows it."""

    institution_id: UUID
    redeem_code: str
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class RedeemResult:
    """The answer to one code; the purchase where the code is this institution's."""

    code: RedeemCode
    lane: int | None = None
    purchase_id: UUID | None = None


def commit_redeem_codes(
    context: Context, requests: Sequence[RedeemRequest], *, windows: Sequence[RedeemWindow]
) -> list[RedeemResult]:
    """Mark codes as used: one answer per request, in order.

    `windows` is `rules.redeem_windows` of the regimes: the rule of the day of the purchase counts.
    Codes in order of precedence: see `RedeemCode`. Cost: one SQL call per lane. Rule: LEARN-01.
    """
    lanes: list[int | None] = []
    items: list[Mapping[str, object]] = []
    for request in requests:
        seed = codes.redeem_code_lane_seed(request.redeem_code)
        lanes.append(None if seed is None else lane_of(seed))
        items.append(
            {
                "event_id": context.uuid(),
                "actor": request.actor or context.actor,
                "institution_id": request.institution_id,
                "redeem_code": request.redeem_code,
            }
        )
    in_force = db.encode_json(windows)

    def call(lane: int, chosen: Sequence[Mapping[str, object]]) -> list[db.Row]:
        return db.call("commit_redeem_codes", lane, chosen, now=context.now, windows=in_force)

    return [_result(answer, lane) for answer, lane in zip(answer_by_lane(lanes, items, call=call), lanes, strict=True)]


def _result(answer: db.Row | None, lane: int | None) -> RedeemResult:
    if answer is None:
        return RedeemResult(RedeemCode.CODE_UNKNOWN)
    code = RedeemCode(answer[1])
    if code in {RedeemCode.CODE_UNKNOWN, RedeemCode.CODE_OF_ANOTHER_INSTITUTION}:
        return RedeemResult(code)
    return RedeemResult(code, lane, answer[2])
