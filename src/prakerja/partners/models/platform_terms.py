"""What a platform says of itself in public, version by version (SCHEME-08)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from prakerja.partners.models.platforms import Platform
from prakerja.partners.states import TermsState


class PlatformTerms(models.Model):
    """Terms that a platform entered; what the office confirmed last is what `platforms` says. Never edited."""

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    state = models.TextField()
    # In both languages of the pages, by their words `id` and `en`.
    description = models.JSONField()
    fee_scheme = models.JSONField()
    modes = ArrayField(models.TextField())
    payment_term_days = models.PositiveSmallIntegerField()
    # The cap of the regime by which it was looked at last: when it was entered, then when it was decided.
    cap_bp = models.PositiveIntegerField(null=True)
    regime_version = models.TextField()
    entered_by = models.TextField()
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_by = models.TextField(null=True)  # noqa: DJ001 - NULL while nobody has decided
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")

    class Meta:
        """Named constraints; the fee's own and the moves stand in `sql/platform_terms.sql`."""

        db_table = "platform_terms"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "version"], name="platform_terms_version_is_unique"),
            models.UniqueConstraint(
                fields=["platform"],
                condition=Q(state=TermsState.WAITING.value),
                name="platform_has_one_version_of_terms_waiting",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in TermsState]), name="terms_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(modes__contained_by=["online", "offline"]) & Q(modes__len__gt=0),
                name="terms_modes_are_known",
            ),
            models.CheckConstraint(condition=Q(payment_term_days__lte=365), name="terms_are_paid_within_a_year"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("entered_by")),
                name="terms_are_confirmed_by_someone_else",
            ),
            models.CheckConstraint(
                condition=Q(state=TermsState.WAITING.value, decided_by__isnull=True, decided_at__isnull=True)
                | (
                    ~Q(state=TermsState.WAITING.value)
                    & Q(decided_at__isnull=False)
                    & (Q(decided_by__isnull=False) | Q(state__in=[TermsState.WITHDRAWN.value, TermsState.LAPSED.value]))
                ),
                name="decided_terms_name_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=TermsState.REFUSED.value) | ~Q(reason=""), name="refused_terms_have_a_reason"
            ),
        ]
