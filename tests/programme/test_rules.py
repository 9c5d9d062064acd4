"""Deadlines, ages, priority, places: properties and edges."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.kit.clock import jakarta_date, jakarta_midnight
from prakerja.programme import rules
from prakerja.programme.errors import PlacesCode
from prakerja.programme.queries import get_regime_book
from prakerja.programme.regimes import Regime
from prakerja.programme.rules import Allotment, AllotmentKey, PlacesRequest

BOOK = get_regime_book()
FOUNDING, SECOND, THIRD = (BOOK.get(code) for code in ("founding", "second", "third"))
BUDGET, OTHER_BUDGET = UUID(int=1), UUID(int=2)

moments = st.datetimes(min_value=datetime(2020, 4, 12), max_value=datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
days = st.dates(min_value=date(2020, 4, 11), max_value=date(2030, 1, 1))


def test_card_01_thirty_whole_days_after_the_decree() -> None:
    """CARD-01."""
    decreed_at = datetime(2020, 5, 1, 16, 59, tzinfo=UTC)  # 1 May, 23:59 in Jakarta
    assert rules.first_purchase_deadline(decreed_at, FOUNDING) == datetime(2020, 5, 31, 17, tzinfo=UTC)
    # A minute later it is 2 May in Jakarta, and so the deadline is a day later.
    later = rules.first_purchase_deadline(decreed_at + timedelta(minutes=1), FOUNDING)
    assert later == datetime(2020, 6, 1, 17, tzinfo=UTC)
    assert rules.first_purchase_deadline(decreed_at, THIRD) == datetime(2020, 5, 16, 17, tzinfo=UTC)


@given(decreed_at=moments, regime=st.sampled_from(BOOK.stretches))
def test_card_01_leaves_at_least_the_days_and_less_than_one_more(decreed_at: datetime, regime: Regime) -> None:
    left = rules.first_purchase_deadline(decreed_at, regime) - decreed_at
    assert timedelta(days=regime.first_purchase_days) < left <= timedelta(days=regime.first_purchase_days + 1)


def test_card_02_the_last_day_counts() -> None:
    """CARD-02."""
    assert rules.balance_end(date(2020, 5, 1), FOUNDING) == datetime(2020, 12, 15, 17, tzinfo=UTC)
    assert rules.balance_end(date(2020, 12, 15), FOUNDING) == datetime(2020, 12, 15, 17, tzinfo=UTC)
    assert rules.balance_end(date(2020, 12, 16), SECOND) == datetime(2021, 12, 15, 17, tzinfo=UTC)


@given(day=days, regime=st.sampled_from(BOOK.stretches))
def test_card_02_ends_within_a_year_after_a_day_that_is_named(day: date, regime: Regime) -> None:
    end = rules.balance_end(day, regime)
    last_day = jakarta_date(end - timedelta(seconds=1))
    assert (last_day.month, last_day.day) == regime.balance_until
    assert day <= last_day < day + timedelta(days=366)
    assert end == jakarta_midnight(last_day + timedelta(days=1))


def test_elig_02_counts_completed_years() -> None:
    """ELIG-02."""
    assert not rules.age_fits(date(2002, 5, 2), date(2020, 5, 1), FOUNDING)
    assert rules.age_fits(date(2002, 5, 1), date(2020, 5, 1), FOUNDING)
    assert rules.age_fits(date(1930, 1, 1), date(2020, 5, 1), FOUNDING)
    assert rules.age_fits(date(1958, 6, 1), date(2023, 5, 31), THIRD)
    assert not rules.age_fits(date(1958, 6, 1), date(2023, 6, 1), THIRD)


def test_elig_02_a_birthday_on_29_february() -> None:
    assert rules.age_on(date(2004, 2, 29), date(2022, 2, 28)) == 17
    assert rules.age_on(date(2004, 2, 29), date(2022, 3, 1)) == 18


@given(birth_date=st.dates(min_value=date(1920, 1, 1), max_value=date(2020, 1, 1)), day=days)
def test_age_grows_by_one_in_a_year(birth_date: date, day: date) -> None:
    age = rules.age_on(birth_date, day)
    later = day + timedelta(days=365)
    assert age <= rules.age_on(birth_date, later) <= age + 1
    assert age == rules.age_on(birth_date, day + timedelta(days=1)) or (day + timedelta(days=1)).day in {
        birth_date.day,
        1,
    }


def test_elig_09_no_ceiling_lets_every_wage_pass() -> None:
    """ELIG-09."""
    assert rules.wage_fits(10_000_000, FOUNDING)
    assert rules.wage_fits(None, FOUNDING)


@pytest.mark.parametrize(
    ("listed", "aid", "four", "two"),
    [(True, False, 1, 1), (True, True, 2, 1), (False, False, 3, 2), (False, True, 4, 2)],
)
def test_select_01_up_to_four_classes_the_list_before_aid(listed: bool, aid: bool, four: int, two: int) -> None:  # noqa: FBT001
    """SELECT-01, ELIG-08."""
    for regime in (FOUNDING, SECOND):
        assert rules.priority_class(is_on_worker_list=listed, receives_social_aid=aid, regime=regime) == four
    assert rules.priority_class(is_on_worker_list=listed, receives_social_aid=aid, regime=THIRD) == two


def test_learn_01_an_hour_before_to_an_hour_after_the_start() -> None:
    """LEARN-01."""
    starts_at = datetime(2020, 5, 4, 2, tzinfo=UTC)
    hour = timedelta(hours=1)
    assert rules.redeem_window(starts_at, FOUNDING) == (starts_at - hour, starts_at + hour)


def test_learn_02_enrolment_closes_days_before() -> None:
    """LEARN-02."""
    starts_at = datetime(2023, 3, 10, 2, tzinfo=UTC)  # 10 March, 09:00 in Jakarta
    assert rules.enrolment_end(starts_at, "online", FOUNDING) == starts_at
    # D-1: the whole of 9 March is open; D-2: the whole of 8 March.
    assert rules.enrolment_end(starts_at, "online", THIRD) == jakarta_midnight(date(2023, 3, 10))
    assert rules.enrolment_end(starts_at, "offline", THIRD) == jakarta_midnight(date(2023, 3, 9))


def test_learn_05_skips_weekends_and_holidays() -> None:
    """LEARN-05."""
    friday = date(2020, 5, 1)
    assert rules.add_working_days(friday, 1) == date(2020, 5, 4)
    # Waisak lies between, on Thursday 7 May.
    assert rules.add_working_days(friday, 7) == date(2020, 5, 13)
    assert rules.add_working_days(friday, 0) == friday
    # The new Islamic year on Thursday, joint leave on Friday: from Wednesday 19 August to Monday.
    assert rules.add_working_days(date(2020, 8, 19), 1) == date(2020, 8, 24)
    # Christmas: Thursday joint leave, Friday holiday; the Monday that joint leave was taken away from is a working day.
    assert rules.add_working_days(date(2020, 12, 23), 1) == date(2020, 12, 28)
    assert rules.add_working_days(date(2020, 12, 30), 1) == date(2021, 1, 4)
    assert rules.add_working_days(date(2021, 5, 11), 1) == date(2021, 5, 17)


def test_learn_05_ends_with_the_legal_day() -> None:
    """LEARN-05."""
    # 18 August 2020, 23:59 in Jakarta, and a minute later: the 19th is a working day, then Monday the 24th.
    late = datetime(2020, 8, 18, 16, 59, tzinfo=UTC)
    assert rules.after_working_days(late, 1) == datetime(2020, 8, 19, 17, tzinfo=UTC)
    assert rules.after_working_days(late + timedelta(minutes=1), 1) == datetime(2020, 8, 24, 17, tzinfo=UTC)


@given(day=days, count=st.integers(min_value=1, max_value=40))
def test_working_days_add_up(day: date, count: int) -> None:
    one_by_one = day
    for _ in range(count):
        one_by_one = rules.add_working_days(one_by_one, 1)
    assert one_by_one == rules.add_working_days(day, count)
    assert one_by_one.weekday() < 5


@given(places=st.integers(min_value=0, max_value=10**7), lanes=st.integers(min_value=1, max_value=500))
def test_places_spread_evenly_and_none_is_lost(places: int, lanes: int) -> None:
    spread = rules.spread_places(places, lanes)
    assert len(spread) == lanes
    assert sum(spread) == places
    assert max(spread) - min(spread) <= 1


def allotments_of(left: Sequence[int]) -> dict[AllotmentKey, Allotment]:
    return {(lane, BUDGET): Allotment(lane, BUDGET, places, 0) for lane, places in enumerate(left)}


@given(
    left=st.lists(st.integers(min_value=0, max_value=20), min_size=1, max_size=5),
    requests=st.lists(
        st.tuples(st.integers(min_value=0, max_value=4), st.integers(min_value=1, max_value=9)), max_size=40
    ),
)
def test_scheme_01_a_request_is_refused_only_when_all_lanes_have_too_few(
    left: list[int], requests: list[tuple[int, int]]
) -> None:
    """SCHEME-01."""
    asked = [PlacesRequest(lane % len(left), BUDGET, places) for lane, places in requests]
    after, codes = rules.hand_out(allotments_of(left), asked)
    remaining = sum(left)
    for request, code in zip(asked, codes, strict=True):
        expected = PlacesCode.OK if request.places <= remaining else PlacesCode.QUOTA_EXHAUSTED
        assert code is expected
        remaining -= request.places if code is PlacesCode.OK else 0
    assert all(allotment.places_left >= 0 for allotment in after.values())
    assert sum(allotment.places_left for allotment in after.values()) == remaining
    assert sum(allotment.places_left + allotment.places_taken for allotment in after.values()) == sum(left)
    for lane in range(len(left)):
        granted = sum(r.places for r, code in zip(asked, codes, strict=True) if r.lane == lane and code == "ok")
        assert after[lane, BUDGET].places_taken == granted
    # What was granted can be given back, and then all places are there again.
    granted_requests = [r for r, code in zip(asked, codes, strict=True) if code is PlacesCode.OK]
    restored, back = rules.give_back(after, granted_requests)
    assert set(back) <= {PlacesCode.OK}
    assert sum(allotment.places_left for allotment in restored.values()) == sum(left)


def test_unknown_budgets_and_lanes_have_their_codes() -> None:
    asked = [PlacesRequest(0, OTHER_BUDGET, 1), PlacesRequest(7, BUDGET, 1), PlacesRequest(0, BUDGET, 1)]
    expected = [PlacesCode.NO_SUCH_BUDGET, PlacesCode.LANE_NOT_OPEN]
    assert rules.hand_out(allotments_of([1]), asked)[1] == [*expected, PlacesCode.OK]
    assert rules.give_back(allotments_of([1]), asked)[1] == [*expected, PlacesCode.MORE_THAN_TAKEN]


def test_a_request_for_nothing_is_a_defect() -> None:
    with pytest.raises(ValueError, match="at least one"):
        PlacesRequest(0, BUDGET, 0)
