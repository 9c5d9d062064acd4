"""Tables of the draw: commitment, list, reveal, ranks, results. All append only."""

from django.db import models
from django.db.models import F, Q

from prakerja.selection.models.waves import Wave


class Draw(models.Model):
    """The published commitment of a wave's draw (append only)."""

    id = models.UUIDField(primary_key=True)
    wave = models.OneToOneField(Wave, on_delete=models.PROTECT)
    committed_at = models.DateTimeField()
    rule_version = models.TextField()
    regime_version = models.TextField()
    kk_max = models.SmallIntegerField()
    beacon = models.TextField()
    beacon_round = models.BigIntegerField()
    beacon_at = models.DateTimeField()
    applicants = models.IntegerField()
    list_root = models.BinaryField()
    # Of the joinings behind the list, in no order: a fast way to see that none of them changed since.
    list_digest = models.BigIntegerField()
    commitment = models.TextField()
    commitment_hash = models.BinaryField()

    class Meta:
        """Constraints; append only by a trigger."""

        db_table = "draws"
        constraints = (
            models.UniqueConstraint(fields=["beacon", "beacon_round"], name="a_beacon_round_serves_one_draw"),
        )


class DrawReveal(models.Model):
    """The randomness that came after the commitment; a second one is impossible by the primary key."""

    draw = models.OneToOneField(Draw, on_delete=models.PROTECT, primary_key=True, related_name="reveal")
    source = models.TextField()
    randomness = models.BinaryField()
    signature = models.BinaryField()
    seed = models.BinaryField()
    revealed_at = models.DateTimeField()

    class Meta:
        """Append only by a trigger."""

        db_table = "draw_reveals"
        constraints = (
            models.CheckConstraint(condition=Q(source__in=["beacon", "seeds"]), name="draw_source_is_known"),
        )


class DrawChunk(models.Model):
    """A part of the committed list: up to 4,096 packed rows (see draw_list.py) and their Merkle root (append only)."""

    id = models.UUIDField(primary_key=True)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="chunks")
    number = models.IntegerField()
    first_token = models.BinaryField()
    rows = models.BinaryField()
    root = models.BinaryField()

    class Meta:
        """Constraints; append only by a trigger."""

        db_table = "draw_chunks"
        constraints = (
            models.UniqueConstraint(fields=["draw", "number"], name="a_chunk_of_a_list_stands_once"),
            models.UniqueConstraint(fields=["draw", "first_token"], name="a_token_begins_one_chunk"),
        )


class DrawPlaces(models.Model):
    """Rank and outcome of each row of a chunk, four bytes a row (see ranking.py; append only)."""

    id = models.UUIDField(primary_key=True)
    draw = models.ForeignKey(DrawReveal, on_delete=models.PROTECT, related_name="places")
    number = models.IntegerField()
    places = models.BinaryField()

    class Meta:
        """Constraints; append only by a trigger."""

        db_table = "draw_places"
        constraints = (models.UniqueConstraint(fields=["draw", "number"], name="a_chunk_is_ranked_once"),)


class DrawResult(models.Model):
    """What the draw did in one stratum and priority class (append only)."""

    id = models.UUIDField(primary_key=True)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="results")
    channel = models.TextField()
    province_code = models.TextField()
    priority_class = models.SmallIntegerField()
    applicants = models.IntegerField()
    selected = models.IntegerField()
    cut_off_rank = models.IntegerField(null=True)

    class Meta:
        """Constraints; append only by a trigger."""

        db_table = "draw_results"
        constraints = (
            models.UniqueConstraint(
                fields=["draw", "channel", "province_code", "priority_class"],
                name="one_result_per_stratum_and_class",
            ),
            models.CheckConstraint(
                condition=Q(selected__gte=0, selected__lte=F("applicants")), name="no_more_selected_than_applicants"
            ),
        )
