"""Courses by rows of a call: taken by the same rules as a file, bad rows named, twice the same, never another's."""

from typing import Any

from prakerja.catalogue.models import Course, CourseFeed
from tests.partner_api.world import Caller, Shop

COURSES = "catalogue/courses"
ROW: dict[str, Any] = {
    "own_code": "K-1",
    "title": "Barista dasar",
    "mode": "offline",
    "training_type": 3,
    "hours": 16,
    "price_idr": 400_000,
    "comparison_price_idr": 450_000,
}


def counts(answer: dict[str, Any]) -> tuple[int, int, int, int]:
    return answer["new_rows"], answer["changed_rows"], answer["unchanged_rows"], answer["bad_rows"]


def test_rows_are_taken_and_bad_ones_named(institution: Caller, shop: Shop) -> None:
    rows = [ROW, {**ROW, "own_code": "K-2", "price_idr": 500_000}, {"title": "tanpa kode"}]
    answer = institution.data(COURSES, {"name": "malam", "rows": rows})
    assert counts(answer) == (1, 0, 0, 2)
    assert answer["bad"] == [
        {"row": 2, "own_code": "K-2", "field": "price_idr", "reason": "dearer_than_outside"},
        {"row": 3, "own_code": "", "field": "own_code", "reason": "own_code_missing"},
    ]
    made = Course.objects.get(own_code="K-1")
    assert (made.state, made.price_idr, made.institution_id) == ("proposed", 400_000, shop.world.institution_id)
    assert CourseFeed.objects.get().way == "api"


def test_twice_the_same_changes_nothing_and_a_price_changes_one(institution: Caller, shop: Shop) -> None:
    institution.data(COURSES, {"name": "a", "rows": [ROW]})
    assert counts(institution.data(COURSES, {"name": "b", "rows": [ROW]})) == (0, 0, 1, 0)
    cheaper = {**ROW, "price_idr": 300_000}
    assert counts(institution.data(COURSES, {"name": "c", "rows": [cheaper]})) == (0, 1, 0, 0)
    assert Course.objects.get(own_code="K-1").price_idr == 300_000


def test_what_is_no_feed_is_refused(institution: Caller, platform: Caller, shop: Shop) -> None:
    assert institution.refusal(COURSES, {"name": "a", "rows": []}) == "ERRPLT40004"
    assert institution.refusal(COURSES, {"rows": [ROW]}) == "ERRPLT40003"
    assert institution.refusal(COURSES, {"name": "a", "rows": [{**ROW, "hours": "16"}]}) == "ERRPLT40004"
    assert institution.refusal(COURSES, {"name": "a", "rows": [ROW] * 501}) == "ERRPLT40004"
    assert platform.refusal(COURSES, {"name": "a", "rows": [ROW]}) == "ERRPLT40301"
