"""What silent registers answered on another way, as it stands in sql/."""

from typing import ClassVar

from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file

_DOWN = """
    DROP TABLE register_statements;
    DROP FUNCTION statement_moves_along_its_states();
    DROP FUNCTION statement_stays_as_it_was_made();
    DROP INDEX applicants_who_wait;
    ALTER TABLE applicants DROP CONSTRAINT who_waits_has_a_deadline;
    DROP INDEX assisted_rows_that_wait
"""


class Migration(migrations.Migration):
    """Statements for registers that stayed silent, and the few who wait found by index."""

    dependencies: ClassVar = [("participants", "0007_shared_traces")]

    operations: ClassVar = [
        run_sql_file(__file__, "register_statements.sql", reverse=_DOWN),
        migrations.CreateModel(
            name="StoredStatement",
            fields=[
                ("statement_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("applicant_id", models.UUIDField()),
                ("register", models.TextField()),
                ("is_in", models.BooleanField()),
                ("value", models.TextField()),
                ("evidence", models.TextField()),
                ("state", models.TextField()),
                ("stated_by", models.TextField()),
                ("stated_at", models.DateTimeField()),
                ("decided_by", models.TextField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "register_statements", "managed": False},
        ),
    ]
