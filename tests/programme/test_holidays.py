"""LEARN-05: the days on which nobody's deadline runs, as the decrees give them in their last version."""

from collections import Counter
from datetime import date

import pytest

from prakerja.programme.holidays import KINDS, holidays, is_working_day


def test_each_day_stands_once_in_order_with_its_source() -> None:
    assert list(holidays()) == sorted(holidays())
    assert all(day == one.date and one.kind in KINDS and one.name and one.source for day, one in holidays().items())


def test_no_year_is_missing_between_the_first_and_the_last() -> None:
    years = {day.year for day in holidays()}
    assert years == set(range(2020, max(years) + 1))


@pytest.mark.parametrize(("year", "national", "joint_leave"), [(2020, 17, 5), (2021, 15, 1)])
def test_the_two_years_of_the_founding_scheme_are_whole(year: int, national: int, joint_leave: int) -> None:
    """2020: sixteen of the joint decree, two of them Idul Fitri, and the local elections of 9 December."""
    found = [one for day, one in holidays().items() if day.year == year]
    assert Counter(one.kind for one in found) == {"national": national, "joint_leave": joint_leave}
    assert all(one.source.startswith(("SKB 3 Menteri", "Keppres 22/2020")) for one in found)


@pytest.mark.parametrize(
    "day",
    [
        date(2020, 7, 31),  # Idul Adha, a Friday
        date(2020, 8, 17),
        date(2020, 9, 5),  # a Saturday
        date(2020, 12, 9),  # local elections
        date(2020, 12, 31),  # joint leave that came from May
        date(2021, 8, 11),  # the Islamic new year, moved by a day
    ],
)
def test_nobody_works(day: date) -> None:
    assert not is_working_day(day)


@pytest.mark.parametrize(
    "day",
    [
        date(2020, 8, 18),
        date(2020, 12, 29),  # joint leave that a later decree took away
        date(2021, 8, 10),  # from where the Islamic new year was moved
        date(2021, 12, 24),
    ],
)
def test_offices_work(day: date) -> None:
    assert is_working_day(day)
