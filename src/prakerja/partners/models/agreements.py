"""Cooperation agreements."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from prakerja.partners.models.institutions import Institution
from prakerja.partners.models.platforms import GOVERNMENT, Platform


class Agreement(models.Model):
    """A cooperation agreement of a platform with an institution, in one version (SCHEME-10)."""

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    platform_kind = models.TextField()
    version = models.PositiveIntegerField()
    fee_scheme = models.JSONField()
    highest_commission_bp = models.PositiveIntegerField()
    cap_bp = models.PositiveIntegerField(null=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    signed_platform_at = models.DateTimeField()
    signed_institution_at = models.DateTimeField()
    regime_version = models.TextField()
    sample = models.BooleanField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints; `agreements_of_a_pair_never_overlap` and more in SQL."""

        db_table = "agreements"
        constraints: ClassVar = [
            # Purchases point at all three, so that a purchase is at an institution registered on that platform.
            models.UniqueConstraint(fields=["id", "platform", "institution"], name="agreement_binds_one_pair"),
            models.UniqueConstraint(fields=["platform", "institution", "version"], name="agreement_version_is_unique"),
            models.CheckConstraint(
                condition=~Q(platform_kind=GOVERNMENT) | Q(fee_scheme__kind="none"),
                name="government_platform_charges_nothing",
            ),
            models.CheckConstraint(
                condition=Q(cap_bp__isnull=True) | Q(highest_commission_bp__lte=F("cap_bp")),
                name="commission_is_within_the_cap",
            ),
            models.CheckConstraint(
                condition=Q(highest_commission_bp__lte=10_000), name="commission_is_not_above_the_price"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="agreement_ends_after_it_begins",
            ),
        ]
