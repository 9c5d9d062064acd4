from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("learning", "0004_returns"), ("catalogue", "0001_initial"), ("partners", "0001_initial")]

    operations = [
        run_sql_file(__file__, "reminders.sql"),
        migrations.CreateModel(
            name="ReportReminder",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "schedule_id",
                        "deadline_at",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("schedule_id", models.UUIDField()),
                ("deadline_at", models.DateTimeField()),
                ("institution_id", models.UUIDField()),
                ("people", models.IntegerField()),
                ("reminded_at", models.DateTimeField()),
                ("letters", models.IntegerField()),
            ],
            options={
                "db_table": "report_reminders",
                "managed": False,
            },
        ),
    ]
