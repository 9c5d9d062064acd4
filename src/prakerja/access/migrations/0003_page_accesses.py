"""The access log, as it stands in sql/."""

from typing import ClassVar

from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    """Needs audit's trigger function, which refuses to change history."""

    dependencies: ClassVar = [
        ("access", "0002_ways_in"),
        ("audit", "0001_initial"),
    ]

    operations: ClassVar = [
        run_sql_file(__file__, "page_accesses.sql", reverse="DROP TABLE page_accesses"),
        migrations.CreateModel(
            name="PageAccess",
            fields=[
                ("access_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("applicant_id", models.UUIDField()),
                ("user_id", models.UUIDField()),
                ("actor", models.TextField()),
                ("role", models.TextField()),
                ("page", models.TextField()),
                ("programme_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "db_table": "page_accesses",
                "managed": False,
            },
        ),
    ]
