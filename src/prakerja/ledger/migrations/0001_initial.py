"""The tables and functions of ledger, as they stand in sql/."""

from typing import ClassVar

from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    """The first migration."""

    initial = True

    dependencies: ClassVar = [
        ("audit", "0001_initial"),
    ]

    operations: ClassVar = [
        run_sql_file(__file__, "tables.sql"),
        run_sql_file(__file__, "lock_accounts.sql"),
        run_sql_file(__file__, "write_transfers.sql"),
        run_sql_file(__file__, "post_transfers.sql"),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("holder_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("kind", models.TextField()),
                ("budget_number", models.SmallIntegerField()),
                ("balance_idr", models.BigIntegerField()),
            ],
            options={
                "db_table": "accounts",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("subject_id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("key", models.TextField()),
                ("lane", models.SmallIntegerField()),
                ("hash", models.UUIDField()),
                ("claimed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "claims",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="TransferRow",
            fields=[
                ("reference_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("budget_number", models.SmallIntegerField()),
                ("effective_date", models.DateField()),
                ("amount_idr", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("debit_kind", models.TextField()),
                ("debit_holder_id", models.UUIDField()),
                ("credit_kind", models.TextField()),
                ("credit_holder_id", models.UUIDField()),
            ],
            options={
                "verbose_name": "transfer",
                "db_table": "transfers",
                "managed": False,
            },
        ),
    ]
