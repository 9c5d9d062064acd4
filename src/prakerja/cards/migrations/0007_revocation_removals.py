from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_little_samples"),
        ("cards", "0006_reinstatements"),
        ("selection", "0009_what_was_promised_stays"),
    ]

    operations = [
        run_sql_file(__file__, "revocation_removals.sql"),
        run_sql_file(__file__, "revoke_participants.sql"),
        migrations.CreateModel(
            name="RevocationRemoval",
            fields=[
                ("participant_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("decree_id", models.UUIDField()),
                ("reason", models.TextField()),
                ("removed_by", models.TextField()),
                ("removed_at", models.DateTimeField()),
                ("deadline_at", models.DateTimeField(null=True)),
                ("finding_id", models.UUIDField(null=True)),
            ],
            options={"db_table": "revocation_removals", "managed": False},
        ),
    ]
