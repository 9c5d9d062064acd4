"""Ten times the items, the same number of statements."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prakerja.catalogue import queries
from prakerja.catalogue.operations import (
    CourseAssessment,
    ListingRequest,
    PriceChange,
    assess_courses,
    change_prices,
    list_courses_on_platforms,
    open_schedules,
    propose_courses,
)
from prakerja.catalogue.queries import Search
from tests.catalogue.world import Market


def way_of(market: Market, count: int) -> None:
    """So many courses from the proposal to a search."""
    context, regime = market.context, market.regimes["second"]
    proposed = propose_courses(context, [market.proposal()] * count, regime=regime)
    course_ids = [result.course_id for result in proposed if result.course_id is not None]
    assess_courses(context, [CourseAssessment(course_id=one) for one in course_ids], regime=regime)
    platform_id = market.world.platforms["tokopedia"]
    list_courses_on_platforms(
        context, [ListingRequest(platform_id=platform_id, course_id=one) for one in course_ids], regime=regime
    )
    opened = open_schedules(context, [market.request(one) for one in course_ids], regime=regime)
    prices = [PriceChange(course_id=one, price_idr=1_000, comparison_price_idr=1_000) for one in course_ids]
    change_prices(context, prices)
    found = queries.search(Search(limit=1_000), now=context.now)
    assert {offer.schedule_id for offer in found} >= {result.schedule_id for result in opened}


@pytest.fixture
def statements() -> Callable[[Callable[[], None]], int]:
    def count(run: Callable[[], None]) -> int:
        with CaptureQueriesContext(connection) as captured:
            run()
        return len(captured)

    return count


def test_ten_times_the_courses_cost_the_same_statements(
    market: Market, statements: Callable[[Callable[[], None]], int]
) -> None:
    assert statements(lambda: way_of(market, 3)) == statements(lambda: way_of(market, 30))
