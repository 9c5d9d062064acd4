"""Tables of the catalogue. Reference tables, but for the seats: `seat_allotments` belongs to the lanes.

Composite foreign keys, the seats and the moves of states stand in `sql/`.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from prakerja.catalogue.states import CourseState, ScheduleState
from prakerja.partners.models import Institution, Platform

MODES = ("online", "offline")
WEBINAR, SELF_PACED, FACE_TO_FACE = 1, 2, 3


class Course(models.Model):
    """A course of one institution."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField(null=True)  # noqa: DJ001 - a course gets its code with the approval
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    title = models.TextField()
    description = models.TextField()
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
            # 999 is the closing one: the skill demonstration.
            models.CheckConstraint(condition=Q(sequence__range=(1, 998)), name="session_sequence_is_in_range"),
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
