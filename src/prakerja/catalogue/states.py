"""Which state may follow which. The database holds the same tables in triggers; a test compares the two."""

from collections.abc import Mapping
from enum import StrEnum


class CourseState(StrEnum):
    """A course's way to approval and out of the catalogue."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    ASSESSED = "assessed"
    APPROVED = "approved"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class ScheduleState(StrEnum):
    """A class from its publication to its end. Enrolment and running are read from its moments."""

    PUBLISHED = "published"
    CLOSED = "closed"
    DONE = "done"
    CANCELLED = "cancelled"


class FeedState(StrEnum):
    """A feed of courses: checked, then taken as a whole or not at all."""

    STAGED = "staged"
    PUBLISHED = "published"
    DISCARDED = "discarded"


COURSE_MOVES: Mapping[CourseState, tuple[CourseState, ...]] = {
    CourseState.DRAFT: (CourseState.PROPOSED, CourseState.REMOVED),
    CourseState.PROPOSED: (CourseState.ASSESSED, CourseState.REMOVED),
    # Assessed and not approved: the institution proposes again.
    CourseState.ASSESSED: (CourseState.APPROVED, CourseState.PROPOSED, CourseState.REMOVED),
    CourseState.APPROVED: (CourseState.SUSPENDED, CourseState.REMOVED),
    CourseState.SUSPENDED: (CourseState.APPROVED, CourseState.REMOVED),
    CourseState.REMOVED: (),
}

SCHEDULE_MOVES: Mapping[ScheduleState, tuple[ScheduleState, ...]] = {
    ScheduleState.PUBLISHED: (ScheduleState.CLOSED, ScheduleState.DONE, ScheduleState.CANCELLED),
    # Whoever stopped the sale may open it again while there is time.
    ScheduleState.CLOSED: (ScheduleState.PUBLISHED, ScheduleState.DONE, ScheduleState.CANCELLED),
    ScheduleState.DONE: (),
    ScheduleState.CANCELLED: (),
}

FEED_MOVES: Mapping[FeedState, tuple[FeedState, ...]] = {
    FeedState.STAGED: (FeedState.PUBLISHED, FeedState.DISCARDED),
    FeedState.PUBLISHED: (),
    FeedState.DISCARDED: (),
}
