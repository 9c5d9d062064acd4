"""The ledger's tables, for reading."""

from django.db import models


class Account(models.Model):
    """A running balance. The real primary key is (lane, holder_id, kind)."""

    holder_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    kind = models.TextField()
    budget_number = models.SmallIntegerField()
    balance_idr = models.BigIntegerField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "accounts"

    def __str__(self) -> str:
        """Kind and holder."""
        return f"{self.kind} {self.holder_id}"


class TransferRow(models.Model):
    """One transfer. The real primary key is (lane, reference_id, kind, budget_number)."""

    reference_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    budget_number = models.SmallIntegerField()
    effective_date = models.DateField()
    amount_idr = models.BigIntegerField()
    kind = models.TextField()
    debit_kind = models.TextField()
    debit_holder_id = models.UUIDField()
    credit_kind = models.TextField()
    credit_holder_id = models.UUIDField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "transfers"
        verbose_name = "transfer"

    def __str__(self) -> str:
        """Kind and reference."""
        return f"{self.kind} {self.reference_id}"


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
        """Its kind and key."""
        return f"{self.kind} {self.key}"
