"""Reads that answer calls: each takes what a batch asks for and costs one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import codes, db
from prakerja.kit.lanes import lane_of
from prakerja.partner_api.models import Callback


@dataclass(frozen=True, slots=True)
class ScheduleFacts:
    """A schedule as a platform asks for it; `seats_left` over all lanes."""

    schedule_id: UUID
    course_code: str
    seats_left: int


@dataclass(frozen=True, slots=True)
class CardFacts:
    """A card by its number."""

    card_id: UUID
    lane_seed: int


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """A purchase as its platform asks for it; money in whole rupiah."""

    paid_at: datetime
    transaction_code: str
    price_idr: int
    state: str
    holder_name: str


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """A redeem code as an institution asks for it, with one session of the class (None: there is none)."""

    lane: int
    purchase_id: UUID
    institution_id: UUID
    course_id: UUID
    state: str
    paid_at: datetime
    redeemed_at: datetime | None
    invoice_code: str
    course_code: str
    schedule_code: str
    training_type: int
    mode: str
    starts_at: datetime
    ends_at: datetime
    platform_name: str
    session_starts_at: datetime | None
    attended_at: datetime | None


def find_schedules(schedule_codes: Sequence[str]) -> dict[str, ScheduleFacts]:
    """Schedules by code; unknown ones are left out."""
    found = db.rows(
        """
        SELECT s.code, s.id, coalesce(c.code, ''),
            coalesce((SELECT sum(a.seats_left)::integer FROM seat_allotments a WHERE a.schedule_id = s.id), 0)
        FROM schedules s
        JOIN courses c ON c.id = s.course_id
        WHERE s.code = ANY (%s)
        ORDER BY s.code
        """,
        (list(schedule_codes),),
    )
    return {row[0]: ScheduleFacts(*row[1:]) for row in found}


def find_cards(numbers: Sequence[str]) -> dict[str, CardFacts]:
    """Cards by number, of all states; unknown ones are left out."""
    seeds = {number: seed for number in numbers if (seed := codes.card_lane_seed(number)) is not None}
    if not seeds:
        return {}
    found = db.rows(
        """
        SELECT c.number, c.card_id
        FROM unnest(%s::smallint[], %s::bpchar[]) AS given (lane, number)
        JOIN cards c ON c.lane = given.lane AND c.number = given.number
        ORDER BY c.number
        """,
        ([lane_of(seed) for seed in seeds.values()], list(seeds)),
    )
    return {number: CardFacts(card_id, seeds[number]) for number, card_id in found}


def find_names(payers: Sequence[tuple[int, UUID, str]]) -> list[str]:
    """Names as they were when the invoice was first answered, in order, for (lane, participant id, invoice's key)."""
    if not payers:
        return []
    found = db.rows(
        "SELECT ordinal, name FROM names_of_payers(%s::smallint[], %s::uuid[], %s::text[]) ORDER BY ordinal",
        tuple([payer[column] for payer in payers] for column in range(3)),
    )
    return [name for _, name in found]


def find_invoices(invoices: Sequence[tuple[UUID, str]]) -> dict[str, InvoiceFacts]:
    """Purchases by `platform:invoice`, for (platform id, invoice code); unknown ones are left out."""
    found = db.rows(
        """
        SELECT claim.key, p.paid_at, p.transaction_code, p.price_idr, p.state, a.name
        FROM claims claim
        JOIN purchases p ON p.lane = claim.lane AND p.purchase_id = claim.subject_id
        JOIN participants holder ON holder.lane = p.lane AND holder.participant_id = p.participant_id
        JOIN applicants a ON a.lane = holder.lane AND a.applicant_id = holder.applicant_id
        WHERE claim.kind = 'invoice' AND claim.key = ANY (%s)
        ORDER BY claim.key
        """,
        ([invoice_key(platform_id, code) for platform_id, code in invoices],),
    )
    return {row[0]: InvoiceFacts(*row[1:]) for row in found}


def invoice_key(platform_id: UUID, invoice_code: str) -> str:
    """How an invoice is claimed."""
    return f"{platform_id}:{invoice_code}"


def find_codes(asked: Sequence[tuple[str, int]]) -> list[CodeFacts | None]:
    """For each (redeem code, session's sequence) what stands behind it, in order; None for an unknown code."""
    seeds = [codes.redeem_code_lane_seed(code) for code, _ in asked]
    found = db.rows(
        "SELECT * FROM redeem_code_facts(%s::smallint[], %s::bpchar[], %s::smallint[]) ORDER BY ordinal",
        (
            [-1 if seed is None else lane_of(seed) for seed in seeds],
            [code for code, _ in asked],
            [sequence for _, sequence in asked],
        ),
    )
    facts: list[CodeFacts | None] = [None] * len(asked)
    for ordinal, *row in found:
        facts[ordinal - 1] = CodeFacts(*row)
    return facts


def find_tasks(asked: Sequence[tuple[int, UUID, str, int]]) -> dict[tuple[UUID, str, int], bool]:
    """For (lane, purchase id, scope, sequence): whether the task that is there has feedback; others are left out."""
    lanes, ids, scopes, sequences = ([one[column] for one in asked] for column in range(4))
    found = db.rows(
        """
        SELECT t.purchase_id, t.scope, t.sequence, t.feedback_at IS NOT NULL
        FROM unnest(%s::smallint[], %s::uuid[], %s::text[], %s::smallint[]) AS g (lane, purchase_id, scope, sequence)
        JOIN tasks t USING (lane, purchase_id, scope, sequence)
        ORDER BY t.purchase_id, t.scope, t.sequence
        """,
        (lanes, ids, scopes, sequences),
    )
    return {(purchase_id, scope, sequence): answered for purchase_id, scope, sequence, answered in found}


def is_registered(partner_id: UUID, purpose: str, uri: str) -> bool:
    """Whether a partner registered exactly this address for a purpose."""
    return Callback.objects.filter(partner_id=partner_id, purpose=purpose, uri=uri).exists()
