"""Sanctions with due process: notice, answer, decision by another person, appeal."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from prakerja.partners.models.institutions import Institution
from prakerja.partners.models.platforms import Platform
from prakerja.partners.models.registrations import Registration
from prakerja.partners.states import SanctionKind, SanctionState

_DECIDED = [
    SanctionState.IMPOSED.value,
    SanctionState.DROPPED.value,
    SanctionState.APPEALED.value,
    SanctionState.UPHELD.value,
    SanctionState.LIFTED.value,
]


class Sanction(models.Model):
    """One proceeding against one partner. Each field is written once, when its step is taken."""

    id = models.UUIDField(primary_key=True)
    number = models.PositiveIntegerField()
    kind = models.TextField()
    state = models.TextField()
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, null=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, null=True)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, null=True)
    # A course lives in a lower room: its id alone.
    course_id = models.UUIDField(null=True)
    rule = models.TextField()
    notice = models.TextField()
    evidence = models.JSONField()
    noticed_by = models.TextField()
    noticed_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    answer = models.TextField(default="")
    answered_by = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)
    decided_by = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")
    appeal_due_at = models.DateTimeField(null=True)
    appeal = models.TextField(default="")
    appealed_at = models.DateTimeField(null=True)
    appeal_decided_by = models.TextField(default="")
    appeal_decided_at = models.DateTimeField(null=True)
    appeal_reason = models.TextField(default="")

    class Meta:
        """Named constraints."""

        db_table = "sanctions"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], name="sanction_number_is_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in SanctionKind]), name="sanction_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in SanctionState]), name="sanction_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(platform__isnull=False) | Q(institution__isnull=False), name="sanction_has_a_party"
            ),
            models.CheckConstraint(condition=~Q(rule="") & ~Q(notice=""), name="sanction_names_its_rule_and_reason"),
            # Four eyes, and other eyes for the appeal.
            models.CheckConstraint(
                condition=~Q(state__in=_DECIDED) | (~Q(decided_by="") & ~Q(decided_by=F("noticed_by"))),
                name="sanction_is_decided_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(appeal_decided_by="")
                | (~Q(appeal_decided_by=F("decided_by")) & ~Q(appeal_decided_by=F("noticed_by"))),
                name="appeal_is_decided_by_a_third_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_DECIDED) | ~Q(reason=""), name="decision_about_a_sanction_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_DECIDED) | Q(answered_at__isnull=False) | Q(decided_at__gte=F("answer_due_at")),
                name="sanction_hears_the_party_first",
            ),
        ]
