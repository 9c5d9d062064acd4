"""The tables of purchases, for reading."""

from django.db import models


class Otp(models.Model):
    """A code that was sent for one purchase. The real primary key is (lane, token_id)."""

    token_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    card_id = models.UUIDField()
    platform_id = models.UUIDField()
    schedule_id = models.UUIDField()
    amount_idr = models.BigIntegerField()
    platform_user_id = models.TextField()
    code_hash = models.UUIDField()
    tries_left = models.SmallIntegerField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    locked_until_at = models.DateTimeField(null=True)

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "otps"

    def __str__(self) -> str:
        """Its token."""
        return str(self.token_id)


class Purchase(models.Model):
    """One purchase. The real primary key is (lane, purchase_id)."""

    purchase_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    budget_number = models.SmallIntegerField()
    participant_id = models.UUIDField()
    card_id = models.UUIDField()
    schedule_id = models.UUIDField()
    course_id = models.UUIDField()
    platform_id = models.UUIDField()
    institution_id = models.UUIDField()
    agreement_id = models.UUIDField()
    channel = models.TextField()
    mode = models.TextField()
    state = models.TextField()
    price_idr = models.BigIntegerField()
    commission_idr = models.BigIntegerField(null=True)
    invoice_code = models.TextField()
    request_hash = models.UUIDField()
    transaction_code = models.CharField(max_length=16)
    redeem_code = models.CharField(max_length=12)
    platform_user_id = models.TextField(null=True)  # noqa: DJ001 - a counter's purchase has none
    regime_version = models.TextField()
    paid_at = models.DateTimeField()
    redeemed_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    payable_at = models.DateTimeField(null=True)

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "purchases"

    def __str__(self) -> str:
        """Its transaction code."""
        return self.transaction_code
