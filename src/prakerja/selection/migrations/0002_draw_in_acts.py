from datetime import UTC, datetime

import django.db.models.deletion
from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file

# Draws that were made before had no time of their round on record; theirs has long passed.
_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Migration(migrations.Migration):
    dependencies = [
        ("selection", "0001_initial"),
    ]

    operations = [
        migrations.AddField("wave", "voided_at", models.DateTimeField(null=True)),
        migrations.AddField("draw", "beacon_at", models.DateTimeField(default=_LONG_AGO), preserve_default=False),
        migrations.AddField("draw", "list_digest", models.BigIntegerField(default=0), preserve_default=False),
        migrations.AddField("drawreveal", "source", models.TextField(default="beacon"), preserve_default=False),
        migrations.AddField("drawreveal", "signature", models.BinaryField(default=b""), preserve_default=False),
        migrations.AddConstraint(
            "drawreveal",
            models.CheckConstraint(
                condition=models.Q(("source__in", ["beacon", "seeds"])), name="draw_source_is_known"
            ),
        ),
        migrations.CreateModel(
            name="DrawChunk",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("first_token", models.BinaryField()),
                ("rows", models.BinaryField()),
                ("root", models.BinaryField()),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="chunks", to="selection.draw"
                    ),
                ),
            ],
            options={"db_table": "draw_chunks"},
        ),
        migrations.CreateModel(
            name="DrawPlaces",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("places", models.BinaryField()),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="places", to="selection.drawreveal"
                    ),
                ),
            ],
            options={"db_table": "draw_places"},
        ),
        migrations.CreateModel(
            name="DrawSeal",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("institution", models.TextField()),
                ("commitments", models.JSONField()),
                ("sealed_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seals", to="selection.wave"
                    ),
                ),
            ],
            options={"db_table": "draw_seals"},
        ),
        migrations.CreateModel(
            name="DrawOpening",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("institution", models.TextField()),
                ("holder", models.SmallIntegerField()),
                ("value", models.TextField()),
                ("opened_at", models.DateTimeField()),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="openings", to="selection.draw"
                    ),
                ),
            ],
            options={"db_table": "draw_openings"},
        ),
        migrations.AddConstraint(
            "drawchunk",
            models.UniqueConstraint(fields=("draw", "number"), name="a_chunk_of_a_list_stands_once"),
        ),
        migrations.AddConstraint(
            "drawchunk",
            models.UniqueConstraint(fields=("draw", "first_token"), name="a_token_begins_one_chunk"),
        ),
        migrations.AddConstraint(
            "drawplaces",
            models.UniqueConstraint(fields=("draw", "number"), name="a_chunk_is_ranked_once"),
        ),
        migrations.AddConstraint(
            "drawseal",
            models.UniqueConstraint(fields=("wave", "institution"), name="an_institution_seals_a_wave_once"),
        ),
        migrations.AddConstraint(
            "drawopening",
            models.UniqueConstraint(fields=("draw", "institution", "holder"), name="an_opening_is_made_once"),
        ),
        run_sql_file(__file__, "draw_in_acts.sql"),
    ]
