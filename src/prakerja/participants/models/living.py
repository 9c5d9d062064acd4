"""Living eligibility: deltas of registers (Django's own), their rows and what they find (lane tables)."""

from django.db import models
from django.db.models import F, Q


class RegistryDelta(models.Model):
    """A file in which a register says what changed."""

    id = models.UUIDField(primary_key=True)
    source = models.TextField()
    name = models.TextField()
    file_sha256 = models.TextField()
    state = models.TextField(default="loaded")
    rows = models.IntegerField()
    good_rows = models.IntegerField()
    bad_rows = models.IntegerField()
    loaded_by = models.TextField()
    loaded_at = models.DateTimeField()
    screened_at = models.DateTimeField(null=True)
    found = models.IntegerField(null=True)
    confirmed_by = models.TextField(null=True)  # noqa: DJ001 - nobody yet is not an empty name
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints."""

        db_table = "registry_deltas"
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["loaded", "screened", "confirmed", "discarded"]), name="delta_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(rows=F("good_rows") + F("bad_rows")), name="good_and_bad_delta_rows_are_all_rows"
            ),
            models.CheckConstraint(
                condition=Q(state="loaded", screened_at__isnull=True)
                | Q(state__in=["screened", "confirmed"], screened_at__isnull=False)
                | Q(state="discarded"),
                name="a_screened_delta_knows_when",
            ),
            models.CheckConstraint(
                condition=(Q(state="confirmed") & Q(confirmed_by__isnull=False) & Q(confirmed_at__isnull=False))
                | (~Q(state="confirmed") & Q(confirmed_by__isnull=True) & Q(confirmed_at__isnull=True)),
                name="a_confirmed_delta_knows_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("loaded_by")),
                name="a_delta_is_confirmed_by_a_second_person",
            ),
            models.UniqueConstraint(
                fields=["file_sha256"], condition=~Q(state="discarded"), name="a_delta_file_is_loaded_once"
            ),
        )


class RegistryDeltaRow(models.Model):
    """One line of a delta (lane table); the real primary key is (lane, delta_id, nik_index)."""

    nik_index = models.BinaryField(primary_key=True)
    nik_index_next = models.BinaryField(null=True)
    row_number = models.IntegerField()
    nik_cipher = models.BinaryField()
    lane = models.SmallIntegerField()
    delta_id = models.UUIDField()
    fact = models.TextField()
    amount_idr = models.BigIntegerField(null=True)
    since_date = models.DateField(null=True)

    class Meta:
        """Made by sql/living_eligibility.sql."""

        managed = False
        db_table = "registry_delta_rows"


class EligibilityFinding(models.Model):
    """A person whom a delta would affect (lane table)."""

    finding_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    applicant_id = models.UUIDField()
    delta_id = models.UUIDField()
    rule = models.TextField()
    regime_version = models.TextField()
    evidence = models.JSONField()
    state = models.TextField()
    found_at = models.DateTimeField()
    noticed_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(null=True)  # noqa: DJ001 - SQL owns the column
    reason = models.TextField(null=True)  # noqa: DJ001 - as above
    answer_cipher = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)
    consequence = models.TextField(null=True)  # noqa: DJ001 - as above
    decree_id = models.UUIDField(null=True)

    class Meta:
        """Made by sql/living_eligibility.sql and sql/finding_consequences.sql."""

        managed = False
        db_table = "eligibility_findings"
