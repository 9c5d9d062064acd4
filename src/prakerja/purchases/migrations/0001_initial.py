"""The tables and functions of purchases, as they stand in sql/."""

from typing import ClassVar

from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    """The first migration."""

    initial = True

    dependencies: ClassVar = [
        ("cards", "0001_initial"),
        ("catalogue", "0001_initial"),
        ("ledger", "0001_initial"),
        ("programme", "0001_initial"),
    ]

    operations: ClassVar = [
        run_sql_file(__file__, "tables.sql"),
        run_sql_file(__file__, "send_otps.sql"),
        run_sql_file(__file__, "authorize_purchases.sql"),
        run_sql_file(__file__, "void_purchases.sql"),
        run_sql_file(__file__, "commit_redeem_codes.sql"),
        migrations.CreateModel(
            name="Otp",
            fields=[
                ("token_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("card_id", models.UUIDField()),
                ("platform_id", models.UUIDField()),
                ("schedule_id", models.UUIDField()),
                ("amount_idr", models.BigIntegerField()),
                ("platform_user_id", models.TextField()),
                ("code_hash", models.UUIDField()),
                ("tries_left", models.SmallIntegerField()),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("locked_until_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "otps",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Purchase",
            fields=[
                ("purchase_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("budget_number", models.SmallIntegerField()),
                ("participant_id", models.UUIDField()),
                ("card_id", models.UUIDField()),
                ("schedule_id", models.UUIDField()),
                ("course_id", models.UUIDField()),
                ("platform_id", models.UUIDField()),
                ("institution_id", models.UUIDField()),
                ("agreement_id", models.UUIDField()),
                ("channel", models.TextField()),
                ("mode", models.TextField()),
                ("state", models.TextField()),
                ("price_idr", models.BigIntegerField()),
                ("commission_idr", models.BigIntegerField(null=True)),
                ("invoice_code", models.TextField()),
                ("request_hash", models.UUIDField()),
                ("transaction_code", models.CharField(max_length=16)),
                ("redeem_code", models.CharField(max_length=12)),
                ("platform_user_id", models.TextField(null=True)),
                ("regime_version", models.TextField()),
                ("paid_at", models.DateTimeField()),
                ("redeemed_at", models.DateTimeField(null=True)),
                ("voided_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("payable_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "purchases",
                "managed": False,
            },
        ),
    ]
