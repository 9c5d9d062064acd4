"""Tables of incentives, for reading: lane tables of sql/tables.sql."""

from django.db import models


class Incentive(models.Model):
    """An amount that a participant is entitled to."""

    incentive_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    participant_id = models.UUIDField()
    kind = models.TextField()
    number = models.SmallIntegerField()
    amount_idr = models.BigIntegerField()
    budget_number = models.SmallIntegerField()
    purchase_id = models.UUIDField()
    payout_account_id = models.UUIDField()
    account_is_validated = models.BooleanField()
    state = models.TextField()
    due_at = models.DateTimeField(null=True)
    payment_order_id = models.UUIDField(null=True)
    failure_reason = models.TextField(null=True)  # noqa: DJ001 - SQL owns the column
    entitled_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "incentives"


class SurveyAnswer(models.Model):
    """A participant's answers to one survey; the real primary key is (lane, participant_id, number)."""

    pk = models.CompositePrimaryKey("lane", "participant_id", "number")
    lane = models.SmallIntegerField()
    participant_id = models.UUIDField()
    number = models.SmallIntegerField()
    answers = models.JSONField()
    answered_at = models.DateTimeField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "survey_answers"
