"""The days of the nation's waves."""

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class WaveDays:
    """Days of a wave: open from the first (at 08:00) until the last midnight; drawn and decreed afterwards."""

    opens: date
    closes: date
    decreed: date


WAVES: Final = (
    WaveDays(date(2020, 4, 11), date(2020, 4, 17), date(2020, 4, 20)),
    WaveDays(date(2020, 4, 20), date(2020, 4, 24), date(2020, 4, 27)),
    WaveDays(date(2020, 4, 27), date(2020, 5, 1), date(2020, 5, 4)),
    WaveDays(date(2020, 6, 8), date(2020, 6, 12), date(2020, 6, 15)),
    WaveDays(date(2020, 6, 29), date(2020, 7, 3), date(2020, 7, 6)),
    WaveDays(date(2020, 7, 13), date(2020, 7, 18), date(2020, 7, 20)),
)
"""All within the founding regime; the last is open on the demo's working day."""
