"""Platforms and what each asks of institutions."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from prakerja.partners.states import PlatformState

GOVERNMENT = "government"
PLATFORM_KINDS = ("private", "state_owned", GOVERNMENT)
# What a platform's software must do before it may sell: the partner API decides each by the calls that it saw.
INTEGRATION_CHECKS = (
    "signs_requests",
    "corrects_wrong_signatures",
    "authorizes_a_payment",
    "repeats_an_invoice",
    "voids_a_payment",
    "reads_quota_and_status",
)


class Platform(models.Model):
    """A digital platform and where it stands in admission."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    state = models.TextField()
    modes = ArrayField(models.TextField())
    payment_term_days = models.PositiveSmallIntegerField()
    owner_entity = models.TextField()
    profile = models.JSONField()
    # What was shown in admission (PLAT-01): word of the regime → document, or the number of provinces.
    evidence = models.JSONField(default=dict)
    sample = models.BooleanField()
    applied_at = models.DateTimeField()
    recognised_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "platforms"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="platform_code_is_unique"),
            # Agreements point at (id, kind), so that FEE-02 is decided where the agreement stands.
            models.UniqueConstraint(fields=["id", "kind"], name="platform_has_one_kind"),
            models.CheckConstraint(condition=Q(kind__in=PLATFORM_KINDS), name="platform_kind_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in PlatformState]), name="platform_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(modes__contained_by=["online", "offline"]) & Q(modes__len__gt=0),
                name="platform_modes_are_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=PlatformState.ACTIVE.value) | Q(recognised_at__isnull=False),
                name="active_platform_is_recognised",
            ),
        ]


class RequirementSet(models.Model):
    """What one platform asks of institutions, in one version (SCHEME-06). Never edited."""

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    requirements = models.JSONField()
    questions = models.JSONField(default=list, db_default=models.Value([], output_field=models.JSONField()))
    documents = models.JSONField(default=list, db_default=models.Value([], output_field=models.JSONField()))
    valid_from = models.DateField()

    class Meta:
        """Named constraints."""

        db_table = "requirement_sets"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "version"], name="requirement_set_version_is_unique"),
            models.UniqueConstraint(fields=["id", "platform"], name="requirement_set_is_of_one_platform"),
        ]


class PlatformReview(models.Model):
    """One person's evaluation of an applying platform by the criteria of PLAT-01. Never edited."""

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT)
    reviewer = models.TextField()
    approves = models.BooleanField()
    # Criterion → {"met": bool, "note": text}.
    criteria = models.JSONField()
    reviewed_at = models.DateTimeField()

    class Meta:
        """Named constraints."""

        db_table = "platform_reviews"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "reviewer"], name="platform_is_reviewed_once_by_a_person"),
        ]


class IntegrationCheck(models.Model):
    """The result of one automated check of a platform's integration. Never edited: a later one counts."""

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT)
    name = models.TextField()
    passed = models.BooleanField()
    detail = models.TextField()
    # The calls that prove it: [{"request_id": …, "call": …, "code": …, "seen_at": …}].
    evidence = models.JSONField(default=list, db_default=models.Value([], output_field=models.JSONField()))
    checked_at = models.DateTimeField()

    class Meta:
        """Named constraints; that a passed check has evidence stands in SQL."""

        db_table = "integration_checks"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(name__in=INTEGRATION_CHECKS), name="integration_check_is_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["platform", "name", "checked_at"], name="integration_checks_by_name")]
