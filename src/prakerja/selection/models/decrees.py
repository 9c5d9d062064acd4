"""Tables of decrees, and of the participants that they name."""

from django.db import models
from django.db.models import F, Q

from prakerja.selection.models.waves import Wave


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
