"""Read models of who stands behind partners and of conflicts of interest; the tables are made by `sql/owners.sql`."""

from django.db import models


class OwnerTie(models.Model):
    """From a holder to a person, company, address, telephone or account."""

    tie_id = models.UUIDField(primary_key=True)
    holder_kind = models.TextField()
    holder_id = models.UUIDField()
    kind = models.TextField()
    target_id = models.UUIDField()
    shown = models.TextField()
    value_cipher = models.BinaryField()
    source = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    actor = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        """Made by `sql/owners.sql`."""

        app_label = "partners"
        managed = False
        db_table = "owner_ties"


class Conflict(models.Model):
    """A case: where two ends of an act meet, and what somebody unconnected decided."""

    conflict_id = models.UUIDField(primary_key=True)
    act = models.TextField()
    other_kind = models.TextField()
    other_id = models.UUIDField()
    other_name = models.TextField()
    institution_id = models.UUIDField()
    hops = models.SmallIntegerField()
    path = models.JSONField()
    path_key = models.TextField()
    effect = models.TextField()
    state = models.TextField()
    regime_version = models.TextField()
    found_by = models.TextField()
    found_at = models.DateTimeField()
    decided_by = models.TextField(null=True)  # noqa: DJ001 - NULL while it is open
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField()

    class Meta:
        """Made by `sql/owners.sql`."""

        app_label = "partners"
        managed = False
        db_table = "conflicts"
