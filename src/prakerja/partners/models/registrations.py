"""Applications of institutions to platforms."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from prakerja.partners.models.institutions import Institution
from prakerja.partners.models.platforms import Platform, RequirementSet
from prakerja.partners.states import RegistrationState


class Registration(models.Model):
    """An institution's application to one platform."""

    id = models.UUIDField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    state = models.TextField()
    answers = models.JSONField()
    requirement_set = models.ForeignKey(RequirementSet, on_delete=models.PROTECT, null=True)
    unmet = ArrayField(models.TextField(), default=list)
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "registrations"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["platform", "institution"], name="institution_registers_once_on_a_platform"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in RegistrationState]), name="registration_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RegistrationState.VERIFIED.value, RegistrationState.AGREED.value])
                | (Q(requirement_set__isnull=False) & Q(unmet=[])),
                name="verified_registration_meets_the_requirements",
            ),
        ]
