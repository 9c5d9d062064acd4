"""The box that letters leave from, as it stands in sql/."""

from typing import ClassVar

from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file

_DOWN = "DROP TABLE letters; DROP FUNCTION refuse_to_change_a_done_letter"


class Migration(migrations.Migration):
    """A table of its own; nothing else changes."""

    dependencies: ClassVar = [("access", "0006_seal_keepers")]

    operations: ClassVar = [
        run_sql_file(__file__, "letters.sql", reverse=_DOWN),
        migrations.CreateModel(
            name="StoredLetter",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("contact_cipher", models.BinaryField(null=True)),
                ("text_cipher", models.BinaryField(null=True)),
                ("state", models.TextField()),
                ("tries", models.SmallIntegerField()),
                ("next_try_at", models.DateTimeField()),
                ("good_until", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("fault", models.TextField()),
            ],
            options={"db_table": "letters", "managed": False},
        ),
    ]
