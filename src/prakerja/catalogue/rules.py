"""Pure decisions about courses and classes, by the regime of a day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from prakerja.catalogue.errors import CourseCode, ScheduleCode
from prakerja.kit.clock import JAKARTA, jakarta_date, jakarta_midnight
from prakerja.programme.parameters import AffiliateSale
from prakerja.programme.regimes import ClassLimits, Regime

Mode = Literal["online", "offline"]
HOURS_MAX = 2_000
SESSIONS_MAX = 10  # partners name a session by 1 to 10; 999 is the post-test
PRIOR_COURSES = 20
"""A wider group counts as so many courses of the narrower one [I]."""
SKKNI_CODE = re.compile(r"[A-Z]{1,3}\.[A-Z0-9]{4,8}\.[0-9]{3}\.[0-9]{1,2}")
"""A unit of an occupation standard, such as J.620100.004.02."""
_HOUR = timedelta(hours=1)
_WHOLE_BP, _MIDDLE_BP = 10_000, 5_000


class Period(Protocol):
    """Whatever starts and ends: a session, or a self-paced schedule."""

    @property
    def starts_at(self) -> datetime:
        """The first moment."""
        ...

    @property
    def ends_at(self) -> datetime:
        """The first moment after it."""
        ...


@dataclass(frozen=True, slots=True)
class SessionTimes:
    """One meeting of a class."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is decided about a course: its prices, hours and nature."""

    price_idr: int
    comparison_price_idr: int
    free_elsewhere: bool
    bundle: bool
    hours: int


def course_refusal(proposal: Proposal, regime: Regime) -> CourseCode:
    """Whether a course may be approved, `ok` or the first refusal.

    Codes: price_malformed, dearer_than_outside, free_elsewhere, bundle_not_allowed, too_short.
    Rule: COURSE-01, COURSE-02, COURSE-03.
    """
    price_code = price_refusal(proposal.price_idr, proposal.comparison_price_idr)
    if price_code.is_refusal:
        return price_code
    if regime.price_not_above_outside and proposal.free_elsewhere:
        return CourseCode.FREE_ELSEWHERE
    if proposal.bundle and not regime.bundles_allowed:
        return CourseCode.BUNDLE_NOT_ALLOWED
    if regime.min_hours is not None and proposal.hours < regime.min_hours:
        return CourseCode.TOO_SHORT
    return CourseCode.OK


def price_refusal(price_idr: int, comparison_price_idr: int) -> CourseCode:
    """COURSE-01: a price is positive and not above the price outside the programme. All regimes ask for it."""
    if price_idr <= 0:
        return CourseCode.PRICE_MALFORMED
    if price_idr > comparison_price_idr:
        return CourseCode.DEARER_THAN_OUTSIDE
    return CourseCode.OK


def sessions_refusal(sessions: Sequence[SessionTimes], *, self_paced: bool, now: datetime) -> ScheduleCode:
    """Whether the sessions of a class are a way from a beginning to an end, all of it still to come.

    A self-paced course has one period, written as its only session. Codes: sessions_malformed, too_many_sessions,
    starts_in_the_past.
    """
    if not sessions or (self_paced and len(sessions) > 1):
        return ScheduleCode.SESSIONS_MALFORMED
    if len(sessions) > SESSIONS_MAX:
        return ScheduleCode.TOO_MANY_SESSIONS
    moment = None
    for session in sessions:
        if session.ends_at <= session.starts_at or (moment is not None and session.starts_at < moment):
            return ScheduleCode.SESSIONS_MALFORMED
        moment = session.ends_at
    return ScheduleCode.STARTS_IN_THE_PAST if sessions[0].starts_at <= now else ScheduleCode.OK


def class_refusal(
    sessions: Sequence[SessionTimes], *, seats: int, trainers: int, limits: ClassLimits, zone: ZoneInfo = JAKARTA
) -> ScheduleCode:
    """Whether a class keeps within the limits of its mode; `zone` is that of its place.

    Codes: too_many_people, too_few_trainers, too_many_hours_a_day, outside_opening_hours. Rule: COURSE-04, COURSE-05.
    """
    code = seats_refusal(seats, trainers=trainers, limits=limits)
    if code.is_refusal:
        return code
    if limits.hours_per_day_max is not None:
        most = limits.hours_per_day_max * _HOUR
        if any(spent > most for spent in _time_by_day(sessions, zone)):
            return ScheduleCode.TOO_MANY_HOURS_A_DAY
    if any(not _within_opening(session, limits, zone) for session in sessions):
        return ScheduleCode.OUTSIDE_OPENING_HOURS
    return ScheduleCode.OK


def seats_refusal(seats: int, *, trainers: int, limits: ClassLimits) -> ScheduleCode:
    """Whether so many people fit into a class of its mode. Codes: too_many_people, too_few_trainers.

    Rule: COURSE-04, COURSE-05.
    """
    if limits.people_max is not None and seats > limits.people_max:
        return ScheduleCode.TOO_MANY_PEOPLE
    if limits.people_per_trainer_max is not None and seats > trainers * limits.people_per_trainer_max:
        return ScheduleCode.TOO_FEW_TRAINERS
    return ScheduleCode.OK


def enrolment_closes_at(starts_at: datetime, *, mode: Mode, regime: Regime) -> datetime:
    """When enrolment in a class closes: at its start, or, D-n in force, at the end of the n-th day before it.

    Rule: LEARN-02. D-1 for a class on Friday: Thursday is the last day (Asia/Jakarta), closed at Friday's midnight.
    """
    days = regime.enrolment_closes_days(mode)
    if days is None:
        return starts_at
    last_day = jakarta_date(starts_at) - timedelta(days=days)
    return min(starts_at, jakarta_midnight(last_day + timedelta(days=1)))


def bundles_end_at(stretches: Sequence[Regime], day: date) -> datetime | None:
    """From when on bundles are no longer sold, seen from a day on which they are; None where no end is set.

    `stretches`: of a regime book, in date order. Half-open, a Jakarta midnight. Rule: COURSE-02.
    """
    for stretch in stretches:
        if stretch.in_force_from > day and not stretch.bundles_allowed:
            return jakarta_midnight(stretch.in_force_from)
    return None


def redeem_window(session: Period, regime: Regime, *, self_paced: bool = False) -> tuple[datetime, datetime]:
    """The moments, half-open, between which a session's code may be redeemed.

    From so many minutes before to so many after the session's start; a side that the regime leaves open reaches to
    the beginning of the session's day, and to its end. A self-paced schedule's window is its period.

    Rule: LEARN-01.
    """
    if self_paced:
        return session.starts_at, session.ends_at
    before, after = regime.redeem_before_minutes, regime.redeem_after_minutes
    opens_at = (
        jakarta_midnight(jakarta_date(session.starts_at))
        if before is None
        else session.starts_at - timedelta(minutes=before)
    )
    closes_at = session.ends_at if after is None else session.starts_at + timedelta(minutes=after)
    return opens_at, closes_at


def is_own_entity(platform_owner: str, institution_owner: str) -> bool:
    """Whether platform and institution are one legal entity (PLAT-02); letter case and spaces don't matter."""
    return _plain(platform_owner) == _plain(institution_owner)


def own_entity_is_forbidden(regime: Regime) -> bool:
    """PLAT-02: whether a platform may not sell paid training of its own entity (otherwise it is flagged)."""
    return regime.affiliate_sale is AffiliateSale.FORBID


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a value stands among `courses` others: how many are below it, how many equal to it."""

    below: int
    equal: int
    courses: int


def shrunk_percentile_bp(standings: Sequence[Standing]) -> int:
    """A percentile in ten thousandths, from the narrowest group to the widest.

    Each group counts with its size, the wider one (at the end: the middle) as so many more courses: a price among three
    others says little, one among three hundred speaks for itself. Whole numbers, rounded down.
    """
    percentile_bp = _MIDDLE_BP
    for standing in reversed(standings):
        own = (2 * standing.below + standing.equal) * _WHOLE_BP // 2
        percentile_bp = (own + PRIOR_COURSES * percentile_bp) // (standing.courses + PRIOR_COURSES)
    return percentile_bp


def spread_seats(seats: int, lanes: int) -> list[int]:
    """Seats for each lane, as even as can be, the first lanes one more; they sum to `seats`."""
    each, rest = divmod(seats, lanes)
    return [each + (lane < rest) for lane in range(lanes)]


def _time_by_day(sessions: Sequence[SessionTimes], zone: ZoneInfo) -> list[timedelta]:
    """The time in class of each local day; a session that passes midnight counts where it starts."""
    spent: dict[object, timedelta] = {}
    for session in sessions:
        day = session.starts_at.astimezone(zone).date()
        spent[day] = spent.get(day, timedelta()) + (session.ends_at - session.starts_at)
    return list(spent.values())


def _within_opening(session: SessionTimes, limits: ClassLimits, zone: ZoneInfo) -> bool:
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    if limits.opens_at is not None and starts.time() < limits.opens_at:
        return False
    return limits.closes_at is None or (ends.date() == starts.date() and ends.time() <= limits.closes_at)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
