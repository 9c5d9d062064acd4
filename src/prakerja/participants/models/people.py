"""Applicants and what belongs to them (lane tables)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Applicant(models.Model):
    """A person who signed up (lane table)."""

    applicant_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    lane_seed = models.SmallIntegerField()
    nik_index = models.BinaryField()
    nik_index_next = models.BinaryField(null=True)
    nik_cipher = models.BinaryField()
    kk_index = models.BinaryField()
    kk_index_next = models.BinaryField(null=True)
    kk_cipher = models.BinaryField()
    name = models.TextField()
    sex = models.TextField()
    birth_date = models.DateField()
    province_code = models.TextField()
    email_cipher = models.BinaryField(null=True)
    email_index = models.BinaryField(null=True)
    email_index_next = models.BinaryField(null=True)
    phone_cipher = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True)
    phone_index_next = models.BinaryField(null=True)
    education = models.TextField()
    employment_status = models.TextField()
    state = models.TextField()
    worker_list_matched = models.BooleanField()
    receives_social_aid = models.BooleanField(null=True)
    formal_education_source = models.TextField(null=True)  # noqa: DJ001 - SQL owns the column
    excluded_office = models.TextField(null=True)  # noqa: DJ001 - as above
    monthly_wage_idr = models.BigIntegerField(null=True)
    registers_missing = ArrayField(models.TextField())
    waits_until_at = models.DateTimeField(null=True)
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
    nik_index_next = models.BinaryField(null=True)
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


class StoredStatement(models.Model):
    """What a silent register answered on another way (lane table)."""

    statement_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    applicant_id = models.UUIDField()
    register = models.TextField()
    is_in = models.BooleanField()
    value = models.TextField()
    evidence = models.TextField()
    state = models.TextField()
    stated_by = models.TextField()
    stated_at = models.DateTimeField()
    decided_by = models.TextField(null=True)  # noqa: DJ001 - NULL: not decided
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Made by sql/register_statements.sql."""

        managed = False
        db_table = "register_statements"
