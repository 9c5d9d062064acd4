"""An institution does not hold a class: its buyers get money, seat and time to choose back, and read why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from prakerja.access.messages import Courier
from prakerja.audit.operations import Event, record_events
from prakerja.cards.operations import write_to_participants
from prakerja.catalogue.errors import ScheduleCode
from prakerja.catalogue.operations import ScheduleClose, close_schedules
from prakerja.catalogue.queries import get_schedules
from prakerja.catalogue.states import ScheduleState
from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.kit.context import Context
from prakerja.programme.queries import get_regime_book
from prakerja.programme.rules import first_purchase_deadline
from prakerja.purchases.errors import CancelCode, VoidCode
from prakerja.purchases.operations.void import VoidRequest, void_purchases
from prakerja.purchases.queries import PurchaseRow, list_purchases_of_schedule
from prakerja.purchases.states import PurchaseState

Key = tuple[int, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCancellation:
    """A class that its institution will not hold, and what its buyers read."""

    schedule_id: UUID
    institution_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class CancelResult:
    """The answer: how many purchases were taken back, and their prices together."""

    code: CancelCode
    voided: int = 0
    returned_idr: int = 0


class CancelText(Protocol):
    """What a buyer reads. `deadline_at`: until when a first training is to be bought, None for whoever has one."""

    def __call__(self, *, price_idr: int, reason: str, deadline_at: datetime | None) -> str:
        """The letter."""
        ...


class _SomebodyIsInError(Exception):
    """A code was redeemed while the class was being cancelled."""


def cancel_classes(
    context: Context, requests: Sequence[ClassCancellation], *, courier: Courier | None, text: CancelText
) -> list[CancelResult]:
    """Cancel classes: unused purchases are voided, buyers written to; one answer per request, in order.

    Each class is closed first, in a transaction of its own: whoever is buying finishes or is refused. Then all of it
    is cancelled in another one, or nothing: once a code was redeemed the class is held, and stays closed.

    Who has bought nothing else gets the days for a first purchase again from now on: a class that was cancelled by
    others costs nobody the place.

    Codes in order of precedence: see `CancelCode`. Rule: CARD-01, programme money 5.2.
    Cost: twelve statements and one call per lane for each class; locks its seats, then as `void_purchases`.
    """
    return [_cancel(context, request, courier, text) for request in requests]


def _cancel(context: Context, request: ClassCancellation, courier: Courier | None, text: CancelText) -> CancelResult:
    schedule = get_schedules([request.schedule_id]).get(request.schedule_id)
    if schedule is None or schedule.institution_id != request.institution_id:
        return CancelResult(CancelCode.CLASS_UNKNOWN)
    if not request.reason.strip():
        return CancelResult(CancelCode.REASON_MISSING)
    if schedule.state not in (ScheduleState.PUBLISHED, ScheduleState.CLOSED):
        return CancelResult(CancelCode.MOVE_NOT_ALLOWED)
    if any(not _can_go_back(one) for one in list_purchases_of_schedule(schedule.id)):
        return CancelResult(CancelCode.CODES_REDEEMED)
    if schedule.state == ScheduleState.PUBLISHED:
        # Refused only where another window was faster, and that one's close serves as well.
        close_schedules(context, [ScheduleClose(schedule_id=schedule.id, state=ScheduleState.CLOSED)])
    try:
        with db.transaction(), db.attempt():
            return _take_back(context, request, courier, text)
    except _SomebodyIsInError:
        return CancelResult(CancelCode.CODES_REDEEMED)


def _take_back(context: Context, request: ClassCancellation, courier: Courier | None, text: CancelText) -> CancelResult:
    bought = list_purchases_of_schedule(request.schedule_id)
    voided = void_purchases(
        context, [VoidRequest(one.platform_id, one.invoice_code, one.transaction_code) for one in bought]
    )
    if any(result.code not in (VoidCode.OK, VoidCode.ALREADY_VOIDED) for result in voided):
        raise _SomebodyIsInError
    mine = [one for one, result in zip(bought, voided, strict=True) if result.code is VoidCode.OK]
    reason = request.reason.strip()
    (closed,) = close_schedules(
        context, [ScheduleClose(schedule_id=request.schedule_id, state=ScheduleState.CANCELLED, reason=reason)]
    )
    if closed.code is ScheduleCode.HAS_BUYERS:
        # A sale of before the close was written after our look: the class was opened again in between.
        raise _SomebodyIsInError
    if closed.code.is_refusal:
        return CancelResult(CancelCode.MOVE_NOT_ALLOWED)
    deadlines = _give_time(context, mine)
    write_to_participants(
        context,
        courier,
        {
            (one.lane, one.participant_id): text(
                price_idr=one.price_idr, reason=reason, deadline_at=deadlines.get((one.lane, one.participant_id))
            )
            for one in mine
        },
    )
    return CancelResult(CancelCode.OK, len(mine), sum(one.price_idr for one in mine))


def _can_go_back(purchase: PurchaseRow) -> bool:
    return purchase.state == PurchaseState.PAID and purchase.payable_at is None


def _give_time(context: Context, bought: Sequence[PurchaseRow]) -> dict[Key, datetime]:
    """The new deadline of those who have bought nothing else: as many days as after the decree, within the balance's.

    Rule: CARD-01, CARD-02.
    """
    book = get_regime_book()
    waiting = db.rows(
        """
        SELECT p.lane, p.participant_id, p.decreed_at, p.first_purchase_deadline_at, p.balance_until_at
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, participant_id)
        JOIN participants AS p USING (lane, participant_id)
        WHERE p.state = 'active' AND p.first_purchase_at IS NULL
        ORDER BY p.lane, p.participant_id
        """,
        [[one.lane for one in bought], [one.participant_id for one in bought]],
    )
    deadlines: dict[Key, datetime] = {}
    later: list[tuple[Key, datetime]] = []
    for lane, participant_id, decreed_at, old, balance_until_at in waiting:
        again = first_purchase_deadline(context.now, book.on(jakarta_date(decreed_at)))
        deadlines[lane, participant_id] = max(old, min(again, balance_until_at))
        if deadlines[lane, participant_id] > old:
            later.append(((lane, participant_id), deadlines[lane, participant_id]))
    db.execute(
        """
        UPDATE participants AS p
        SET first_purchase_deadline_at = given.deadline_at
        FROM unnest(%s::smallint[], %s::uuid[], %s::timestamptz[]) AS given (lane, participant_id, deadline_at)
        WHERE p.lane = given.lane AND p.participant_id = given.participant_id
        """,
        [[key[0] for key, _ in later], [key[1] for key, _ in later], [moment for _, moment in later]],
    )
    record_events(
        context,
        [
            Event("participant.deadline_moved", participant_id, {"deadline_at": moment.isoformat()}, lane)
            for (lane, participant_id), moment in later
        ],
    )
    return deadlines
