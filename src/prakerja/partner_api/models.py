"""The partner API's own tables."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Callback(models.Model):
    """An address that a partner registered: browsers are sent there and nowhere else."""

    id = models.UUIDField(primary_key=True)
    partner_id = models.UUIDField()
    partner_role = models.TextField()
    purpose = models.TextField()
    uri = models.TextField()
    registered_at = models.DateTimeField()

    class Meta:
        """Named constraints."""

        db_table = "partner_callbacks"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner_id", "purpose", "uri"], name="callback_is_registered_once"),
            models.CheckConstraint(
                condition=Q(purpose__in=["presence", "sign_on", "login"]), name="callback_purpose_is_known"
            ),
        ]


class IntegrationRun(models.Model):
    """A platform tries its software on a world made for it; what its key does there is seen and decides the checks."""

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey("partners.Platform", on_delete=models.PROTECT, related_name="+")
    # The sandbox's platform under whose key the software calls.
    test_platform = models.ForeignKey("partners.Platform", on_delete=models.PROTECT, related_name="+")
    client_code = models.TextField()
    state = models.TextField()
    course_code = models.TextField()
    schedule_code = models.TextField()
    amount_idr = models.BigIntegerField()
    cards = ArrayField(models.TextField())
    started_by = models.TextField()
    started_at = models.DateTimeField()
    # On the machine's clock, like everything that keys and calls live by.
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "integration_runs"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "passed", "expired"]), name="integration_run_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="ended_integration_run_has_its_moment",
            ),
            models.UniqueConstraint(fields=["client_code"], name="key_is_of_one_integration_run"),
            models.UniqueConstraint(
                fields=["platform"], condition=Q(state="open"), name="platform_has_one_open_integration_run"
            ),
        ]


class IntegrationCall(models.Model):
    """A call of a run as the server saw it: which one, when, how it was answered. Never edited. No content of it."""

    id = models.UUIDField(primary_key=True)
    run = models.ForeignKey(IntegrationRun, on_delete=models.PROTECT)
    request_id = models.TextField()
    call = models.TextField()
    code = models.TextField()
    status = models.SmallIntegerField()
    body_hash = models.BinaryField()
    attempt_hash = models.BinaryField()
    invoice_code = models.TextField(null=True)  # noqa: DJ001 - not every call has one
    seen_at = models.DateTimeField()

    class Meta:
        """Named index."""

        db_table = "integration_calls"
        indexes: ClassVar = [models.Index(fields=["run", "seen_at", "id"], name="integration_calls_of_a_run")]


class PresenceLink(models.Model):
    """An address for a presence check. The real primary key is (lane, link_id)."""

    link_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    purchase_id = models.UUIDField()
    institution_id = models.UUIDField()
    sequence = models.SmallIntegerField()
    redirect_uri = models.TextField()
    state_text = models.TextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "presence_links"


class SandboxMessage(models.Model):
    """A message that the SMS sandbox keeps instead of sending it; the table exists in a sandbox only."""

    message_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    card_id = models.UUIDField()
    text = models.TextField()
    sent_at = models.DateTimeField()

    class Meta:
        """Made by sql/sandbox.sql."""

        managed = False
        db_table = "sandbox_messages"


class SignOn(models.Model):
    """What a person agreed to show to a partner. The real primary key is (lane, code_id)."""

    code_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    applicant_id = models.UUIDField()
    partner_id = models.UUIDField()
    redirect_uri = models.TextField()
    scope = models.TextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Made by sql/sign_on.sql."""

        managed = False
        db_table = "sign_ons"


class SignOnToken(models.Model):
    """An access token and its refresh token. The real primary key is (lane, token_id)."""

    token_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    refresh_id = models.UUIDField()
    code_id = models.UUIDField()
    applicant_id = models.UUIDField()
    partner_id = models.UUIDField()
    scope = models.TextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    refresh_until_at = models.DateTimeField()
    refreshed_at = models.DateTimeField(null=True)

    class Meta:
        """Made by sql/sign_on.sql."""

        managed = False
        db_table = "sign_on_tokens"
