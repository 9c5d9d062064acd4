"""SCHEME-04, SCHEME-05, SCHEME-10, PLAT-02: what is on sale where, and what a search sees."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from prakerja.catalogue import queries
from prakerja.catalogue.operations import (
    CourseMove,
    ListingRequest,
    ScheduleClose,
    close_schedules,
    end_listings,
    list_courses_on_platforms,
    move_courses,
)
from prakerja.catalogue.queries import Search
from prakerja.catalogue.states import CourseState, ScheduleState
from prakerja.kit import db
from prakerja.partners.operations import AgreementEnd, PlatformMove, end_agreements, move_platforms
from prakerja.partners.states import PlatformState
from tests.catalogue.world import Market
from tests.partners.world import refused


def list_code(market: Market, course_id: UUID, platform: str = "tokopedia", regime: str = "second") -> str:
    request = ListingRequest(platform_id=market.world.platforms[platform], course_id=course_id)
    return list_courses_on_platforms(market.context, [request], regime=market.regimes[regime])[0].code


def found_codes(market: Market, *, after_days: int = 0, **wanted: Any) -> list[str]:  # noqa: ANN401 - fields of Search
    now = market.context.now + timedelta(days=after_days)
    return [offer.schedule_code for offer in queries.search(Search(**wanted), now=now)]


def test_lists_and_refuses_in_order(market: Market) -> None:
    course_id = market.course()
    offline_id = market.course(mode="offline", training_type=3)
    suspended_id = market.course()
    move_courses(market.context, [CourseMove(course_id=suspended_id, state=CourseState.SUSPENDED, reason="audit")])
    platforms = market.world.platforms
    move_platforms(
        market.context,
        [PlatformMove(platform_id=platforms["pijar"], state=PlatformState.SUSPENDED)],
        regime=market.regimes["second"],
    )
    pairs = [
        (uuid4(), course_id),
        (platforms["pijar"], course_id),
        (platforms["tokopedia"], uuid4()),
        (platforms["tokopedia"], suspended_id),
        (platforms["skillacademy"], offline_id),
        (platforms["tokopedia"], course_id),
        (platforms["tokopedia"], course_id),
        (platforms["sisnaker"], course_id),
    ]
    results = list_courses_on_platforms(
        market.context,
        [ListingRequest(platform_id=platform, course_id=course) for platform, course in pairs],
        regime=market.regimes["second"],
    )
    assert [result.code for result in results] == [
        "platform_unknown",
        "platform_not_active",
        "course_unknown",
        "course_not_approved",
        "mode_not_offered",
        "ok",
        "already_listed",
        "ok",
    ]
    assert results[5].listing_id == results[6].listing_id
    listings = queries.list_listings(institution_id=market.world.institution_id)
    assert [one.platform_id for one in listings] == [platforms["tokopedia"], platforms["sisnaker"]]


def test_lists_under_an_agreement_in_force_only(market: Market) -> None:
    course_id = market.course()
    platform_id = market.world.platforms["tokopedia"]
    tomorrow = market.context.today + timedelta(days=1)
    agreement = queries_agreement(market, platform_id)
    end_agreements(market.context, [AgreementEnd(agreement_id=agreement, valid_until=tomorrow)])
    assert list_code(market, course_id) == "ok"
    later = market.context.at(market.context.now + timedelta(days=1))
    request = ListingRequest(platform_id=platform_id, course_id=market.course(title="Lain"))
    result = list_courses_on_platforms(later, [request], regime=market.regimes["second"])[0]
    assert result.code == "no_agreement"


def queries_agreement(market: Market, platform_id: UUID) -> UUID:
    found: UUID = db.value("SELECT id FROM agreements WHERE platform_id = %s", [platform_id])
    return found


def test_a_platform_and_its_own_entity(market: Market) -> None:
    """PLAT-02: flagged in the founding regime, forbidden since."""
    db.execute("UPDATE institutions SET owner_entity = 'pt  TOKOPEDIA '")
    course_id, later_id = market.course(), market.course()
    assert list_code(market, course_id, regime="founding") == "ok"
    assert list_code(market, later_id, regime="second") == "own_entity_forbidden"
    assert list_code(market, course_id, "pijar", regime="second") == "ok"
    flagged = {one.platform_id: one.own_entity for one in queries.list_listings()}
    platforms = market.world.platforms
    assert flagged == {platforms["tokopedia"]: True, platforms["pijar"]: False}
    event = db.value(
        "SELECT payload ->> 'own_entity' FROM events WHERE kind = 'listing.began' AND payload ->> 'platform_id' = %s",
        [str(platforms["tokopedia"])],
    )
    assert event == "true"


def test_ends_a_listing_and_lists_again(market: Market) -> None:
    course_id = market.course()
    listing_id = market.listing(course_id)
    assert [one.code for one in end_listings(market.context, [uuid4(), listing_id])] == ["listing_unknown", "ok"]
    assert end_listings(market.context, [listing_id])[0].code == "already_ended"
    assert queries.list_listings(platform_id=market.world.platforms["tokopedia"]) == []
    assert list_code(market, course_id) == "ok"
    assert len(queries.list_listings(live=False)) == 2


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("UPDATE listings SET listed_until = listed_from - interval '1 s'", "listing_ends_after_it_begins"),
        (
            (
                "INSERT INTO listings (id, platform_id, course_id, institution_id, own_entity, listed_from)"
                " SELECT gen_random_uuid(), platform_id, course_id, institution_id, false, listed_from FROM listings"
            ),
            "course_is_listed_once_on_a_platform",
        ),
        (
            (
                "WITH other AS (INSERT INTO institutions (id, code, state, name, kind, province_code, owner_entity,"
                " evidence, sample, created_at) SELECT gen_random_uuid(), 'x', 'draft', name, kind,"
                " province_code, owner_entity, evidence, sample, created_at FROM institutions RETURNING id)"
                " UPDATE listings SET institution_id = (SELECT id FROM other)"
            ),
            "listing_is_of_its_course",
        ),
        (
            (
                "INSERT INTO listings (id, platform_id, course_id, institution_id, own_entity, listed_from)"
                " SELECT gen_random_uuid(), platform_id, course_id, institution_id, false,"
                " listed_from - interval '1 day' FROM listings"
            ),
            "listing_stands_on_an_agreement_in_force",
        ),
    ],
)
def test_the_database_keeps_listings_right(market: Market, change: str, constraint: str) -> None:
    market.listing(market.course())
    assert refused(change) == constraint


def test_search_finds_what_can_be_bought(market: Market) -> None:
    course_id = market.course()
    schedule_id = market.schedule(course_id)
    code = queries.get_schedules([schedule_id])[schedule_id].code
    assert found_codes(market) == []  # not listed yet
    market.listing(course_id)
    listing_id = market.listing(course_id, "sisnaker")
    (offer,) = queries.search(Search(), now=market.context.now)
    assert (offer.schedule_code, offer.platform_codes, offer.seats_left) == (code, ("sisnaker", "tokopedia"), 20)
    assert (offer.institution_name, offer.price_idr, offer.sample) == ("LPK Maju", 400_000, True)
    platforms = market.world.platforms
    assert found_codes(market, platform_id=platforms["sisnaker"]) == [code]
    assert found_codes(market, platform_id=platforms["pijar"]) == []
    assert found_codes(market, institution_id=uuid4()) == []
    end_listings(market.context, [listing_id])
    assert found_codes(market, platform_id=platforms["sisnaker"]) == []


def test_search_leaves_out_what_cannot_be_bought(market: Market) -> None:
    course_id = market.course()
    market.listing(course_id)
    first, second = market.schedule(course_id), market.schedule(course_id)
    codes = [queries.get_schedules([first, second])[one].code for one in (first, second)]
    assert found_codes(market) == codes
    assert found_codes(market, after_days=11) == []  # enrolment is closed
    db.execute("UPDATE seat_allotments SET seats_left = 0 WHERE schedule_id = %s", [first])
    assert found_codes(market) == codes[1:]
    move_platforms(
        market.context,
        [PlatformMove(platform_id=market.world.platforms["tokopedia"], state=PlatformState.SUSPENDED)],
        regime=market.regimes["second"],
    )
    assert found_codes(market) == []
    market.listing(course_id, "pijar")
    assert found_codes(market) == codes[1:]
    agreement_id = queries_agreement(market, market.world.platforms["pijar"])
    tomorrow = market.context.today + timedelta(days=1)
    end_agreements(market.context, [AgreementEnd(agreement_id=agreement_id, valid_until=tomorrow)])
    assert found_codes(market, after_days=1) == []
    assert found_codes(market) == codes[1:]
    close_schedules(market.context, [ScheduleClose(schedule_id=second, state=ScheduleState.CLOSED)])
    assert found_codes(market) == []


def test_search_filters_and_pages(market: Market) -> None:
    online_id = market.course(title="Barista 100% kopi", price_idr=300_000)
    offline_id = market.course(title="Las listrik", description="", mode="offline", training_type=3)
    for course_id in (online_id, offline_id):
        market.listing(course_id)
    online = market.schedule(online_id, sessions=[market.session(days=10)])
    offline = market.schedule(offline_id, sessions=[market.session(days=12)], province_code="32", place="Bekasi")
    codes = {one: view.code for one, view in queries.get_schedules([online, offline]).items()}
    day = market.context.today
    expected: list[tuple[dict[str, Any], list[UUID]]] = [
        ({}, [online, offline]),
        ({"channel": "digital"}, [online, offline]),
        ({"channel": "regular"}, [offline]),  # SCHEME-04
        ({"channel": "regular", "mode": "online"}, []),
        ({"mode": "online"}, [online]),
        ({"province_code": "32"}, [offline]),
        ({"province_code": "11"}, []),
        ({"price_max_idr": 399_999}, [online]),
        ({"price_from_idr": 300_001}, [offline]),
        ({"words": "LAS"}, [offline]),
        ({"words": "kopi barista"}, [online]),
        ({"words": "barista las"}, []),
        ({"words": "maju"}, [online, offline]),  # the institution's name
        ({"words": "100%"}, [online]),
        ({"words": "%"}, [online, offline]),  # no word: it does not count
        ({"words": "meracik"}, [online]),
        ({"words": "kopinya"}, [online]),  # the same stem
        ({"words": "bar"}, []),
        ({"institution_kind": "private"}, [online, offline]),
        ({"institution_kind": "government"}, []),
        ({"order": "price"}, [online, offline]),
        ({"starts_from": day + timedelta(days=12)}, [offline]),
        ({"starts_until": day + timedelta(days=12)}, [online]),
        ({"limit": 1}, [online]),
    ]
    for wanted, schedules in expected:
        assert found_codes(market, **wanted) == [codes[one] for one in schedules], wanted
    (first,) = queries.search(Search(limit=1), now=market.context.now)
    assert found_codes(market, after=(first.starts_at, first.schedule_id)) == [codes[offline]]
