from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payouts", "0002_index_twins"), ("selection", "0001_initial")]

    operations = [
        run_sql_file(__file__, "account_attempts.sql"),
        migrations.CreateModel(
            name="PayoutAccountAttempt",
            fields=[
                ("participant_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("holder_id", models.UUIDField()),
                ("first_at", models.DateTimeField()),
            ],
            options={"db_table": "payout_account_attempts", "managed": False},
        ),
    ]
