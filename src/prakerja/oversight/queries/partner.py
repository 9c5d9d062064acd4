"""What a platform or an institution sees of its own business, never of another's: itself, its sales, its listings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from prakerja.kit import db
from prakerja.oversight.queries import PAGE_ROWS

PayeeKind = Literal["platform", "institution"]


@dataclass(frozen=True, slots=True)
class Partner:
    """Name and standing of the partner that a user belongs to."""

    partner_id: UUID
    code: str
    name: str
    kind: str
    state: str


def get_partner(kind: PayeeKind, partner_id: UUID) -> Partner:
    """The partner of a user.

    Raises:
        LookupError: there is none.
    """
    table = "platforms" if kind == "platform" else "institutions"
    found = db.row(f"SELECT id, code, name, kind, state FROM {table} WHERE id = %s", (partner_id,))
    if found is None:
        raise LookupError(f"{kind} {partner_id}")
    return Partner(*found)


@dataclass(frozen=True, slots=True)
class StateCount:
    """Purchases of one state: how many and at which price together."""

    state: str
    purchases: int
    price_idr: int


def list_purchase_states(kind: PayeeKind, partner_id: UUID) -> list[StateCount]:
    """A partner's purchases by state. One query over the partner's purchases."""
    column = "platform_id" if kind == "platform" else "institution_id"
    found = db.rows(
        f"""
        SELECT state, count(*), sum(price_idr)::bigint
        FROM purchases
        WHERE {column} = %s
        GROUP BY state
        ORDER BY state
        """,
        (partner_id,),
    )
    return [StateCount(*row) for row in found]


@dataclass(frozen=True, slots=True)
class Sale:
    """A purchase as the partners of it see it: no name, no card number."""

    purchase_id: UUID
    transaction_code: str
    invoice_code: str
    paid_at: datetime
    course_title: str
    other_partner: str
    state: str
    price_idr: int
    commission_idr: int | None
    payable_at: datetime | None


# A page of a partner's purchases by index: a platform has one of its own, an institution's go class by class.
_PAGE = """
            (%(after)s::uuid IS NULL OR sold.purchase_id < %(after)s::uuid)
            ORDER BY sold.purchase_id DESC
            LIMIT %(limit)s
        ) purchase"""
_SOURCES = {
    "platform": f"""(
            SELECT sold.*
            FROM purchases sold
            WHERE sold.platform_id = %(partner)s AND {_PAGE.lstrip()}""",
    "institution": f"""schedules schedule
        CROSS JOIN LATERAL (
            SELECT sold.*
            FROM purchases sold
            WHERE schedule.institution_id = %(partner)s AND sold.schedule_id = schedule.id AND {_PAGE.lstrip()}""",
}


def list_sales(kind: PayeeKind, partner_id: UUID, *, after: UUID | None = None) -> list[Sale]:
    """A page of a partner's purchases, newest first, behind `after`. One query."""
    other, other_column = ("institutions", "institution_id") if kind == "platform" else ("platforms", "platform_id")
    found = db.rows(
        f"""
        SELECT purchase.purchase_id, purchase.transaction_code, purchase.invoice_code, purchase.paid_at,
            course.title, other.name, purchase.state, purchase.price_idr, purchase.commission_idr, purchase.payable_at
        FROM {_SOURCES[kind]}
        JOIN courses course ON course.id = purchase.course_id
        JOIN {other} other ON other.id = purchase.{other_column}
        ORDER BY purchase.purchase_id DESC
        LIMIT %(limit)s
        """,
        {"partner": partner_id, "after": after, "limit": PAGE_ROWS + 1},
    )
    return [Sale(*row) for row in found]


@dataclass(frozen=True, slots=True)
class PartnerListing:
    """A course on sale."""

    listing_id: UUID
    course_code: str
    course_title: str
    institution_name: str
    mode: str
    price_idr: int
    listed_from: datetime
    schedules: int
    seats_left: int


def list_listings(platform_id: UUID, *, now: datetime, after: UUID | None = None) -> list[PartnerListing]:
    """A page of a platform's live listings with their classes that still sell. One query."""
    found = db.rows(
        """
        SELECT listing.id, course.code, course.title, institution.name, course.mode, course.price_idr,
            listing.listed_from, count(DISTINCT schedule.id), coalesce(sum(allotment.seats_left), 0)::bigint
        FROM listings listing
        JOIN courses course ON course.id = listing.course_id
        JOIN institutions institution ON institution.id = listing.institution_id
        LEFT JOIN schedules schedule
            ON schedule.course_id = course.id AND schedule.state = 'published' AND schedule.sells_until_at > %(now)s
        LEFT JOIN seat_allotments allotment ON allotment.schedule_id = schedule.id
        WHERE listing.platform_id = %(platform)s AND listing.listed_until IS NULL
            AND (%(after)s::uuid IS NULL OR listing.id > %(after)s::uuid)
        GROUP BY listing.id, course.id, institution.id
        ORDER BY listing.id
        LIMIT %(limit)s
        """,
        {"platform": platform_id, "now": now, "after": after, "limit": PAGE_ROWS + 1},
    )
    return [PartnerListing(*row) for row in found]
