"""The table of oversight; the moves of its states stand in `sql/findings.sql`."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from prakerja.oversight.states import FindingState

_DECIDED = (FindingState.UPHELD.value, FindingState.DISMISSED.value)


class Finding(models.Model):
    """Something to look at: of a kind, about a subject, with the figure that was seen last.

    `subject_key` names the subject within its kind, `fingerprint` what about it was seen: a decision covers that and
    nothing else. `label` holds no personal value. `value` counts what its kind counts, or is rupiah.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    rule = models.TextField()
    subject_key = models.TextField()
    fingerprint = models.TextField()
    label = models.TextField()
    value = models.BigIntegerField()
    # Whose it is, where it is a partner's. Plain ids: a finding stands whatever becomes of them.
    platform_id = models.UUIDField(null=True)
    institution_id = models.UUIDField(null=True)
    course_id = models.UUIDField(null=True)
    state = models.TextField()
    since_at = models.DateTimeField()
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    due_at = models.DateTimeField()
    proposed_by = models.TextField(default="", db_default="")
    proposed_at = models.DateTimeField(null=True)
    proposal_reason = models.TextField(default="", db_default="")
    # A sanction's kind, whose notice is given when the finding is upheld; empty for none.
    measure = models.TextField(default="", db_default="")
    decided_by = models.TextField(default="", db_default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="", db_default="")
    sanction_id = models.UUIDField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "findings"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "subject_key", "fingerprint"], name="finding_stands_once"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in FindingState]), name="finding_state_is_known"
            ),
            models.CheckConstraint(
                condition=(Q(state__in=_DECIDED) & Q(decided_at__isnull=False) & ~Q(decided_by="") & ~Q(reason=""))
                | (~Q(state__in=_DECIDED) & Q(decided_at__isnull=True, decided_by="", reason="", sanction_id=None)),
                name="decided_finding_names_who_when_why",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[FindingState.PROPOSED.value, FindingState.UPHELD.value])
                | (~Q(proposed_by="") & ~Q(proposal_reason="") & Q(proposed_at__isnull=False)),
                name="proposed_finding_names_who_when_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=FindingState.UPHELD.value) | ~Q(decided_by=F("proposed_by")),
                name="finding_is_upheld_by_someone_else",
            ),
            models.CheckConstraint(
                condition=Q(sanction_id__isnull=True) | ~Q(measure=""), name="only_a_measure_leads_to_a_sanction"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at", "id"], name="findings_by_deadline"),
            models.Index(fields=["institution_id", "due_at", "id"], name="findings_of_institution"),
        ]
