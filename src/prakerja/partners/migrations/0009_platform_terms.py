import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("partners", "0008_integration_evidence")]

    operations = [
        migrations.CreateModel(
            name="PlatformTerms",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("state", models.TextField()),
                ("description", models.JSONField()),
                ("fee_scheme", models.JSONField()),
                ("modes", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("payment_term_days", models.PositiveSmallIntegerField()),
                ("cap_bp", models.PositiveIntegerField(null=True)),
                ("regime_version", models.TextField()),
                ("entered_by", models.TextField()),
                ("entered_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("decided_by", models.TextField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(default="")),
                (
                    "platform",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.platform"),
                ),
            ],
            options={
                "db_table": "platform_terms",
                "constraints": [
                    models.UniqueConstraint(fields=("platform", "version"), name="platform_terms_version_is_unique"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("platform",),
                        name="platform_has_one_version_of_terms_waiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "confirmed", "refused", "withdrawn", "lapsed"])),
                        name="terms_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("modes__contained_by", ["online", "offline"]), ("modes__len__gt", 0)),
                        name="terms_modes_are_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("payment_term_days__lte", 365)), name="terms_are_paid_within_a_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("entered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="terms_are_confirmed_by_someone_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "waiting")),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True),
                                ("decided_at__isnull", False),
                                models.Q(
                                    ("decided_by__isnull", False),
                                    ("state__in", ["withdrawn", "lapsed"]),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="decided_terms_name_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="refused_terms_have_a_reason",
                    ),
                ],
            },
        ),
        run_sql_file(__file__, "platform_terms.sql"),
    ]
