"""PLAT-02 in the catalogue: listings and assessments where the ends meet, and what a decision does."""

from uuid import UUID

from prakerja.catalogue import queries
from prakerja.catalogue.operations import (
    CourseAssessment,
    ListingRequest,
    assess_courses,
    list_courses_on_platforms,
    propose_courses,
    screen_sales,
    settle_conflicts,
)
from prakerja.partners.conflict_queries import list_conflicts
from prakerja.partners.operations.conflicts import ConflictDecision
from prakerja.partners.operations.owners import TieRequest, record_ties, reviewer_node
from tests.catalogue.world import Market

PERSON = "9912011708450001"


def connect(market: Market, holder_kind: str, holder_id: UUID, kind: str = "director") -> None:
    request = TieRequest(
        holder_kind=holder_kind, holder_id=holder_id, kind=kind, value=PERSON, name="Budi", source="akta"
    )
    assert record_ties(market.context, [request])[0].code == "ok"


def list_it(market: Market, course_id: UUID, regime: str) -> tuple[str, bool]:
    request = ListingRequest(platform_id=market.world.platforms["tokopedia"], course_id=course_id)
    (result,) = list_courses_on_platforms(market.context, [request], regime=market.regimes[regime])
    return result.code.value, result.conflicted


def affiliate(market: Market) -> None:
    connect(market, "platform", market.world.platforms["tokopedia"])
    connect(market, "institution", market.world.institution_id, "owner")


def test_a_listing_of_an_affiliate_is_flagged_then_forbidden(market: Market) -> None:
    first, second = market.course(), market.course()
    affiliate(market)
    assert list_it(market, first, "founding") == ("ok", True)
    assert list_it(market, second, "second") == ("conflict_of_interest", True)
    (case,) = list_conflicts()
    assert (case.act, case.effect, case.other_name, case.hops) == ("listing", "stopped", "Tokopedia", 2)


def test_a_cleared_conflict_lets_the_listing_through(market: Market) -> None:
    course_id = market.course()
    affiliate(market)
    assert list_it(market, course_id, "second") == ("conflict_of_interest", True)
    (case,) = list_conflicts()
    decision = ConflictDecision(conflict_id=case.id, clear=True, reason="orang lain dengan akta yang salah ketik")
    office = market.context.acting_as("staff:pmo-9")
    assert settle_conflicts(office, [decision], regime=market.regimes["second"])[0].code == "ok"
    assert list_it(market, course_id, "second") == ("ok", False)


def test_an_upheld_conflict_takes_the_courses_off_sale_where_it_is_forbidden(market: Market) -> None:
    course_id = market.course()
    market.listing(course_id)
    market.listing(course_id, "pijar")
    affiliate(market)
    # A tie that comes to light after the sale began: the daily look finds it, for the listing and the agreement.
    assert screen_sales(market.context, regime=market.regimes["second"]) == 1
    assert screen_sales(market.context, regime=market.regimes["second"]) == 1
    assert sorted((one.act, one.effect) for one in list_conflicts()) == [
        ("agreement", "stopped"),
        ("listing", "stopped"),
    ]
    case = next(one for one in list_conflicts() if one.act == "listing")
    decision = ConflictDecision(conflict_id=case.id, clear=False, reason="satu pemilik")
    office = market.context.acting_as("staff:pmo-9")
    (result,) = settle_conflicts(office, [decision], regime=market.regimes["second"])
    assert (result.code, result.state) == ("ok", "upheld")
    assert [one.platform_id for one in queries.list_listings()] == [market.world.platforms["pijar"]]


def test_whoever_is_connected_does_not_assess(market: Market) -> None:
    proposed = propose_courses(market.context, [market.proposal()], regime=market.regimes["second"])[0]
    assert proposed.course_id is not None
    connect(market, "reviewer", reviewer_node("staff:pmo-1"))
    connect(market, "institution", market.world.institution_id, "owner")

    def assess(actor: str, regime: str) -> str:
        assert proposed.course_id is not None
        assessment = CourseAssessment(course_id=proposed.course_id)
        context = market.context.acting_as(actor)
        return assess_courses(context, [assessment], regime=market.regimes[regime])[0].code

    assert assess("staff:pmo-1", "second") == "conflict_of_interest"
    assert queries.get_course(proposed.course_id).state == "proposed"
    assert assess("staff:pmo-2", "second") == "ok"
    assert [(one.act, one.other_name) for one in list_conflicts()] == [("assessment", "staff:pmo-1")]
