import django.db.models.deletion
from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("payouts", "0004_account_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankReply",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("file_name", models.TextField()),
                ("content", models.BinaryField()),
                ("sha256", models.TextField()),
                ("paid", models.IntegerField()),
                ("failed", models.IntegerField()),
                ("paid_idr", models.BigIntegerField()),
                ("failed_idr", models.BigIntegerField()),
                ("state", models.TextField()),
                ("entered_by", models.TextField()),
                ("entered_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("decided_by", models.TextField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(default="")),
                ("batch", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="payouts.paymentbatch")),
            ],
            options={
                "db_table": "bank_replies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "booked", "refused", "lapsed"])),
                        name="bank_reply_state_is_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("batch",),
                        name="a_batch_has_one_reply_waiting",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "booked")), fields=("batch",), name="a_batch_is_answered_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("entered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="bank_reply_is_confirmed_by_someone_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "waiting")),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", True), ("state", "lapsed")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["booked", "refused"]),
                            ),
                            _connector="OR",
                        ),
                        name="decided_bank_reply_names_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="refused_bank_reply_has_a_reason",
                    ),
                ],
            },
        ),
        run_sql_file(__file__, "bank_replies.sql"),
    ]
