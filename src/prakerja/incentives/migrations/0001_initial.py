from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("learning", "0001_initial"),
        ("partners", "0001_initial"),
        ("payouts", "0001_initial"),
        ("selection", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Incentive",
            fields=[
                ("incentive_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("participant_id", models.UUIDField()),
                ("kind", models.TextField()),
                ("number", models.SmallIntegerField()),
                ("amount_idr", models.BigIntegerField()),
                ("budget_number", models.SmallIntegerField()),
                ("purchase_id", models.UUIDField()),
                ("payout_account_id", models.UUIDField()),
                ("account_is_validated", models.BooleanField()),
                ("state", models.TextField()),
                ("due_at", models.DateTimeField(null=True)),
                ("payment_order_id", models.UUIDField(null=True)),
                ("failure_reason", models.TextField(null=True)),
                ("entitled_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "incentives",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="SurveyAnswer",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "lane",
                        "participant_id",
                        "number",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("lane", models.SmallIntegerField()),
                ("participant_id", models.UUIDField()),
                ("number", models.SmallIntegerField()),
                ("answers", models.JSONField()),
                ("answered_at", models.DateTimeField()),
            ],
            options={
                "db_table": "survey_answers",
                "managed": False,
            },
        ),
        run_sql_file(__file__, "tables.sql"),
    ]
