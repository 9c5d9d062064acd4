"""Days as people write them: 1998-12-31, or day first with the year in full: 31/12/1998, 31-12-1998, 31.12.1998.

Indonesia writes the day first; 03/04/1998 is the third of April. Whoever exports the month first is told so where it
can be seen (12/31/1998). A year of two digits is nobody's to guess.
"""

import re
from datetime import date
from functools import lru_cache
from typing import Final

from prakerja.kit.refusals import Code

_FIRST_YEAR: Final = 1900
_MONTHS: Final = 12
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_SHORT_YEAR: Final = re.compile(r"[0-9]{1,2}([-/. ])[0-9]{1,2}\1[0-9]{1,3}")


class DayFault(Code):
    """Why a text is no day."""

    OK = "ok"
    YEAR_SHORT = "year_is_not_in_full"
    MONTH_FIRST = "month_stands_first"
    IMPOSSIBLE = "no_such_day"
    NOT_READABLE = "day_not_readable"


@lru_cache(maxsize=65_536)
def day_of(text: str) -> date | None:
    """The day of a text, or None; `day_fault` says why. Lists of millions ask: what is ISO takes the short way."""
    try:
        if len(text) == 10 and text[4] == text[7] == "-":  # noqa: PLR2004 - 1998-12-31
            day = date.fromisoformat(text)
        elif found := _DAY_FIRST.fullmatch(text):
            day = date(int(found[4]), int(found[3]), int(found[1]))
        elif found := _YEAR_FIRST.fullmatch(text):
            day = date(int(found[1]), int(found[3]), int(found[4]))
        else:
            return None
    except ValueError:
        return None
    return day if day.year >= _FIRST_YEAR else None


def day_fault(text: str) -> DayFault:
    """What is wrong with a text as a day.

    Codes in order: year_is_not_in_full, month_stands_first, no_such_day (also before 1900), day_not_readable.
    """
    if day_of(text) is not None:
        return DayFault.OK
    if _SHORT_YEAR.fullmatch(text):
        return DayFault.YEAR_SHORT
    found = _DAY_FIRST.fullmatch(text)
    if found is not None and int(found[3]) > _MONTHS >= int(found[1]):
        return DayFault.MONTH_FIRST
    return DayFault.IMPOSSIBLE if found or _YEAR_FIRST.fullmatch(text) else DayFault.NOT_READABLE
