"""Keys that sign the calls of partners."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

PARTNER_ROLES = ("platform", "institution")


class ApiKey(models.Model):
    """A key that signs a partner's calls. The key itself is encrypted; it is shown once, when it is issued."""

    id = models.UUIDField(primary_key=True)
    partner_id = models.UUIDField()
    partner_role = models.TextField()
    # The place that the key takes among its partner's live ones.
    slot = models.PositiveSmallIntegerField()
    client_code = models.TextField()
    key_cipher = models.BinaryField()
    scopes = ArrayField(models.TextField())
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints; the partner's foreign keys stand in SQL."""

        db_table = "api_keys"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client_code"], name="client_code_is_unique"),
            models.CheckConstraint(condition=Q(partner_role__in=PARTNER_ROLES), name="partner_role_is_known"),
            models.CheckConstraint(condition=Q(slot__in=[1, 2]), name="partner_has_two_live_keys_at_most"),
            models.UniqueConstraint(
                fields=["partner_role", "partner_id", "slot"],
                condition=Q(revoked_at__isnull=True),
                name="live_key_has_its_own_slot",
            ),
        ]
