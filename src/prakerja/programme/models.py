"""Tables of the programme. All but the allotments are reference tables: few rows, read by every lane."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from prakerja.programme.parameters import Channel

TIME_ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")  # WIB, WITA, WIT


class RegimeVersion(models.Model):
    """A set of regimes as it was loaded, whole; `version` is the short SHA-256 of its content. Append-only."""

    version = models.TextField(primary_key=True)
    loaded_at = models.DateTimeField()
    actor = models.TextField()
    content = models.JSONField()

    class Meta:
        """Named constraints."""

        db_table = "regime_versions"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(version__regex="^[0-9a-f]{12}$"), name="regime_version_is_a_short_hash"),
        ]


class Budget(models.Model):
    """Regime × channel: how many places, and what one place costs (SCHEME-01, MONEY-01 to MONEY-03)."""

    id = models.UUIDField(primary_key=True)
    number = models.SmallIntegerField()
    regime_code = models.TextField()
    channel = models.TextField()
    places = models.IntegerField()
    package_idr = models.BigIntegerField()
    training_idr = models.BigIntegerField()
    incentive_idr = models.BigIntegerField()

    class Meta:
        """Named constraints."""

        db_table = "budgets"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], name="budget_number_is_unique"),
            models.UniqueConstraint(fields=["regime_code", "channel"], name="one_budget_per_regime_and_channel"),
            models.CheckConstraint(condition=Q(number__gte=1), name="budget_number_starts_at_one"),
            models.CheckConstraint(
                condition=Q(channel__in=[channel.value for channel in Channel]), name="budget_channel_is_known"
            ),
            models.CheckConstraint(condition=Q(places__gte=0), name="budget_places_are_never_negative"),
            models.CheckConstraint(
                condition=Q(training_idr__gte=0, incentive_idr__gte=0), name="budget_amounts_are_never_negative"
            ),
            models.CheckConstraint(
                condition=Q(package_idr=F("training_idr") + F("incentive_idr")), name="package_is_the_sum_of_its_parts"
            ),
        ]


class QuotaAllotment(models.Model):
    """The part of a budget's places that one lane may hand out. The real primary key is (lane, budget_id)."""

    budget = models.OneToOneField(Budget, primary_key=True, on_delete=models.DO_NOTHING)
    lane = models.SmallIntegerField()
    places_left = models.IntegerField()
    places_taken = models.IntegerField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "quota_allotments"


class Province(models.Model):
    """A province. `since_date` stands at those that were split off while the programme ran."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    time_zone = models.TextField()
    tile_column = models.SmallIntegerField()
    tile_row = models.SmallIntegerField()
    weight = models.IntegerField()
    weight_evidence = models.TextField()
    since_date = models.DateField(null=True)
    split_from = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, db_column="split_from_code", related_name="split_off"
    )

    class Meta:
        """Named constraints."""

        db_table = "provinces"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], name="province_name_is_unique"),
            models.UniqueConstraint(fields=["tile_column", "tile_row"], name="one_province_per_tile"),
            models.CheckConstraint(condition=Q(code__regex="^[1-9][0-9]$"), name="province_code_has_two_digits"),
            models.CheckConstraint(condition=Q(time_zone__in=TIME_ZONES), name="province_time_zone_is_known"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="province_weight_is_positive"),
            models.CheckConstraint(
                condition=Q(weight_evidence__in=["published", "split", "estimate"]),
                name="province_weight_evidence_is_known",
            ),
            models.CheckConstraint(
                condition=Q(since_date__isnull=True, split_from__isnull=True)
                | Q(since_date__isnull=False, split_from__isnull=False),
                name="a_split_province_has_a_day_and_an_origin",
            ),
        ]


class LabourOffice(models.Model):
    """A Dinas: assisted registration (REG-01), and the place where physical cards are handed out."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField()
    name = models.TextField()
    province = models.ForeignKey(Province, on_delete=models.PROTECT, db_column="province_code")
    sample = models.BooleanField()

    class Meta:
        """Named constraints."""

        db_table = "labour_offices"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="labour_office_code_is_unique"),
        ]


class ProgrammeClock(models.Model):
    """The virtual programme clock of a sandbox: one row, or none (then the machine's clock is the programme's).

    It stood at `programme_at` when the machine's clock showed `machine_at`; while `running` it goes on from there.
    """

    id = models.SmallIntegerField(primary_key=True)
    programme_at = models.DateTimeField()
    machine_at = models.DateTimeField()
    running = models.BooleanField()

    class Meta:
        """Named constraints."""

        db_table = "programme_clock"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_programme_clock"),
        ]
