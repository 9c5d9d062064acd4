"""Days as people write them: day first or year first, the year in full; what is none has its name."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.kit.days import DayFault, day_fault, day_of


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31)))
def test_every_day_is_read_in_every_form(day: date) -> None:
    year_first = (f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day:%Y.%m.%d}")
    for mark in "/-. ":
        for text in (
            *year_first,
            f"{day:%d}{mark}{day:%m}{mark}{day:%Y}",
            f"{day.day}{mark}{day.month}{mark}{day.year}",
        ):
            assert (day_of(text), day_fault(text)) == (day, DayFault.OK)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("31/12/98", DayFault.YEAR_SHORT),
        ("98-12-31", DayFault.YEAR_SHORT),
        ("31.12.998", DayFault.YEAR_SHORT),
        ("12/31/1998", DayFault.MONTH_FIRST),
        ("31/02/1990", DayFault.IMPOSSIBLE),
        ("31/13/1990", DayFault.IMPOSSIBLE),
        ("1990-02-31", DayFault.IMPOSSIBLE),
        ("0/1/1990", DayFault.IMPOSSIBLE),
        ("1899-01-01", DayFault.IMPOSSIBLE),
        ("01/01/1899", DayFault.IMPOSSIBLE),
        ("31/12-1998", DayFault.NOT_READABLE),
        ("1990", DayFault.NOT_READABLE),
        ("36160", DayFault.NOT_READABLE),
        ("1990-W01-1", DayFault.NOT_READABLE),
        ("19981231", DayFault.NOT_READABLE),
        ("\u0663\u0661/12/1998", DayFault.NOT_READABLE),
        ("kemarin", DayFault.NOT_READABLE),
        ("", DayFault.NOT_READABLE),
    ],
)
def test_what_is_no_day_has_its_name(text: str, fault: DayFault) -> None:
    assert (day_of(text), day_fault(text)) == (None, fault)
