import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import prakerja.settlement.states
from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("learning", "0001_initial"),
        ("partners", "0001_initial"),
        ("payouts", "0001_initial"),
        ("purchases", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SettlementLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "lane",
                        "purchase_id",
                        "payee_kind",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("lane", models.SmallIntegerField()),
                ("purchase_id", models.UUIDField()),
                ("payee_kind", models.TextField()),
                ("payee_id", models.UUIDField()),
                ("budget_number", models.SmallIntegerField()),
                ("price_idr", models.BigIntegerField()),
                ("amount_idr", models.BigIntegerField()),
            ],
            options={
                "db_table": "settlement_lines",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="BookClosing",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("year", models.SmallIntegerField()),
                ("closed_by", models.TextField()),
                ("closed_at", models.DateTimeField()),
                ("unspent_idr", models.BigIntegerField()),
                ("figures", models.JSONField()),
            ],
            options={
                "db_table": "book_closings",
                "constraints": [
                    models.UniqueConstraint(fields=("year",), name="a_year_is_closed_once"),
                    models.CheckConstraint(
                        condition=models.Q(("unspent_idr__gte", 0)), name="unspent_is_never_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SettlementRun",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("period_from", models.DateField()),
                ("period_until", models.DateField()),
                ("state", models.TextField()),
                ("maker", models.TextField()),
                ("approver", models.TextField(null=True)),
                ("purchases", models.IntegerField()),
                ("total_idr", models.BigIntegerField()),
                ("prepared_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("paid_at", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="payouts.paymentbatch"
                    ),
                ),
            ],
            options={
                "db_table": "settlement_runs",
            },
        ),
        migrations.CreateModel(
            name="SettlementStatement",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("payee_kind", models.TextField()),
                ("payee_id", models.UUIDField()),
                ("purchases", models.IntegerField()),
                ("price_idr", models.BigIntegerField()),
                ("commission_idr", models.BigIntegerField()),
                ("amount_idr", models.BigIntegerField()),
                ("run", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="settlement.settlementrun")),
            ],
            options={
                "db_table": "settlement_statements",
            },
        ),
        migrations.AddConstraint(
            model_name="settlementrun",
            constraint=models.UniqueConstraint(fields=("number",), name="settlement_run_number_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="settlementrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            prakerja.settlement.states.RunState["PREPARED"],
                            prakerja.settlement.states.RunState["APPROVED"],
                            prakerja.settlement.states.RunState["PAID"],
                        ],
                    )
                ),
                name="settlement_run_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_from__lt", models.F("period_until"))),
                name="settlement_period_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approver__isnull", True),
                    models.Q(("approver", models.F("maker")), _negated=True),
                    _connector="OR",
                ),
                name="settlement_needs_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", prakerja.settlement.states.RunState["PREPARED"]),
                    models.Q(("approver__isnull", False), ("approved_at__isnull", False), ("batch__isnull", False)),
                    _connector="OR",
                ),
                name="approved_settlement_has_an_approver_and_a_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("purchases__gt", 0), ("total_idr__gt", 0)), name="settlement_run_settles_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementstatement",
            constraint=models.UniqueConstraint(
                fields=("run", "payee_kind", "payee_id"), name="a_payee_has_one_statement_in_a_run"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(("payee_kind__in", ("platform", "institution"))),
                name="statement_payee_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_idr", models.F("commission_idr")), ("payee_kind", "platform")),
                    models.Q(
                        (
                            "amount_idr",
                            django.db.models.expressions.CombinedExpression(
                                models.F("price_idr"), "-", models.F("commission_idr")
                            ),
                        ),
                        ("payee_kind", "institution"),
                    ),
                    _connector="OR",
                ),
                name="statement_adds_up_to_the_price",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purchases__gt", 0), ("commission_idr__gte", 0), ("price_idr__gte", models.F("commission_idr"))
                ),
                name="statement_amounts_are_possible",
            ),
        ),
        run_sql_file(__file__, "tables.sql"),
    ]
