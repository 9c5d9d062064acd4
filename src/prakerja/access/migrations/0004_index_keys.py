"""The index key in force, twins of the contacts' indexes, and letters of the sandbox without an index."""

from typing import ClassVar

from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    """Letters are found by a keyed hash: there is no cell from which an index could be made anew."""

    dependencies: ClassVar = [("access", "0003_page_accesses")]

    operations: ClassVar = [
        run_sql_file(__file__, "index_keys.sql", reverse="DROP TABLE index_keys"),
        migrations.CreateModel(
            name="IndexKeys",
            fields=[
                ("one", models.BooleanField(primary_key=True, serialize=False)),
                ("current_key_id", models.BinaryField()),
                ("next_key_id", models.BinaryField(null=True)),
                ("previous_key_id", models.BinaryField(null=True)),
                ("lane_key_id", models.BinaryField()),
                ("begun_at", models.DateTimeField()),
                ("switched_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "index_keys", "managed": False},
        ),
        migrations.AddField("contactcode", "contact_index_next", models.BinaryField(null=True)),
        migrations.AddField("usercontact", "contact_index_next", models.BinaryField(null=True)),
        migrations.DeleteModel("SandboxLetter"),
        migrations.CreateModel(
            name="SandboxLetter",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("contact_hash", models.BinaryField(db_index=True)),
                ("shown_to", models.CharField(max_length=260)),
                ("text", models.TextField()),
                ("sent_at", models.DateTimeField()),
            ],
            options={"db_table": "sandbox_letters"},
        ),
    ]
