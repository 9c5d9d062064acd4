"""The event log's tables, for reading."""

from django.db import models


class Event(models.Model):
    """One fact: who did what to which row. The real primary key is (lane, event_id)."""

    event_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    kind = models.TextField()
    subject_id = models.UUIDField()
    actor = models.TextField()
    programme_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    payload = models.JSONField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "events"

    def __str__(self) -> str:
        """The kind and its subject."""
        return f"{self.kind} {self.subject_id}"


class Seal(models.Model):
    """A stretch of events under one hash."""

    seal_number = models.BigIntegerField(primary_key=True)
    event_count = models.BigIntegerField()
    previous_hash = models.BinaryField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "seals"

    def __str__(self) -> str:
        """Its number."""
        return f"seal {self.seal_number}"
