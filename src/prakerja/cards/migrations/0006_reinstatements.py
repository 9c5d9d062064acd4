from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("cards", "0005_look_ups_by_key"),
        ("ledger", "0002_giving_back"),
        ("participants", "0005_index_twins"),
        ("selection", "0005_reinstatement"),
    ]

    operations = [
        run_sql_file(__file__, "reinstatements.sql"),
        run_sql_file(__file__, "revoke_participants.sql"),
        migrations.CreateModel(
            name="Reinstatement",
            fields=[
                ("reinstatement_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("participant_id", models.UUIDField()),
                ("revocation_number", models.SmallIntegerField()),
                ("case_id", models.UUIDField()),
                ("decree_id", models.UUIDField()),
                ("state", models.TextField()),
                ("training_idr", models.BigIntegerField()),
                ("incentive_idr", models.BigIntegerField()),
                ("prepared_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("signed_by", models.TextField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("waits_for", models.TextField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(null=True)),
            ],
            options={"db_table": "reinstatements", "managed": False},
        ),
    ]
