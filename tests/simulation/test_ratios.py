"""The nation's ratios beside the public record: within three points, and what chance adds in a nation that is small."""

from collections.abc import Iterator
from math import sqrt

import pytest

from prakerja.kit.settings import get_settings
from prakerja.simulation.ratios import TOLERANCE_BP, Ratio, list_ratios
from prakerja.simulation.report import tell_story
from prakerja.simulation.story import tell

PEOPLE = 1_500


@pytest.fixture
def one_lane() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAKERJA_LANES", "1")
        get_settings.cache_clear()
        yield
    get_settings.cache_clear()


def by_chance_bp(ratio: Ratio) -> int:
    """Three standard errors of the record's share among so many; of a mean price one in ten."""
    if ratio.name.startswith("mean"):
        return 1_000
    share = max(ratio.low_bp, 500) / 10_000
    return round(30_000 * sqrt(share * (1 - share) / ratio.whole))


@pytest.mark.django_db
def test_the_ratios_of_the_public_record_come_out(one_lane: None) -> None:
    nation = tell(PEOPLE, 1)
    ratios = list_ratios(nation)
    assert len(ratios) == 23
    assert [(one.name, one.off_bp) for one in ratios if one.off_bp > TOLERANCE_BP + by_chance_bp(one)] == []
    story = tell_story(nation)
    assert all(one.name in story for one in ratios)
    # The year used what it says it uses.
    assert nation.counts["receipt honoured"] == nation.counts["joined"]
    for what in ("assisted sheet accepted", "print batch received", "seed sealed", "register's row", "appeal decided"):
        assert nation.counts[what] > 0, what
