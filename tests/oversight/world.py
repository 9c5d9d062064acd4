"""A nation that lived by the operations alone, up to a day on which somebody stands at every step.

Apart from conftest.py, which is imported before Django is set up.
"""

from datetime import date, time

from prakerja.audit.operations import seal_events
from prakerja.simulation.nation import at
from prakerja.simulation.story import tell

PEOPLE = 500
SEED = 1
# In the second regime: commissions have a cap, and some of what is payable waits for its settlement.
DAY = date(2020, 8, 27)
SEALED_EVENTS = 1_000


def make_nation() -> None:
    """Live until shortly before noon; the older events are sealed, the newer ones are not yet."""
    tell(PEOPLE, SEED, until=at(DAY, time(11, 45)))
    assert 0 < seal_events(most=SEALED_EVENTS) <= SEALED_EVENTS
