from datetime import UTC, date, datetime

import pytest

from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds

AT = datetime(2020, 8, 31, 18, 0, tzinfo=UTC)


def test_today_is_the_day_in_jakarta() -> None:
    assert Context("staff:pmo-1", AT, SeededIds(1)).today == date(2020, 9, 1)


def test_another_actor_or_moment_keeps_the_rest() -> None:
    context = Context("staff:pmo-1", AT, SeededIds(1))
    later = datetime(2020, 9, 2, tzinfo=UTC)
    assert context.acting_as("system:simulation").at(later) == Context("system:simulation", later, context.ids)


@pytest.mark.parametrize("actor", ["", "pmo"])
def test_an_actor_has_a_kind(actor: str) -> None:
    with pytest.raises(ValueError, match="kind:name"):
        Context(actor, AT, SeededIds(1))


def test_now_has_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Context("staff:pmo-1", datetime(2020, 9, 1), SeededIds(1))  # noqa: DTZ001 - the point of the test
