import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from prakerja.kit.migrations import TIMEOUTS, run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(TIMEOUTS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Budget",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.SmallIntegerField()),
                ("regime_code", models.TextField()),
                ("channel", models.TextField()),
                ("places", models.IntegerField()),
                ("package_idr", models.BigIntegerField()),
                ("training_idr", models.BigIntegerField()),
                ("incentive_idr", models.BigIntegerField()),
            ],
            options={
                "db_table": "budgets",
            },
        ),
        migrations.CreateModel(
            name="LabourOffice",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("sample", models.BooleanField()),
            ],
            options={
                "db_table": "labour_offices",
            },
        ),
        migrations.CreateModel(
            name="ProgrammeClock",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("programme_at", models.DateTimeField()),
                ("machine_at", models.DateTimeField()),
                ("running", models.BooleanField()),
            ],
            options={
                "db_table": "programme_clock",
            },
        ),
        migrations.CreateModel(
            name="Province",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("time_zone", models.TextField()),
                ("tile_column", models.SmallIntegerField()),
                ("tile_row", models.SmallIntegerField()),
                ("weight", models.IntegerField()),
                ("weight_evidence", models.TextField()),
                ("since_date", models.DateField(null=True)),
            ],
            options={
                "db_table": "provinces",
            },
        ),
        migrations.CreateModel(
            name="RegimeVersion",
            fields=[
                ("version", models.TextField(primary_key=True, serialize=False)),
                ("loaded_at", models.DateTimeField()),
                ("actor", models.TextField()),
                ("content", models.JSONField()),
            ],
            options={
                "db_table": "regime_versions",
            },
        ),
        migrations.CreateModel(
            name="QuotaAllotment",
            fields=[
                (
                    "budget",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        serialize=False,
                        to="programme.budget",
                    ),
                ),
                ("lane", models.SmallIntegerField()),
                ("places_left", models.IntegerField()),
                ("places_taken", models.IntegerField()),
            ],
            options={
                "db_table": "quota_allotments",
                "managed": False,
            },
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.UniqueConstraint(fields=("number",), name="budget_number_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.UniqueConstraint(
                fields=("regime_code", "channel"), name="one_budget_per_regime_and_channel"
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="budget_number_starts_at_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["digital", "regular"])), name="budget_channel_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(("places__gte", 0)), name="budget_places_are_never_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(("incentive_idr__gte", 0), ("training_idr__gte", 0)),
                name="budget_amounts_are_never_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "package_idr",
                        django.db.models.expressions.CombinedExpression(
                            models.F("training_idr"), "+", models.F("incentive_idr")
                        ),
                    )
                ),
                name="package_is_the_sum_of_its_parts",
            ),
        ),
        migrations.AddConstraint(
            model_name="programmeclock",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="there_is_one_programme_clock"),
        ),
        migrations.AddField(
            model_name="province",
            name="split_from",
            field=models.ForeignKey(
                db_column="split_from_code",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="split_off",
                to="programme.province",
            ),
        ),
        migrations.AddField(
            model_name="labouroffice",
            name="province",
            field=models.ForeignKey(
                db_column="province_code", on_delete=django.db.models.deletion.PROTECT, to="programme.province"
            ),
        ),
        migrations.AddConstraint(
            model_name="regimeversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__regex", "^[0-9a-f]{12}$")), name="regime_version_is_a_short_hash"
            ),
        ),
        migrations.AddConstraint(
            model_name="province",
            constraint=models.UniqueConstraint(fields=("name",), name="province_name_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="province",
            constraint=models.UniqueConstraint(fields=("tile_column", "tile_row"), name="one_province_per_tile"),
        ),
        migrations.AddConstraint(
            model_name="province",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[1-9][0-9]$")), name="province_code_has_two_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="province",
            constraint=models.CheckConstraint(
                condition=models.Q(("time_zone__in", ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"))),
                name="province_time_zone_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="province",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gt", 0)), name="province_weight_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="province",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight_evidence__in", ["published", "split", "estimate"])),
                name="province_weight_evidence_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="province",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("since_date__isnull", True), ("split_from__isnull", True)),
                    models.Q(("since_date__isnull", False), ("split_from__isnull", False)),
                    _connector="OR",
                ),
                name="a_split_province_has_a_day_and_an_origin",
            ),
        ),
        migrations.AddConstraint(
            model_name="labouroffice",
            constraint=models.UniqueConstraint(fields=("code",), name="labour_office_code_is_unique"),
        ),
        run_sql_file(__file__, "tables.sql"),
    ]
