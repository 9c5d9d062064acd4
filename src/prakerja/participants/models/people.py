"""Tables of participants: worker lists (Django's own), applicants and what belongs to them (lane tables)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class WorkerList(models.Model):
    """A list of candidates that a ministry or a labour office collected (SCHEME-11)."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    source = models.TextField()
    file_sha256 = models.TextField()
    encoding = models.TextField()
    delimiter = models.TextField()
    state = models.TextField(default="staged")
    rows = models.IntegerField()
    good_rows = models.IntegerField()
    bad_rows = models.IntegerField()
    announced_rows = models.IntegerField(null=True)
    staged_by = models.TextField()
    staged_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints."""

        db_table = "worker_lists"
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["staged", "published", "discarded"]), name="worker_list_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(rows=models.F("good_rows") + models.F("bad_rows")), name="good_and_bad_rows_are_all_rows"
            ),
            models.CheckConstraint(
                condition=(Q(state="published") & Q(published_at__isnull=False))
                | (~Q(state="published") & Q(published_at__isnull=True)),
                name="a_published_list_knows_when",
            ),
            models.UniqueConstraint(
                fields=["file_sha256"], condition=~Q(state="discarded"), name="a_worker_list_file_is_imported_once"
            ),
        )


class WorkerListError(models.Model):
    """A bad row of a worker list: where, and why. It never holds the value itself."""

    id = models.UUIDField(primary_key=True)
    worker_list = models.ForeignKey(WorkerList, on_delete=models.CASCADE, related_name="errors")
    row_number = models.IntegerField()
    field = models.TextField()
    reason = models.TextField()

    class Meta:
        """Constraints."""

        db_table = "worker_list_errors"
        constraints = (
            models.UniqueConstraint(
                fields=["worker_list", "row_number", "field", "reason"], name="a_row_names_an_error_once"
            ),
        )


class WorkerListRow(models.Model):
    """A good row of a worker list (lane table); the real primary key is (lane, worker_list_id, row_number)."""

    nik_index = models.BinaryField(primary_key=True)
    lane = models.SmallIntegerField()
    worker_list_id = models.UUIDField()
    row_number = models.IntegerField()
    nik_cipher = models.BinaryField()
    name = models.TextField()
    birth_date = models.DateField(null=True)
    province_code = models.TextField(null=True)  # noqa: DJ001 - SQL owns the column
    employment_status = models.TextField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "worker_list_rows"


class Applicant(models.Model):
    """A person who signed up (lane table)."""

    applicant_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    lane_seed = models.SmallIntegerField()
    nik_index = models.BinaryField()
    nik_cipher = models.BinaryField()
    kk_index = models.BinaryField()
    kk_cipher = models.BinaryField()
    name = models.TextField()
    sex = models.TextField()
    birth_date = models.DateField()
    province_code = models.TextField()
    email_cipher = models.BinaryField(null=True)
    email_index = models.BinaryField(null=True)
    phone_cipher = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True)
    education = models.TextField()
    employment_status = models.TextField()
    state = models.TextField()
    worker_list_matched = models.BooleanField()
    receives_social_aid = models.BooleanField(null=True)
    formal_education_source = models.TextField(null=True)  # noqa: DJ001 - SQL owns the column
    excluded_office = models.TextField(null=True)  # noqa: DJ001 - as above
    registers_asked_at = models.DateTimeField(null=True)
    identity_answer = models.TextField(null=True)  # noqa: DJ001 - as above
    identity_asked_at = models.DateTimeField(null=True)
    mismatched_fields = ArrayField(models.TextField())
    test_score = models.SmallIntegerField(null=True)
    eligibility = models.TextField(null=True)  # noqa: DJ001 - as above
    refused_rule = models.TextField(null=True)  # noqa: DJ001 - as above
    regime_version = models.TextField(null=True)  # noqa: DJ001 - as above
    signed_up_at = models.DateTimeField()
    email_verified_at = models.DateTimeField(null=True)
    identity_verified_at = models.DateTimeField(null=True)
    presence_verified_at = models.DateTimeField(null=True)
    phone_verified_at = models.DateTimeField(null=True)
    test_done_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "applicants"


class BlacklistEntry(models.Model):
    """A NIK that is not chosen again (lane table); the real primary key is (lane, nik_index)."""

    nik_index = models.BinaryField(primary_key=True)
    lane = models.SmallIntegerField()
    reason = models.TextField()
    source_id = models.UUIDField()
    blacklisted_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "blacklist"


class EligibilityDecision(models.Model):
    """A decision with its rule version and inputs (lane table, append only)."""

    decision_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    applicant_id = models.UUIDField()
    decided_at = models.DateTimeField()
    regime_version = models.TextField()
    outcome = models.TextField()
    refused_rule = models.TextField(null=True)  # noqa: DJ001 - SQL owns the column
    evidence = models.JSONField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "eligibility_decisions"
