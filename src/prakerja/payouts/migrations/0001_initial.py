from django.db import migrations, models

import prakerja.payouts.states
from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0001_initial"),
        ("participants", "0001_initial"),
        ("partners", "0001_initial"),
        ("selection", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaymentOrder",
            fields=[
                ("payment_order_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("line_number", models.IntegerField()),
                ("payee_kind", models.TextField()),
                ("payee_id", models.UUIDField()),
                ("account_id", models.UUIDField()),
                ("budget_number", models.SmallIntegerField()),
                ("amount_idr", models.BigIntegerField()),
                ("state", models.TextField()),
                ("bank_reference", models.TextField(null=True)),
                ("failure_reason", models.TextField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("retries_order_id", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "payment_orders",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="PayoutAccount",
            fields=[
                ("payout_account_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("participant_id", models.UUIDField()),
                ("payout_partner", models.TextField()),
                ("account_cipher", models.BinaryField()),
                ("account_index", models.BinaryField()),
                ("holder_name", models.TextField()),
                ("nik_matches", models.BooleanField(null=True)),
                ("kyc_passed", models.BooleanField(null=True)),
                ("account_active", models.BooleanField(null=True)),
                ("linked_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
                ("validated_at", models.DateTimeField(null=True)),
                ("replaced_at", models.DateTimeField(null=True)),
                ("is_validated", models.BooleanField()),
            ],
            options={
                "db_table": "payout_accounts",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="PartnerAccount",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("payee_kind", models.TextField()),
                ("payee_id", models.UUIDField()),
                ("bank", models.TextField()),
                ("holder_name", models.TextField()),
                ("account_cipher", models.BinaryField()),
                ("account_index", models.BinaryField()),
                ("registered_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "partner_accounts",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("payee_kind__in", ("platform", "institution"))),
                        name="partner_account_kind_is_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at__isnull", True)),
                        fields=("payee_kind", "payee_id"),
                        name="a_partner_has_one_account_in_use",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentBatch",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("purpose", models.TextField()),
                ("state", models.TextField()),
                ("maker", models.TextField()),
                ("approver", models.TextField(null=True)),
                ("total_idr", models.BigIntegerField()),
                ("orders", models.IntegerField()),
                ("lines", models.IntegerField()),
                ("file_name", models.TextField()),
                ("file_sha256", models.TextField()),
                ("reply_sha256", models.TextField(null=True)),
                ("prepared_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "payment_batches",
                "constraints": [
                    models.UniqueConstraint(fields=("number",), name="payment_batch_number_is_unique"),
                    models.UniqueConstraint(fields=("file_name",), name="bank_file_name_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ("incentives", "settlement"))),
                        name="payment_batch_purpose_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    prakerja.payouts.states.BatchState["PREPARED"],
                                    prakerja.payouts.states.BatchState["APPROVED"],
                                    prakerja.payouts.states.BatchState["SENT"],
                                    prakerja.payouts.states.BatchState["ANSWERED"],
                                ],
                            )
                        ),
                        name="payment_batch_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approver__isnull", True),
                            models.Q(("approver", models.F("maker")), _negated=True),
                            _connector="OR",
                        ),
                        name="payment_needs_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", prakerja.payouts.states.BatchState["PREPARED"]),
                            models.Q(("approver__isnull", False), ("approved_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="approved_payment_has_an_approver",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    prakerja.payouts.states.BatchState["PREPARED"],
                                    prakerja.payouts.states.BatchState["APPROVED"],
                                ],
                            ),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="sent_payment_has_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", prakerja.payouts.states.BatchState["ANSWERED"]), _negated=True),
                            models.Q(("answered_at__isnull", False), ("reply_sha256__isnull", False)),
                            _connector="OR",
                        ),
                        name="answered_payment_has_its_reply",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("total_idr__gt", 0), ("orders__gte", models.F("lines")), ("lines__gt", 0)),
                        name="payment_batch_pays_somebody",
                    ),
                ],
            },
        ),
        run_sql_file(__file__, "tables.sql"),
        run_sql_file(__file__, "send_payment_orders.sql"),
        run_sql_file(__file__, "answer_payment_orders.sql"),
    ]
