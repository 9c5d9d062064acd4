from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("learning", "0002_tasks")]

    operations = [
        run_sql_file(__file__, "annulments.sql"),
        run_sql_file(__file__, "record_attendance.sql"),
        migrations.CreateModel(
            name="AttendanceAnnulment",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "lane",
                        "purchase_id",
                        "sequence",
                        "round",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("lane", models.SmallIntegerField()),
                ("purchase_id", models.UUIDField()),
                ("sequence", models.SmallIntegerField()),
                ("round", models.SmallIntegerField()),
                ("annulled_at", models.DateTimeField()),
                ("reason", models.TextField()),
            ],
            options={
                "db_table": "attendance_annulments",
                "managed": False,
            },
        ),
    ]
