"""Worker lists: the list and its errors (Django's own), its rows and what follows from them (lane tables)."""

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
    format = models.TextField(default="csv")
    # The office that sent it; none for a ministry's list.
    labour_office_id = models.UUIDField(null=True)
    staged_by = models.TextField()
    staged_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints."""

        db_table = "worker_lists"
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["loading", "staged", "published", "discarded"]),
                name="worker_list_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(rows=models.F("good_rows") + models.F("bad_rows")), name="good_and_bad_rows_are_all_rows"
            ),
            models.CheckConstraint(
                condition=(Q(state="published") & Q(published_at__isnull=False))
                | (~Q(state="published") & Q(published_at__isnull=True)),
                name="a_published_list_knows_when",
            ),
            models.CheckConstraint(condition=Q(format__in=["csv", "xlsx"]), name="worker_list_format_is_known"),
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
    """A good row of a worker list (lane table); the real primary key is (lane, nik_index, worker_list_id)."""

    nik_index = models.BinaryField(primary_key=True)
    nik_index_next = models.BinaryField(null=True)
    lane = models.SmallIntegerField()
    worker_list_id = models.UUIDField()
    row_number = models.IntegerField()
    nik_cipher = models.BinaryField()
    name_cipher = models.BinaryField()
    birth_date = models.DateField(null=True)
    province_code = models.TextField(null=True)  # noqa: DJ001 - SQL owns the column
    regency_code = models.TextField(null=True)  # noqa: DJ001 - as above
    employment_status = models.TextField()
    phone_cipher = models.BinaryField(null=True)
    likeness_index = models.BinaryField(null=True)
    likeness_index_next = models.BinaryField(null=True)
    address_cipher = models.BinaryField(null=True)
    address_index = models.BinaryField(null=True)
    address_index_next = models.BinaryField(null=True)

    class Meta:
        """Made by sql/tables.sql and sql/worker_lists.sql."""

        managed = False
        db_table = "worker_list_rows"


class WorkerListMatch(models.Model):
    """A row and an applicant who may be one person though the NIKs differ (lane table)."""

    applicant_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    worker_list_id = models.UUIDField()
    row_number = models.IntegerField()
    listed_lane = models.SmallIntegerField()
    listed_nik_index = models.BinaryField()
    listed_nik_index_next = models.BinaryField(null=True)
    score = models.SmallIntegerField()
    state = models.TextField()
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.TextField(null=True)  # noqa: DJ001 - SQL owns the column
    reason = models.TextField(null=True)  # noqa: DJ001 - as above

    class Meta:
        """Made by sql/worker_list_rows_by_nik.sql; a match is of (lane, applicant_id, worker_list_id, row_number)."""

        managed = False
        db_table = "worker_list_matches"


class WorkerListInvitation(models.Model):
    """A listed person who was invited to sign up, or could not be (lane table)."""

    nik_index = models.BinaryField(primary_key=True)
    nik_index_next = models.BinaryField(null=True)
    lane = models.SmallIntegerField()
    worker_list_id = models.UUIDField()
    outcome = models.TextField()
    invited_at = models.DateTimeField()

    class Meta:
        """Made by sql/worker_lists.sql; the real primary key is (lane, nik_index)."""

        managed = False
        db_table = "worker_list_invitations"
