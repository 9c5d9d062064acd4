"""Tables of waves: quotas, and who joined."""

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


class WaveTally(models.Model):
    """How many have joined a wave, as last counted: a page that counts six million joinings would take seconds.

    A row of its own: whoever joins shares the wave's row, and a count must not wait for them.
    """

    wave = models.OneToOneField(Wave, on_delete=models.PROTECT, primary_key=True, related_name="tally")
    joined = models.IntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        """Constraints."""

        db_table = "wave_tallies"
        constraints = (models.CheckConstraint(condition=Q(joined__gte=0), name="a_tally_is_never_negative"),)


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
