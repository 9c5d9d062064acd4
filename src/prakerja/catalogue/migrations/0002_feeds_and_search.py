import django.contrib.postgres.fields
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0001_initial"),
        ("partners", "0002_owners"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("schedule_id", models.UUIDField(primary_key=True, serialize=False)),
                ("course_id", models.UUIDField()),
                ("institution_id", models.UUIDField()),
                ("institution_kind", models.TextField()),
                ("mode", models.TextField()),
                ("province_code", models.TextField(null=True)),
                ("price_idr", models.BigIntegerField()),
                ("starts_at", models.DateTimeField()),
                ("sells_until_at", models.DateTimeField()),
                ("platform_ids", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "db_table": "search_entries",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CourseFeed",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("way", models.TextField()),
                ("name", models.TextField()),
                ("file_sha256", models.TextField()),
                ("state", models.TextField()),
                ("rows", models.PositiveIntegerField()),
                ("new_rows", models.PositiveIntegerField()),
                ("changed_rows", models.PositiveIntegerField()),
                ("unchanged_rows", models.PositiveIntegerField()),
                ("bad_rows", models.PositiveIntegerField()),
                ("actor", models.TextField()),
                ("staged_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "course_feeds",
            },
        ),
        migrations.CreateModel(
            name="CourseFeedRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("row_number", models.PositiveIntegerField()),
                ("own_code", models.TextField()),
                ("effect", models.TextField()),
                ("field", models.TextField()),
                ("reason", models.TextField()),
                ("course_id", models.UUIDField(null=True)),
                ("content", models.JSONField()),
            ],
            options={
                "db_table": "course_feed_rows",
            },
        ),
        migrations.AddField(
            model_name="course",
            name="own_code",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="course",
            name="region_code",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="course",
            name="skkni_code",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="course",
            name="subject",
            field=models.TextField(default="general"),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.UniqueConstraint(fields=("institution", "own_code"), name="own_code_names_one_course"),
        ),
        migrations.AddConstraint(
            model_name="course",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "subject__in",
                        (
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
                        ),
                    )
                ),
                name="course_subject_is_known",
            ),
        ),
        migrations.AddField(
            model_name="coursefeed",
            name="base",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="catalogue.coursefeed"),
        ),
        migrations.AddField(
            model_name="coursefeed",
            name="institution",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.institution"),
        ),
        migrations.AddField(
            model_name="coursefeedrow",
            name="feed",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="catalogue.coursefeed"),
        ),
        migrations.AddIndex(
            model_name="coursefeed",
            index=models.Index(fields=["institution", "-id"], name="feeds_of_institution"),
        ),
        migrations.AddConstraint(
            model_name="coursefeed",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["csv", "xlsx", "api"])), name="feed_way_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="coursefeed",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["staged", "published", "discarded"])), name="feed_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="coursefeed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "rows",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("new_rows"), "+", models.F("changed_rows")
                                ),
                                "+",
                                models.F("unchanged_rows"),
                            ),
                            "+",
                            models.F("bad_rows"),
                        ),
                    )
                ),
                name="feed_rows_add_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="coursefeed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state", "staged")),
                    models.Q(models.Q(("state", "staged"), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="decided_feed_has_its_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="coursefeed",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "published")),
                fields=("institution", "base"),
                name="feeds_of_an_institution_follow_each_other",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="coursefeedrow",
            index=models.Index(fields=["feed", "effect", "row_number"], name="feed_rows_by_effect"),
        ),
        migrations.AddIndex(
            model_name="coursefeedrow",
            index=models.Index(fields=["course_id"], name="feed_rows_of_course"),
        ),
        migrations.AddConstraint(
            model_name="coursefeedrow",
            constraint=models.UniqueConstraint(fields=("feed", "row_number"), name="feed_row_number_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="coursefeedrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("effect__in", ["new", "changed", "unchanged", "bad"])),
                name="feed_row_effect_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="coursefeedrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("course_id__isnull", True), ("effect", "bad"), models.Q(("reason", ""), _negated=True)),
                    models.Q(models.Q(("effect", "bad"), _negated=True), ("course_id__isnull", False), ("reason", "")),
                    _connector="OR",
                ),
                name="feed_row_is_taken_or_says_why_not",
            ),
        ),
        run_sql_file(__file__, "courses.sql"),
        run_sql_file(__file__, "search.sql"),
    ]
