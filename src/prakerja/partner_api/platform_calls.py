"""The calls of digital platforms: each takes what waits in its lane and asks one operation or query."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from prakerja.kit import codes
from prakerja.kit.lanes import lane_of
from prakerja.partner_api.calls import Answer, Asked, Call, Moment, Reply
from prakerja.partner_api.errors import OTP_REFUSALS, PURCHASE_REFUSALS, VOID_REFUSALS, Refusal, Refused
from prakerja.partner_api.formats import moment_text, otp_text
from prakerja.partner_api.keys import PLATFORM
from prakerja.partner_api.messenger import Message, find_messenger
from prakerja.partner_api.queries import find_cards, find_invoices, find_names, find_schedules, invoice_key
from prakerja.partner_api.types import (
    AuthorizeRequest,
    PaymentStatus,
    PaymentStatusRequest,
    PaymentToken,
    Purchase,
    QuotaSchedule,
    QuotaScheduleRequest,
    SendOtpRequest,
    VoidRequest,
)
from prakerja.programme.queries import get_regime_book
from prakerja.purchases import operations
from prakerja.purchases.errors import OtpCode, PurchaseCode, VoidCode
from prakerja.purchases.rules import hash_request

BOUGHT: Final = "Pelatihan berhasil dibeli."
VOIDED: Final = "Transaksi berhasil dibatalkan."
_SUCCESS, _VOID = "SUCCESS", "VOID"


def quota_schedules(_moment: Moment, asked: Sequence[Asked[QuotaScheduleRequest]]) -> list[Answer]:
    """Seats left, over all lanes. Refusals: schedule_unknown, schedule_of_another_course."""
    schedules = find_schedules([one.request.schedule_code for one in asked])
    answers: list[Answer] = []
    for one in asked:
        found = schedules.get(one.request.schedule_code)
        if found is None:
            answers.append(Refused(Refusal.SCHEDULE_UNKNOWN))
        elif found.course_code != one.request.course_code:
            answers.append(Refused(Refusal.SCHEDULE_OF_ANOTHER_COURSE))
        else:
            data = QuotaSchedule(one.request.course_code, one.request.schedule_code, found.seats_left)
            answers.append(Reply(data))
    return answers


def send_otps(moment: Moment, asked: Sequence[Asked[SendOtpRequest]]) -> list[Answer]:
    """Send codes. Refusals: unavailable (no provider), schedule_unknown, schedule_of_another_course, `OtpCode`'s."""
    messenger = find_messenger()
    if messenger is None:
        return [Refused(Refusal.UNAVAILABLE)] * len(asked)
    schedules = find_schedules([one.request.schedule_code for one in asked])
    cards = find_cards([one.request.prakerja_id for one in asked])
    answers: list[Answer | None] = []
    requests = []
    for one in asked:
        schedule = schedules.get(one.request.schedule_code)
        card = cards.get(one.request.prakerja_id)
        if schedule is None:
            answers.append(Refused(Refusal.SCHEDULE_UNKNOWN))
        elif schedule.course_code != one.request.course_code:
            answers.append(Refused(Refusal.SCHEDULE_OF_ANOTHER_COURSE))
        else:
            answers.append(None)
            requests.append(
                operations.OtpRequest(
                    platform_id=one.key.partner_id,
                    platform_user_id=one.request.user_platform_id,
                    # An unknown card is asked for by an id that no card has, so that the order of refusals stays one.
                    card_id=card.card_id if card else moment.context.uuid(),
                    card_lane_seed=card.lane_seed if card else 0,
                    schedule_id=schedule.schedule_id,
                    amount_idr=one.request.amount,
                    actor=one.key.actor,
                )
            )
    results = operations.send_otps(moment.context, requests, machine_now=moment.machine_now) if requests else []
    messages = [
        Message(
            lane_of(request.card_lane_seed),
            request.card_id,
            otp_text(result.otp, request.amount_idr),
        )
        for request, result in zip(requests, results, strict=True)
        if result.otp is not None
    ]
    messenger.send(messages, ids=moment.context.ids, machine_now=moment.machine_now)
    decided = iter(results)
    return [_otp_answer(next(decided), moment.machine_now) if answer is None else answer for answer in answers]


def _otp_answer(result: operations.OtpResult, machine_now: datetime) -> Answer:
    if result.code is OtpCode.OK and result.payment_token is not None:
        return Reply(PaymentToken(result.payment_token))
    wait = None
    if result.again_at is not None:
        # Whole minutes: who asks learns when to come again, and not when another platform asked.
        wait = -((machine_now - result.again_at) // timedelta(minutes=1)) * 60
    return Refused(OTP_REFUSALS[result.code], retry_after_seconds=wait)


def authorize(moment: Moment, asked: Sequence[Asked[AuthorizeRequest]]) -> list[Answer]:
    """Debit cards; the same request again gets the same answer. Refusals: those of `authorize_purchases`."""
    results = operations.authorize_purchases(
        moment.context,
        [
            operations.PurchaseRequest(
                platform_id=one.key.partner_id,
                invoice_code=one.request.invoice_code,
                payment_token=one.payment_token,
                otp=one.request.otp,
                request_hash=hash_request(
                    one.request.invoice_code, one.request.invoice_url, one.request.otp, one.payment_token
                ),
                actor=one.key.actor,
            )
            for one in asked
        ],
        regime=get_regime_book().on(moment.context.today),
        machine_now=moment.machine_now,
    )
    told_before = [
        (result.lane, result.participant_id, invoice_key(one.key.partner_id, one.request.invoice_code))
        for one, result in zip(asked, results, strict=True)
        if result.code is PurchaseCode.REPEATED and result.lane is not None and result.participant_id is not None
    ]
    names = iter(find_names(told_before))
    return [
        Refused(PURCHASE_REFUSALS[result.code])
        if result.participant_id is None
        else Reply(
            Purchase(
                invoice_code=one.request.invoice_code,
                transaction_code=result.transaction_code or "",
                amount=result.amount_idr or 0,
                status=_SUCCESS,
                prakerja_name=next(names) if result.holder_name is None else result.holder_name,
            ),
            BOUGHT,
        )
        for one, result in zip(asked, results, strict=True)
    ]


def payment_statuses(_moment: Moment, asked: Sequence[Asked[PaymentStatusRequest]]) -> list[Answer]:
    """What became of invoices of the platform that asks. Refusals: invoice_unknown."""
    found = find_invoices([(one.key.partner_id, one.request.invoice_code) for one in asked])
    answers: list[Answer] = []
    for one in asked:
        invoice = found.get(invoice_key(one.key.partner_id, one.request.invoice_code))
        if invoice is None:
            answers.append(Refused(Refusal.INVOICE_UNKNOWN))
            continue
        data = PaymentStatus(
            created_at=moment_text(invoice.paid_at),
            invoice_code=one.request.invoice_code,
            transaction_code=invoice.transaction_code,
            amount=invoice.price_idr,
            status=_VOID if invoice.state == "voided" else _SUCCESS,
            prakerja_name=invoice.holder_name,
        )
        answers.append(Reply(data))
    return answers


def voids(moment: Moment, asked: Sequence[Asked[VoidRequest]]) -> list[Answer]:
    """Take purchases back while their codes are unused. Refusals: those of `void_purchases`."""
    results = operations.void_purchases(
        moment.context,
        [
            operations.VoidRequest(
                platform_id=one.key.partner_id,
                invoice_code=one.request.invoice_code,
                transaction_code=one.request.transaction_code,
                actor=one.key.actor,
            )
            for one in asked
        ],
    )
    return [
        Reply(None, VOIDED) if result.code is VoidCode.OK else Refused(VOID_REFUSALS[result.code]) for result in results
    ]


def _any_lane(_asked: object) -> int:
    return 0


def _lane_of_card(asked: Asked[SendOtpRequest]) -> int:
    return _lane(codes.card_lane_seed(asked.request.prakerja_id))


def _lane_of_token(asked: Asked[AuthorizeRequest]) -> int:
    token = codes.parse_payment_token(asked.payment_token)
    return _lane(token[0] if token else None)


def _lane_of_transaction(asked: Asked[VoidRequest]) -> int:
    return _lane(codes.transaction_code_lane_seed(asked.request.transaction_code))


def _lane(seed: int | None) -> int:
    return 0 if seed is None else lane_of(seed)


# What `send_otps` decides is asked here before, or is a general refusal.
_ASKED_BEFORE: Final = {OtpCode.PLATFORM_NOT_ACTIVE, OtpCode.SCHEDULE_UNKNOWN}
QUOTA_SCHEDULE: Final = Call(
    path="payment/quota-schedule",
    role=PLATFORM,
    scope="payment",
    request=QuotaScheduleRequest,
    answer=QuotaSchedule,
    lane=_any_lane,
    work=quota_schedules,
    summary="Seats left on a schedule",
    refusals=(Refusal.COURSE_OR_SCHEDULE_EMPTY, Refusal.SCHEDULE_UNKNOWN, Refusal.SCHEDULE_OF_ANOTHER_COURSE),
    repeatable=True,
)
SEND_OTP: Final = Call(
    path="payment/send-otp",
    role=PLATFORM,
    scope="payment",
    request=SendOtpRequest,
    answer=PaymentToken,
    lane=_lane_of_card,
    work=send_otps,
    summary="Send a code for a purchase to the card's holder",
    refusals=(
        Refusal.COURSE_OR_SCHEDULE_EMPTY,
        Refusal.SCHEDULE_UNKNOWN,
        Refusal.SCHEDULE_OF_ANOTHER_COURSE,
        *(refusal for code, refusal in OTP_REFUSALS.items() if code not in _ASKED_BEFORE),
    ),
)
AUTHORIZE: Final = Call(
    path="payment/authorize",
    role=PLATFORM,
    scope="payment",
    request=AuthorizeRequest,
    answer=Purchase,
    lane=_lane_of_token,
    work=authorize,
    summary="Debit a card",
    refusals=(
        Refusal.TOKEN_MISSING,
        *(refusal for refusal in PURCHASE_REFUSALS.values() if refusal is not Refusal.PARTNER_NOT_ACTIVE),
    ),
    message=BOUGHT,
    repeatable=True,
    takes_token=True,
    decides_standing=True,
)
PAYMENT_STATUS: Final = Call(
    path="payment/status",
    role=PLATFORM,
    scope="payment",
    request=PaymentStatusRequest,
    answer=PaymentStatus,
    lane=_any_lane,
    work=payment_statuses,
    summary="What became of an invoice",
    refusals=(Refusal.INVOICE_UNKNOWN,),
    repeatable=True,
)
VOID: Final = Call(
    path="payment/void",
    role=PLATFORM,
    scope="payment",
    request=VoidRequest,
    answer=None,
    lane=_lane_of_transaction,
    work=voids,
    summary="Take a purchase back while its code is unused",
    refusals=tuple(VOID_REFUSALS.values()),
    message=VOIDED,
)
