"""Tables of sealed seeds: who keeps them, what they have sealed, what was opened."""

from django.db import models
from django.db.models import F, Q

from prakerja.selection.models.draws import Draw
from prakerja.selection.models.waves import Wave


class SealKeeper(models.Model):
    """A body outside of the programme that may keep a sealed seed, such as a statistics office or a university."""

    id = models.UUIDField(primary_key=True)
    # As it stands in commitments and files.
    code = models.TextField(unique=True)
    name = models.TextField()
    added_by = models.TextField()
    added_at = models.DateTimeField()

    class Meta:
        """Constraints."""

        db_table = "seal_keepers"
        constraints = (
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z][a-z0-9-]{1,19}$"), name="code_of_a_keeper_fits_into_a_file_name"
            ),
        )


class DrawFallback(models.Model):
    """What holds for a wave when the beacon never speaks: the keepers, their threshold and deadlines."""

    id = models.UUIDField(primary_key=True)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="fallbacks")
    threshold = models.SmallIntegerField()
    seal_until_at = models.DateTimeField()
    confirm_until_at = models.DateTimeField()
    named_by = models.TextField()
    named_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True)
    dropped_reason = models.TextField(null=True)  # noqa: DJ001 - NULL while it holds

    class Meta:
        """Constraints."""

        db_table = "draw_fallbacks"
        constraints = (
            models.UniqueConstraint(
                fields=["wave"], condition=Q(dropped_at__isnull=True), name="a_wave_has_one_fallback"
            ),
            models.CheckConstraint(
                condition=Q(named_at__lt=F("seal_until_at"), seal_until_at__lt=F("confirm_until_at")),
                name="keepers_have_time_to_seal_and_to_confirm",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True, dropped_reason__isnull=True)
                | Q(dropped_at__isnull=False, dropped_reason__isnull=False),
                name="a_dropped_fallback_names_its_reason",
            ),
        )


class DrawSeal(models.Model):
    """One keeper of a fallback: its place among the holders, and its seal once it is made. Public numbers only."""

    id = models.UUIDField(primary_key=True)
    fallback = models.ForeignKey(DrawFallback, on_delete=models.PROTECT, related_name="seals")
    keeper = models.ForeignKey(SealKeeper, on_delete=models.PROTECT, related_name="seals")
    place = models.SmallIntegerField()
    commitments = models.JSONField(null=True)
    sealed_at = models.DateTimeField(null=True)
    # The keeper has checked the shares that all others gave it.
    confirmed_at = models.DateTimeField(null=True)
    # Whose share did not fit, as this keeper says.
    complaint = models.TextField(null=True)  # noqa: DJ001 - NULL without one

    class Meta:
        """Constraints."""

        db_table = "draw_seals"
        constraints = (
            models.UniqueConstraint(fields=["fallback", "keeper"], name="a_keeper_seals_a_fallback_once"),
            models.UniqueConstraint(fields=["fallback", "place"], name="a_place_of_a_fallback_is_taken_once"),
            models.CheckConstraint(condition=Q(place__gte=1), name="places_of_keepers_begin_at_one"),
            models.CheckConstraint(
                condition=Q(commitments__isnull=True, sealed_at__isnull=True)
                | Q(commitments__isnull=False, sealed_at__isnull=False),
                name="a_seal_knows_when_it_was_made",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(sealed_at__isnull=False, complaint__isnull=True),
                name="only_a_content_keeper_confirms",
            ),
        )


class DrawOpening(models.Model):
    """An opened seed (holder 0), or a holder's share of it (append only)."""

    id = models.UUIDField(primary_key=True)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="openings")
    seal = models.ForeignKey(DrawSeal, on_delete=models.PROTECT, related_name="openings")
    holder = models.SmallIntegerField()
    value = models.TextField()
    opened_at = models.DateTimeField()

    class Meta:
        """Constraints; append only by a trigger."""

        db_table = "draw_openings"
        constraints = (models.UniqueConstraint(fields=["draw", "seal", "holder"], name="an_opening_is_made_once"),)
