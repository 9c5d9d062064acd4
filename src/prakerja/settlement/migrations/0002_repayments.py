from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("settlement", "0001_initial"),
        ("cards", "0006_reinstatements"),
        ("ledger", "0002_giving_back"),
    ]

    operations = [
        run_sql_file(__file__, "repayments.sql"),
        migrations.CreateModel(
            name="Repayment",
            fields=[
                ("repayment_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("participant_id", models.UUIDField()),
                ("revocation_number", models.SmallIntegerField()),
                ("state", models.TextField()),
                ("assessed_idr", models.BigIntegerField()),
                ("repaid_idr", models.BigIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "repayments", "managed": False},
        ),
        migrations.CreateModel(
            name="RepaymentReceipt",
            fields=[
                ("receipt_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("repayment_id", models.UUIDField()),
                ("amount_idr", models.BigIntegerField()),
                ("bank_reference", models.TextField()),
                ("received_date", models.DateField()),
                ("recorded_by", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("confirmed_by", models.TextField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "repayment_receipts", "managed": False},
        ),
    ]
