"""Tables of payouts: lane tables (sql/tables.sql) for reading, batches and partners' accounts as reference tables."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from prakerja.payouts.states import AccountRequestState, BankReplyState, BatchState

PURPOSES = ("incentives", "settlement")
PARTNER_KINDS = ("platform", "institution")


class PartnerAccount(models.Model):
    """The bank account of a platform or an institution. A new one replaces the old one; none is edited."""

    id = models.UUIDField(primary_key=True)
    payee_kind = models.TextField()
    payee_id = models.UUIDField()
    bank = models.TextField()
    holder_name = models.TextField()
    account_cipher = models.BinaryField()
    registered_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "partner_accounts"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(payee_kind__in=PARTNER_KINDS), name="partner_account_kind_is_known"),
            models.UniqueConstraint(
                fields=["payee_kind", "payee_id"],
                condition=Q(replaced_at__isnull=True),
                name="a_partner_has_one_account_in_use",
            ),
        ]


class AccountRequest(models.Model):
    """An account that a partner entered: in use only when another person has confirmed it. Never edited."""

    id = models.UUIDField(primary_key=True)
    payee_kind = models.TextField()
    payee_id = models.UUIDField()
    bank = models.TextField()
    holder_name = models.TextField()
    account_cipher = models.BinaryField()
    document = models.ForeignKey("partners.Document", on_delete=models.PROTECT)
    state = models.TextField()
    entered_by = models.TextField()
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_by = models.TextField(null=True)  # noqa: DJ001 - NULL while nobody has decided
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")
    account = models.ForeignKey(PartnerAccount, on_delete=models.PROTECT, null=True)

    class Meta:
        """Named constraints; moves and edits are refused in sql/account_requests.sql."""

        db_table = "partner_account_requests"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(payee_kind__in=PARTNER_KINDS), name="account_request_kind_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=list(AccountRequestState)), name="account_request_state_is_known"
            ),
            models.UniqueConstraint(
                fields=["payee_kind", "payee_id"],
                condition=Q(state=AccountRequestState.WAITING),
                name="a_partner_has_one_account_waiting",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("entered_by")),
                name="account_is_confirmed_by_someone_else",
            ),
            models.CheckConstraint(
                condition=Q(state=AccountRequestState.WAITING, decided_by__isnull=True, decided_at__isnull=True)
                | Q(
                    state__in=[AccountRequestState.WITHDRAWN, AccountRequestState.LAPSED],
                    decided_by__isnull=True,
                    decided_at__isnull=False,
                )
                | Q(
                    state__in=[AccountRequestState.CONFIRMED, AccountRequestState.REFUSED],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="decided_account_request_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state=AccountRequestState.CONFIRMED, account__isnull=False)
                | (~Q(state=AccountRequestState.CONFIRMED) & Q(account__isnull=True)),
                name="confirmed_request_has_its_account",
            ),
            models.CheckConstraint(
                condition=~Q(state=AccountRequestState.REFUSED) | ~Q(reason=""),
                name="refused_account_request_has_a_reason",
            ),
        ]


class PaymentBatch(models.Model):
    """A file for the bank: made by one person, approved by another."""

    id = models.UUIDField(primary_key=True)
    number = models.IntegerField()
    purpose = models.TextField()
    state = models.TextField()
    maker = models.TextField()
    approver = models.TextField(null=True)  # noqa: DJ001 - nobody yet and an empty name differ
    total_idr = models.BigIntegerField()
    orders = models.IntegerField()
    lines = models.IntegerField()
    file_name = models.TextField()
    file_sha256 = models.TextField()
    reply_sha256 = models.TextField(null=True)  # noqa: DJ001 - no reply yet
    prepared_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints."""

        db_table = "payment_batches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], name="payment_batch_number_is_unique"),
            models.UniqueConstraint(fields=["file_name"], name="bank_file_name_is_unique"),
            models.CheckConstraint(condition=Q(purpose__in=PURPOSES), name="payment_batch_purpose_is_known"),
            models.CheckConstraint(condition=Q(state__in=list(BatchState)), name="payment_batch_state_is_known"),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("maker")), name="payment_needs_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state=BatchState.PREPARED) | (Q(approver__isnull=False) & Q(approved_at__isnull=False)),
                name="approved_payment_has_an_approver",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[BatchState.PREPARED, BatchState.APPROVED]) | Q(sent_at__isnull=False),
                name="sent_payment_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.ANSWERED)
                | (Q(answered_at__isnull=False) & Q(reply_sha256__isnull=False)),
                name="answered_payment_has_its_reply",
            ),
            models.CheckConstraint(
                condition=Q(total_idr__gt=0) & Q(orders__gte=F("lines")) & Q(lines__gt=0),
                name="payment_batch_pays_somebody",
            ),
        ]


class BankReply(models.Model):
    """A reply of the bank as somebody entered it: booked when another person has confirmed it. Never edited."""

    id = models.UUIDField(primary_key=True)
    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT)
    file_name = models.TextField()
    content = models.BinaryField()
    sha256 = models.TextField()
    paid = models.IntegerField()
    failed = models.IntegerField()
    paid_idr = models.BigIntegerField()
    failed_idr = models.BigIntegerField()
    state = models.TextField()
    entered_by = models.TextField()
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_by = models.TextField(null=True)  # noqa: DJ001 - NULL while nobody has decided
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")

    class Meta:
        """Named constraints; moves and edits are refused in sql/bank_replies.sql."""

        db_table = "bank_replies"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=list(BankReplyState)), name="bank_reply_state_is_known"),
            models.UniqueConstraint(
                fields=["batch"], condition=Q(state=BankReplyState.WAITING), name="a_batch_has_one_reply_waiting"
            ),
            models.UniqueConstraint(
                fields=["batch"], condition=Q(state=BankReplyState.BOOKED), name="a_batch_is_answered_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("entered_by")),
                name="bank_reply_is_confirmed_by_someone_else",
            ),
            models.CheckConstraint(
                condition=Q(state=BankReplyState.WAITING, decided_by__isnull=True, decided_at__isnull=True)
                | Q(state=BankReplyState.LAPSED, decided_by__isnull=True, decided_at__isnull=False)
                | Q(
                    state__in=[BankReplyState.BOOKED, BankReplyState.REFUSED],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="decided_bank_reply_names_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=BankReplyState.REFUSED) | ~Q(reason=""), name="refused_bank_reply_has_a_reason"
            ),
        ]


class PayoutAccount(models.Model):
    """A participant's bank account or e-wallet (lane table); the number itself is encrypted."""

    payout_account_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    participant_id = models.UUIDField()
    payout_partner = models.TextField()
    account_cipher = models.BinaryField()
    account_index = models.BinaryField()
    account_index_next = models.BinaryField(null=True)
    holder_name = models.TextField()
    nik_matches = models.BooleanField(null=True)
    kyc_passed = models.BooleanField(null=True)
    account_active = models.BooleanField(null=True)
    linked_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    validated_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    is_validated = models.BooleanField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "payout_accounts"


class PaymentOrder(models.Model):
    """A payment to one payee (lane table)."""

    payment_order_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    batch = models.ForeignKey(PaymentBatch, on_delete=models.DO_NOTHING)
    line_number = models.IntegerField()
    payee_kind = models.TextField()
    payee_id = models.UUIDField()
    account_id = models.UUIDField()
    budget_number = models.SmallIntegerField()
    amount_idr = models.BigIntegerField()
    state = models.TextField()
    bank_reference = models.TextField(null=True)  # noqa: DJ001 - SQL owns the column
    failure_reason = models.TextField(null=True)  # noqa: DJ001 - SQL owns the column
    answered_at = models.DateTimeField(null=True)
    retries_order_id = models.UUIDField(null=True)

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "payment_orders"


class PayoutAccountAttempt(models.Model):
    """Who tried to link an account that somebody else holds (lane table); the real key has the holder too."""

    participant_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    holder_id = models.UUIDField()
    first_at = models.DateTimeField()

    class Meta:
        """Made by sql/account_attempts.sql."""

        managed = False
        db_table = "payout_account_attempts"
