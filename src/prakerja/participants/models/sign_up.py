"""Tables of signing up: answers that are kept, basic tests, cases, assisted registration."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from prakerja.programme.models import LabourOffice

DRAFT_STATES = ["filling", "waits_for_registry", "to_correct", "nik_in_dispute", "done"]
CASE_KINDS = ["identity_dispute", "refused", "not_selected", "revoked"]
CASE_STATES = ["open", "granted", "rejected", "lapsed"]
SHEET_STATES = ["open", "verified", "signed", "forwarded", "accepted"]


class SignUpDraft(models.Model):
    """What a person has answered so far: one encrypted text, erased when the sign-up is done."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    answers_cipher = models.BinaryField(null=True)
    consent_at = models.DateTimeField(null=True)
    state = models.TextField(default="filling")
    mismatched_fields = ArrayField(models.TextField(), default=list)
    identity_answer = models.TextField(null=True)  # noqa: DJ001 - NULL: not asked yet
    asked_at = models.DateTimeField(null=True)
    waits_until_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # A keyed hash of a random number in a cookie: whether many sign-ups come from one device. Erased after 180 days.
    device_hash = models.BinaryField(null=True)
    device_seen_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints."""

        db_table = "sign_up_drafts"
        indexes = (
            models.Index(
                fields=["device_hash"], condition=Q(device_hash__isnull=False), name="sign_up_drafts_by_device"
            ),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=DRAFT_STATES), name="sign_up_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(answers_cipher__isnull=True), name="a_done_sign_up_keeps_no_answers"
            ),
            models.CheckConstraint(
                condition=~Q(state="waits_for_registry") | Q(waits_until_at__isnull=False),
                name="whoever_waits_for_the_registry_knows_until_when",
            ),
            models.CheckConstraint(
                condition=Q(device_hash__isnull=True, device_seen_at__isnull=True)
                | Q(device_hash__isnull=False, device_seen_at__isnull=False),
                name="a_device_has_its_day",
            ),
        )


class Case(models.Model):
    """Something that a person asks the office to decide: a dispute about a NIK, or an appeal."""

    id = models.UUIDField(primary_key=True)
    # Kind, person and decision: an appeal against one decision is made once.
    key = models.TextField(unique=True)
    kind = models.TextField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    applicant_id = models.UUIDField(null=True)
    applicant_lane = models.SmallIntegerField(null=True)
    subject_id = models.UUIDField(null=True)
    reason_cipher = models.BinaryField()
    not_by = ArrayField(models.TextField(), default=list)
    default_outcome = models.TextField()
    state = models.TextField(default="open")
    answer = models.TextField(null=True)  # noqa: DJ001 - NULL: not decided
    decided_by = models.TextField(null=True)  # noqa: DJ001 - as above
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints."""

        db_table = "cases"
        indexes = (models.Index(fields=["state", "due_at"], name="cases_by_deadline"),)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=CASE_KINDS), name="case_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=CASE_STATES), name="case_state_is_known"),
            models.CheckConstraint(
                condition=Q(default_outcome__in=["granted", "rejected"]), name="default_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="a_decided_case_knows_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "rejected"])
                | (Q(decided_by__isnull=False) & Q(answer__isnull=False)),
                name="a_decision_has_its_person_and_its_words",
            ),
        )


class AssistedSheet(models.Model):
    """A sheet of people whom a labour office registers (REG-01): form, verification, minutes, ministry, office."""

    id = models.UUIDField(primary_key=True)
    number = models.IntegerField(unique=True)
    labour_office = models.ForeignKey(LabourOffice, on_delete=models.PROTECT)
    state = models.TextField(default="open")
    due_at = models.DateTimeField()
    opened_by = models.TextField()
    opened_at = models.DateTimeField()
    verified_by = models.TextField(null=True)  # noqa: DJ001 - NULL: not yet
    verified_at = models.DateTimeField(null=True)
    minutes_number = models.TextField(null=True)  # noqa: DJ001 - as above
    rows_sha256 = models.TextField(null=True)  # noqa: DJ001 - as above
    signed_by = models.TextField(null=True)  # noqa: DJ001 - as above
    signed_at = models.DateTimeField(null=True)
    forwarded_by = models.TextField(null=True)  # noqa: DJ001 - as above
    forwarded_at = models.DateTimeField(null=True)
    accepted_by = models.TextField(null=True)  # noqa: DJ001 - as above
    accepted_at = models.DateTimeField(null=True)
    returned_reason = models.TextField(null=True)  # noqa: DJ001 - as above

    class Meta:
        """Constraints."""

        db_table = "assisted_sheets"
        constraints = (
            models.CheckConstraint(condition=Q(state__in=SHEET_STATES), name="assisted_sheet_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "verified"])
                | (Q(minutes_number__isnull=False) & Q(rows_sha256__isnull=False) & Q(signed_by__isnull=False)),
                name="a_signed_sheet_has_its_minutes",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=models.F("verified_by")),
                name="whoever_verified_a_sheet_does_not_sign_it",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_by__isnull=False)
                | (~Q(state="accepted") & Q(accepted_by__isnull=True)),
                name="an_accepted_sheet_knows_by_whom",
            ),
        )


class AssistedRow(models.Model):
    """One person of a sheet; answers (one encrypted text) and NIK's index are erased once the registry answers."""

    id = models.UUIDField(primary_key=True)
    sheet = models.ForeignKey(AssistedSheet, on_delete=models.PROTECT, related_name="rows")
    row_number = models.IntegerField()
    nik_index = models.BinaryField(null=True)
    nik_index_next = models.BinaryField(null=True)
    answers_cipher = models.BinaryField(null=True)
    name = models.TextField()
    documents_seen = models.BooleanField(default=False)
    entered_by = models.TextField()
    outcome = models.TextField(null=True)  # noqa: DJ001 - NULL: not decided
    mismatched_fields = ArrayField(models.TextField(), default=list)
    applicant_id = models.UUIDField(null=True)
    applicant_lane = models.SmallIntegerField(null=True)

    class Meta:
        """Constraints."""

        db_table = "assisted_rows"
        constraints = (
            models.UniqueConstraint(fields=["sheet", "row_number"], name="a_sheet_numbers_its_rows"),
            models.UniqueConstraint(fields=["sheet", "nik_index"], name="a_sheet_names_a_nik_once"),
        )


class BasicTest(models.Model):
    """A basic test of an applicant (lane table); the real primary key is (lane, applicant_id)."""

    applicant_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    seed = models.BigIntegerField()
    answers = ArrayField(models.SmallIntegerField())
    tenths = ArrayField(models.IntegerField())
    started_at = models.DateTimeField()
    last_answer_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    score = models.SmallIntegerField(null=True)
    anomalies = ArrayField(models.TextField())

    class Meta:
        """Made by sql/basic_tests.sql."""

        managed = False
        db_table = "basic_tests"


class ApplicantAddress(models.Model):
    """An address that an officer wrote down with an assisted registration (lane table)."""

    applicant_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    address_cipher = models.BinaryField()
    address_index = models.BinaryField()
    address_index_next = models.BinaryField(null=True)
    noted_at = models.DateTimeField()

    class Meta:
        """Made by sql/shared_traces.sql."""

        managed = False
        db_table = "applicant_addresses"
