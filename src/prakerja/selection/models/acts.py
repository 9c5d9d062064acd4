"""The table of acts that an officer has asked for and a worker carries out."""

from django.db import models
from django.db.models import Q

from prakerja.selection.models.decrees import Decree
from prakerja.selection.models.waves import Wave


class WaveAct(models.Model):
    """One act on a wave: asked, then done, refused or failed. The row is what the page of the wave shows of it."""

    id = models.UUIDField(primary_key=True)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="acts")
    kind = models.TextField()
    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, null=True)
    notice_hours = models.IntegerField(default=0)
    state = models.TextField(default="asked")
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    # Written beside the act's own transaction, by the machine's clock: where the work stands, and how often it began.
    step = models.TextField(null=True)  # noqa: DJ001 - NULL before the first
    step_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    # A beacon that has not spoken is asked again at this moment, not before.
    again_at = models.DateTimeField(null=True)
    answer = models.TextField(null=True)  # noqa: DJ001 - NULL while it is asked
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Constraints; a trigger keeps the states."""

        db_table = "wave_acts"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["close", "commit", "reveal", "prepare", "approve"]), name="wave_act_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "done", "refused", "failed"]), name="state_of_a_wave_act_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="approve", decree__isnull=False) | (~Q(kind="approve") & Q(decree__isnull=True)),
                name="an_approval_names_its_decree",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", ended_at__isnull=True, answer__isnull=True)
                | (~Q(state="asked") & Q(ended_at__isnull=False, answer__isnull=False)),
                name="an_ended_act_knows_its_answer",
            ),
            models.CheckConstraint(condition=Q(notice_hours__gte=0, tries__gte=0), name="acts_count_upwards"),
            models.UniqueConstraint(fields=["wave"], condition=Q(state="asked"), name="one_act_at_a_time_on_a_wave"),
        )
