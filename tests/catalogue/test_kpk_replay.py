"""The KPK's finding of 2020: of 1,895 courses exactly the 250 of affiliates of the selling platform (programme §8)."""

import pytest

from bench._kpk import AFFILIATED_COURSES, COURSES, load_replay
from prakerja.catalogue import queries
from prakerja.catalogue.operations import screen_sales
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partners.conflict_queries import list_conflicts
from prakerja.programme.operations import load_reference_data
from prakerja.programme.queries import get_regime_book

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", [2020, 7])
def test_finds_exactly_the_affiliates_of_the_selling_platform(context: Context, seed: int) -> None:
    load_reference_data(context)
    regime = get_regime_book().get("founding")
    replay = load_replay(context, regime, seed=seed)
    assert (replay.courses, len(replay.affiliated)) == (COURSES, AFFILIATED_COURSES)
    found = queries.list_affiliated_sales(now=context.now)
    meetings = screen_sales(context, regime=regime)
    assert {one.course_id for one in found} == replay.affiliated
    assert len(found) == AFFILIATED_COURSES
    assert {one.path.hops for one in found} == {1, 2}
    # Each pair stands as a case, for its listings and for its agreement, with its path.
    assert meetings == len({(one.platform_id, one.institution_id) for one in found})
    cases = list_conflicts()
    assert {(case.other_id, case.institution_id) for case in cases if case.act == "listing"} == {
        (one.platform_id, one.institution_id) for one in found
    }
    assert all(case.steps and case.effect == "flagged" for case in cases)
    assert db.value("SELECT count(*) FROM conflicts WHERE state = 'open'") == 2 * meetings
