"""Tables of selection: waves, draws, decrees (Django's own), joinings and participants (lane tables)."""

from django.db import models
from django.db.models import F, Q


class Wave(models.Model):
    """An intake round."""

    id = models.UUIDField(primary_key=True)
    number = models.IntegerField(unique=True)
    regime_code = models.TextField()
    regime_version = models.TextField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    state = models.TextField(default="planned")
    void_reason = models.TextField(null=True)  # noqa: DJ001 - NULL while the wave is not void
    voided_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints; triggers keep the states, and let a committed wave be voided before its beacon's time only."""

        db_table = "waves"
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["planned", "open", "closed", "committed", "drawn", "decreed", "void"]),
                name="wave_state_is_known",
            ),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="a_wave_closes_after_it_opens"),
            models.CheckConstraint(
                condition=~Q(state="void") | Q(void_reason__isnull=False), name="a_void_wave_names_its_reason"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="a_wave_number_begins_at_one"),
        )


class WaveQuota(models.Model):
    """Places of a wave in one channel, for one province or (NULL) for all provinces together."""

    id = models.UUIDField(primary_key=True)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="quotas")
    channel = models.TextField()
    province_code = models.TextField(null=True)  # noqa: DJ001 - NULL is the whole country
    places = models.IntegerField()

    class Meta:
        """Constraints."""

        db_table = "wave_quotas"
        constraints = (
            models.UniqueConstraint(
                fields=["wave", "channel", "province_code"], name="one_quota_per_stratum", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(channel__in=["digital", "regular"]), name="quota_channel_is_known"),
            models.CheckConstraint(condition=Q(places__gte=0), name="wave_places_are_never_negative"),
        )


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


class DrawSeal(models.Model):
    """A sealed seed of an institution for one wave's fallback: public numbers only."""

    id = models.UUIDField(primary_key=True)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="seals")
    institution = models.TextField()
    commitments = models.JSONField()
    sealed_at = models.DateTimeField()
    # The institution has checked the shares that all others gave it.
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints."""

        db_table = "draw_seals"
        constraints = (
            models.UniqueConstraint(fields=["wave", "institution"], name="an_institution_seals_a_wave_once"),
        )


class DrawOpening(models.Model):
    """An opened seed (holder 0), or a holder's share of it (append only)."""

    id = models.UUIDField(primary_key=True)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="openings")
    institution = models.TextField()
    holder = models.SmallIntegerField()
    value = models.TextField()
    opened_at = models.DateTimeField()

    class Meta:
        """Constraints; append only by a trigger."""

        db_table = "draw_openings"
        constraints = (
            models.UniqueConstraint(fields=["draw", "institution", "holder"], name="an_opening_is_made_once"),
        )


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


class Decree(models.Model):
    """Names recipients and reserves their money (appointment), takes it (revocation), gives it back (reinstatement)."""

    id = models.UUIDField(primary_key=True)
    number = models.IntegerField(unique=True)
    kind = models.TextField()
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, null=True)
    state = models.TextField(default="prepared")
    maker = models.TextField()
    approver = models.TextField(null=True)  # noqa: DJ001 - NULL until the second person decides
    regime_version = models.TextField()
    participants = models.IntegerField()
    total_idr = models.BigIntegerField()
    prepared_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints; a trigger keeps the states."""

        db_table = "decrees"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["appointment", "revocation", "reinstatement"]), name="decree_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "approved", "rejected"]), name="decree_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("maker")), name="a_decree_needs_a_second_person"
            ),
            models.CheckConstraint(
                condition=Q(state="prepared", approver__isnull=True)
                | (~Q(state="prepared") & Q(approver__isnull=False)),
                name="a_decided_decree_names_its_approver",
            ),
            models.CheckConstraint(
                condition=(Q(state="approved") & Q(approved_at__isnull=False))
                | (~Q(state="approved") & Q(approved_at__isnull=True)),
                name="an_approved_decree_knows_when",
            ),
            models.CheckConstraint(
                condition=~Q(kind="appointment") | Q(wave__isnull=False), name="an_appointment_names_its_wave"
            ),
            models.CheckConstraint(condition=Q(participants__gt=0, total_idr__gte=0), name="a_decree_names_somebody"),
            models.UniqueConstraint(
                fields=["wave"],
                condition=Q(kind="appointment") & ~Q(state="rejected"),
                name="one_live_appointment_per_wave",
            ),
        )


class Joining(models.Model):
    """An applicant in a wave (lane table); the real primary key is (lane, wave_id, applicant_id)."""

    token = models.BinaryField(primary_key=True)
    lane = models.SmallIntegerField()
    wave_id = models.UUIDField()
    applicant_id = models.UUIDField()
    channel = models.TextField()
    province_code = models.TextField()
    priority_class = models.SmallIntegerField()
    household_token = models.BinaryField()
    joined_at = models.DateTimeField()
    outcome = models.TextField()
    dropped_rule = models.TextField(null=True)  # noqa: DJ001 - SQL owns the column
    rank = models.IntegerField(null=True)

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "joinings"


class Participant(models.Model):
    """A recipient after the decree (lane table)."""

    participant_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    applicant_id = models.UUIDField()
    lane_seed = models.SmallIntegerField()
    decree_id = models.UUIDField()
    wave_id = models.UUIDField()
    budget_number = models.SmallIntegerField()
    channel = models.TextField()
    state = models.TextField()
    regime_version = models.TextField()
    birth_date = models.DateField()
    education = models.TextField()
    decreed_at = models.DateTimeField()
    first_purchase_deadline_at = models.DateTimeField()
    balance_until_at = models.DateTimeField()
    first_purchase_at = models.DateTimeField(null=True)

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "participants"
