from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Conflict",
            fields=[
                ("conflict_id", models.UUIDField(primary_key=True, serialize=False)),
                ("act", models.TextField()),
                ("other_kind", models.TextField()),
                ("other_id", models.UUIDField()),
                ("other_name", models.TextField()),
                ("institution_id", models.UUIDField()),
                ("hops", models.SmallIntegerField()),
                ("path", models.JSONField()),
                ("path_key", models.TextField()),
                ("effect", models.TextField()),
                ("state", models.TextField()),
                ("regime_version", models.TextField()),
                ("found_by", models.TextField()),
                ("found_at", models.DateTimeField()),
                ("decided_by", models.TextField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField()),
            ],
            options={"db_table": "conflicts", "managed": False},
        ),
        migrations.CreateModel(
            name="OwnerTie",
            fields=[
                ("tie_id", models.UUIDField(primary_key=True, serialize=False)),
                ("holder_kind", models.TextField()),
                ("holder_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("target_id", models.UUIDField()),
                ("shown", models.TextField()),
                ("value_cipher", models.BinaryField()),
                ("source", models.TextField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                ("actor", models.TextField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={"db_table": "owner_ties", "managed": False},
        ),
        run_sql_file(__file__, "owners.sql"),
        run_sql_file(__file__, "owner_paths.sql"),
    ]
