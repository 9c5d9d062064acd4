import django.db.models.deletion
from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audit", "0001_initial"),
        ("participants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Joining",
            fields=[
                ("token", models.BinaryField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("wave_id", models.UUIDField()),
                ("applicant_id", models.UUIDField()),
                ("channel", models.TextField()),
                ("province_code", models.TextField()),
                ("priority_class", models.SmallIntegerField()),
                ("household_token", models.BinaryField()),
                ("household_recipients", models.SmallIntegerField()),
                ("joined_at", models.DateTimeField()),
                ("outcome", models.TextField()),
                ("dropped_rule", models.TextField(null=True)),
                ("rank", models.IntegerField(null=True)),
            ],
            options={
                "db_table": "joinings",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("participant_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("applicant_id", models.UUIDField()),
                ("lane_seed", models.SmallIntegerField()),
                ("decree_id", models.UUIDField()),
                ("wave_id", models.UUIDField()),
                ("budget_number", models.SmallIntegerField()),
                ("channel", models.TextField()),
                ("state", models.TextField()),
                ("regime_version", models.TextField()),
                ("birth_date", models.DateField()),
                ("education", models.TextField()),
                ("decreed_at", models.DateTimeField()),
                ("first_purchase_deadline_at", models.DateTimeField()),
                ("balance_until_at", models.DateTimeField()),
                ("first_purchase_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "participants",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("committed_at", models.DateTimeField()),
                ("rule_version", models.TextField()),
                ("regime_version", models.TextField()),
                ("kk_max", models.SmallIntegerField()),
                ("beacon", models.TextField()),
                ("beacon_round", models.BigIntegerField()),
                ("applicants", models.IntegerField()),
                ("list_root", models.BinaryField()),
                ("commitment", models.TextField()),
                ("commitment_hash", models.BinaryField()),
            ],
            options={
                "db_table": "draws",
            },
        ),
        migrations.CreateModel(
            name="DrawReveal",
            fields=[
                (
                    "draw",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="reveal",
                        serialize=False,
                        to="selection.draw",
                    ),
                ),
                ("randomness", models.BinaryField()),
                ("seed", models.BinaryField()),
                ("revealed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "draw_reveals",
            },
        ),
        migrations.CreateModel(
            name="Wave",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.IntegerField(unique=True)),
                ("regime_code", models.TextField()),
                ("regime_version", models.TextField()),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("state", models.TextField(default="planned")),
                ("void_reason", models.TextField(null=True)),
            ],
            options={
                "db_table": "waves",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["planned", "open", "closed", "committed", "drawn", "decreed", "void"])
                        ),
                        name="wave_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="a_wave_closes_after_it_opens"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "void"), _negated=True), ("void_reason__isnull", False), _connector="OR"
                        ),
                        name="a_void_wave_names_its_reason",
                    ),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="a_wave_number_begins_at_one"),
                ],
            },
        ),
        migrations.AddField(
            model_name="draw",
            name="wave",
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="selection.wave"),
        ),
        migrations.CreateModel(
            name="Decree",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.IntegerField(unique=True)),
                ("kind", models.TextField()),
                ("state", models.TextField(default="prepared")),
                ("maker", models.TextField()),
                ("approver", models.TextField(null=True)),
                ("regime_version", models.TextField()),
                ("participants", models.IntegerField()),
                ("total_idr", models.BigIntegerField()),
                ("prepared_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "wave",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="selection.wave"),
                ),
            ],
            options={
                "db_table": "decrees",
            },
        ),
        migrations.CreateModel(
            name="WaveQuota",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("channel", models.TextField()),
                ("province_code", models.TextField(null=True)),
                ("places", models.IntegerField()),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="quotas", to="selection.wave"
                    ),
                ),
            ],
            options={
                "db_table": "wave_quotas",
            },
        ),
        migrations.CreateModel(
            name="DrawResult",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("channel", models.TextField()),
                ("province_code", models.TextField()),
                ("priority_class", models.SmallIntegerField()),
                ("applicants", models.IntegerField()),
                ("selected", models.IntegerField()),
                ("cut_off_rank", models.IntegerField(null=True)),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="results", to="selection.draw"
                    ),
                ),
            ],
            options={
                "db_table": "draw_results",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("draw", "channel", "province_code", "priority_class"),
                        name="one_result_per_stratum_and_class",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("selected__gte", 0), ("selected__lte", models.F("applicants"))),
                        name="no_more_selected_than_applicants",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.UniqueConstraint(
                fields=("beacon", "beacon_round"), name="a_beacon_round_serves_one_draw"
            ),
        ),
        migrations.AddConstraint(
            model_name="decree",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["appointment", "revocation"])), name="decree_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="decree",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["prepared", "approved", "rejected"])), name="decree_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="decree",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approver__isnull", True),
                    models.Q(("approver", models.F("maker")), _negated=True),
                    _connector="OR",
                ),
                name="a_decree_needs_a_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="decree",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approver__isnull", True), ("state", "prepared")),
                    models.Q(models.Q(("state", "prepared"), _negated=True), ("approver__isnull", False)),
                    _connector="OR",
                ),
                name="a_decided_decree_names_its_approver",
            ),
        ),
        migrations.AddConstraint(
            model_name="decree",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), ("approved_at__isnull", False)),
                    models.Q(models.Q(("state", "approved"), _negated=True), ("approved_at__isnull", True)),
                    _connector="OR",
                ),
                name="an_approved_decree_knows_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="decree",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "appointment"), _negated=True), ("wave__isnull", False), _connector="OR"
                ),
                name="an_appointment_names_its_wave",
            ),
        ),
        migrations.AddConstraint(
            model_name="decree",
            constraint=models.CheckConstraint(
                condition=models.Q(("participants__gt", 0), ("total_idr__gte", 0)), name="a_decree_names_somebody"
            ),
        ),
        migrations.AddConstraint(
            model_name="decree",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "appointment"), models.Q(("state", "rejected"), _negated=True)),
                fields=("wave",),
                name="one_live_appointment_per_wave",
            ),
        ),
        migrations.AddConstraint(
            model_name="wavequota",
            constraint=models.UniqueConstraint(
                fields=("wave", "channel", "province_code"), name="one_quota_per_stratum", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="wavequota",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["digital", "regular"])), name="quota_channel_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="wavequota",
            constraint=models.CheckConstraint(
                condition=models.Q(("places__gte", 0)), name="wave_places_are_never_negative"
            ),
        ),
        run_sql_file(__file__, "tables.sql"),
        run_sql_file(__file__, "appoint_participants.sql"),
    ]
