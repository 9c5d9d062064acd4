"""Payment batches: made by one person, approved by another, sent as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.payouts.bank_file import BankFile
from prakerja.payouts.errors import ApproveCode, PrepareCode, SendCode
from prakerja.payouts.files import Payment, make_file, payment_file
from prakerja.payouts.queries import find_partner_accounts
from prakerja.payouts.rules import may_be_tried_again


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """An amount for one payee out of one budget, in one lane; `account_id` None: the partner's account in use."""

    lane: int
    payee_kind: str
    payee_id: UUID
    budget_number: int
    amount_idr: int
    account_id: UUID | None = None
    retries_order_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Signatures:
    """Two people who signed what a batch pays somewhere else (a settlement run)."""

    maker: str
    approver: str


@dataclass(frozen=True, slots=True)
class PrepareResult:
    """The answer; the batch and its orders (as requested) stand with ok, `payees` with payee_without_account."""

    code: PrepareCode
    batch_id: UUID | None = None
    number: int | None = None
    order_ids: tuple[UUID, ...] = ()
    payees: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ApproveRequest:
    """A second signature; `file_sha256` is the hash of the file that the approver looked at (None: unseen)."""

    batch_id: UUID
    file_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class ApproveResult:
    """The answer to one signature."""

    code: ApproveCode


@dataclass(frozen=True, slots=True)
class SendResult:
    """The answer; the file stands with ok and repeated, and is to be handed to the bank after the commit."""

    code: SendCode
    file: BankFile | None = None


def prepare_payment_batch(
    context: Context, purpose: str, requests: Sequence[OrderRequest], *, signed: Signatures | None = None
) -> PrepareResult:
    """Put orders into a new batch; `purpose` is `incentives` or `settlement`. The actor is its maker.

    `signed`: the amounts were signed by two people before, and the batch begins as approved.
    Codes in order: empty, payee_without_account, ok (all or nothing). One order per lane, payee and budget.

    Cost: two reads, two writes, one decryption per payee.
    """
    if not requests:
        return PrepareResult(PrepareCode.EMPTY)
    with db.transaction():
        partners = find_partner_accounts([(r.payee_kind, r.payee_id) for r in requests if r.account_id is None])
        accounts = [r.account_id or partners.get((r.payee_kind, r.payee_id)) for r in requests]
        missing = sorted({r.payee_id for r, account in zip(requests, accounts, strict=True) if account is None})
        if missing:
            return PrepareResult(PrepareCode.PAYEE_WITHOUT_ACCOUNT, payees=tuple(missing))
        # One maker after the other: the numbers of the files have no gap and no double.
        db.execute("SELECT pg_advisory_xact_lock(hashtext('payment_batches'))")
        number = int(db.value("SELECT coalesce(max(number), 0) + 1 FROM payment_batches"))
        batch_id = context.uuid()
        payees = [(r.payee_kind, r.payee_id, account) for r, account in zip(requests, accounts, strict=True) if account]
        lines = {payee: line for line, payee in enumerate(sorted(set(payees)), start=1)}
        amounts = dict.fromkeys(lines, 0)
        for request, payee in zip(requests, payees, strict=True):
            amounts[payee] += request.amount_idr
        file = make_file(
            number,
            purpose,
            context.today,
            [Payment(line, *payee, amounts[payee]) for payee, line in lines.items()],
        )
        total_idr = sum(amounts.values())
        _insert_batch(context, batch_id, number, purpose, file, total_idr, len(requests), len(lines), signed)
        order_ids = tuple(context.uuid() for _ in requests)
        db.copy_rows(
            "payment_orders",
            (
                "lane", "payment_order_id", "batch_id", "line_number", "payee_kind", "payee_id", "account_id",
                "budget_number", "amount_idr", "retries_order_id",
            ),
            [
                (
                    r.lane, order_id, batch_id, lines[payee], r.payee_kind, r.payee_id, payee[2],
                    r.budget_number, r.amount_idr, r.retries_order_id,
                )
                for r, order_id, payee in zip(requests, order_ids, payees, strict=True)
            ],
        )  # fmt: skip
        payload = {"number": number, "purpose": purpose, "total_idr": total_idr, "orders": len(requests)}
        record_events(context, [Event("payment_batch.prepared", batch_id, payload)])
    return PrepareResult(PrepareCode.OK, batch_id, number, order_ids)


def approve_payment_batches(context: Context, requests: Sequence[ApproveRequest]) -> list[ApproveResult]:
    """Give batches their second signature; the actor is another person than the maker.

    Codes in order: unknown_batch, same_person, repeated, another_file, ok. Cost: two statements per batch.
    """
    with db.transaction():
        results = []
        for request in requests:
            found = db.row(
                "SELECT state, maker, file_sha256 FROM payment_batches WHERE id = %s FOR UPDATE", (request.batch_id,)
            )
            code = ApproveCode.OK
            if found is None:
                code = ApproveCode.UNKNOWN_BATCH
            elif found[1] == context.actor:
                code = ApproveCode.SAME_PERSON
            elif found[0] != "prepared":
                code = ApproveCode.REPEATED
            elif request.file_sha256 not in {None, found[2]}:
                code = ApproveCode.ANOTHER_FILE
            else:
                db.execute(
                    "UPDATE payment_batches SET state = 'approved', approver = %s, approved_at = %s WHERE id = %s",
                    (context.actor, context.now, request.batch_id),
                )
                payload = {"file_sha256": found[2]}
                record_events(context, [Event("payment_batch.approved", request.batch_id, payload)])
            results.append(ApproveResult(code))
    return results


def send_payment_batches(context: Context, batch_ids: Sequence[UUID]) -> list[SendResult]:
    """Take approved batches on their way: payable → in payment. The file is made again and must have the signed hash.

    Codes in order: unknown_batch, not_approved, file_changed, repeated, ok. Cost: one SQL call per batch and lane.
    """
    with db.transaction():
        return [_send(context, batch_id) for batch_id in batch_ids]


def retry_failed_orders(context: Context) -> PrepareResult:
    """Put the failed orders of partners into a new batch, each once; the actor is its maker, another person approves.

    An order that failed for its account waits until the partner registers another one. Incentives have their own way
    (`incentives.operations.schedule_incentives`). Codes: empty, ok.
    """
    with db.transaction():
        failed = db.rows(
            """
            SELECT o.lane, o.payment_order_id, o.payee_kind, o.payee_id, o.budget_number, o.amount_idr,
            o.failure_reason,
                o.account_id = a.id
            FROM payment_orders o
            JOIN partner_accounts a
                ON a.payee_kind = o.payee_kind AND a.payee_id = o.payee_id AND a.replaced_at IS NULL
            WHERE o.state = 'failed' AND NOT EXISTS (
                SELECT 1
                FROM payment_orders later
                WHERE later.lane = o.lane AND later.retries_order_id = o.payment_order_id
            )
            ORDER BY o.lane, o.payment_order_id
            FOR UPDATE OF o
            """
        )
        # One order per payee and budget in a batch: older failures first, the rest waits for the next batch.
        taken: dict[tuple[int, str, UUID, int], OrderRequest] = {}
        for lane, order_id, kind, payee_id, budget_number, amount_idr, reason, same_account in failed:
            if may_be_tried_again(reason, same_account=same_account):
                request = OrderRequest(lane, kind, payee_id, budget_number, amount_idr, retries_order_id=order_id)
                taken.setdefault((lane, kind, payee_id, budget_number), request)
        return prepare_payment_batch(context, "settlement", list(taken.values()))


def _insert_batch(  # noqa: PLR0913, PLR0917 - one row of a table
    context: Context,
    batch_id: UUID,
    number: int,
    purpose: str,
    file: BankFile,
    total_idr: int,
    orders: int,
    lines: int,
    signed: Signatures | None,
) -> None:
    db.execute(
        """
        INSERT INTO payment_batches (
            id, number, purpose, state, maker, approver, total_idr, orders, lines, file_name, file_sha256,
            prepared_at, approved_at
        )
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            batch_id,
            number,
            purpose,
            "approved" if signed else "prepared",
            signed.maker if signed else context.actor,
            signed.approver if signed else None,
            total_idr,
            orders,
            lines,
            file.name,
            file.sha256,
            context.now,
            context.now if signed else None,
        ),
    )


def _send(context: Context, batch_id: UUID) -> SendResult:
    found = db.row("SELECT state, file_sha256 FROM payment_batches WHERE id = %s FOR UPDATE", (batch_id,))
    if found is None:
        return SendResult(SendCode.UNKNOWN_BATCH)
    state, signed_sha256 = found
    if state == "prepared":
        return SendResult(SendCode.NOT_APPROVED)
    file = payment_file(batch_id)
    if file.sha256 != signed_sha256:
        return SendResult(SendCode.FILE_CHANGED)
    if state != "approved":
        return SendResult(SendCode.REPEATED, file)
    lanes = db.rows("SELECT DISTINCT lane FROM payment_orders WHERE batch_id = %s ORDER BY lane", (batch_id,))
    for (lane,) in lanes:
        db.value("SELECT send_payment_orders(%s::smallint, %s, %s)", (lane, batch_id, context.today))
    db.execute("UPDATE payment_batches SET state = 'sent', sent_at = %s WHERE id = %s", (context.now, batch_id))
    record_events(context, [Event("payment_batch.sent", batch_id, {"file_sha256": signed_sha256})])
    return SendResult(SendCode.OK, file)
