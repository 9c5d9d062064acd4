"""The table of the kit, for reading."""

from django.db import models


class Claim(models.Model):
    """A key that is unique across lanes, and the lane that holds it. The real primary key is (kind, key)."""

    subject_id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    key = models.TextField()
    lane = models.SmallIntegerField()
    hash = models.UUIDField()
    claimed_at = models.DateTimeField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "claims"

    def __str__(self) -> str:
        """The kind and key."""
        return f"{self.kind} {self.key}"
