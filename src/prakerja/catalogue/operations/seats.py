"""A class gets more seats or fewer, never fewer than are sold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.catalogue.errors import ScheduleCode
from prakerja.catalogue.models import SELF_PACED, Schedule
from prakerja.catalogue.operations.allotments import lock_allotments
from prakerja.catalogue.operations.schedules import ScheduleResult
from prakerja.catalogue.rules import Mode, seats_refusal, spread_seats
from prakerja.catalogue.states import ScheduleState
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.programme.regimes import Regime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatChange:
    """The seats that a class has from now on, sold ones included, and the trainers it has for them."""

    schedule_id: UUID
    seats: int
    trainers: int


def change_seats(context: Context, requests: Sequence[SeatChange], *, regime: Regime) -> list[ScheduleResult]:
    """Change the seats of published or closed classes; one change of a class in a call counts.

    What is not sold is spread over the lanes anew, so that a lane never holds a seat that is gone.

    Codes: schedule_unknown, move_not_allowed (done, cancelled, or changed in this call), seats_malformed,
    fewer_than_sold, too_many_people, too_few_trainers. Rule: COURSE-04, COURSE-05.
    Cost: five statements; locks the classes in id order, then their seats in lane order: sales of them wait.
    """
    results: list[ScheduleResult] = []
    changed: dict[UUID, Schedule] = {}
    allotments: list[dict[str, object]] = []
    with db.transaction():
        wanted = [request.schedule_id for request in requests]
        rows = (
            Schedule.objects.select_for_update(of=("self",), no_key=True).select_related("course").filter(id__in=wanted)
        )
        found = {schedule.id: schedule for schedule in rows.order_by("id")}
        left = lock_allotments(found)
        for request in requests:
            schedule = found.get(request.schedule_id)
            if schedule is None:
                results.append(ScheduleResult(ScheduleCode.SCHEDULE_UNKNOWN))
                continue
            sold = schedule.seats - sum(left[schedule.id].values())
            code = _code(schedule, request, sold, regime)
            if schedule.id in changed:
                code = ScheduleCode.MOVE_NOT_ALLOWED
            if not code.is_refusal:
                lanes = sorted(left[schedule.id])
                spread = spread_seats(request.seats - sold, len(lanes))
                allotments += [
                    {"lane": lane, "schedule_id": schedule.id, "seats_left": seats}
                    for lane, seats in zip(lanes, spread, strict=True)
                ]
                schedule.seats, schedule.trainers = request.seats, request.trainers
                changed[schedule.id] = schedule
            results.append(ScheduleResult(code, schedule.id, schedule.code))
        Schedule.objects.bulk_update(changed.values(), ["seats", "trainers"])
        db.execute(
            """
            UPDATE seat_allotments
            SET seats_left = item.seats_left
            FROM jsonb_to_recordset(%s::jsonb) AS item (lane smallint, schedule_id uuid, seats_left integer)
            WHERE (seat_allotments.lane, seat_allotments.schedule_id) = (item.lane, item.schedule_id)
            """,
            [db.encode_json(allotments)],
        )
        record_events(
            context, [Event("schedule.seats_changed", one.id, {"seats": one.seats}) for one in changed.values()]
        )
    return results


def _code(schedule: Schedule, request: SeatChange, sold: int, regime: Regime) -> ScheduleCode:
    if schedule.state not in (ScheduleState.PUBLISHED.value, ScheduleState.CLOSED.value):
        return ScheduleCode.MOVE_NOT_ALLOWED
    if request.seats <= 0 or request.trainers <= 0:
        return ScheduleCode.SEATS_MALFORMED
    if request.seats < sold:
        return ScheduleCode.FEWER_THAN_SOLD
    if schedule.course.training_type == SELF_PACED:
        return ScheduleCode.OK
    limits = regime.class_limits(cast("Mode", schedule.mode))
    return seats_refusal(request.seats, trainers=request.trainers, limits=limits)
