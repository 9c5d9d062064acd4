"""A decreed institution that may sell on every platform, and what it sells; made by the operations themselves.

Apart from conftest.py, which is imported before Django is set up.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from prakerja.catalogue.operations import (
    CourseAssessment,
    CourseProposal,
    ListingRequest,
    ScheduleRequest,
    assess_courses,
    list_courses_on_platforms,
    open_schedules,
    propose_courses,
)
from prakerja.catalogue.rules import SessionTimes
from prakerja.kit.context import Context
from prakerja.partners.operations import SampleAdmission, admit_sample_institutions, agree_samples
from prakerja.programme.queries import get_regime_book
from prakerja.programme.regimes import Regime
from tests.partners.world import World, agreement_request, make_world, verify_everywhere


@dataclass(frozen=True, slots=True)
class Market:
    """The world of the partners, with regimes by code."""

    world: World
    regimes: dict[str, Regime]

    @property
    def context(self) -> Context:
        """Who and when."""
        return self.world.context

    def session(self, days: int = 10, hour: int = 9, hours: int = 2) -> SessionTimes:
        """A meeting so many days from today, at an hour in Jakarta."""
        starts_at = self.context.now + timedelta(days=days, hours=hour - 10)
        return SessionTimes(starts_at, starts_at + timedelta(hours=hours))

    def proposal(self, **changes: Any) -> CourseProposal:  # noqa: ANN401 - fields of the request
        """An online course that is fine unless told otherwise."""
        fields: dict[str, Any] = {
            "institution_id": self.world.institution_id,
            "title": "Barista dasar",
            "description": "Meracik kopi",
            "mode": "online",
            "training_type": 1,
            "hours": 16,
            "price_idr": 400_000,
            "comparison_price_idr": 450_000,
            "sample": True,
        }
        return CourseProposal(**{**fields, **changes})

    def course(self, *, regime: str = "second", **changes: Any) -> UUID:  # noqa: ANN401 - fields of the proposal
        """An approved course."""
        proposed = propose_courses(self.context, [self.proposal(**changes)], regime=self.regimes[regime])[0]
        assert proposed.course_id is not None, proposed
        assessed = assess_courses(
            self.context, [CourseAssessment(course_id=proposed.course_id)], regime=self.regimes[regime]
        )
        assert assessed[0].code == "ok", assessed
        return proposed.course_id

    def request(self, course_id: UUID, **changes: Any) -> ScheduleRequest:  # noqa: ANN401 - fields of the request
        """A class of one meeting in ten days."""
        fields: dict[str, Any] = {
            "course_id": course_id,
            "sessions": [self.session()],
            "seats": 20,
            "sample": True,
        }
        return ScheduleRequest(**{**fields, **changes})

    def schedule(self, course_id: UUID, *, regime: str = "second", **changes: Any) -> UUID:  # noqa: ANN401
        """A published class."""
        opened = open_schedules(self.context, [self.request(course_id, **changes)], regime=self.regimes[regime])[0]
        assert opened.schedule_id is not None, opened
        return opened.schedule_id

    def listing(self, course_id: UUID, platform: str = "tokopedia") -> UUID:
        """The course on sale on a platform."""
        listed = list_courses_on_platforms(
            self.context,
            [ListingRequest(platform_id=self.world.platforms[platform], course_id=course_id)],
            regime=self.regimes["second"],
        )[0]
        assert listed.listing_id is not None, listed
        return listed.listing_id


def make_market(context: Context) -> Market:
    """A market at the context's moment."""
    world = verify_everywhere(make_world(context))
    book = get_regime_book()
    regimes = {code: book.get(code) for code in book.codes}
    signed = agree_samples(context, [agreement_request(world, code) for code in world.platforms], regime=world.second)
    assert {result.code.value for result in signed} == {"ok"}
    decreed = admit_sample_institutions(
        context,
        [SampleAdmission(institution_id=world.institution_id, decree_number="SK-1")],
        regime=world.second,
    )
    assert decreed[0].code == "ok", decreed
    return Market(world, regimes)
