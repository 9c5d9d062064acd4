"""Working days: Monday to Friday without national holidays and joint leave (cuti bersama).

Each day of `data/holidays.csv` names the decree that made it, as it stands in its last version. A year that is not
there knows weekends only; see decision 34.
"""

import csv
from datetime import date
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, NamedTuple

KINDS: Final = ("national", "joint_leave")
_SATURDAY: Final = 5


class Holiday(NamedTuple):
    """A day on which nobody's deadline runs. `kind`: of `KINDS`; `name` and `source` in Indonesian."""

    date: date
    kind: str
    name: str
    source: str


@lru_cache(maxsize=1)
def holidays() -> MappingProxyType[date, Holiday]:
    """All holidays by day, in order; read once in a process."""
    text = files("prakerja.programme").joinpath("data/holidays.csv").read_text(encoding="utf-8")
    rows = (
        Holiday(date.fromisoformat(row["date"]), row["kind"], row["name"], row["source"])
        for row in csv.DictReader(text.splitlines())
    )
    return MappingProxyType({row.date: row for row in rows})


def is_working_day(day: date) -> bool:
    """Whether offices work on a legal day. Rule: LEARN-05."""
    return day.weekday() < _SATURDAY and day not in holidays()
