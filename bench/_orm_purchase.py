"""The yardstick: the same purchase as an able Django programmer writes it, one at a time, in a transaction.

The same checks in the same order, the same locks, the same rows, over the same tables and constraints; nothing is left
out to make it slow, and nothing is fetched twice. Only the models are its own: those of the packages are for reading.
"""

from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models, transaction
from django.db.models import F, Q

from prakerja.catalogue.models import Listing, Schedule
from prakerja.kit import codes
from prakerja.kit.clock import jakarta_date
from prakerja.kit.context import Context
from prakerja.kit.lanes import lane_of
from prakerja.partners.models import Agreement, Platform, Registration
from prakerja.programme.models import Budget
from prakerja.programme.regimes import Regime
from prakerja.purchases.errors import PurchaseCode
from prakerja.purchases.operations import PurchaseRequest
from prakerja.purchases.rules import hash_otp


class LaneModel(models.Model):
    """A row of a lane table."""

    lane = models.SmallIntegerField()
    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        """Nothing is made: the tables are there."""

        abstract = True
        managed = False
        app_label = "bench"


class Account(LaneModel):
    """A kept balance."""

    pk = models.CompositePrimaryKey("lane", "holder_id", "kind")
    holder_id = models.UUIDField()
    kind = models.TextField()
    balance_idr = models.BigIntegerField()

    class Meta(LaneModel.Meta):
        """The table of the ledger."""

        db_table = "accounts"


class Transfer(LaneModel):
    """A transfer; generated columns are the database's."""

    pk = models.CompositePrimaryKey("lane", "reference_id", "kind", "budget_number")
    budget_number = models.SmallIntegerField()
    effective_date = models.DateField()
    amount_idr = models.BigIntegerField()
    reference_id = models.UUIDField()
    debit_holder_id = models.UUIDField()
    credit_holder_id = models.UUIDField()
    kind = models.TextField()
    debit_kind = models.TextField()
    credit_kind = models.TextField()

    class Meta(LaneModel.Meta):
        """The table of the ledger."""

        db_table = "transfers"


class Claim(models.Model):
    """What is unique across lanes."""

    pk = models.CompositePrimaryKey("kind", "key")
    kind = models.TextField()
    key = models.TextField()
    lane = models.SmallIntegerField()
    subject_id = models.UUIDField()
    hash = models.UUIDField()
    claimed_at = models.DateTimeField()
    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        """The table of the ledger."""

        managed = False
        app_label = "bench"
        db_table = "claims"


class BenchEvent(LaneModel):
    """An event of the log."""

    pk = models.CompositePrimaryKey("lane", "event_id")
    event_id = models.UUIDField()
    kind = models.TextField()
    subject_id = models.UUIDField()
    actor = models.TextField()
    programme_at = models.DateTimeField()
    payload = models.JSONField()

    class Meta(LaneModel.Meta):
        """The table of audit."""

        db_table = "events"


class Card(LaneModel):
    """A card."""

    pk = models.CompositePrimaryKey("lane", "card_id")
    card_id = models.UUIDField()
    participant_id = models.UUIDField()
    channel = models.TextField()
    state = models.TextField()

    class Meta(LaneModel.Meta):
        """The table of cards."""

        db_table = "cards"


class Participant(LaneModel):
    """A participant."""

    pk = models.CompositePrimaryKey("lane", "participant_id")
    participant_id = models.UUIDField()
    budget_number = models.SmallIntegerField()
    state = models.TextField()
    birth_date = models.DateField()
    first_purchase_deadline_at = models.DateTimeField()
    balance_until_at = models.DateTimeField()
    first_purchase_at = models.DateTimeField(null=True)

    class Meta(LaneModel.Meta):
        """The table of selection."""

        db_table = "participants"


class Seats(LaneModel):
    """The seats of a schedule in a lane."""

    pk = models.CompositePrimaryKey("lane", "schedule_id")
    schedule_id = models.UUIDField()
    seats_left = models.IntegerField()

    class Meta(LaneModel.Meta):
        """The table of the catalogue."""

        db_table = "seat_allotments"


class BenchOtp(LaneModel):
    """A code that was sent."""

    pk = models.CompositePrimaryKey("lane", "token_id")
    token_id = models.UUIDField()
    card_id = models.UUIDField()
    platform_id = models.UUIDField()
    schedule_id = models.UUIDField()
    amount_idr = models.BigIntegerField()
    platform_user_id = models.TextField()
    code_hash = models.UUIDField()
    tries_left = models.SmallIntegerField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta(LaneModel.Meta):
        """The table of purchases."""

        db_table = "otps"


class BenchPurchase(LaneModel):
    """A purchase."""

    pk = models.CompositePrimaryKey("lane", "purchase_id")
    purchase_id = models.UUIDField()
    budget_number = models.SmallIntegerField()
    participant_id = models.UUIDField()
    card_id = models.UUIDField()
    schedule_id = models.UUIDField()
    course_id = models.UUIDField()
    platform_id = models.UUIDField()
    institution_id = models.UUIDField()
    agreement_id = models.UUIDField()
    request_hash = models.UUIDField()
    price_idr = models.BigIntegerField()
    paid_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    channel = models.TextField()
    mode = models.TextField()
    state = models.TextField(default="paid")
    invoice_code = models.TextField()
    transaction_code = models.TextField()
    redeem_code = models.TextField()
    platform_user_id = models.TextField(null=True)  # noqa: DJ001 - SQL owns the column
    regime_version = models.TextField()

    class Meta(LaneModel.Meta):
        """The table of purchases."""

        db_table = "purchases"


def authorize_purchase(  # noqa: C901, PLR0911, PLR0912 - as this is written where there is no set-based function
    context: Context, request: PurchaseRequest, *, regime: Regime, machine_now: datetime
) -> PurchaseCode:
    """Debit one card for a platform's purchase; the codes are those of `authorize_purchases`."""
    token = codes.parse_payment_token(request.payment_token)
    if token is None:
        return PurchaseCode.TOKEN_UNKNOWN
    seed, token_id = token
    lane = lane_of(seed)
    invoice_key = f"{request.platform_id}:{request.invoice_code}"
    with transaction.atomic():
        claim = Claim.objects.filter(kind="invoice", key=invoice_key).first()
        if claim is not None:
            return PurchaseCode.REPEATED if claim.hash == request.request_hash else PurchaseCode.INVOICE_REUSED
        if not Platform.objects.filter(id=request.platform_id, state="active").exists():
            return PurchaseCode.PLATFORM_NOT_ACTIVE
        otp = (
            BenchOtp.objects.select_for_update()
            .filter(lane=lane, token_id=token_id, platform_id=request.platform_id)
            .first()
        )
        if otp is None:
            return PurchaseCode.TOKEN_UNKNOWN
        if refusal := _check_otp(otp, hash_otp(token_id, request.otp), machine_now):
            return refusal
        card = Card.objects.get(lane=lane, card_id=otp.card_id)
        if card.state != "active":
            return PurchaseCode.CARD_NOT_ACTIVE
        # Locks in the order of the set-based function: the account, then the seats.
        account = Account.objects.select_for_update(no_key=True).get(
            lane=lane, holder_id=card.participant_id, kind="training"
        )
        seats = Seats.objects.select_for_update(no_key=True).filter(lane=lane, schedule_id=otp.schedule_id).first()
        participant = Participant.objects.get(lane=lane, participant_id=card.participant_id)
        schedule = Schedule.objects.select_related("course").filter(id=otp.schedule_id).first()
        if schedule is None:
            return PurchaseCode.SCHEDULE_UNKNOWN
        agreement = _agreement(otp, schedule, context.now)
        if refusal := _check_sale(otp, card, participant, schedule, agreement, context.now):
            return refusal
        if refusal := _check_person(lane, participant, schedule, regime):
            return refusal
        if seats is None or seats.seats_left <= 0:
            return PurchaseCode.SOLD_OUT
        if not _age_fits(participant.birth_date, schedule):
            return PurchaseCode.AGE_NOT_ALLOWED
        user_key = f"{request.platform_id}:{otp.platform_user_id}"
        user = Claim.objects.filter(kind="platform_account", key=user_key).first()
        if user is not None and user.subject_id != card.card_id:
            return PurchaseCode.PLATFORM_ACCOUNT_USES_ANOTHER_CARD
        if account.balance_idr < schedule.price_idr:
            return PurchaseCode.BALANCE_TOO_LOW
        assert agreement is not None
        purchase = BenchPurchase(
            lane=lane,
            purchase_id=context.uuid(),
            budget_number=participant.budget_number,
            participant_id=participant.participant_id,
            card_id=card.card_id,
            schedule_id=schedule.id,
            course_id=schedule.course_id,
            platform_id=request.platform_id,
            institution_id=schedule.institution_id,
            agreement_id=agreement.id,
            request_hash=request.request_hash,
            price_idr=schedule.price_idr,
            paid_at=context.now,
            channel=card.channel,
            mode=schedule.mode,
            invoice_code=request.invoice_code,
            transaction_code=codes.transaction_code(seed, context.ids.bits(codes.TRANSACTION_RANDOM_BITS)),
            redeem_code=codes.redeem_code(seed, context.ids.bits(codes.REDEEM_RANDOM_BITS)),
            platform_user_id=otp.platform_user_id,
            regime_version=regime.version,
        )
        claims = [("invoice", invoice_key, purchase.purchase_id)]
        if user is None:
            claims.append(("platform_account", user_key, card.card_id))
        Claim.objects.bulk_create(
            Claim(
                kind=kind, key=key, lane=lane, subject_id=subject_id, hash=request.request_hash, claimed_at=machine_now
            )
            for kind, key, subject_id in claims
        )
        _write(context, purchase, participant, machine_now, otp)
    return PurchaseCode.OK


def _check_otp(otp: BenchOtp, code_hash: object, machine_now: datetime) -> PurchaseCode | None:
    if otp.used_at is not None:
        return PurchaseCode.TOKEN_USED
    if otp.expires_at <= machine_now:
        return PurchaseCode.TOKEN_EXPIRED
    if otp.tries_left == 0:
        return PurchaseCode.OTP_LOCKED
    if otp.code_hash != code_hash:
        BenchOtp.objects.filter(lane=otp.lane, token_id=otp.token_id).update(tries_left=F("tries_left") - 1)
        return PurchaseCode.OTP_WRONG
    return None


def _agreement(otp: BenchOtp, schedule: Schedule, now: datetime) -> Agreement | None:
    today = jakarta_date(now)
    return (
        Agreement.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=today),
            Q(ended_at__isnull=True) | Q(ended_at__gt=now),
            platform_id=otp.platform_id,
            institution_id=schedule.institution_id,
            valid_from__lte=today,
        )
        .order_by("-version")
        .first()
    )


def _check_sale(  # noqa: PLR0911 - one return a rule
    otp: BenchOtp, card: Card, participant: Participant, schedule: Schedule, agreement: Agreement | None, now: datetime
) -> PurchaseCode | None:
    if participant.state != "active":
        return PurchaseCode.PARTICIPANT_NOT_ACTIVE
    if card.channel == "regular":
        return PurchaseCode.CHANNEL_NOT_ALLOWED
    if not Registration.objects.filter(
        platform_id=otp.platform_id,
        institution_id=schedule.institution_id,
        state="agreed",
        institution__state="decreed",
    ).exists():
        return PurchaseCode.INSTITUTION_NOT_REGISTERED
    if agreement is None:
        return PurchaseCode.NO_AGREEMENT_IN_FORCE
    listed = Listing.objects.filter(
        Q(listed_until__isnull=True) | Q(listed_until__gt=now),
        platform_id=otp.platform_id,
        course_id=schedule.course_id,
        listed_from__lte=now,
    )
    if not listed.exists():
        return PurchaseCode.NOT_LISTED
    if schedule.price_idr != otp.amount_idr:
        return PurchaseCode.PRICE_CHANGED
    if schedule.state != "published" or schedule.sells_until_at <= now:
        return PurchaseCode.SCHEDULE_CLOSED
    if participant.first_purchase_at is None and participant.first_purchase_deadline_at <= now:
        return PurchaseCode.FIRST_PURCHASE_DEADLINE_PASSED
    if participant.balance_until_at <= now:
        return PurchaseCode.BALANCE_EXPIRED
    return None


def _check_person(lane: int, participant: Participant, schedule: Schedule, regime: Regime) -> PurchaseCode | None:
    bought = BenchPurchase.objects.filter(lane=lane, participant_id=participant.participant_id, voided_at__isnull=True)
    if (
        regime.second_course_after_completion
        and participant.first_purchase_at is not None
        and not bought.filter(state="completed").exists()
    ):
        return PurchaseCode.FIRST_COURSE_NOT_COMPLETED
    if bought.filter(schedule_id=schedule.id).exists():
        return PurchaseCode.ALREADY_BOUGHT
    return None


def _age_fits(birth_date: date, schedule: Schedule) -> bool:
    starts = jakarta_date(schedule.starts_at)
    age = starts.year - birth_date.year - ((starts.month, starts.day) < (birth_date.month, birth_date.day))
    return schedule.course.age_min <= age <= (schedule.course.age_max or 200)


def _write(
    context: Context, purchase: BenchPurchase, participant: Participant, machine_now: datetime, otp: BenchOtp
) -> None:
    lane, price_idr = purchase.lane, purchase.price_idr
    budget_id = Budget.objects.values_list("id", flat=True).get(number=purchase.budget_number)
    purchase.save(force_insert=True)
    Transfer.objects.create(
        lane=lane,
        budget_number=purchase.budget_number,
        effective_date=context.today,
        amount_idr=price_idr,
        reference_id=purchase.purchase_id,
        debit_holder_id=purchase.participant_id,
        credit_holder_id=budget_id,
        kind="purchase",
        debit_kind="training",
        credit_kind="held",
    )
    Account.objects.filter(lane=lane, holder_id=purchase.participant_id, kind="training").update(
        balance_idr=F("balance_idr") - price_idr
    )
    Seats.objects.filter(lane=lane, schedule_id=purchase.schedule_id).update(seats_left=F("seats_left") - 1)
    BenchOtp.objects.filter(lane=lane, token_id=otp.token_id).update(used_at=machine_now)
    if participant.first_purchase_at is None:
        Participant.objects.filter(lane=lane, participant_id=participant.participant_id).update(
            first_purchase_at=context.now
        )
    BenchEvent.objects.create(
        lane=lane,
        event_id=context.uuid(),
        kind="purchase.paid",
        subject_id=purchase.purchase_id,
        actor=context.actor,
        programme_at=context.now,
        payload={"price_idr": price_idr},
    )
