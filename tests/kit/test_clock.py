from datetime import UTC, date, datetime, timedelta

import pytest

from prakerja.kit.clock import FixedClock, SystemClock, as_utc, jakarta_date, jakarta_midnight


def test_a_legal_day_begins_at_midnight_in_jakarta() -> None:
    assert jakarta_midnight(date(2020, 4, 11)) == datetime(2020, 4, 10, 17, 0, tzinfo=UTC)


def test_the_last_moment_of_a_legal_day_belongs_to_it() -> None:
    midnight = jakarta_midnight(date(2021, 1, 1))
    assert jakarta_date(midnight) == date(2021, 1, 1)
    assert jakarta_date(midnight - timedelta(microseconds=1)) == date(2020, 12, 31)


def test_a_moment_without_zone_is_refused() -> None:
    naive = datetime(2020, 4, 11)  # noqa: DTZ001 - the point of the test
    with pytest.raises(ValueError, match="time zone"):
        jakarta_date(naive)
    with pytest.raises(ValueError, match="time zone"):
        as_utc(naive)


def test_a_fixed_clock_moves_forward_only() -> None:
    clock = FixedClock(datetime(2020, 4, 11, tzinfo=UTC))
    clock.move_to(datetime(2020, 4, 12, tzinfo=UTC))
    assert clock.now() == datetime(2020, 4, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.move_to(datetime(2020, 4, 11, tzinfo=UTC))


def test_the_system_clock_tells_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
