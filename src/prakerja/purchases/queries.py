"""Reading purchases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import codes, db
from prakerja.kit.lanes import lane_of
from prakerja.purchases.states import PurchaseState

_COLUMNS = """
    p.lane, p.purchase_id, p.participant_id, p.card_id, p.channel, p.mode, p.state, p.price_idr, p.commission_idr,
    p.platform_id, p.institution_id, p.schedule_id, p.course_id, p.invoice_code, p.transaction_code, p.redeem_code,
    p.paid_at, p.redeemed_at, p.voided_at, p.closed_at, p.payable_at
"""


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """One purchase; amounts in whole rupiah."""

    lane: int
    purchase_id: UUID
    participant_id: UUID
    card_id: UUID
    channel: str
    mode: str
    state: PurchaseState
    price_idr: int
    commission_idr: int | None
    platform_id: UUID
    institution_id: UUID
    schedule_id: UUID
    course_id: UUID
    invoice_code: str
    transaction_code: str
    redeem_code: str
    paid_at: datetime
    redeemed_at: datetime | None
    voided_at: datetime | None
    closed_at: datetime | None
    payable_at: datetime | None


def find_purchase_by_redeem_code(redeem_code: str) -> PurchaseRow | None:
    """The purchase of a redeem code, in whatever state; one look-up in the lane that the code carries."""
    seed = codes.redeem_code_lane_seed(redeem_code)
    if seed is None:
        return None
    return _find("p.lane = %s AND p.redeem_code = %s", (lane_of(seed), redeem_code))


def find_purchase_by_invoice(platform_id: UUID, invoice_code: str) -> PurchaseRow | None:
    """The purchase of a platform's invoice; the claim says in which lane it stands."""
    claim = db.row(
        "SELECT lane, subject_id FROM claims WHERE kind = 'invoice' AND key = %s", (f"{platform_id}:{invoice_code}",)
    )
    return _find("p.lane = %s AND p.purchase_id = %s", claim) if claim else None


def get_purchase(lane: int, purchase_id: UUID) -> PurchaseRow:
    """One purchase. Raises LookupError when there is none."""
    found = _find("p.lane = %s AND p.purchase_id = %s", (lane, purchase_id))
    if found is None:
        raise LookupError(f"no purchase {purchase_id}")
    return found


def list_purchases_of_participant(lane: int, participant_id: UUID) -> list[PurchaseRow]:
    """All purchases of a participant, the oldest first, voided ones too."""
    # Both parts named: each has its index.
    both = "(p.voided_at IS NULL OR p.voided_at IS NOT NULL)"
    return _list(f"p.lane = %s AND p.participant_id = %s AND {both}", (lane, participant_id))


def list_purchases_of_schedule(schedule_id: UUID) -> list[PurchaseRow]:
    """Live purchases of a class, the oldest first."""
    return _list("p.schedule_id = %s AND p.voided_at IS NULL", (schedule_id,))


def list_purchases(lane_and_ids: Sequence[tuple[int, UUID]]) -> list[PurchaseRow]:
    """The purchases of these keys, in the order of their ids."""
    return _list("p.purchase_id = ANY (%s)", ([purchase_id for _, purchase_id in lane_and_ids],))


def _find(condition: str, params: tuple[object, ...]) -> PurchaseRow | None:
    found = db.row(f"SELECT {_COLUMNS} FROM purchases p WHERE {condition}", params)
    return _row(found) if found else None


def _list(condition: str, params: tuple[object, ...]) -> list[PurchaseRow]:
    found = db.rows(
        f"SELECT {_COLUMNS} FROM purchases p WHERE {condition} ORDER BY p.paid_at, p.purchase_id",
        params,
    )
    return [_row(row) for row in found]


def _row(row: db.Row) -> PurchaseRow:
    values = list(row)
    values[6] = PurchaseState(values[6])
    return PurchaseRow(*values)
