"""REV-01: who was never eligible repays what was used of the package, within the days of the own regime.

States: due → paid | overdue (the term passed: the programme office goes on to a civil suit) → paid; due and overdue →
cancelled, when an appeal gives everything back or nothing of what was used is left to repay. `not_due`: no rule was in
force under the person's decree, or nothing was used. A purchase that is voided or swept later lowers what is to be
repaid; nothing raises it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from prakerja.access.messages import Courier, Letter
from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.clock import jakarta_date, jakarta_midnight
from prakerja.kit.contacts import EMAIL, PHONE
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field
from prakerja.ledger.operations import Transfer, post_transfers
from prakerja.participants.lanes import every_lane
from prakerja.programme.queries import get_regime_book_of, list_budgets
from prakerja.settlement.errors import RepaymentCode

# Reasons for a revocation after which nothing of the package may be kept.
GROUNDS = ("ineligible", "fraud")
CLAIM = "repayment_reference"


@dataclass(frozen=True, slots=True)
class Demand:
    """How people are told what they owe: the courier, and the words with `{amount}` and `{day}` (no personal value)."""

    courier: Courier | None
    text: str
    machine_now: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came in for a repayment: the bank's reference and its day."""

    repayment_id: UUID
    amount_idr: int
    bank_reference: str
    received_date: date


@dataclass(frozen=True, slots=True)
class ReceiptResult:
    """The answer to one receipt."""

    code: RepaymentCode
    receipt_id: UUID | None = None


class _Revoked(NamedTuple):
    lane: int
    participant_id: UUID
    number: int
    applicant_id: UUID
    regime_version: str
    decreed_at: datetime
    email_cipher: bytes | None
    phone_cipher: bytes | None


def open_repayments(context: Context, demand: Demand, *, most: int = 5_000) -> int:
    """Assess revocations for a ground that leaves nothing, and tell the people; how many are due. For the hourly job.

    Rule: REV-01, by the regime of the person's own decree. Cost: three reads and one COPY a call, one letter a person.
    """
    with db.transaction():
        revoked = [_Revoked(*row) for row in db.rows(_NOT_ASSESSED, [every_lane(), list(GROUNDS), most])]
        if not revoked:
            return 0
        used_idr = _used({(one.lane, one.participant_id) for one in revoked})
        rows, events, letters = [], [], []
        for one in revoked:
            days = _repayment_days(one.regime_version, jakarta_date(one.decreed_at))
            amount_idr = used_idr.get((one.lane, one.participant_id), 0)
            is_due = days is not None and amount_idr > 0
            # The day of the notice does not count; the last of the days is a whole one.
            due_at = jakarta_midnight(context.today + timedelta(days=days + 1)) if is_due and days is not None else None
            repayment_id = context.uuid()
            rows.append(
                (
                    *(one.lane, repayment_id, one.participant_id, one.number, "due" if is_due else "not_due"),
                    *(amount_idr, context.now, due_at, None if is_due else context.now),
                )
            )
            payload = {"rule": "REV-01", "repayment_id": repayment_id, "amount_idr": amount_idr, "due_at": due_at}
            kind = "participant.repayment_due" if is_due else "participant.nothing_to_repay"
            events.append(Event(kind, one.participant_id, payload, one.lane))
            if due_at is not None:
                letters += _letters(one, demand.text, amount_idr, jakarta_date(due_at - timedelta(days=1)))
        db.copy_rows(
            "repayments",
            [
                *("lane", "repayment_id", "participant_id", "revocation_number", "state", "assessed_idr", "opened_at"),
                *("due_at", "ended_at"),
            ],
            rows,
        )
        record_events(context, events)
        if demand.courier is not None and letters:
            demand.courier.send(letters, ids=context.ids, machine_now=demand.machine_now)
    return sum(row[4] == "due" for row in rows)


_NOT_ASSESSED = """
    SELECT r.lane, r.participant_id, r.number, p.applicant_id, p.regime_version, p.decreed_at, a.email_cipher,
        a.phone_cipher
    FROM revocations AS r
    JOIN participants AS p ON p.lane = r.lane AND p.participant_id = r.participant_id AND p.state = 'revoked'
    JOIN applicants AS a ON a.lane = p.lane AND a.applicant_id = p.applicant_id
    LEFT JOIN repayments AS known
        ON known.lane = r.lane AND known.participant_id = r.participant_id AND known.revocation_number = r.number
    WHERE r.lane = ANY (%s) AND r.reason = ANY (%s) AND known.repayment_id IS NULL
        AND NOT EXISTS (
            SELECT FROM revocations AS later
            WHERE later.lane = r.lane AND later.participant_id = r.participant_id AND later.number > r.number
        )
    ORDER BY r.lane, r.participant_id
    LIMIT %s
"""


def review_repayments(context: Context) -> int:
    """Bring what is open up to date; how many changed. For the hourly job.

    Cancelled where an appeal gave everything back; lowered where a purchase was voided or swept meanwhile; paid when
    that was the rest; overdue when the term has passed. Cost: two reads, two updates.
    """
    with db.transaction():
        found = db.rows(
            """
            SELECT r.lane, r.repayment_id, r.participant_id, r.state, r.assessed_idr, r.repaid_idr, r.due_at, p.state
            FROM repayments AS r
            JOIN participants AS p ON p.lane = r.lane AND p.participant_id = r.participant_id
            WHERE r.state IN ('due', 'overdue')
            ORDER BY r.lane, r.repayment_id
            FOR UPDATE OF r
            """
        )
        used_idr = _used({(row[0], row[2]) for row in found})
        changed = []
        for lane, repayment_id, participant_id, state, assessed, repaid, due_at, participant_state in found:
            amount = max(repaid, min(assessed, used_idr.get((lane, participant_id), 0)))
            if participant_state != "revoked" or amount == 0:
                after, amount = "cancelled", assessed
            elif repaid == amount:
                after = "paid"
            else:
                after = "overdue" if due_at <= context.now else "due"
            if (after, amount) != (state, assessed):
                changed.append((lane, repayment_id, participant_id, after, amount))
        _store(context, changed)
    return len(changed)


def _store(context: Context, changed: Sequence[tuple[int, UUID, UUID, str, int]]) -> None:
    db.execute(
        """
        UPDATE repayments AS r
        SET state = given.state, assessed_idr = given.amount_idr,
            ended_at = CASE WHEN given.state IN ('paid', 'cancelled') THEN %s::timestamptz END
        FROM unnest(%s::smallint[], %s::uuid[], %s::text[], %s::bigint[])
            AS given (lane, repayment_id, state, amount_idr)
        WHERE r.lane = given.lane AND r.repayment_id = given.repayment_id
        """,
        [context.now, *([row[place] for row in changed] for place in (0, 1, 3, 4))],
    )
    owed = {"overdue": {"owner": "programme_office", "then": "civil_suit"}}
    record_events(
        context,
        [
            Event(
                f"participant.repayment_{state}",
                participant_id,
                {"rule": "REV-01", "repayment_id": repayment_id, "amount_idr": amount, **owed.get(state, {})},
                lane,
            )
            for lane, repayment_id, participant_id, state, amount in changed
        ],
    )


def record_receipts(context: Context, receipts: Sequence[Receipt]) -> list[ReceiptResult]:
    """Record money that came in: one person's act, which books nothing yet. One result per receipt in order.

    Codes: repayment_not_found, not_open, amount_out_of_range, reference_missing, reference_known.
    """
    results = []
    with db.transaction():
        for receipt in receipts:
            found = db.row(
                """
                SELECT lane, state, assessed_idr - repaid_idr - coalesce((
                    SELECT sum(amount_idr) FROM repayment_receipts AS i
                    WHERE i.lane = r.lane AND i.repayment_id = r.repayment_id AND i.confirmed_at IS NULL
                ), 0)
                FROM repayments AS r
                WHERE lane = ANY (%s) AND repayment_id = %s
                FOR UPDATE OF r
                """,
                [every_lane(), receipt.repayment_id],
            )
            code = _receipt_code(receipt, found)
            if found is None or code.is_refusal:
                results.append(ReceiptResult(code))
                continue
            receipt_id, reference = context.uuid(), receipt.bank_reference.strip()
            claimed = db.execute(
                """
                INSERT INTO claims (kind, key, lane, subject_id, hash, claimed_at)
                VALUES (%s, %s, %s, %s, %s, %s)
                ON CONFLICT DO NOTHING
                """,
                [CLAIM, reference, found[0], receipt_id, receipt_id, context.now],
            )
            if not claimed:
                results.append(ReceiptResult(RepaymentCode.REFERENCE_KNOWN))
                continue
            db.execute(
                """
                INSERT INTO repayment_receipts
                    (lane, receipt_id, repayment_id, amount_idr, bank_reference, received_date, recorded_by,
                     recorded_at)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
                """,
                [
                    *(found[0], receipt_id, receipt.repayment_id, receipt.amount_idr, reference),
                    *(receipt.received_date, context.actor, context.now),
                ],
            )
            payload = {"receipt_id": receipt_id, "amount_idr": receipt.amount_idr}
            record_events(context, [Event("repayment.receipt_recorded", receipt.repayment_id, payload, found[0])])
            results.append(ReceiptResult(RepaymentCode.OK, receipt_id))
    return results


def _receipt_code(receipt: Receipt, row: db.Row | None) -> RepaymentCode:
    if row is None:
        return RepaymentCode.REPAYMENT_NOT_FOUND
    if row[1] not in ("due", "overdue"):
        return RepaymentCode.NOT_OPEN
    if not 0 < receipt.amount_idr <= row[2]:
        return RepaymentCode.AMOUNT_OUT_OF_RANGE
    return RepaymentCode.OK if receipt.bank_reference.strip() else RepaymentCode.REFERENCE_MISSING


def confirm_receipts(context: Context, receipt_ids: Sequence[UUID]) -> list[ReceiptResult]:
    """Find receipts in the bank's statement: the second person's act, which books them. One result per id in order.

    Codes: receipt_not_found, same_person, repeated. The transfer is `repayment`, from the recipient's own money to what
    is recovered. When nothing is left, the repayment is paid.
    """
    results = []
    with db.transaction():
        for receipt_id in receipt_ids:
            found = db.row(
                """
                SELECT i.lane, i.repayment_id, i.amount_idr, i.recorded_by, i.confirmed_at IS NOT NULL,
                    r.participant_id, p.budget_number, r.assessed_idr - r.repaid_idr
                FROM repayment_receipts AS i
                JOIN repayments AS r ON r.lane = i.lane AND r.repayment_id = i.repayment_id
                JOIN participants AS p ON p.lane = r.lane AND p.participant_id = r.participant_id
                WHERE i.lane = ANY (%s) AND i.receipt_id = %s
                FOR UPDATE OF i, r
                """,
                [every_lane(), receipt_id],
            )
            if found is None:
                results.append(ReceiptResult(RepaymentCode.RECEIPT_NOT_FOUND))
            elif found[4]:
                results.append(ReceiptResult(RepaymentCode.REPEATED, receipt_id))
            elif found[3] == context.actor:
                results.append(ReceiptResult(RepaymentCode.SAME_PERSON, receipt_id))
            else:
                _book(context, receipt_id, found)
                results.append(ReceiptResult(RepaymentCode.OK, receipt_id))
    return results


def _book(context: Context, receipt_id: UUID, found: db.Row) -> None:
    lane, repayment_id, amount_idr, _, _, participant_id, budget_number, left_idr = found
    budget = next(one for one in list_budgets() if one.number == budget_number)
    transfer = Transfer(
        lane=lane,
        kind="repayment",
        reference_id=receipt_id,
        budget_number=budget_number,
        debit_holder_id=participant_id,
        credit_holder_id=budget.id,
        amount_idr=amount_idr,
    )
    (posted,) = post_transfers(context, [transfer])
    if posted.code.is_refusal:
        raise RuntimeError(f"receipt {receipt_id} was not booked: {posted}")
    db.execute(
        "UPDATE repayment_receipts SET confirmed_by = %s, confirmed_at = %s WHERE lane = %s AND receipt_id = %s",
        [context.actor, context.now, lane, receipt_id],
    )
    is_all = amount_idr >= left_idr
    db.execute(
        """
        UPDATE repayments
        SET assessed_idr = greatest(assessed_idr, repaid_idr + %(amount)s), repaid_idr = repaid_idr + %(amount)s,
            state = CASE WHEN %(is_all)s AND state IN ('due', 'overdue') THEN 'paid' ELSE state END,
            ended_at = CASE WHEN %(is_all)s AND state IN ('due', 'overdue') THEN %(now)s ELSE ended_at END
        WHERE lane = %(lane)s AND repayment_id = %(id)s
        """,
        {"amount": amount_idr, "is_all": is_all, "now": context.now, "lane": lane, "id": repayment_id},
    )
    payload = {"receipt_id": receipt_id, "amount_idr": amount_idr, "left_idr": max(0, left_idr - amount_idr)}
    record_events(context, [Event("repayment.receipt_confirmed", repayment_id, payload, lane)])


def _used(participants: set[tuple[int, UUID]]) -> Mapping[tuple[int, UUID], int]:
    """What each has used: prices that were not given back, and incentives that reached the bank."""
    lanes, ids = [lane for lane, _ in participants], [key for _, key in participants]
    return {
        (lane, participant_id): int(used_idr)
        for lane, participant_id, used_idr in db.rows(
            """
            SELECT given.lane, given.participant_id,
                coalesce((
                    SELECT sum(CASE t.kind WHEN 'purchase' THEN t.amount_idr ELSE -t.amount_idr END)
                    FROM purchases AS p
                    JOIN transfers AS t ON t.lane = p.lane AND t.reference_id = p.purchase_id
                    WHERE p.lane = given.lane AND p.participant_id = given.participant_id
                        AND (p.voided_at IS NULL OR p.voided_at IS NOT NULL)
                        AND t.kind IN ('purchase', 'void', 'void_to_treasury', 'sweep_held')
                ), 0) + coalesce((
                    SELECT sum(i.amount_idr)
                    FROM incentives AS i
                    WHERE i.lane = given.lane AND i.participant_id = given.participant_id
                        AND i.state IN ('in_transfer', 'paid')
                ), 0)
            FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, participant_id)
            ORDER BY given.lane, given.participant_id
            """,
            [lanes, ids],
        )
    }


def _letters(one: _Revoked, text: str, amount_idr: int, last_day: date) -> list[Letter]:
    words = text.replace("{amount}", f"Rp{amount_idr:,}".replace(",", ".")).replace("{day}", f"{last_day:%d-%m-%Y}")
    for kind, cipher in ((EMAIL, one.email_cipher), (PHONE, one.phone_cipher)):
        if cipher is not None:
            to = decrypt_field(bytes(cipher), table="applicants", column=f"{kind}_cipher", row_id=one.applicant_id)
            return [Letter(kind, to, words)]
    return []


@lru_cache(maxsize=1_024)
def _repayment_days(version: str, day: date) -> int | None:
    """The term of the regime under which somebody was decreed; None where it had none."""
    return get_regime_book_of(version).on(day).repayment_days
