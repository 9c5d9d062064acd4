"""Training institutions."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from prakerja.partners.states import InstitutionState

INSTITUTION_KINDS = ("government", "private", "industry")


class Institution(models.Model):
    """A training institution and where it stands at the programme office."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    province_code = models.TextField()
    state = models.TextField()
    owner_entity = models.TextField()
    # What was shown in admission (INST-01): step of the regime → document.
    evidence = models.JSONField(default=dict)
    sample = models.BooleanField()
    created_at = models.DateTimeField()
    decree_number = models.TextField(null=True)  # noqa: DJ001 - "no decree" and "an empty number" differ
    decreed_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "institutions"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="institution_code_is_unique"),
            models.CheckConstraint(condition=Q(kind__in=INSTITUTION_KINDS), name="institution_kind_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in InstitutionState]), name="institution_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=InstitutionState.DECREED.value)
                | (Q(decreed_at__isnull=False) & Q(decree_number__isnull=False)),
                name="decreed_institution_has_its_decree",
            ),
        ]
