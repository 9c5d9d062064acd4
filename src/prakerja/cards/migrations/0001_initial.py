import django.db.models.deletion
from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0001_initial"),
        ("programme", "0001_initial"),
        ("selection", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Card",
            fields=[
                ("card_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("participant_id", models.UUIDField()),
                ("channel", models.TextField()),
                ("number", models.CharField(max_length=16)),
                ("state", models.TextField()),
                ("pin_hash", models.BinaryField(null=True)),
                ("pin_tries_left", models.SmallIntegerField()),
                ("issued_at", models.DateTimeField()),
                ("activated_at", models.DateTimeField(null=True)),
                ("batch_id", models.UUIDField()),
                ("receipt", models.TextField(null=True)),
                ("replaces_card_id", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "cards",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                ("participant_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("decree_id", models.UUIDField()),
                ("reason", models.TextField()),
                ("training_idr", models.BigIntegerField()),
                ("incentive_idr", models.BigIntegerField()),
                ("revoked_at", models.DateTimeField()),
            ],
            options={
                "db_table": "revocations",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="CardBatch",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.IntegerField(unique=True)),
                ("purpose", models.TextField()),
                ("lane", models.SmallIntegerField(null=True)),
                ("count", models.IntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "decree",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="selection.decree"),
                ),
            ],
            options={
                "db_table": "card_batches",
                "constraints": [
                    models.UniqueConstraint(fields=("decree", "lane"), name="one_batch_per_decree_and_lane"),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["appointment", "replacement"])),
                        name="card_batch_purpose_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("count__gt", 0), ("count__lte", 10000000)),
                        name="a_card_batch_has_one_to_ten_million_cards",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lt", 10000)),
                        name="a_card_batch_number_has_four_digits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("purpose", "appointment"), _negated=True),
                            ("decree__isnull", False),
                            _connector="OR",
                        ),
                        name="appointed_cards_name_their_decree",
                    ),
                ],
            },
        ),
        run_sql_file(__file__, "tables.sql"),
        run_sql_file(__file__, "insert_cards.sql"),
        run_sql_file(__file__, "revoke_participants.sql"),
        run_sql_file(__file__, "sweep_balances.sql"),
    ]
