"""What a platform or an institution sees of its own business, never of another's."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
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
class MoneyDue:
    """A partner's money: owed + in payment + paid = what ever became payable."""

    payable_idr: int
    in_payment_idr: int
    paid_idr: int


def get_money_due(kind: PayeeKind, partner_id: UUID) -> MoneyDue:
    """A partner's money from the ledger's payable account and the bank's answers. One query."""
    found = db.row(
        """
        SELECT
            coalesce((SELECT sum(amount_idr) FROM transfers
                      WHERE credit_holder_id = %(partner)s AND credit_kind = %(account)s), 0)::bigint
            - coalesce((SELECT sum(amount_idr) FROM transfers
                        WHERE debit_holder_id = %(partner)s AND debit_kind = %(account)s), 0)::bigint,
            coalesce(sum(amount_idr) FILTER (WHERE state IN ('prepared', 'sent')), 0)::bigint,
            coalesce(sum(amount_idr) FILTER (WHERE state = 'paid'), 0)::bigint
        FROM payment_orders
        WHERE payee_kind = %(kind)s AND payee_id = %(partner)s
        """,
        {"partner": partner_id, "kind": kind, "account": f"{kind}_payable"},
    )
    assert found is not None  # noqa: S101 - an aggregate without GROUP BY has one row
    return MoneyDue(*found)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one settlement run owes a partner."""

    run_id: UUID
    run_number: int
    period_from: date
    period_until: date
    state: str
    purchases: int
    price_idr: int
    commission_idr: int
    amount_idr: int


def list_statements(kind: PayeeKind, partner_id: UUID) -> list[Statement]:
    """A partner's statements, newest first. One query."""
    found = db.rows(
        """
        SELECT run.id, run.number, run.period_from, run.period_until, run.state,
            statement.purchases, statement.price_idr, statement.commission_idr, statement.amount_idr
        FROM settlement_statements statement
        JOIN settlement_runs run ON run.id = statement.run_id
        WHERE statement.payee_kind = %s AND statement.payee_id = %s
        ORDER BY run.number DESC
        """,
        (kind, partner_id),
    )
    return [Statement(*row) for row in found]


@dataclass(frozen=True, slots=True)
class PartnerAgreement:
    """A cooperation agreement with its fee terms (SCHEME-10, FEE-01)."""

    agreement_id: UUID
    other_partner: str
    version: int
    fee_scheme: dict[str, object]
    highest_commission_bp: int
    cap_bp: int | None
    valid_from: date
    valid_until: date | None
    ended_at: datetime | None
    end_reason: str


def list_agreements(kind: PayeeKind, partner_id: UUID, *, limit: int = 500) -> list[PartnerAgreement]:
    """A partner's agreements, by the other partner's name. One query."""
    column, other = ("platform", "institution") if kind == "platform" else ("institution", "platform")
    found = db.rows(
        f"""
        SELECT agreement.id, other.name, agreement.version, agreement.fee_scheme, agreement.highest_commission_bp,
            agreement.cap_bp, agreement.valid_from, agreement.valid_until, agreement.ended_at,
            CASE WHEN agreement.ended_at IS NOT NULL THEN coalesce((
                SELECT min(event.payload ->> 'reason')
                FROM events event
                WHERE event.subject_id = agreement.id AND event.kind = 'agreement.ended'
            ), '') ELSE '' END
        FROM agreements agreement
        JOIN {other}s other ON other.id = agreement.{other}_id
        WHERE agreement.{column}_id = %s
        ORDER BY other.name, agreement.version DESC, agreement.id
        LIMIT %s
        """,
        (partner_id, limit),
    )
    return [PartnerAgreement(*_with_terms(row)) for row in found]


def _with_terms(row: db.Row) -> db.Row:
    """The row with its fee scheme read: the driver gives JSON as text."""
    scheme = json.loads(row[3]) if isinstance(row[3], str) else row[3]
    return (*row[:3], scheme, *row[4:])


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


@dataclass(frozen=True, slots=True)
class InstitutionClass:
    """A class of an institution with its participants counted."""

    schedule_id: UUID
    code: str
    course_title: str
    mode: str
    place: str
    state: str
    starts_at: datetime
    ends_at: datetime
    seats: int
    sold: int
    redeemed: int
    sells_until_at: datetime
    sold_idr: int
    cancel_reason: str

    @property
    def page_key(self) -> tuple[datetime, UUID]:
        """What the pages of the list go by."""
        return self.starts_at, self.schedule_id


# Bought seats are counted for the classes of the page only.
_CLASS = """
    SELECT class.id, class.code, class.title, class.mode, class.place, class.state, class.starts_at, class.ends_at,
        class.seats, people.sold, people.redeemed, class.sells_until_at, people.sold_idr, class.cancel_reason
    FROM (
        SELECT schedule.*, course.title
        FROM schedules schedule
        JOIN courses course ON course.id = schedule.course_id
        WHERE schedule.institution_id = %(institution)s AND {which}
    ) AS class
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE purchase.state <> 'voided') AS sold,
            count(*) FILTER (WHERE purchase.redeemed_at IS NOT NULL) AS redeemed,
            coalesce(sum(purchase.price_idr) FILTER (WHERE purchase.state <> 'voided'), 0)::bigint AS sold_idr
        FROM purchases purchase
        WHERE purchase.schedule_id = class.id
    ) AS people
"""
# Those that are not over by their start; past ones from the latest on.
_WHICH = {
    False: ("schedule.ends_at >= %(now)s", ">", "ASC"),
    True: ("schedule.ends_at < %(now)s", "<", "DESC"),
}


def list_classes(
    institution_id: UUID,
    *,
    now: datetime,
    are_over: bool = False,
    words: str = "",
    after: tuple[datetime, UUID] | None = None,
) -> list[InstitutionClass]:
    """A page of an institution's classes behind `after` (start, class): coming ones by start, or the latest past ones.

    `words`: in the title, or how the code begins. One query.
    """
    over, behind, way = _WHICH[are_over]
    which = f"""
        {over}
            AND (
                %(words)s = ''
                OR course.title ILIKE '%%' || %(words)s || '%%'
                OR schedule.code ILIKE %(words)s || '%%'
            )
            AND (
                %(after_at)s::timestamptz IS NULL
                OR (schedule.starts_at, schedule.id) {behind} (%(after_at)s::timestamptz, %(after_id)s::uuid)
            )
        ORDER BY schedule.starts_at {way}, schedule.id {way}
        LIMIT %(limit)s
        """
    at, key = after or (None, None)
    found = db.rows(
        _CLASS.format(which=which) + f" ORDER BY class.starts_at {way}, class.id {way}",
        {
            "institution": institution_id,
            "now": now,
            "words": re.sub(r"([\\%_])", r"\\\1", words),
            "after_at": at,
            "after_id": key,
            "limit": PAGE_ROWS + 1,
        },
    )
    return [InstitutionClass(*row) for row in found]


def get_class(institution_id: UUID, schedule_id: UUID) -> InstitutionClass:
    """A class of the institution.

    Raises:
        LookupError: there is none, or it is another institution's.
    """
    found = db.row(
        _CLASS.format(which="schedule.id = %(schedule)s"), {"institution": institution_id, "schedule": schedule_id}
    )
    if found is None:
        raise LookupError(f"class {schedule_id}")
    return InstitutionClass(*found)


@dataclass(frozen=True, slots=True)
class ClassParticipant:
    """A participant of a class: the name for the attendance list, never NIK, card or phone."""

    purchase_id: UUID
    lane: int
    applicant_id: UUID
    name: str
    state: str
    redeemed_at: datetime | None
    attended: int
    sessions: int
    report_state: str


def list_class_participants(
    institution_id: UUID, schedule_id: UUID, *, after: UUID | None = None
) -> list[ClassParticipant]:
    """A page of the participants of a class by purchase, behind `after`. One query."""
    found = db.rows(
        """
        SELECT purchase.purchase_id, person.lane, person.applicant_id, person.name, purchase.state,
            purchase.redeemed_at,
            (SELECT count(*) FROM counted_attendances attendance
             WHERE attendance.lane = purchase.lane AND attendance.purchase_id = purchase.purchase_id),
            (SELECT count(*) FROM sessions session WHERE session.schedule_id = purchase.schedule_id),
            CASE
                WHEN completion.verified_at IS NOT NULL THEN 'verified'
                WHEN completion.forwarded_at IS NOT NULL THEN 'forwarded'
                WHEN completion.reported_at IS NOT NULL THEN 'reported'
                WHEN EXISTS (
                    SELECT FROM completion_returns gone
                    WHERE gone.lane = purchase.lane AND gone.purchase_id = purchase.purchase_id
                ) THEN 'returned'
                ELSE 'not_reported'
            END
        FROM purchases purchase
        JOIN participants participant
            ON (participant.lane, participant.participant_id) = (purchase.lane, purchase.participant_id)
        JOIN applicants person ON (person.lane, person.applicant_id) = (participant.lane, participant.applicant_id)
        LEFT JOIN completions completion
            ON (completion.lane, completion.purchase_id) = (purchase.lane, purchase.purchase_id)
        WHERE purchase.institution_id = %(institution)s AND purchase.schedule_id = %(schedule)s
            AND purchase.state <> 'voided'
            AND (%(after)s::uuid IS NULL OR purchase.purchase_id > %(after)s::uuid)
        ORDER BY purchase.purchase_id
        LIMIT %(limit)s
        """,
        {"institution": institution_id, "schedule": schedule_id, "after": after, "limit": PAGE_ROWS + 1},
    )
    return [ClassParticipant(*row) for row in found]
