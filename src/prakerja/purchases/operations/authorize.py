"""Paying: a platform's purchase with an OTP, and a purchase at an institution's counter with a PIN."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.cards.operations.custody import pin_hash
from prakerja.kit import codes, db
from prakerja.kit.context import Context
from prakerja.kit.lanes import lane_of
from prakerja.kit.settings import get_settings
from prakerja.programme.regimes import Regime
from prakerja.purchases.errors import PurchaseCode
from prakerja.purchases.operations.by_lane import LaneCall, answer_by_lane
from prakerja.purchases.rules import hash_otp


@dataclass(frozen=True, slots=True)
class PurchaseRequest:
    """A platform's purchase. `request_hash` is `rules.hash_request` of body and payment token."""

    platform_id: UUID
    invoice_code: str
    payment_token: str
    otp: str
    request_hash: UUID
    actor: str | None = None
    """Who asks, when it is not the context's actor: a batch carries the requests of several partners."""


@dataclass(frozen=True, slots=True)
class CounterPurchaseRequest:
    """A regular card's purchase at an institution's counter, through a platform that lists the course (SCHEME-04)."""

    platform_id: UUID
    invoice_code: str
    card_id: UUID
    card_lane_seed: int
    pin: str
    schedule_id: UUID
    amount_idr: int
    request_hash: UUID
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class PurchaseResult:
    """The answer to one request; the other fields are filled for `ok` and `repeated`, the holder's name for `ok`."""

    code: PurchaseCode
    lane: int | None = None
    purchase_id: UUID | None = None
    participant_id: UUID | None = None
    transaction_code: str | None = None
    amount_idr: int | None = None
    holder_name: str | None = None


def authorize_purchases(
    context: Context, requests: Sequence[PurchaseRequest], *, regime: Regime, machine_now: datetime
) -> list[PurchaseResult]:
    """Debit cards for platforms' purchases: one answer per request, in order; a bad one never fails the others.

    `regime` is the one in force today; `machine_now` is the machine's clock, on which OTPs live.
    Codes in order of precedence: see `PurchaseCode`. Cost: one SQL call and one commit per lane.
    Rule: CARD-01, CARD-02, CARD-03, CARD-04, SCHEME-02, SCHEME-05, SCHEME-10.
    """
    lanes: list[int | None] = []
    items: list[dict[str, object]] = []
    for request in requests:
        token = codes.parse_payment_token(request.payment_token)
        seed, token_id = token or (0, None)
        item = _item(context, request, seed, regime)
        item["token_id"] = token_id
        item["otp_hash"] = hash_otp(token_id, request.otp) if token_id else None
        lanes.append(lane_of(seed) if token else None)
        items.append(item)
    return _authorize(context, lanes, items, machine_now, PurchaseCode.TOKEN_UNKNOWN)


def authorize_counter_purchases(
    context: Context, requests: Sequence[CounterPurchaseRequest], *, regime: Regime, machine_now: datetime
) -> list[PurchaseResult]:
    """Debit regular cards at counters of institutions, with the card's PIN; otherwise as `authorize_purchases`.

    Rule: SCHEME-04, CARD-01, CARD-02, CARD-03, CARD-04.
    """
    lanes: list[int | None] = []
    items: list[dict[str, object]] = []
    for request in requests:
        item = _item(context, request, request.card_lane_seed, regime)
        item["card_id"] = request.card_id
        item["pin_hash"] = pin_hash(request.card_id, request.pin).hex()
        item["schedule_id"] = request.schedule_id
        item["amount_idr"] = request.amount_idr
        lanes.append(lane_of(request.card_lane_seed))
        items.append(item)
    return _authorize(context, lanes, items, machine_now, PurchaseCode.CARD_UNKNOWN)


def _item(
    context: Context, request: PurchaseRequest | CounterPurchaseRequest, seed: int, regime: Regime
) -> dict[str, object]:
    return {
        "purchase_id": context.uuid(),
        "event_id": context.uuid(),
        "actor": request.actor or context.actor,
        "platform_id": request.platform_id,
        "invoice_code": request.invoice_code,
        "request_hash": request.request_hash,
        "transaction_code": codes.transaction_code(seed, context.ids.bits(codes.TRANSACTION_RANDOM_BITS)),
        "redeem_code": codes.redeem_code(seed, context.ids.bits(codes.REDEEM_RANDOM_BITS)),
        "regime_version": regime.version,
        "only_after_completion": regime.second_course_after_completion,
    }


def _authorize(
    context: Context,
    lanes: Sequence[int | None],
    items: Sequence[Mapping[str, object]],
    machine_now: datetime,
    undecodable: PurchaseCode,
) -> list[PurchaseResult]:
    def call(lane: int, chosen: Sequence[Mapping[str, object]]) -> list[db.Row]:
        return db.rows(
            """
            SELECT *
            FROM authorize_purchases(
                %s::smallint,
                ARRAY(SELECT item FROM json_populate_recordset(NULL::purchase_item, %s) AS item),
                %s,
                %s
            )
            """,
            (lane, db.encode_json(chosen), context.now, machine_now),
        )

    answers = answer_by_lane(lanes, items, call=call)
    if get_settings().lanes > 1:
        _sell_seats_of_other_lanes(answers, lanes, items, call)
    results = [
        PurchaseResult(undecodable) if answer is None else _result(answer, lane, item)
        for answer, lane, item in zip(answers, lanes, items, strict=True)
    ]
    return _with_stored_answers(results)


def _result(answer: db.Row, lane: int | None, item: Mapping[str, object]) -> PurchaseResult:
    code = PurchaseCode(answer[1])
    if code not in {PurchaseCode.OK, PurchaseCode.REPEATED}:
        return PurchaseResult(code)
    return PurchaseResult(code, lane, answer[2], answer[3], str(item["transaction_code"]), answer[4], answer[5])


def _sell_seats_of_other_lanes(
    answers: list[db.Row | None],
    lanes: Sequence[int | None],
    items: Sequence[Mapping[str, object]],
    call: LaneCall,
) -> None:
    """Decide anew for whom a lane still has seats: refused only when no lane has any left.

    Another caller may fetch the seats again before the purchase is decided: then they are fetched back.
    """
    for position, lane in enumerate(lanes):
        while lane is not None and _is_sold_out(answers[position]) and _fetch_seats(lane, items[position]):
            answers[position] = answer_by_lane([lane], [items[position]], call=call)[0]


def _is_sold_out(answer: db.Row | None) -> bool:
    return answer is not None and answer[1] == PurchaseCode.SOLD_OUT


def _fetch_seats(lane: int, item: Mapping[str, object]) -> bool:
    """Whether the lane has seats of the item's class after it was given those of all lanes."""
    with db.transaction():
        # The schedule of a platform's purchase stands with its token.
        schedule_id = item.get("schedule_id") or db.value(
            "SELECT schedule_id FROM otps WHERE lane = %s AND token_id = %s", (lane, item["token_id"])
        )
        moved = db.value("SELECT move_seats(%s, %s::smallint)", (schedule_id, lane))
        # None moved: the lane may have some all the same, fetched a moment ago for another purchase.
        return bool(
            moved
            or db.value(
                "SELECT seats_left FROM seat_allotments WHERE lane = %s AND schedule_id = %s", (lane, schedule_id)
            )
        )


def _with_stored_answers(results: list[PurchaseResult]) -> list[PurchaseResult]:
    """Fill repeated ones from their purchases: the answer that was given at first."""
    repeated = [result.purchase_id for result in results if result.code is PurchaseCode.REPEATED]
    if not repeated:
        return results
    stored = {
        purchase_id: (participant_id, transaction_code, price_idr)
        for purchase_id, participant_id, transaction_code, price_idr in db.rows(
            """
            SELECT purchase_id, participant_id, transaction_code, price_idr
            FROM purchases
            WHERE purchase_id = ANY (%s)
            ORDER BY purchase_id
            """,
            (repeated,),
        )
    }
    return [
        PurchaseResult(result.code, result.lane, result.purchase_id, *stored[result.purchase_id])
        if result.code is PurchaseCode.REPEATED
        else result
        for result in results
    ]
