"""Reads of the catalogue: frozen values, ordered by a unique key."""

from prakerja.catalogue.queries.benchmarks import Benchmark, get_benchmarks
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
from prakerja.catalogue.queries.search import Offer, Search, search

__all__ = [
    "Benchmark",
    "CourseView",
    "ListingView",
    "Offer",
    "PriceRow",
    "ScheduleView",
    "Search",
    "SessionView",
    "find_course_by_code",
    "find_schedule_by_code",
    "get_benchmarks",
    "get_course",
    "get_schedule_by_code",
    "get_schedules",
    "list_courses",
    "list_listings",
    "list_prices",
    "list_schedules_of_institution",
    "list_sessions",
    "search",
    "seats_left",
]
