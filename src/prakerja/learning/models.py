"""Tables of learning, for reading: all are lane tables of sql/tables.sql."""

from django.db import models


class Attendance(models.Model):
    """Presence at one session; a round counts until it is annulled."""

    pk = models.CompositePrimaryKey("lane", "purchase_id", "sequence", "round")
    lane = models.SmallIntegerField()
    purchase_id = models.UUIDField()
    sequence = models.SmallIntegerField()
    session_id = models.UUIDField()
    attended_at = models.DateTimeField()
    presence = models.TextField()
    round = models.SmallIntegerField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "attendances"


class AttendanceAnnulment(models.Model):
    """A presence that counts no more."""

    pk = models.CompositePrimaryKey("lane", "purchase_id", "sequence", "round")
    lane = models.SmallIntegerField()
    purchase_id = models.UUIDField()
    sequence = models.SmallIntegerField()
    round = models.SmallIntegerField()
    annulled_at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        """Made by sql/annulments.sql."""

        managed = False
        db_table = "attendance_annulments"


class Completion(models.Model):
    """How a course ended for one person, and how far the report has come."""

    purchase_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    outcome = models.TextField()
    sessions_required = models.SmallIntegerField()
    sessions_attended = models.SmallIntegerField()
    attendance_required = models.BooleanField()
    post_test_score = models.SmallIntegerField(null=True)
    pass_mark = models.SmallIntegerField()
    skill_required = models.BooleanField()
    skill_shown = models.BooleanField()
    feedback_given = models.BooleanField()
    reported_at = models.DateTimeField()
    forwarded_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    certifiable = models.BooleanField()
    reported_by = models.TextField()
    forwarded_by = models.TextField(null=True)  # noqa: DJ001 - NULL: not yet
    verified_by = models.TextField(null=True)  # noqa: DJ001 - NULL: not yet
    taken_over = models.BooleanField()

    class Meta:
        """Made by sql/tables.sql and sql/returns.sql."""

        managed = False
        db_table = "completions"


class CompletionReturn(models.Model):
    """A report that the programme office gave back, and why."""

    pk = models.CompositePrimaryKey("lane", "purchase_id", "round")
    lane = models.SmallIntegerField()
    purchase_id = models.UUIDField()
    round = models.SmallIntegerField()
    outcome = models.TextField()
    sessions_attended = models.SmallIntegerField()
    post_test_score = models.SmallIntegerField(null=True)
    skill_shown = models.BooleanField()
    feedback_given = models.BooleanField()
    reported_at = models.DateTimeField()
    reported_by = models.TextField()
    forwarded_at = models.DateTimeField()
    returned_at = models.DateTimeField()
    returned_by = models.TextField()
    reason = models.TextField()

    class Meta:
        """Made by sql/returns.sql."""

        managed = False
        db_table = "completion_returns"


class ReportReminder(models.Model):
    """An institution was reminded of a class that it has not reported in time."""

    pk = models.CompositePrimaryKey("schedule_id", "deadline_at")
    schedule_id = models.UUIDField()
    deadline_at = models.DateTimeField()
    institution_id = models.UUIDField()
    people = models.IntegerField()
    reminded_at = models.DateTimeField()
    letters = models.IntegerField()

    class Meta:
        """Made by sql/reminders.sql."""

        managed = False
        db_table = "report_reminders"


class Certificate(models.Model):
    """A certificate on verified evidence."""

    certificate_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    purchase_id = models.UUIDField()
    outcome = models.TextField()
    certifiable = models.BooleanField()
    number = models.TextField()
    issued_at = models.DateTimeField()
    evidence = models.JSONField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "certificates"


class Review(models.Model):
    """A participant's opinion of a course."""

    purchase_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    rating = models.SmallIntegerField()
    text = models.TextField()
    reviewed_at = models.DateTimeField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "reviews"


class Task(models.Model):
    """What a participant handed in, and the institution's feedback."""

    pk = models.CompositePrimaryKey("lane", "purchase_id", "scope", "sequence")
    lane = models.SmallIntegerField()
    purchase_id = models.UUIDField()
    scope = models.TextField()
    sequence = models.SmallIntegerField()
    number = models.BigIntegerField()
    file_address = models.TextField()
    submitted_at = models.DateTimeField()
    feedback_number = models.BigIntegerField(null=True)
    feedback_notes = models.TextField(null=True)  # noqa: DJ001 - NULL: no feedback
    feedback_file_address = models.TextField(null=True)  # noqa: DJ001 - NULL: no file
    feedback_at = models.DateTimeField(null=True)

    class Meta:
        """Made by sql/tasks.sql."""

        managed = False
        db_table = "tasks"
