"""Taking a purchase back while its code is unused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.kit.lanes import lane_of
from prakerja.purchases.errors import VoidCode
from prakerja.purchases.operations.by_lane import answer_by_lane


@dataclass(frozen=True, slots=True)
class VoidRequest:
    """A platform takes back its own transaction."""

    platform_id: UUID
    invoice_code: str
    transaction_code: str
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class VoidResult:
    """The answer to one request."""

    code: VoidCode


def void_purchases(context: Context, requests: Sequence[VoidRequest]) -> list[VoidResult]:
    """Void purchases: the money and the seat go back; one answer per request, in order.

    Codes in order of precedence: see `VoidCode`. Cost: one SQL call per lane. Rule: CARD-01.
    """
    lanes: list[int | None] = []
    items: list[Mapping[str, object]] = []
    for request in requests:
        seed = codes.transaction_code_lane_seed(request.transaction_code)
        lanes.append(None if seed is None else lane_of(seed))
        items.append(
            {
                "event_id": context.uuid(),
                "actor": request.actor or context.actor,
                "platform_id": request.platform_id,
                "invoice_code": request.invoice_code,
                "transaction_code": request.transaction_code,
            }
        )

    def call(lane: int, chosen: Sequence[Mapping[str, object]]) -> list[db.Row]:
        return db.call("void_purchases", lane, chosen, now=context.now)

    return [
        VoidResult(VoidCode(answer[1]) if answer else VoidCode.TRANSACTION_UNKNOWN)
        for answer in answer_by_lane(lanes, items, call=call)
    ]
