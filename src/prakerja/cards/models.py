"""Tables of cards: batches (Django's own), cards and revocations (lane tables of sql/tables.sql)."""

from django.db import models
from django.db.models import Q

from prakerja.programme.models import LabourOffice
from prakerja.selection.models import Decree


class CardBatch(models.Model):
    """A batch of cards made together; a card's serial is batch number × 10^7 + position."""

    id = models.UUIDField(primary_key=True)
    number = models.IntegerField(unique=True)
    purpose = models.TextField()
    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, null=True)
    lane = models.SmallIntegerField(null=True)
    count = models.IntegerField()
    made_at = models.DateTimeField()

    class Meta:
        """Constraints."""

        db_table = "card_batches"
        constraints = (
            models.UniqueConstraint(fields=["decree", "lane"], name="one_batch_per_decree_and_lane"),
            models.CheckConstraint(
                condition=Q(purpose__in=["appointment", "replacement"]), name="card_batch_purpose_is_known"
            ),
            models.CheckConstraint(
                condition=Q(count__gt=0, count__lte=10**7), name="a_card_batch_has_one_to_ten_million_cards"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lt=10**4), name="a_card_batch_number_has_four_digits"
            ),
            models.CheckConstraint(
                condition=~Q(purpose="appointment") | Q(decree__isnull=False), name="appointed_cards_name_their_decree"
            ),
        )


class Card(models.Model):
    """A card of a participant (lane table)."""

    card_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    participant_id = models.UUIDField()
    channel = models.TextField()
    number = models.CharField(max_length=16)
    state = models.TextField()
    pin_hash = models.BinaryField(null=True)
    pin_tries_left = models.SmallIntegerField()
    issued_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    batch_id = models.UUIDField()
    receipt = models.TextField(null=True)  # noqa: DJ001 - SQL owns the column; no receipt is NULL
    replaces_card_id = models.UUIDField(null=True)

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "cards"


class CardManifest(models.Model):
    """A print batch for one labour office: the list of its cards, signed; printed → shipped → received."""

    id = models.UUIDField(primary_key=True)
    number = models.IntegerField(unique=True)
    labour_office = models.ForeignKey(LabourOffice, on_delete=models.PROTECT)
    state = models.TextField(default="printed")
    cards = models.IntegerField()
    list_sha256 = models.TextField()
    signature = models.BinaryField()
    made_by = models.TextField()
    made_at = models.DateTimeField()
    waybill = models.TextField(null=True)  # noqa: DJ001 - NULL: not shipped
    shipped_by = models.TextField(null=True)  # noqa: DJ001 - as above
    shipped_at = models.DateTimeField(null=True)
    received_by = models.TextField(null=True)  # noqa: DJ001 - NULL: not received
    received_at = models.DateTimeField(null=True)
    missing = models.IntegerField(null=True)

    class Meta:
        """Constraints."""

        db_table = "card_manifests"
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["printed", "shipped", "received"]), name="card_manifest_state_is_known"
            ),
            models.CheckConstraint(condition=Q(cards__gt=0), name="a_card_manifest_has_cards"),
            models.CheckConstraint(
                condition=Q(state="printed") | (Q(waybill__isnull=False) & Q(shipped_at__isnull=False)),
                name="a_shipped_manifest_has_its_waybill",
            ),
            models.CheckConstraint(
                condition=~Q(state="received") | (Q(received_at__isnull=False) & Q(missing__isnull=False)),
                name="a_received_manifest_was_counted",
            ),
        )


class RevocationReason(models.Model):
    """Why a revocation decree was prepared; whoever approves it approves this reason."""

    decree = models.OneToOneField(Decree, on_delete=models.PROTECT, primary_key=True)
    reason = models.TextField()

    class Meta:
        """Constraints."""

        db_table = "revocation_reasons"
        constraints = (
            models.CheckConstraint(
                condition=Q(reason__in=["no_first_purchase", "ineligible", "fraud", "own_request"]),
                name="a_prepared_revocation_has_a_known_reason",
            ),
        )


class CardManifestLine(models.Model):
    """A card of a print batch (lane table)."""

    card_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    manifest_id = models.UUIDField()
    position = models.IntegerField()

    class Meta:
        """Made by sql/custody.sql."""

        managed = False
        db_table = "card_manifest_lines"


class DeadlineNotice(models.Model):
    """A notice before a deadline (lane table); the real key is (lane, participant, kind, days before, deadline)."""

    participant_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    kind = models.TextField()
    days_before = models.SmallIntegerField()
    deadline_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    sent_to = models.TextField(null=True)  # noqa: DJ001 - NULL: no contact

    class Meta:
        """Made by sql/custody.sql."""

        managed = False
        db_table = "deadline_notices"


class Revocation(models.Model):
    """A participant's revocation and what it returned (lane table); the real key is (lane, participant, number)."""

    participant_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    number = models.SmallIntegerField()
    decree_id = models.UUIDField()
    reason = models.TextField()
    state_before = models.TextField()
    training_idr = models.BigIntegerField()
    incentive_idr = models.BigIntegerField()
    revoked_at = models.DateTimeField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "revocations"


class RevocationRemoval(models.Model):
    """Who was taken off a revocation decree and why (lane table); the real key is (lane, decree, participant)."""

    participant_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    decree_id = models.UUIDField()
    reason = models.TextField()
    removed_by = models.TextField()
    removed_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True)
    finding_id = models.UUIDField(null=True)

    class Meta:
        """Made by sql/revocation_removals.sql."""

        managed = False
        db_table = "revocation_removals"


class Reinstatement(models.Model):
    """What gives back a revocation (lane table)."""

    reinstatement_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    participant_id = models.UUIDField()
    revocation_number = models.SmallIntegerField()
    case_id = models.UUIDField()
    decree_id = models.UUIDField()
    state = models.TextField()
    training_idr = models.BigIntegerField()
    incentive_idr = models.BigIntegerField()
    prepared_at = models.DateTimeField()
    due_at = models.DateTimeField()
    signed_by = models.TextField(null=True)  # noqa: DJ001 - SQL owns the column
    signed_at = models.DateTimeField(null=True)
    waits_for = models.TextField(null=True)  # noqa: DJ001 - as above
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(null=True)  # noqa: DJ001 - as above

    class Meta:
        """Made by sql/reinstatements.sql."""

        managed = False
        db_table = "reinstatements"
