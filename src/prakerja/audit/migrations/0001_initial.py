"""The tables and functions of audit, as they stand in sql/."""

from typing import ClassVar

from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    """The first migration."""

    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        run_sql_file(__file__, "tables.sql"),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("event_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("kind", models.TextField()),
                ("subject_id", models.UUIDField()),
                ("actor", models.TextField()),
                ("programme_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("payload", models.JSONField()),
            ],
            options={
                "db_table": "events",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("seal_number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_count", models.BigIntegerField()),
                ("previous_hash", models.BinaryField()),
                ("hash", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "seals",
                "managed": False,
            },
        ),
    ]
