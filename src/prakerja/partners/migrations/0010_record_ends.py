from django.db import migrations, models

from prakerja.kit.migrations import TIMEOUTS, run_sql_file

_ENDED = models.Q(
    models.Q(("end_reason", ""), ("ended_at__isnull", True), ("ended_date__isnull", True)),
    models.Q(("ended_at__isnull", False), ("ended_date__isnull", False), models.Q(("end_reason", ""), _negated=True)),
    _connector="OR",
)
# The reasons of entries that ended before stand in the audit trail.
_ENDED_BEFORE = "".join(
    f"""
    UPDATE {table}
    SET ended_date = (ended_at AT TIME ZONE 'Asia/Jakarta')::date, end_reason = '–'
    WHERE ended_at IS NOT NULL;
    """
    for table in ("accreditations", "premises", "trainers")
)


class Migration(migrations.Migration):
    dependencies = [("partners", "0009_platform_terms")]

    operations = [
        migrations.RenameField("accreditation", "withdrawn_at", "ended_at"),
        migrations.RenameField("premises", "closed_at", "ended_at"),
        migrations.RenameField("trainer", "left_at", "ended_at"),
        *[
            operation
            for model in ("accreditation", "premises", "trainer")
            for operation in (
                migrations.AddField(model, "ended_date", models.DateField(null=True)),
                migrations.AddField(model, "end_reason", models.TextField(default="", db_default="")),
            )
        ],
        migrations.RunSQL(TIMEOUTS + _ENDED_BEFORE, reverse_sql=migrations.RunSQL.noop),
        *[
            migrations.AddConstraint(model, models.CheckConstraint(condition=_ENDED, name=name))
            for model, name in (
                ("accreditation", "ended_accreditation_says_when_and_why"),
                ("premises", "ended_premises_say_when_and_why"),
                ("trainer", "ended_trainer_says_when_and_why"),
            )
        ],
        run_sql_file(__file__, "record_ends.sql"),
    ]
