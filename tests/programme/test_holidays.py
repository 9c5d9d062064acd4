"""LEARN-05: the days on which nobody's deadline runs, as the decrees give them in their last version."""

import re
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


@pytest.mark.parametrize(
    ("year", "national", "joint_leave"),
    [(2020, 17, 5), (2021, 15, 1), (2022, 16, 4), (2023, 16, 11), (2024, 19, 10), (2025, 17, 11), (2026, 17, 8)],
)
def test_each_year_has_the_days_of_its_decrees(year: int, national: int, joint_leave: int) -> None:
    """2020: sixteen of the joint decree, two of them Idul Fitri, and the local elections of 9 December.

    2024: seventeen and both elections; 2025: ten days of joint leave and 18 August.
    """
    found = [one for day, one in holidays().items() if day.year == year]
    assert Counter(one.kind for one in found) == {"national": national, "joint_leave": joint_leave}


def test_each_day_names_the_decree_that_made_it() -> None:
    """Numbers of all three ministers, or of the president's decree of an election."""
    decree = re.compile(
        r"SKB 3 Menteri \d+/\d{4}, 0?\d/\d{4}, 0?\d/\d{4}( \(\d+ \w+ \d{4}\))?|Keppres \d+/\d{4} \(\d+ \w+ \d{4}\)"
    )
    assert [one for one in holidays().values() if not decree.fullmatch(one.source)] == []


@pytest.mark.parametrize(
    "day",
    [
        date(2020, 7, 31),  # Idul Adha, a Friday
        date(2020, 8, 17),
        date(2020, 9, 5),  # a Saturday
        date(2020, 12, 9),  # local elections
        date(2020, 12, 31),  # joint leave that came from May
        date(2021, 8, 11),  # the Islamic new year, moved by a day
        date(2022, 4, 29),  # joint leave that a change of April added
        date(2023, 4, 19),  # joint leave of Idul Fitri, moved forward
        date(2024, 11, 27),  # local elections
        date(2025, 8, 18),  # joint leave that a change of August added
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
        date(2023, 4, 26),  # joint leave that was moved away
    ],
)
def test_offices_work(day: date) -> None:
    assert is_working_day(day)
