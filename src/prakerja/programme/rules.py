"""Decisions of the programme: deadlines, ages, priority, and who gives the places. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from prakerja.kit.clock import jakarta_date, jakarta_midnight
from prakerja.programme.errors import PlacesCode
from prakerja.programme.holidays import is_working_day
from prakerja.programme.parameters import SelectionStep
from prakerja.programme.regimes import Mode, Regime


def first_purchase_deadline(decreed_at: datetime, regime: Regime) -> datetime:
    """The moment (UTC) from which a participant without a purchase is late: half-open, a Jakarta midnight.

    The day of the decree does not count; the last of the days is a whole one.

    Rule: CARD-01.

    Raises:
        ValueError: `decreed_at` has no zone.
    """
    return jakarta_midnight(jakarta_date(decreed_at) + timedelta(days=regime.first_purchase_days + 1))


def balance_end(day: date, regime: Regime) -> datetime:
    """The moment (UTC) from which a balance given on `day` can no longer be used: half-open, a Jakarta midnight.

    That is the end of the next 15 December (whatever the regime says), of `day` itself when it is that day.

    Rule: CARD-02.
    """
    last_day = date(day.year, *regime.balance_until)
    if day > last_day:
        last_day = date(day.year + 1, *regime.balance_until)
    return jakarta_midnight(last_day + timedelta(days=1))


def age_on(birth_date: date, day: date) -> int:
    """Completed years; who is born on 29 February has the birthday on 1 March of other years."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def age_fits(birth_date: date, day: date, regime: Regime) -> bool:
    """Whether somebody may register on `day`.

    Rule: ELIG-02.
    """
    age = age_on(birth_date, day)
    return regime.age_min <= age and (regime.age_max is None or age <= regime.age_max)


def wage_fits(wage_idr: int | None, regime: Regime) -> bool:
    """Whether a monthly wage is within the ceiling; an unknown one is, and so is every one without a ceiling.

    Rule: ELIG-09.
    """
    return regime.wage_ceiling_idr is None or wage_idr is None or wage_idr <= regime.wage_ceiling_idr


def priority_class(*, is_on_worker_list: bool, receives_social_aid: bool, regime: Regime) -> int:
    """The class of a verified applicant, 1 first; within a class the draw decides.

    Four classes where both the list and social aid count (the list before aid), two where only the list does.

    Rules: SELECT-01, ELIG-08.
    """
    has = {
        SelectionStep.WORKER_LIST: is_on_worker_list,
        SelectionStep.WITHOUT_SOCIAL_AID: not receives_social_aid,
    }
    position = 0
    for step in regime.selection_order:
        if step in has:
            position = position * 2 + (0 if has[step] else 1)
    return position + 1


def redeem_window(starts_at: datetime, regime: Regime) -> tuple[datetime, datetime] | None:
    """From and until (half-open) when a code may be redeemed; None: at any time.

    Rule: LEARN-01.
    """
    if regime.redeem_before_minutes is None or regime.redeem_after_minutes is None:
        return None
    return (
        starts_at - timedelta(minutes=regime.redeem_before_minutes),
        starts_at + timedelta(minutes=regime.redeem_after_minutes),
    )


def enrolment_end(starts_at: datetime, mode: Mode, regime: Regime) -> datetime:
    """The moment (UTC) from which a class takes nobody any more: half-open.

    Without the rule the start itself; with it the end of the day that lies so many days before the start's.

    Rule: LEARN-02.
    """
    days = regime.enrolment_closes_days(mode)
    if days is None:
        return starts_at
    return jakarta_midnight(jakarta_date(starts_at) - timedelta(days=days - 1))


def add_working_days(day: date, count: int) -> date:
    """The working day that lies `count` working days after `day`; weekends and holidays are none.

    Rule: LEARN-05.
    """
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def after_working_days(moment: datetime, count: int) -> datetime:
    """The end (UTC) of the working day that lies `count` working days after a moment's: half-open.

    Rule: LEARN-05.
    """
    return jakarta_midnight(add_working_days(jakarta_date(moment), count) + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Allotment:
    """The places of one budget in one lane."""

    lane: int
    budget_id: UUID
    places_left: int
    places_taken: int


@dataclass(frozen=True, slots=True)
class PlacesRequest:
    """So many places of a budget, in the lane of those who get them."""

    lane: int
    budget_id: UUID
    places: int

    def __post_init__(self) -> None:
        if self.places < 1:
            raise ValueError("a request is for at least one place")


AllotmentKey = tuple[int, UUID]


def hand_out(
    allotments: Mapping[AllotmentKey, Allotment], requests: Sequence[PlacesRequest]
) -> tuple[dict[AllotmentKey, Allotment], list[PlacesCode]]:
    """The allotments after the requests, in order, and a code for each.

    A lane gives its own places first; what is missing moves over from the other lanes, lowest lane first. All of a
    request or nothing: refused only when all lanes together have too few.

    Rule: SCHEME-01.
    """
    after = dict(allotments)
    lanes_of: dict[UUID, list[int]] = {}
    for lane, budget_id in sorted(after):
        lanes_of.setdefault(budget_id, []).append(lane)
    # Kept beside the allotments, so that 100,000 requests over 100 lanes are not ten million additions.
    left_in_all = {
        budget_id: sum(after[lane, budget_id].places_left for lane in lanes) for budget_id, lanes in lanes_of.items()
    }
    codes: list[PlacesCode] = []
    for request in requests:
        key = (request.lane, request.budget_id)
        if request.budget_id not in lanes_of:
            codes.append(PlacesCode.NO_SUCH_BUDGET)
        elif key not in after:
            codes.append(PlacesCode.LANE_NOT_OPEN)
        elif left_in_all[request.budget_id] < request.places:
            codes.append(PlacesCode.QUOTA_EXHAUSTED)
        else:
            _move_missing(after, key, request.places, lanes_of[request.budget_id])
            after[key] = _taken(after[key], request.places)
            left_in_all[request.budget_id] -= request.places
            codes.append(PlacesCode.OK)
    return after, codes


def _move_missing(after: dict[AllotmentKey, Allotment], key: AllotmentKey, places: int, lanes: Sequence[int]) -> None:
    missing = places - after[key].places_left
    for lane in lanes:
        if missing <= 0:
            return
        if lane == key[0]:
            continue
        giver = after[lane, key[1]]
        moved = min(missing, giver.places_left)
        after[lane, key[1]] = replace(giver, places_left=giver.places_left - moved)
        after[key] = replace(after[key], places_left=after[key].places_left + moved)
        missing -= moved


def _taken(allotment: Allotment, places: int) -> Allotment:
    return replace(allotment, places_left=allotment.places_left - places, places_taken=allotment.places_taken + places)


def give_back(
    allotments: Mapping[AllotmentKey, Allotment], requests: Sequence[PlacesRequest]
) -> tuple[dict[AllotmentKey, Allotment], list[PlacesCode]]:
    """The allotments after places came back, in order, and a code for each: a revocation frees the place.

    Rule: SCHEME-01.
    """
    after = dict(allotments)
    budgets = {budget_id for _, budget_id in after}
    codes: list[PlacesCode] = []
    for request in requests:
        key = (request.lane, request.budget_id)
        if request.budget_id not in budgets:
            codes.append(PlacesCode.NO_SUCH_BUDGET)
        elif key not in after:
            codes.append(PlacesCode.LANE_NOT_OPEN)
        elif after[key].places_taken < request.places:
            codes.append(PlacesCode.MORE_THAN_TAKEN)
        else:
            after[key] = _taken(after[key], -request.places)
            codes.append(PlacesCode.OK)
    return after, codes


def spread_places(places: int, lanes: int) -> list[int]:
    """The places of each lane, as even as whole places can be; the first lanes get the remainder."""
    share, remainder = divmod(places, lanes)
    return [share + (1 if lane < remainder else 0) for lane in range(lanes)]
