from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("catalogue", "0001_initial"),
        ("purchases", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "lane", "purchase_id", "sequence", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("lane", models.SmallIntegerField()),
                ("purchase_id", models.UUIDField()),
                ("sequence", models.SmallIntegerField()),
                ("session_id", models.UUIDField()),
                ("attended_at", models.DateTimeField()),
                ("presence", models.TextField()),
            ],
            options={
                "db_table": "attendances",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("certificate_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("purchase_id", models.UUIDField()),
                ("outcome", models.TextField()),
                ("certifiable", models.BooleanField()),
                ("number", models.TextField()),
                ("issued_at", models.DateTimeField()),
                ("evidence", models.JSONField()),
            ],
            options={
                "db_table": "certificates",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Completion",
            fields=[
                ("purchase_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("outcome", models.TextField()),
                ("sessions_required", models.SmallIntegerField()),
                ("sessions_attended", models.SmallIntegerField()),
                ("attendance_required", models.BooleanField()),
                ("post_test_score", models.SmallIntegerField(null=True)),
                ("pass_mark", models.SmallIntegerField()),
                ("skill_required", models.BooleanField()),
                ("skill_shown", models.BooleanField()),
                ("feedback_given", models.BooleanField()),
                ("reported_at", models.DateTimeField()),
                ("forwarded_at", models.DateTimeField(null=True)),
                ("verified_at", models.DateTimeField(null=True)),
                ("certifiable", models.BooleanField()),
            ],
            options={
                "db_table": "completions",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("purchase_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("rating", models.SmallIntegerField()),
                ("text", models.TextField()),
                ("reviewed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "reviews",
                "managed": False,
            },
        ),
        run_sql_file(__file__, "tables.sql"),
        run_sql_file(__file__, "record_attendance.sql"),
    ]
