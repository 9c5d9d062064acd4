"""Reads of the catalogue: frozen values, ordered by a unique key."""

from prakerja.catalogue.queries.benchmarks import Benchmark, get_benchmarks
from prakerja.catalogue.queries.conflicts import AffiliatedSale, count_live_listings, list_affiliated_sales
from prakerja.catalogue.queries.courses import (
    CourseView,
    ListingView,
    PriceRow,
    ScheduleView,
    SessionView,
    find_course_by_code,
    find_schedule_by_code,
    get_course,
    get_schedule_by_code,
    get_schedules,
    list_courses,
    list_listings,
    list_prices,
    list_schedules_of_institution,
    list_sessions,
    seats_left,
)
from prakerja.catalogue.queries.feeds import (
    FeedRowView,
    FeedView,
    feed_error_file,
    get_feed,
    list_feed_rows,
    list_feeds,
)
from prakerja.catalogue.queries.search import Offer, Search, search

__all__ = [
    "AffiliatedSale",
    "Benchmark",
    "CourseView",
    "FeedRowView",
    "FeedView",
    "ListingView",
    "Offer",
    "PriceRow",
    "ScheduleView",
    "Search",
    "SessionView",
    "count_live_listings",
    "feed_error_file",
    "find_course_by_code",
    "find_schedule_by_code",
    "get_benchmarks",
    "get_course",
    "get_feed",
    "get_schedule_by_code",
    "get_schedules",
    "list_affiliated_sales",
    "list_courses",
    "list_feed_rows",
    "list_feeds",
    "list_listings",
    "list_prices",
    "list_schedules_of_institution",
    "list_sessions",
    "search",
    "seats_left",
]
