"""LEARN-01, LEARN-02, PLAT-02 and the seats of lanes, as pure decisions."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from prakerja.catalogue.rules import (
    SessionTimes,
    bundles_end_at,
    enrolment_closes_at,
    is_own_entity,
    redeem_window,
    spread_seats,
)
from prakerja.programme.queries import get_regime_book

# Friday, 09:00 to 17:00 in Jakarta.
SESSION = SessionTimes(datetime(2023, 3, 3, 2, 0, tzinfo=UTC), datetime(2023, 3, 3, 10, 0, tzinfo=UTC))
HOUR = timedelta(hours=1)
MIDNIGHT = datetime(2023, 3, 2, 17, 0, tzinfo=UTC)


def test_a_code_is_redeemed_around_the_start() -> None:
    third = get_regime_book().on(date(2023, 3, 3))
    assert redeem_window(SESSION, third) == (SESSION.starts_at - HOUR, SESSION.starts_at + HOUR)


def test_a_window_that_is_not_in_force_is_the_day_of_the_session() -> None:
    founding = replace(get_regime_book().get("founding"), redeem_before_minutes=None, redeem_after_minutes=None)
    assert redeem_window(SESSION, founding) == (MIDNIGHT, SESSION.ends_at)


def test_a_self_paced_window_is_its_period() -> None:
    third = get_regime_book().on(date(2023, 3, 3))
    assert redeem_window(SESSION, third, self_paced=True) == (SESSION.starts_at, SESSION.ends_at)


def test_enrolment_closes_one_day_online_and_two_days_offline_before() -> None:
    book = get_regime_book()
    third, founding = book.on(date(2023, 3, 3)), book.get("founding")
    assert enrolment_closes_at(SESSION.starts_at, mode="online", regime=third) == MIDNIGHT
    assert enrolment_closes_at(SESSION.starts_at, mode="offline", regime=third) == MIDNIGHT - timedelta(days=1)
    assert enrolment_closes_at(SESSION.starts_at, mode="offline", regime=founding) == SESSION.starts_at


def test_bundles_end_with_the_first_day_on_which_they_are_not_allowed() -> None:
    """COURSE-02: until 29 June 2020."""
    stretches = get_regime_book().stretches
    end = datetime(2020, 6, 29, 17, 0, tzinfo=UTC)
    assert [bundles_end_at(stretches, day) for day in (date(2020, 4, 11), date(2020, 6, 29))] == [end, end]
    assert get_regime_book().on(date(2020, 6, 29)).bundles_allowed
    assert not get_regime_book().on(date(2020, 6, 30)).bundles_allowed
    always = [replace(stretch, bundles_allowed=True) for stretch in stretches]
    assert bundles_end_at(always, date(2020, 4, 11)) is None


def test_own_entities_are_known_whatever_the_letters() -> None:
    assert is_own_entity("PT Telkom  Indonesia", "pt telkom indonesia ")
    assert not is_own_entity("PT Telkom", "PT Telkom Indonesia")


@given(st.integers(1, 100_000), st.integers(1, 10_000))
def test_lanes_share_all_seats_evenly(seats: int, lanes: int) -> None:
    found = spread_seats(seats, lanes)
    assert len(found) == lanes
    assert sum(found) == seats
    assert max(found) - min(found) <= 1
