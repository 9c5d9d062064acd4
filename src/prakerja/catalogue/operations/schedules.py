"""Classes are opened with their sessions and seats, and closed, opened again, done or cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from prakerja.audit.operations import Event, record_events
from prakerja.catalogue.errors import ScheduleCode
from prakerja.catalogue.models import SELF_PACED, Course, Schedule, Session
from prakerja.catalogue.operations.allotments import lock_allotments
from prakerja.catalogue.operations.entries import refresh_entries
from prakerja.catalogue.rules import (
    Mode,
    SessionTimes,
    bundles_end_at,
    class_refusal,
    enrolment_closes_at,
    sessions_refusal,
    spread_seats,
)
from prakerja.catalogue.states import SCHEDULE_MOVES, CourseState, ScheduleState
from prakerja.kit import db
from prakerja.kit.clock import JAKARTA
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.partners.states import InstitutionState
from prakerja.programme.queries import get_regime_book
from prakerja.programme.regimes import Regime

_CODE_BITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRequest:
    """A class. A self-paced course has one session, its whole period. Offline classes name place and province.

    `sells_until_at`: earlier than LEARN-02 asks for, when the institution wants it so.
    """

    course_id: UUID
    sessions: Sequence[SessionTimes]
    seats: int
    trainers: int = 1
    place: str = ""
    province_code: str | None = None
    sells_until_at: datetime | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleClose:
    """What becomes of a class: `closed` (sells no more), `published` (sells again), `done` or `cancelled`.

    `reason`: what the buyers of a cancelled class read.
    """

    schedule_id: UUID
    state: ScheduleState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ScheduleResult:
    """The answer, with the id and code of the class."""

    code: ScheduleCode
    schedule_id: UUID | None = None
    schedule_code: str | None = None


def open_schedules(context: Context, requests: Sequence[ScheduleRequest], *, regime: Regime) -> list[ScheduleResult]:
    """Publish classes of approved courses: sessions 1…n, a `schedule_code` of 16 hexadecimal digits, seats by lane.

    Codes: course_unknown, course_not_approved, institution_not_decreed, bundle_not_allowed, sessions_malformed,
    too_many_sessions, starts_in_the_past, seats_malformed, province_unknown (offline), too_many_people,
    too_few_trainers, too_many_hours_a_day, outside_opening_hours, sells_too_late. A bundle sells no longer than bundles
    are allowed.
    Rule: COURSE-02, COURSE-04, COURSE-05, LEARN-02. Cost: six statements.
    """
    results: list[ScheduleResult] = []
    opened: list[tuple[Schedule, Sequence[SessionTimes]]] = []
    with db.transaction():
        courses = {
            course.id: course
            for course in Course.objects.select_related("institution")
            .filter(id__in=[request.course_id for request in requests])
            .order_by("id")
        }
        zones = _zones()
        for request in requests:
            course = courses.get(request.course_id)
            code = _open_code(context, course, request, regime, zones)
            if course is None or code.is_refusal:
                results.append(ScheduleResult(code))
                continue
            schedule = _schedule(context, course, request, regime)
            opened.append((schedule, request.sessions))
            results.append(ScheduleResult(code, schedule.id, schedule.code))
        _insert(context, opened)
    return results


def close_schedules(context: Context, requests: Sequence[ScheduleClose]) -> list[ScheduleResult]:
    """Close, reopen, finish or cancel classes; one move of a class in a call counts.

    A class with buyers is not cancelled here: the counter takes their purchases back first (`cancel_classes`). A class
    that sells again has the price that its course has now.

    Codes: schedule_unknown, move_not_allowed, not_over_yet (done before its end), sales_are_over (reopened too late),
    bundle_not_allowed (reopened), reason_missing, has_buyers. Rule: COURSE-02, LEARN-02.
    Cost: four statements; locks the schedules in id order, then their seats in lane order: sales of them wait.
    """
    results: list[ScheduleResult] = []
    moved: dict[UUID, Schedule] = {}
    with db.transaction():
        found = {
            schedule.id: schedule
            for schedule in Schedule.objects.select_for_update(of=("self",), no_key=True)
            .select_related("course")
            .filter(id__in=[request.schedule_id for request in requests])
            .order_by("id")
        }
        left = lock_allotments(found)
        for request in requests:
            schedule = found.get(request.schedule_id)
            if schedule is None:
                results.append(ScheduleResult(ScheduleCode.SCHEDULE_UNKNOWN))
                continue
            sold = schedule.seats - sum(left[schedule.id].values())
            code = _close_code(context, schedule, request, sold)
            if schedule.id in moved:
                code = ScheduleCode.MOVE_NOT_ALLOWED
            if not code.is_refusal:
                schedule.state = request.state.value
                schedule.cancel_reason = request.reason if request.state is ScheduleState.CANCELLED else ""
                if request.state is ScheduleState.PUBLISHED:
                    schedule.price_idr = schedule.course.price_idr
                moved[schedule.id] = schedule
            results.append(ScheduleResult(code, schedule.id, schedule.code))
        Schedule.objects.bulk_update(moved.values(), ["state", "cancel_reason", "price_idr"])
        refresh_entries(schedule.course_id for schedule in moved.values())
        record_events(
            context,
            [
                Event(f"schedule.{one.state}", one.id, {"schedule_code": one.code, "reason": one.cancel_reason})
                for one in moved.values()
            ],
        )
    return results


def finish_schedules(context: Context, *, limit: int = 2_000) -> int:
    """Classes that are over are done; how many. For the clock: nobody else moves them there.

    Cost: one statement to find them, and `close_schedules`.
    """
    over = Schedule.objects.filter(
        state__in=[ScheduleState.PUBLISHED.value, ScheduleState.CLOSED.value], ends_at__lte=context.now
    ).order_by("starts_at", "id")
    requests = [
        ScheduleClose(schedule_id=schedule_id, state=ScheduleState.DONE)
        for schedule_id in over.values_list("id", flat=True)[:limit]
    ]
    return sum(not result.code.is_refusal for result in close_schedules(context, requests))


def close_bundles(context: Context, *, limit: int = 2_000) -> int:
    """Classes of bundles that still sell where bundles are no longer allowed; how many. For the clock.

    What was sold is honoured. A class that is opened sells no longer than that anyway; this is for other rules that
    are loaded later. Rule: COURSE-02. Cost: one statement, and `close_schedules` where there are such.
    """
    if get_regime_book().on(context.today).bundles_allowed:
        return 0
    selling = Schedule.objects.filter(
        state=ScheduleState.PUBLISHED.value, course__bundle=True, sells_until_at__gt=context.now
    ).order_by("starts_at", "id")
    requests = [
        ScheduleClose(schedule_id=schedule_id, state=ScheduleState.CLOSED)
        for schedule_id in selling.values_list("id", flat=True)[:limit]
    ]
    return sum(not result.code.is_refusal for result in close_schedules(context, requests))


def _open_code(
    context: Context,
    course: Course | None,
    request: ScheduleRequest,
    regime: Regime,
    zones: dict[str, ZoneInfo],
) -> ScheduleCode:
    code = _course_code(course, regime)
    if course is None or code.is_refusal:
        return code
    code = sessions_refusal(request.sessions, self_paced=course.training_type == SELF_PACED, now=context.now)
    if code.is_refusal:
        return code
    if request.seats <= 0:
        return ScheduleCode.SEATS_MALFORMED
    if request.province_code not in zones and (course.mode == "offline" or request.province_code is not None):
        return ScheduleCode.PROVINCE_UNKNOWN
    code = _limits_code(course, request, regime, zones)
    late = request.sells_until_at is not None and request.sells_until_at > _closes_at(context, course, request, regime)
    return ScheduleCode.SELLS_TOO_LATE if late and not code.is_refusal else code


def _limits_code(course: Course, request: ScheduleRequest, regime: Regime, zones: dict[str, ZoneInfo]) -> ScheduleCode:
    if course.training_type == SELF_PACED:
        # It meets nobody: the limits are those of a class.
        return ScheduleCode.OK
    return class_refusal(
        request.sessions,
        seats=request.seats,
        trainers=request.trainers,
        limits=regime.class_limits(cast("Mode", course.mode)),
        zone=zones.get(request.province_code or "", JAKARTA),
    )


def _course_code(course: Course | None, regime: Regime) -> ScheduleCode:
    if course is None:
        return ScheduleCode.COURSE_UNKNOWN
    if course.state != CourseState.APPROVED.value:
        return ScheduleCode.COURSE_NOT_APPROVED
    if course.institution.state != InstitutionState.DECREED.value:
        return ScheduleCode.INSTITUTION_NOT_DECREED
    if course.bundle and not regime.bundles_allowed:
        return ScheduleCode.BUNDLE_NOT_ALLOWED
    return ScheduleCode.OK


def _closes_at(context: Context, course: Course, request: ScheduleRequest, regime: Regime) -> datetime:
    closes_at = enrolment_closes_at(request.sessions[0].starts_at, mode=cast("Mode", course.mode), regime=regime)
    bundles_end = bundles_end_at(get_regime_book().stretches, context.today) if course.bundle else None
    return closes_at if bundles_end is None else min(closes_at, bundles_end)


def _schedule(context: Context, course: Course, request: ScheduleRequest, regime: Regime) -> Schedule:
    return Schedule(
        id=context.uuid(),
        code=f"{context.ids.bits(_CODE_BITS):016x}",
        course=course,
        institution_id=course.institution_id,
        mode=course.mode,
        price_idr=course.price_idr,
        seats=request.seats,
        trainers=request.trainers,
        starts_at=request.sessions[0].starts_at,
        ends_at=request.sessions[-1].ends_at,
        sells_until_at=request.sells_until_at or _closes_at(context, course, request, regime),
        state=ScheduleState.PUBLISHED.value,
        place=request.place,
        province_code=request.province_code,
        regime_version=regime.version,
        sample=request.sample,
        opened_at=context.now,
    )


def _insert(context: Context, opened: Sequence[tuple[Schedule, Sequence[SessionTimes]]]) -> None:
    Schedule.objects.bulk_create([schedule for schedule, _ in opened])
    Session.objects.bulk_create(
        [
            Session(
                id=context.uuid(),
                schedule=schedule,
                sequence=sequence,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
            )
            for schedule, sessions in opened
            for sequence, session in enumerate(sessions, start=1)
        ]
    )
    if opened:
        lanes = get_settings().lanes
        db.copy_rows(
            "seat_allotments",
            ["lane", "schedule_id", "seats_left"],
            [
                (lane, schedule.id, seats)
                for schedule, _ in opened
                for lane, seats in enumerate(spread_seats(schedule.seats, lanes))
            ],
        )
    refresh_entries(schedule.course_id for schedule, _ in opened)
    record_events(
        context,
        [
            Event(
                "schedule.published",
                schedule.id,
                {"course_id": schedule.course_id, "schedule_code": schedule.code, "seats": schedule.seats},
            )
            for schedule, _ in opened
        ],
    )


def _close_code(context: Context, schedule: Schedule, request: ScheduleClose, sold: int) -> ScheduleCode:
    if request.state not in SCHEDULE_MOVES[ScheduleState(schedule.state)]:
        return ScheduleCode.MOVE_NOT_ALLOWED
    if request.state is ScheduleState.DONE and context.now < schedule.ends_at:
        return ScheduleCode.NOT_OVER_YET
    if request.state is ScheduleState.PUBLISHED:
        return _reopen_code(context, schedule)
    if request.state is ScheduleState.CANCELLED and not request.reason.strip():
        return ScheduleCode.REASON_MISSING
    return ScheduleCode.HAS_BUYERS if request.state is ScheduleState.CANCELLED and sold else ScheduleCode.OK


def _reopen_code(context: Context, schedule: Schedule) -> ScheduleCode:
    if schedule.sells_until_at <= context.now:
        return ScheduleCode.SALES_ARE_OVER
    bundles_allowed = get_regime_book().on(context.today).bundles_allowed
    return ScheduleCode.BUNDLE_NOT_ALLOWED if schedule.course.bundle and not bundles_allowed else ScheduleCode.OK


def _zones() -> dict[str, ZoneInfo]:
    """The time zone of each province."""
    return {code: ZoneInfo(zone) for code, zone in db.rows("SELECT code, time_zone FROM provinces ORDER BY code")}
