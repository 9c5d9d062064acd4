from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        # Its trigger uses state_moves_along_its_table.
        ("partners", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("rule", models.TextField()),
                ("subject_key", models.TextField()),
                ("fingerprint", models.TextField()),
                ("label", models.TextField()),
                ("value", models.BigIntegerField()),
                ("platform_id", models.UUIDField(null=True)),
                ("institution_id", models.UUIDField(null=True)),
                ("course_id", models.UUIDField(null=True)),
                ("state", models.TextField()),
                ("since_at", models.DateTimeField()),
                ("found_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("proposed_by", models.TextField(db_default="", default="")),
                ("proposed_at", models.DateTimeField(null=True)),
                ("proposal_reason", models.TextField(db_default="", default="")),
                ("measure", models.TextField(db_default="", default="")),
                ("decided_by", models.TextField(db_default="", default="")),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(db_default="", default="")),
                ("sanction_id", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "findings",
                "indexes": [
                    models.Index(fields=["state", "due_at", "id"], name="findings_by_deadline"),
                    models.Index(fields=["institution_id", "due_at", "id"], name="findings_of_institution"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "subject_key", "fingerprint"), name="finding_stands_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "escalated", "proposed", "upheld", "dismissed", "gone"])
                        ),
                        name="finding_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ("upheld", "dismissed")),
                                ("decided_at__isnull", False),
                                models.Q(("decided_by", ""), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state__in", ("upheld", "dismissed")), _negated=True),
                                ("decided_at__isnull", True),
                                ("decided_by", ""),
                                ("reason", ""),
                                ("sanction_id", None),
                            ),
                            _connector="OR",
                        ),
                        name="decided_finding_names_who_when_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["proposed", "upheld"]), _negated=True),
                            models.Q(
                                models.Q(("proposed_by", ""), _negated=True),
                                models.Q(("proposal_reason", ""), _negated=True),
                                ("proposed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="proposed_finding_names_who_when_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "upheld"), _negated=True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="finding_is_upheld_by_someone_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sanction_id__isnull", True), models.Q(("measure", ""), _negated=True), _connector="OR"
                        ),
                        name="only_a_measure_leads_to_a_sanction",
                    ),
                ],
            },
        ),
        run_sql_file(__file__, "findings.sql"),
    ]
