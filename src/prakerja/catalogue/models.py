"""Tables of the catalogue. Reference tables, but for the seats: `seat_allotments` belongs to the lanes.

Composite foreign keys, the seats and the moves of states stand in `sql/`.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from prakerja.catalogue.states import CourseState, FeedState, ScheduleState
from prakerja.partners.models import Institution, Platform

MODES = ("online", "offline")
WEBINAR, SELF_PACED, FACE_TO_FACE = 1, 2, 3
TYPES_OF_MODE = {"online": (WEBINAR, SELF_PACED), "offline": (FACE_TO_FACE,)}
# What a course is about: prices are compared within one subject.
SUBJECTS = (
    "general",
    "digital",
    "business",
    "language",
    "hospitality",
    "beauty",
    "automotive",
    "construction",
    "manufacturing",
    "agriculture",
    "health",
    "creative",
)


class Course(models.Model):
    """A course of one institution."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField(null=True)  # noqa: DJ001 - a course gets its code with the approval
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    # The institution's own key, by which its feeds name the course.
    own_code = models.TextField(null=True)  # noqa: DJ001 - NULL for a course that came by no feed
    title = models.TextField()
    description = models.TextField()
    subject = models.TextField(default="general", db_default="general")
    skkni_code = models.TextField(null=True)  # noqa: DJ001 - NULL where no occupation standard is named
    # The institution's province when the course was proposed: prices are compared within one region.
    region_code = models.TextField(default="", db_default="")
    mode = models.TextField()
    training_type = models.PositiveSmallIntegerField()
    hours = models.PositiveSmallIntegerField()
    price_idr = models.BigIntegerField()
    comparison_price_idr = models.BigIntegerField()
    free_elsewhere = models.BooleanField()
    bundle = models.BooleanField()
    age_min = models.PositiveSmallIntegerField()
    age_max = models.PositiveSmallIntegerField(null=True)
    minimum_education = models.TextField(null=True)  # noqa: DJ001 - NULL asks for none
    state = models.TextField()
    regime_version = models.TextField()
    sample = models.BooleanField()
    proposed_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "courses"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="course_code_is_unique"),
            models.UniqueConstraint(fields=["institution", "own_code"], name="own_code_names_one_course"),
            models.CheckConstraint(condition=Q(subject__in=SUBJECTS), name="course_subject_is_known"),
            models.UniqueConstraint(fields=["id", "institution"], name="course_is_of_one_institution"),
            models.UniqueConstraint(fields=["id", "institution", "mode"], name="course_has_one_mode"),
            models.CheckConstraint(condition=Q(mode__in=MODES), name="course_mode_is_known"),
            models.CheckConstraint(
                condition=Q(training_type__in=[WEBINAR, SELF_PACED], mode="online")
                | Q(training_type=FACE_TO_FACE, mode="offline"),
                name="training_type_fits_the_mode",
            ),
            models.CheckConstraint(condition=Q(price_idr__gt=0), name="course_price_is_positive"),
            models.CheckConstraint(
                condition=Q(price_idr__lte=F("comparison_price_idr")),
                name="course_is_not_dearer_than_outside_the_programme",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in CourseState]), name="course_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[CourseState.APPROVED.value, CourseState.SUSPENDED.value])
                | (Q(code__isnull=False) & Q(approved_at__isnull=False)),
                name="approved_course_has_its_code",
            ),
        ]


class CoursePrice(models.Model):
    """A price that a course had from a moment on. Append-only."""

    id = models.UUIDField(primary_key=True)
    course = models.ForeignKey(Course, on_delete=models.PROTECT)
    price_idr = models.BigIntegerField()
    comparison_price_idr = models.BigIntegerField()
    priced_at = models.DateTimeField()
    actor = models.TextField()

    class Meta:
        """Named constraints."""

        db_table = "course_prices"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price_idr__gt=0), name="recorded_price_is_positive"),
        ]


class Schedule(models.Model):
    """One class of a course."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField()
    course = models.ForeignKey(Course, on_delete=models.PROTECT)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    mode = models.TextField()
    price_idr = models.BigIntegerField()
    seats = models.PositiveIntegerField()
    trainers = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    sells_until_at = models.DateTimeField()
    state = models.TextField()
    # What the buyers of a cancelled class read.
    cancel_reason = models.TextField(default="", db_default="")
    place = models.TextField()
    province_code = models.TextField(null=True)  # noqa: DJ001 - NULL where nobody has to travel
    regime_version = models.TextField()
    sample = models.BooleanField()
    opened_at = models.DateTimeField()

    class Meta:
        """Named constraints."""

        db_table = "schedules"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="schedule_code_is_unique"),
            # Purchases point at all three: a regular card's purchase is offline (SCHEME-04).
            models.UniqueConstraint(fields=["id", "institution", "mode"], name="schedule_has_one_mode"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ScheduleState]), name="schedule_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=ScheduleState.CANCELLED.value) | ~Q(cancel_reason=""),
                name="cancelled_class_says_why",
            ),
            models.CheckConstraint(condition=Q(price_idr__gt=0), name="schedule_price_is_positive"),
            models.CheckConstraint(condition=Q(seats__gt=0), name="schedule_has_seats"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="schedule_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(sells_until_at__lte=F("ends_at")), name="schedule_sells_before_it_ends"),
            models.CheckConstraint(
                condition=~Q(mode="offline") | Q(province_code__isnull=False), name="offline_class_has_a_place"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "starts_at", "id"], name="schedules_of_institution"),
            models.Index(fields=["state", "starts_at", "id"], name="schedules_by_start"),
        ]


class Session(models.Model):
    """One meeting of a class."""

    id = models.UUIDField(primary_key=True)
    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT)
    sequence = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        """Named constraints."""

        db_table = "sessions"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schedule", "sequence"], name="session_sequence_is_unique"),
            # What partners can name; 999 is the post-test.
            models.CheckConstraint(condition=Q(sequence__range=(1, 10)), name="session_sequence_is_in_range"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts"),
        ]


class Listing(models.Model):
    """A course on sale on a platform, from a moment until another."""

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT)
    course = models.ForeignKey(Course, on_delete=models.PROTECT)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    own_entity = models.BooleanField()
    listed_from = models.DateTimeField()
    listed_until = models.DateTimeField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "listings"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["platform", "course"],
                condition=Q(listed_until__isnull=True),
                name="course_is_listed_once_on_a_platform",
            ),
            models.CheckConstraint(
                condition=Q(listed_until__isnull=True) | Q(listed_until__gte=F("listed_from")),
                name="listing_ends_after_it_begins",
            ),
        ]


class SeatAllotment(models.Model):
    """The seats of a schedule that one lane may sell. The real primary key is (lane, schedule_id)."""

    schedule = models.OneToOneField(Schedule, primary_key=True, on_delete=models.DO_NOTHING)
    lane = models.SmallIntegerField()
    seats_left = models.IntegerField()

    class Meta:
        """Made by `sql/tables.sql`."""

        managed = False
        db_table = "seat_allotments"


class SearchEntry(models.Model):
    """A class as it is searched: what may be sold, with everything that a filter asks for beside it.

    It holds at least what can be bought; what cannot be is left out when a page is read.
    """

    schedule_id = models.UUIDField(primary_key=True)
    course_id = models.UUIDField()
    institution_id = models.UUIDField()
    institution_kind = models.TextField()
    mode = models.TextField()
    province_code = models.TextField(null=True)  # noqa: DJ001 - NULL where nobody has to travel
    price_idr = models.BigIntegerField()
    starts_at = models.DateTimeField()
    sells_until_at = models.DateTimeField()
    platform_ids = ArrayField(models.UUIDField())
    words = SearchVectorField()

    class Meta:
        """Made by `sql/search.sql`."""

        managed = False
        db_table = "search_entries"


class CourseFeed(models.Model):
    """A file or call with many courses of one institution: checked first, then published as a whole or discarded."""

    id = models.UUIDField(primary_key=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    # What was published last when this one was checked: a feed is published on the catalogue that it was compared with.
    base = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    way = models.TextField()
    name = models.TextField()
    file_sha256 = models.TextField()
    state = models.TextField()
    rows = models.PositiveIntegerField()
    new_rows = models.PositiveIntegerField()
    changed_rows = models.PositiveIntegerField()
    unchanged_rows = models.PositiveIntegerField()
    bad_rows = models.PositiveIntegerField()
    actor = models.TextField()
    staged_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "course_feeds"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(way__in=["csv", "xlsx", "api"]), name="feed_way_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in FeedState]), name="feed_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(rows=F("new_rows") + F("changed_rows") + F("unchanged_rows") + F("bad_rows")),
                name="feed_rows_add_up",
            ),
            models.CheckConstraint(
                condition=Q(state="staged", decided_at__isnull=True)
                | (~Q(state="staged") & Q(decided_at__isnull=False)),
                name="decided_feed_has_its_moment",
            ),
            # Two feeds at once: only one can follow the other.
            models.UniqueConstraint(
                fields=["institution", "base"],
                condition=Q(state="published"),
                nulls_distinct=False,
                name="feeds_of_an_institution_follow_each_other",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["institution", "-id"], name="feeds_of_institution")]


class CourseFeedRow(models.Model):
    """A row of a feed: what it would do, or why it cannot be taken."""

    # A plain number: a hundred thousand rows of one file, by COPY.
    id = models.BigAutoField(primary_key=True)
    feed = models.ForeignKey(CourseFeed, on_delete=models.CASCADE)
    row_number = models.PositiveIntegerField()
    own_code = models.TextField()
    effect = models.TextField()
    field = models.TextField()
    reason = models.TextField()
    course_id = models.UUIDField(null=True)
    content = models.JSONField()

    class Meta:
        """Named constraints."""

        db_table = "course_feed_rows"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["feed", "row_number"], name="feed_row_number_is_unique"),
            models.CheckConstraint(
                condition=Q(effect__in=["new", "changed", "unchanged", "bad"]), name="feed_row_effect_is_known"
            ),
            models.CheckConstraint(
                condition=Q(effect="bad", course_id__isnull=True) & ~Q(reason="")
                | (~Q(effect="bad") & Q(course_id__isnull=False, reason="")),
                name="feed_row_is_taken_or_says_why_not",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["feed", "effect", "row_number"], name="feed_rows_by_effect"),
            models.Index(fields=["course_id"], name="feed_rows_of_course"),
        ]
