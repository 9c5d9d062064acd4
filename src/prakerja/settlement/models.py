"""Tables of settlement: runs, statements and closings as reference tables, the lines (lane table) for reading."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from prakerja.payouts.models import PARTNER_KINDS, PaymentBatch
from prakerja.settlement.states import RunState


class SettlementRun(models.Model):
    """What became payable in a period (legal days, half-open), made by one person and approved by another."""

    id = models.UUIDField(primary_key=True)
    number = models.IntegerField()
    period_from = models.DateField()
    period_until = models.DateField()
    state = models.TextField()
    maker = models.TextField()
    approver = models.TextField(null=True)  # noqa: DJ001 - nobody yet and an empty name differ
    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, null=True)
    purchases = models.IntegerField()
    total_idr = models.BigIntegerField()
    prepared_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        """Named constraints; that periods do not overlap stands in sql/tables.sql."""

        db_table = "settlement_runs"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], name="settlement_run_number_is_unique"),
            models.CheckConstraint(condition=Q(state__in=list(RunState)), name="settlement_run_state_is_known"),
            models.CheckConstraint(
                condition=Q(period_from__lt=F("period_until")), name="settlement_period_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("maker")), name="settlement_needs_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.PREPARED)
                | (Q(approver__isnull=False) & Q(approved_at__isnull=False) & Q(batch__isnull=False)),
                name="approved_settlement_has_an_approver_and_a_batch",
            ),
            models.CheckConstraint(
                condition=Q(purchases__gt=0) & Q(total_idr__gt=0), name="settlement_run_settles_something"
            ),
        ]


class SettlementStatement(models.Model):
    """What one payee gets in a run; the parts add up to the price."""

    id = models.UUIDField(primary_key=True)
    run = models.ForeignKey(SettlementRun, on_delete=models.PROTECT)
    payee_kind = models.TextField()
    payee_id = models.UUIDField()
    purchases = models.IntegerField()
    price_idr = models.BigIntegerField()
    commission_idr = models.BigIntegerField()
    amount_idr = models.BigIntegerField()

    class Meta:
        """Named constraints."""

        db_table = "settlement_statements"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["run", "payee_kind", "payee_id"], name="a_payee_has_one_statement_in_a_run"
            ),
            models.CheckConstraint(condition=Q(payee_kind__in=PARTNER_KINDS), name="statement_payee_kind_is_known"),
            models.CheckConstraint(
                condition=Q(payee_kind="platform", amount_idr=F("commission_idr"))
                | Q(payee_kind="institution", amount_idr=F("price_idr") - F("commission_idr")),
                name="statement_adds_up_to_the_price",
            ),
            models.CheckConstraint(
                condition=Q(purchases__gt=0) & Q(commission_idr__gte=0) & Q(price_idr__gte=F("commission_idr")),
                name="statement_amounts_are_possible",
            ),
        ]


class BookClosing(models.Model):
    """The books of a year are closed: everything settled, nothing unspent left."""

    id = models.UUIDField(primary_key=True)
    year = models.SmallIntegerField()
    closed_by = models.TextField()
    closed_at = models.DateTimeField()
    unspent_idr = models.BigIntegerField()
    figures = models.JSONField()

    class Meta:
        """Named constraints; append-only by a trigger."""

        db_table = "book_closings"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year"], name="a_year_is_closed_once"),
            models.CheckConstraint(condition=Q(unspent_idr__gte=0), name="unspent_is_never_negative"),
        ]


class SettlementLine(models.Model):
    """One share of one purchase; the real primary key is (lane, purchase_id, payee_kind)."""

    pk = models.CompositePrimaryKey("lane", "purchase_id", "payee_kind")
    lane = models.SmallIntegerField()
    purchase_id = models.UUIDField()
    payee_kind = models.TextField()
    payee_id = models.UUIDField()
    run = models.ForeignKey(SettlementRun, on_delete=models.DO_NOTHING)
    budget_number = models.SmallIntegerField()
    price_idr = models.BigIntegerField()
    amount_idr = models.BigIntegerField()

    class Meta:
        """Made by sql/tables.sql."""

        managed = False
        db_table = "settlement_lines"


class Repayment(models.Model):
    """What somebody who was never eligible has to pay back (lane table)."""

    repayment_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    participant_id = models.UUIDField()
    revocation_number = models.SmallIntegerField()
    state = models.TextField()
    assessed_idr = models.BigIntegerField()
    repaid_idr = models.BigIntegerField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Made by sql/repayments.sql."""

        managed = False
        db_table = "repayments"


class RepaymentReceipt(models.Model):
    """Money that came in for a repayment (lane table)."""

    receipt_id = models.UUIDField(primary_key=True)
    lane = models.SmallIntegerField()
    repayment_id = models.UUIDField()
    amount_idr = models.BigIntegerField()
    bank_reference = models.TextField()
    received_date = models.DateField()
    recorded_by = models.TextField()
    recorded_at = models.DateTimeField()
    confirmed_by = models.TextField(null=True)  # noqa: DJ001 - nobody yet and an empty name differ
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        """Made by sql/repayments.sql."""

        managed = False
        db_table = "repayment_receipts"
