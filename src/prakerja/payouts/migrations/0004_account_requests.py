import django.db.models.deletion
from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payouts", "0003_account_attempts"), ("partners", "0010_record_ends")]

    operations = [
        migrations.CreateModel(
            name="AccountRequest",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("payee_kind", models.TextField()),
                ("payee_id", models.UUIDField()),
                ("bank", models.TextField()),
                ("holder_name", models.TextField()),
                ("account_cipher", models.BinaryField()),
                ("state", models.TextField()),
                ("entered_by", models.TextField()),
                ("entered_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("decided_by", models.TextField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(default="")),
                (
                    "account",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="payouts.partneraccount"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="partners.document"),
                ),
            ],
            options={
                "db_table": "partner_account_requests",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("payee_kind__in", ("platform", "institution"))),
                        name="account_request_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "confirmed", "refused", "withdrawn", "lapsed"])),
                        name="account_request_state_is_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("payee_kind", "payee_id"),
                        name="a_partner_has_one_account_waiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("entered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="account_is_confirmed_by_someone_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "waiting")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", True),
                                ("state__in", ["withdrawn", "lapsed"]),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["confirmed", "refused"]),
                            ),
                            _connector="OR",
                        ),
                        name="decided_account_request_names_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account__isnull", False), ("state", "confirmed")),
                            models.Q(models.Q(("state", "confirmed"), _negated=True), ("account__isnull", True)),
                            _connector="OR",
                        ),
                        name="confirmed_request_has_its_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="refused_account_request_has_a_reason",
                    ),
                ],
            },
        ),
        run_sql_file(__file__, "account_requests.sql"),
    ]
