import django.db.models.deletion
from django.db import migrations, models

from prakerja.kit.migrations import TIMEOUTS, run_sql_file

_COUNT_JOINED = (
    TIMEOUTS
    + """
    UPDATE waves AS w
    SET joined = (SELECT count(*) FROM joinings AS j WHERE j.wave_id = w.id)
    WHERE w.state NOT IN ('planned', 'open', 'void')
    """
)


class Migration(migrations.Migration):
    dependencies = [
        ("selection", "0006_household_limit"),
    ]

    operations = [
        # No deployment has sealed a seed yet: the tables are made anew, with keepers of their own.
        migrations.DeleteModel("DrawOpening"),
        migrations.DeleteModel("DrawSeal"),
        migrations.CreateModel(
            name="DrawFallback",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("threshold", models.SmallIntegerField()),
                ("seal_until_at", models.DateTimeField()),
                ("confirm_until_at", models.DateTimeField()),
                ("named_by", models.TextField()),
                ("named_at", models.DateTimeField()),
                ("dropped_at", models.DateTimeField(null=True)),
                ("dropped_reason", models.TextField(null=True)),
            ],
            options={
                "db_table": "draw_fallbacks",
            },
        ),
        migrations.CreateModel(
            name="DrawOpening",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("holder", models.SmallIntegerField()),
                ("value", models.TextField()),
                ("opened_at", models.DateTimeField()),
            ],
            options={
                "db_table": "draw_openings",
            },
        ),
        migrations.CreateModel(
            name="DrawSeal",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("place", models.SmallIntegerField()),
                ("commitments", models.JSONField(null=True)),
                ("sealed_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("complaint", models.TextField(null=True)),
            ],
            options={
                "db_table": "draw_seals",
            },
        ),
        migrations.CreateModel(
            name="SealKeeper",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("added_by", models.TextField()),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "db_table": "seal_keepers",
            },
        ),
        migrations.CreateModel(
            name="WaveAct",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("notice_hours", models.IntegerField(default=0)),
                ("state", models.TextField(default="asked")),
                ("asked_by", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("step", models.TextField(null=True)),
                ("step_at", models.DateTimeField(null=True)),
                ("tries", models.SmallIntegerField(default=0)),
                ("again_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "wave_acts",
            },
        ),
        migrations.AddField(
            model_name="wave",
            name="joined",
            field=models.IntegerField(null=True),
        ),
        migrations.RunSQL(_COUNT_JOINED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="wave",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["planned", "open", "void"]), ("joined__isnull", False), _connector="OR"
                ),
                name="a_closed_wave_knows_how_many_joined",
            ),
        ),
        migrations.AddField(
            model_name="drawfallback",
            name="wave",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="fallbacks", to="selection.wave"
            ),
        ),
        migrations.AddField(
            model_name="drawopening",
            name="draw",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="openings", to="selection.draw"
            ),
        ),
        migrations.AddField(
            model_name="drawseal",
            name="fallback",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="seals", to="selection.drawfallback"
            ),
        ),
        migrations.AddField(
            model_name="drawopening",
            name="seal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="openings", to="selection.drawseal"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealkeeper",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[a-z][a-z0-9-]{1,19}$")),
                name="code_of_a_keeper_fits_into_a_file_name",
            ),
        ),
        migrations.AddField(
            model_name="drawseal",
            name="keeper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="seals", to="selection.sealkeeper"
            ),
        ),
        migrations.AddField(
            model_name="waveact",
            name="decree",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="selection.decree"),
        ),
        migrations.AddField(
            model_name="waveact",
            name="wave",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="acts", to="selection.wave"
            ),
        ),
        migrations.AddConstraint(
            model_name="drawfallback",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dropped_at__isnull", True)), fields=("wave",), name="a_wave_has_one_fallback"
            ),
        ),
        migrations.AddConstraint(
            model_name="drawfallback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("named_at__lt", models.F("seal_until_at")), ("seal_until_at__lt", models.F("confirm_until_at"))
                ),
                name="keepers_have_time_to_seal_and_to_confirm",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawfallback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dropped_at__isnull", True), ("dropped_reason__isnull", True)),
                    models.Q(("dropped_at__isnull", False), ("dropped_reason__isnull", False)),
                    _connector="OR",
                ),
                name="a_dropped_fallback_names_its_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawopening",
            constraint=models.UniqueConstraint(fields=("draw", "seal", "holder"), name="an_opening_is_made_once"),
        ),
        migrations.AddConstraint(
            model_name="drawseal",
            constraint=models.UniqueConstraint(fields=("fallback", "keeper"), name="a_keeper_seals_a_fallback_once"),
        ),
        migrations.AddConstraint(
            model_name="drawseal",
            constraint=models.UniqueConstraint(
                fields=("fallback", "place"), name="a_place_of_a_fallback_is_taken_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="drawseal",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__gte", 1)), name="places_of_keepers_begin_at_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="drawseal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("commitments__isnull", True), ("sealed_at__isnull", True)),
                    models.Q(("commitments__isnull", False), ("sealed_at__isnull", False)),
                    _connector="OR",
                ),
                name="a_seal_knows_when_it_was_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="drawseal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_at__isnull", True),
                    models.Q(("complaint__isnull", True), ("sealed_at__isnull", False)),
                    _connector="OR",
                ),
                name="only_a_content_keeper_confirms",
            ),
        ),
        migrations.AddConstraint(
            model_name="waveact",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["close", "commit", "reveal", "prepare", "approve"])),
                name="wave_act_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="waveact",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["asked", "done", "refused", "failed"])),
                name="state_of_a_wave_act_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="waveact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decree__isnull", False), ("kind", "approve")),
                    models.Q(models.Q(("kind", "approve"), _negated=True), ("decree__isnull", True)),
                    _connector="OR",
                ),
                name="an_approval_names_its_decree",
            ),
        ),
        migrations.AddConstraint(
            model_name="waveact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer__isnull", True), ("ended_at__isnull", True), ("state", "asked")),
                    models.Q(
                        models.Q(("state", "asked"), _negated=True),
                        ("answer__isnull", False),
                        ("ended_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="an_ended_act_knows_its_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="waveact",
            constraint=models.CheckConstraint(
                condition=models.Q(("notice_hours__gte", 0), ("tries__gte", 0)), name="acts_count_upwards"
            ),
        ),
        migrations.AddConstraint(
            model_name="waveact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")), fields=("wave",), name="one_act_at_a_time_on_a_wave"
            ),
        ),
        run_sql_file(__file__, "acts_and_seal_keepers.sql"),
    ]
