"""Held money that met its trigger: commission to the platform, the rest to the institution."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.kit.context import Context
from prakerja.ledger.errors import PostCode
from prakerja.ledger.operations import Transfer, post_transfers
from prakerja.programme.queries import get_regime_book
from prakerja.settlement.errors import PayableCode
from prakerja.settlement.rules import Sale, Split, Terms, month_of, split_prices, trigger_is_met

Key = tuple[int, UUID]


@dataclass(frozen=True, slots=True)
class PayableRequest:
    """A purchase that may have met its trigger."""

    lane: int
    purchase_id: UUID


@dataclass(frozen=True, slots=True)
class PayableResult:
    """The answer; the parts stand with ok."""

    lane: int
    purchase_id: UUID
    code: PayableCode
    commission_idr: int | None = None
    institution_idr: int | None = None


@dataclass(frozen=True, slots=True)
class _Purchase:
    sale: Sale
    state: str
    paid_at: datetime
    payable_at: datetime | None
    budget_number: int
    budget_id: UUID
    platform_id: UUID
    institution_id: UUID


def make_purchases_payable(
    context: Context, requests: Sequence[PayableRequest] | None = None, *, limit: int = 20_000
) -> list[PayableResult]:
    """Split the price of purchases that met their trigger, by the agreement that each was made under.

    `requests` None: all that met it, at most `limit` (run again until none comes back). The trigger is the regime's
    on the day of the purchase. Tiers by volume look at what the agreement settled before in the calendar month, and
    within a call at the purchases before it in the order of their ids.

    Codes in order: unknown_purchase, repeated, voided, expired, trigger_not_met, ok.

    Rule: SETTLE-01, FEE-01, FEE-02. Cost: four reads, two writes, one posting per lane. One caller at a time.
    """
    with db.transaction():
        # Two callers would both not see what the other settles this month.
        db.execute("SELECT pg_advisory_xact_lock(hashtext('settlement'))")
        if requests is None:
            requests = [PayableRequest(lane, purchase_id) for lane, purchase_id in _find_due(limit)]
        purchases = _lock([(request.lane, request.purchase_id) for request in requests])
        book = get_regime_book()
        codes = {
            key: _judge(
                purchase, trigger_is_met(book.on(jakarta_date(purchase.paid_at)).settlement_trigger, purchase.sale)
            )
            for key, purchase in purchases.items()
        }
        due = sorted((key for key, code in codes.items() if code is PayableCode.OK), key=lambda key: (key[1], key[0]))
        sales = [purchases[key].sale for key in due]
        agreements = sorted({sale.agreement_id for sale in sales})
        caps_bp = {key[1]: book.on(jakarta_date(purchases[key].paid_at)).commission_cap_bp for key in due}
        splits = split_prices(sales, _terms(agreements), _settled_before(agreements, context.now), caps_bp=caps_bp)
        _write(context, {key: (purchases[key], splits[key[1]]) for key in due})
    results = []
    answered: set[Key] = set()
    for request in requests:
        key = (request.lane, request.purchase_id)
        code = codes.get(key, PayableCode.UNKNOWN_PURCHASE)
        if code is PayableCode.OK and key not in answered:
            split = splits[request.purchase_id]
            results.append(PayableResult(*key, code, split.commission_idr, split.institution_idr))
        else:
            results.append(PayableResult(*key, PayableCode.REPEATED if code is PayableCode.OK else code))
        answered.add(key)
    return results


def _judge(purchase: _Purchase, met: bool) -> PayableCode:  # noqa: FBT001 - the caller's one question
    if purchase.payable_at is not None:
        return PayableCode.REPEATED
    if purchase.state == "voided":
        return PayableCode.VOIDED
    if purchase.state == "expired":
        return PayableCode.EXPIRED
    return PayableCode.OK if met else PayableCode.TRIGGER_NOT_MET


def _find_due(limit: int) -> list[Key]:
    triggers = [
        {
            "from_date": stretch.in_force_from,
            "until_date": stretch.in_force_until,
            "trigger": stretch.settlement_trigger.value,
        }
        for stretch in get_regime_book().stretches
    ]
    found = db.rows(
        """
        SELECT p.lane, p.purchase_id
        FROM purchases p
        JOIN json_to_recordset(%s::json) AS t (from_date date, until_date date, trigger text)
            ON t.from_date <= (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date
            AND (t.until_date IS NULL OR (p.paid_at AT TIME ZONE 'Asia/Jakarta')::date < t.until_date)
        LEFT JOIN completions c ON c.lane = p.lane AND c.purchase_id = p.purchase_id
        WHERE p.payable_at IS NULL
            AND p.state IN ('paid', 'redeemed', 'completed', 'not_completed')
            AND CASE t.trigger
                WHEN 'purchase' THEN true
                WHEN 'redemption' THEN p.redeemed_at IS NOT NULL
                ELSE p.state = 'completed' AND c.verified_at IS NOT NULL
            END
        ORDER BY p.purchase_id, p.lane
        LIMIT %s
        """,
        (db.encode_json(triggers), limit),
    )
    return [(lane, purchase_id) for lane, purchase_id in found]


def _lock(keys: Sequence[Key]) -> dict[Key, _Purchase]:
    unique = sorted(set(keys))
    columns = ([lane for lane, _ in unique], [purchase_id for _, purchase_id in unique])
    db.execute(
        """
        SELECT 1
        FROM purchases p
        JOIN unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id) USING (lane, purchase_id)
        ORDER BY p.lane, p.purchase_id
        FOR NO KEY UPDATE OF p
        """,
        columns,
    )
    found = db.rows(
        """
        SELECT
            p.lane, p.purchase_id, p.agreement_id, p.price_idr, p.redeemed_at IS NOT NULL, p.state = 'completed',
            c.verified_at IS NOT NULL, p.state, p.paid_at, p.payable_at, p.budget_number, b.id, p.platform_id,
            p.institution_id
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id)
        JOIN purchases p USING (lane, purchase_id)
        JOIN budgets b ON b.number = p.budget_number
        LEFT JOIN completions c ON c.lane = p.lane AND c.purchase_id = p.purchase_id
        ORDER BY p.lane, p.purchase_id
        """,
        columns,
    )
    return {(row[0], row[1]): _Purchase(Sale(row[1], *row[2:7]), *row[7:]) for row in found}


def _terms(agreement_ids: Sequence[UUID]) -> dict[UUID, Terms]:
    # As text: whether jsonb is decoded depends on the connection's loaders.
    found = db.rows(
        "SELECT id, fee_scheme::text, cap_bp FROM agreements WHERE id = ANY (%s) ORDER BY id", (list(agreement_ids),)
    )
    return {agreement_id: Terms(msgspec.json.decode(scheme), cap_bp) for agreement_id, scheme, cap_bp in found}


def _settled_before(agreement_ids: Sequence[UUID], now: datetime) -> dict[UUID, int]:
    month_from, month_until = month_of(now)
    found = db.rows(
        """
        SELECT agreement_id, sum(price_idr)::bigint
        FROM purchases
        WHERE agreement_id = ANY (%s) AND payable_at >= %s AND payable_at < %s
        GROUP BY agreement_id
        ORDER BY agreement_id
        """,
        (list(agreement_ids), month_from, month_until),
    )
    return dict(found)


def _write(context: Context, due: dict[Key, tuple[_Purchase, Split]]) -> None:
    if not due:
        return
    transfers: list[Transfer] = []
    events: list[Event] = []
    for (lane, purchase_id), (purchase, split) in due.items():
        number, budget_id = purchase.budget_number, purchase.budget_id
        parts = (
            ("commission", purchase.platform_id, split.commission_idr),
            ("institution_share", purchase.institution_id, split.institution_idr),
        )
        transfers.extend(
            Transfer(lane, kind, purchase_id, number, budget_id, payee_id, amount_idr)
            for kind, payee_id, amount_idr in parts
            if amount_idr > 0
        )
        payload = {"commission_idr": split.commission_idr, "institution_idr": split.institution_idr}
        events.append(Event("purchase.payable", purchase_id, payload, lane))
    if any(answer.code is not PostCode.OK for answer in post_transfers(context, transfers)):
        raise RuntimeError("a purchase that is not payable has its shares in the ledger")
    db.execute(
        """
        UPDATE purchases
        SET commission_idr = given.commission_idr, payable_at = %s
        FROM unnest(%s::smallint[], %s::uuid[], %s::bigint[]) AS given (lane, purchase_id, commission_idr)
        WHERE purchases.lane = given.lane AND purchases.purchase_id = given.purchase_id
        """,
        (
            context.now,
            [lane for lane, _ in due],
            [purchase_id for _, purchase_id in due],
            [split.commission_idr for _, split in due.values()],
        ),
    )
    record_events(context, events)
