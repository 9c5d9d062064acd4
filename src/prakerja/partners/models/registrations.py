"""Applications of institutions to platforms."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from prakerja.partners.models.documents import Document
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
    # Why a person of the platform refused; the automatic check says it by `unmet`.
    reason = models.TextField(default="", db_default="")
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    # By when whoever must act must act; then the default outcome comes.
    due_at = models.DateTimeField(null=True)

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
            # An open application keeps the version of the requirements with which it was opened.
            models.CheckConstraint(
                condition=Q(requirement_set__isnull=False), name="registration_keeps_its_requirement_set"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=False)
                | Q(state__in=[RegistrationState.DRAFT.value, RegistrationState.LAPSED.value]),
                name="registration_beyond_a_draft_was_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RegistrationState.VERIFIED.value, RegistrationState.AGREED.value])
                | (Q(requirement_set__isnull=False) & Q(unmet=[])),
                name="verified_registration_meets_the_requirements",
            ),
        ]


class RegistrationDocument(models.Model):
    """A document that an institution shows a platform, for one that the platform's requirement set wants."""

    id = models.UUIDField(primary_key=True)
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    document = models.ForeignKey(Document, on_delete=models.PROTECT)
    # The id of the wanted document in the requirement set.
    wanted = models.TextField()

    class Meta:
        """Named constraints; that document and registration are of one institution stands in SQL."""

        db_table = "registration_documents"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["registration", "wanted"], name="wanted_document_is_shown_once"),
        ]
