"""Writes of the catalogue. Every operation takes many, decides them in order, and answers each with a code."""

from prakerja.catalogue.operations.conflicts import screen_sales, settle_conflicts
from prakerja.catalogue.operations.courses import (
    CourseAssessment,
    CourseMove,
    CourseProposal,
    CourseResult,
    PriceChange,
    assess_courses,
    change_prices,
    move_courses,
    propose_courses,
)
from prakerja.catalogue.operations.entries import drop_past_entries
from prakerja.catalogue.operations.feeds import (
    FeedResult,
    discard_course_feed,
    publish_course_feed,
    stage_course_feed,
    stage_course_rows,
)
from prakerja.catalogue.operations.listings import (
    ListingRequest,
    ListingResult,
    end_listings,
    list_courses_on_platforms,
)
from prakerja.catalogue.operations.schedules import (
    ScheduleClose,
    ScheduleRequest,
    ScheduleResult,
    close_bundles,
    close_schedules,
    finish_schedules,
    open_schedules,
)
from prakerja.catalogue.operations.seats import SeatChange, change_seats

__all__ = [
    "CourseAssessment",
    "CourseMove",
    "CourseProposal",
    "CourseResult",
    "FeedResult",
    "ListingRequest",
    "ListingResult",
    "PriceChange",
    "ScheduleClose",
    "ScheduleRequest",
    "ScheduleResult",
    "SeatChange",
    "assess_courses",
    "change_prices",
    "change_seats",
    "close_bundles",
    "close_schedules",
    "discard_course_feed",
    "drop_past_entries",
    "end_listings",
    "finish_schedules",
    "list_courses_on_platforms",
    "move_courses",
    "open_schedules",
    "propose_courses",
    "publish_course_feed",
    "screen_sales",
    "settle_conflicts",
    "stage_course_feed",
    "stage_course_rows",
]
