"""Courses by rows of a call: taken by the same rules as a file, bad rows named, twice the same, never another's."""

import json
from typing import Any

import pytest

from prakerja.catalogue.feed_files import FeedRow
from prakerja.catalogue.models import Course, CourseFeed
from prakerja.catalogue.operations.feeds import courses_there
from prakerja.partner_api.feed_calls import COURSES as COURSES_CALL
from prakerja.partner_api.protocol import BODY_MAX_BYTES
from tests.partner_api.wire import Wire, signed_request
from tests.partner_api.world import INTEGRATION, Caller, Shop

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


def test_a_preview_says_what_it_would_do_and_takes_nothing(institution: Caller, shop: Shop) -> None:
    rows = [ROW, {**ROW, "own_code": "K-2", "price_idr": 500_000}]
    answer = institution.data(COURSES, {"name": "coba", "rows": rows, "preview": True})
    assert counts(answer) == (1, 0, 0, 1)
    assert [bad["reason"] for bad in answer["bad"]] == ["dearer_than_outside"]
    assert not Course.objects.filter(own_code__isnull=False).exists()
    assert CourseFeed.objects.get().state == "discarded"
    assert counts(institution.data(COURSES, {"name": "sungguh", "rows": rows})) == (1, 0, 0, 1)


def test_five_hundred_courses_with_their_descriptions_fit_into_a_call(
    institution: Caller, shop: Shop, base_url: str
) -> None:
    rows = [{**ROW, "own_code": f"K-{number}", "description": "a" * 1_800} for number in range(500)]
    body = json.dumps({"name": "penuh", "rows": rows}).encode()
    assert BODY_MAX_BYTES < len(body) < COURSES_CALL.body_max_bytes
    asked = signed_request(shop.institution, INTEGRATION + COURSES, body)
    for version in (b"HTTP/1.1", b"HTTP/1.0"):  # the short way, and the application's
        with Wire(base_url) as wire:
            wire.send(asked.replace(b"HTTP/1.1", version, 1))
            answer = wire.answer()
            assert answer.code == "OK"
    assert counts(answer.json["data"]) == (0, 0, 500, 0)


@pytest.mark.parametrize("version", [b"HTTP/1.1", b"HTTP/1.0"])
def test_more_than_a_call_may_hold_is_refused(shop: Shop, base_url: str, version: bytes) -> None:
    size = b"Content-Length: %d" % (COURSES_CALL.body_max_bytes + 1)
    head = signed_request(shop.institution, INTEGRATION + COURSES, b"").replace(b"Content-Length: 0", size)
    with Wire(base_url) as wire:
        wire.send(head.replace(b"HTTP/1.1", version, 1))
        answer = wire.answer()
        assert (answer.status, answer.code) == (413, "ERRPLT41301")
        assert wire.rest() == []


def test_a_call_reads_only_the_courses_that_it_names(institution: Caller, shop: Shop) -> None:
    """Otherwise the two hundredth call of a feed would read a hundred thousand courses for its five hundred."""
    institution.data(COURSES, {"name": "a", "rows": [{**ROW, "own_code": f"K-{number}"} for number in range(1, 200)]})
    named = [FeedRow(1, {"own_code": " K-7 "}, ()), FeedRow(2, {"own_code": "baru"}, ()), FeedRow(3, None, ("x",))]
    assert set(courses_there(shop.world.institution_id, named)) == {"K-7"}


def test_what_is_no_feed_is_refused(institution: Caller, platform: Caller, shop: Shop) -> None:
    assert institution.refusal(COURSES, {"name": "a", "rows": []}) == "ERRPLT40004"
    assert institution.refusal(COURSES, {"rows": [ROW]}) == "ERRPLT40003"
    assert institution.refusal(COURSES, {"name": "a", "rows": [{**ROW, "hours": "16"}]}) == "ERRPLT40004"
    assert institution.refusal(COURSES, {"name": "a", "rows": [ROW] * 501}) == "ERRPLT40004"
    assert platform.refusal(COURSES, {"name": "a", "rows": [ROW]}) == "ERRPLT40301"
