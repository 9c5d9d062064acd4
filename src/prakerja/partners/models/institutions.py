"""Training institutions."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from prakerja.partners.states import InstitutionState

INSTITUTION_KINDS = ("government", "private", "industry")
LEGAL_FORMS = ("", "pt", "cv", "foundation", "cooperative", "association", "government_unit", "sole_proprietor")
ADMISSION_STEPS = ("due_diligence", "governance_test", "course_assessment", "facilities_test", "decree")


class Institution(models.Model):
    """A training institution and where it stands at the programme office."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    province_code = models.TextField()
    state = models.TextField()
    owner_entity = models.TextField()
    legal_form = models.TextField(default="", db_default="")
    founded_date = models.DateField(null=True)
    # Whether it teaches face to face: then its facilities are tested.
    offline = models.BooleanField(default=True, db_default=True)
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
            models.CheckConstraint(condition=Q(legal_form__in=LEGAL_FORMS), name="institution_legal_form_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in InstitutionState]), name="institution_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=InstitutionState.DECREED.value)
                | (Q(decreed_at__isnull=False) & Q(decree_number__isnull=False)),
                name="decreed_institution_has_its_decree",
            ),
        ]


# An entry of the record ends on a day and for a reason; it stays to be read. `ended_at`: when that was entered.
_ENDED = Q(ended_date__isnull=True, ended_at__isnull=True, end_reason="") | (
    Q(ended_date__isnull=False, ended_at__isnull=False) & ~Q(end_reason="")
)


class Accreditation(models.Model):
    """An accreditation with its end; it ends earlier when the accreditor takes it back."""

    id = models.UUIDField(primary_key=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    grade = models.TextField()
    number = models.TextField()
    valid_from = models.DateField()
    valid_until = models.DateField()
    ended_date = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(default="", db_default="")

    class Meta:
        """Named constraints."""

        db_table = "accreditations"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(grade__in=["A", "B", "C"]), name="accreditation_grade_is_known"),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="accreditation_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=_ENDED, name="ended_accreditation_says_when_and_why"),
        ]


class Premises(models.Model):
    """A place where an institution teaches, with its places for learners."""

    id = models.UUIDField(primary_key=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    name = models.TextField()
    address = models.TextField()
    province_code = models.TextField()
    places = models.PositiveIntegerField()
    ended_date = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(default="", db_default="")

    class Meta:
        """Named constraints; the province is a foreign key in SQL."""

        db_table = "premises"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(places__gte=1), name="premises_have_places"),
            models.CheckConstraint(condition=_ENDED, name="ended_premises_say_when_and_why"),
        ]


class Trainer(models.Model):
    """A trainer of an institution, with the certificate and its end."""

    id = models.UUIDField(primary_key=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    name = models.TextField()
    subject = models.TextField()
    certificate_number = models.TextField(default="")
    certified_until = models.DateField(null=True)
    ended_date = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(default="", db_default="")

    class Meta:
        """Named constraints."""

        db_table = "trainers"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(certificate_number="") | Q(certified_until__isnull=False),
                name="trainer_certificate_has_an_end",
            ),
            models.CheckConstraint(condition=_ENDED, name="ended_trainer_says_when_and_why"),
        ]


class AdmissionStep(models.Model):
    """One step of INST-01: who decides it, by when, and what was decided. One open step of an institution at most."""

    id = models.UUIDField(primary_key=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT)
    # Which submission it belongs to: a returned institution may submit again.
    round = models.PositiveSmallIntegerField()
    step = models.TextField()
    reviewer = models.TextField()
    assigned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.TextField(default="open")
    evidence = models.TextField(default="")
    reason = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "admission_steps"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(step__in=ADMISSION_STEPS), name="admission_step_is_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=["open", "passed", "failed", "reassigned"]),
                name="admission_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome="open", decided_at__isnull=True)
                | (~Q(outcome="open") & Q(decided_at__isnull=False)),
                name="decided_admission_step_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="passed") | ~Q(evidence=""), name="passed_admission_step_has_evidence"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="failed") | ~Q(reason=""), name="failed_admission_step_has_a_reason"
            ),
            models.UniqueConstraint(
                fields=["institution"], condition=Q(outcome="open"), name="institution_has_one_open_step"
            ),
        ]
