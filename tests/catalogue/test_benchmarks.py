"""The price by the hour among others of its subject, mode and region; few others say little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.catalogue import queries
from prakerja.catalogue.operations import propose_courses
from prakerja.catalogue.rules import Standing, shrunk_percentile_bp
from prakerja.kit import db
from tests.catalogue.world import Market


@pytest.mark.parametrize(
    ("region", "country", "percentile_bp"),
    [
        (Standing(0, 0, 0), Standing(0, 0, 0), 5_000),  # nobody to compare with
        (Standing(0, 0, 0), Standing(0, 0, 20), 2_500),
        (Standing(3, 0, 3), Standing(3, 0, 3), 6_219),  # the dearest of four: hardly remarkable
        (Standing(300, 0, 300), Standing(300, 0, 300), 9_980),
        (Standing(0, 300, 300), Standing(0, 300, 300), 5_000),
    ],
)
def test_a_percentile_shrinks_with_few_others(region: Standing, country: Standing, percentile_bp: int) -> None:
    assert shrunk_percentile_bp([region, country]) == percentile_bp


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_a_percentile_is_one_and_grows_with_the_price(below: int, equal: int, above: int, more: int) -> None:
    courses = below + equal + above + more
    country = Standing(below, equal, courses)
    low = shrunk_percentile_bp([Standing(below, equal, courses), country])
    high = shrunk_percentile_bp([Standing(below + equal + above, 0, courses), country])
    assert 0 <= low <= high <= 10_000


def test_a_proposal_is_compared_with_approved_courses_of_its_subject_mode_and_region(market: Market) -> None:
    for price in (160_000, 320_000, 480_000):
        market.course(subject="digital", price_idr=price, comparison_price_idr=price)
    market.course(subject="language", price_idr=10_000)
    elsewhere = market.course(subject="digital", price_idr=16_000)
    db.execute("UPDATE courses SET region_code = '11' WHERE id = %s", [elsewhere])
    proposal = market.proposal(subject="digital", price_idr=320_000, hours=16)
    proposed = propose_courses(market.context, [proposal], regime=market.regimes["second"])[0]
    assert proposed.course_id is not None
    found = queries.get_benchmarks([proposed.course_id])[proposed.course_id]
    assert (found.price_per_hour_idr, found.median_per_hour_idr) == (20_000, 10_000)
    assert (found.in_region, found.in_country) == (3, 4)
    # (0.5 × (20·0.5 + 2.5) … : region 1 below, 1 equal of 3; country 2 below, 1 equal of 4.
    assert found.percentile_bp == shrunk_percentile_bp([Standing(1, 1, 3), Standing(2, 1, 4)])
