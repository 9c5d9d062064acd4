import django.db.models.deletion
from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("partners", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Course",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField(null=True)),
                ("title", models.TextField()),
                ("description", models.TextField()),
                ("mode", models.TextField()),
                ("training_type", models.PositiveSmallIntegerField()),
                ("hours", models.PositiveSmallIntegerField()),
                ("price_idr", models.BigIntegerField()),
                ("comparison_price_idr", models.BigIntegerField()),
                ("free_elsewhere", models.BooleanField()),
                ("bundle", models.BooleanField()),
                ("age_min", models.PositiveSmallIntegerField()),
                ("age_max", models.PositiveSmallIntegerField(null=True)),
                ("minimum_education", models.TextField(null=True)),
                ("state", models.TextField()),
                ("regime_version", models.TextField()),
                ("sample", models.BooleanField()),
                ("proposed_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
                ),
            ],
            options={
                "db_table": "courses",
            },
        ),
        migrations.CreateModel(
            name="CoursePrice",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("price_idr", models.BigIntegerField()),
                ("comparison_price_idr", models.BigIntegerField()),
                ("priced_at", models.DateTimeField()),
                ("actor", models.TextField()),
                ("course", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalogue.course")),
            ],
            options={
                "db_table": "course_prices",
            },
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("own_entity", models.BooleanField()),
                ("listed_from", models.DateTimeField()),
                ("listed_until", models.DateTimeField(null=True)),
                ("course", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalogue.course")),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
                ),
                ("platform", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.platform")),
            ],
            options={
                "db_table": "listings",
            },
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("mode", models.TextField()),
                ("price_idr", models.BigIntegerField()),
                ("seats", models.PositiveIntegerField()),
                ("trainers", models.PositiveSmallIntegerField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("sells_until_at", models.DateTimeField()),
                ("state", models.TextField()),
                ("place", models.TextField()),
                ("province_code", models.TextField(null=True)),
                ("regime_version", models.TextField()),
                ("sample", models.BooleanField()),
                ("opened_at", models.DateTimeField()),
                ("course", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalogue.course")),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
                ),
            ],
            options={
                "db_table": "schedules",
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("sequence", models.PositiveSmallIntegerField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("schedule", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalogue.schedule")),
            ],
            options={
                "db_table": "sessions",
            },
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.UniqueConstraint(fields=("code",), name="course_code_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.UniqueConstraint(fields=("id", "institution"), name="course_is_of_one_institution"),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.UniqueConstraint(fields=("id", "institution", "mode"), name="course_has_one_mode"),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode__in", ("online", "offline"))), name="course_mode_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("mode", "online"), ("training_type__in", [1, 2])),
                    models.Q(("mode", "offline"), ("training_type", 3)),
                    _connector="OR",
                ),
                name="training_type_fits_the_mode",
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(("price_idr__gt", 0)), name="course_price_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(("price_idr__lte", models.F("comparison_price_idr"))),
                name="course_is_not_dearer_than_outside_the_programme",
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "proposed",
                            "assessed",
                            "approved",
                            "suspended",
                            "removed",
                        ],
                    )
                ),
                name="course_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "state__in",
                            [
                                "approved",
                                "suspended",
                            ],
                        ),
                        _negated=True,
                    ),
                    models.Q(("code__isnull", False), ("approved_at__isnull", False)),
                    _connector="OR",
                ),
                name="approved_course_has_its_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="courseprice",
            constraint=models.CheckConstraint(
                condition=models.Q(("price_idr__gt", 0)), name="recorded_price_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("listed_until__isnull", True)),
                fields=("platform", "course"),
                name="course_is_listed_once_on_a_platform",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("listed_until__isnull", True), ("listed_until__gte", models.F("listed_from")), _connector="OR"
                ),
                name="listing_ends_after_it_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="schedule",
            index=models.Index(fields=["institution", "starts_at", "id"], name="schedules_of_institution"),
        ),
        migrations.AddIndex(
            model_name="schedule",
            index=models.Index(fields=["state", "starts_at", "id"], name="schedules_by_start"),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.UniqueConstraint(fields=("code",), name="schedule_code_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.UniqueConstraint(fields=("id", "institution", "mode"), name="schedule_has_one_mode"),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "published",
                            "closed",
                            "done",
                            "cancelled",
                        ],
                    )
                ),
                name="schedule_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("price_idr__gt", 0)), name="schedule_price_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(condition=models.Q(("seats__gt", 0)), name="schedule_has_seats"),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="schedule_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("sells_until_at__lte", models.F("ends_at"))), name="schedule_sells_before_it_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("mode", "offline"), _negated=True), ("province_code__isnull", False), _connector="OR"
                ),
                name="offline_class_has_a_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(fields=("schedule", "sequence"), name="session_sequence_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("sequence__range", (1, 998))), name="session_sequence_is_in_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="session_ends_after_it_starts"
            ),
        ),
        migrations.CreateModel(
            name="SeatAllotment",
            fields=[
                (
                    "schedule",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        serialize=False,
                        to="catalogue.schedule",
                    ),
                ),
                ("lane", models.SmallIntegerField()),
                ("seats_left", models.IntegerField()),
            ],
            options={
                "db_table": "seat_allotments",
                "managed": False,
            },
        ),
        run_sql_file(__file__, "tables.sql"),
        run_sql_file(__file__, "move_seats.sql"),
    ]
