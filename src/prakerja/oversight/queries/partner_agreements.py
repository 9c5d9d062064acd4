"""A partner's cooperation agreements with their fee terms."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.oversight.queries.partner import PayeeKind


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


# By the other partner's name, the newest version first; a page begins behind an agreement of the partner's own.
_AGREEMENT = """
    SELECT agreement.id, other.name, agreement.version, agreement.fee_scheme, agreement.highest_commission_bp,
        agreement.cap_bp, agreement.valid_from, agreement.valid_until, agreement.ended_at,
        CASE WHEN agreement.ended_at IS NOT NULL THEN coalesce((
            SELECT min(event.payload ->> 'reason')
            FROM events event
            WHERE event.subject_id = agreement.id AND event.kind = 'agreement.ended'
        ), '') ELSE '' END
    FROM agreements agreement
    JOIN {other}s other ON other.id = agreement.{other}_id
    WHERE agreement.{own}_id = %(partner)s AND {which}
"""
_PAGE = """
    (
        %(after)s::uuid IS NULL
        OR (other.name, -agreement.version, agreement.id) > (
            SELECT shown_other.name, -shown.version, shown.id
            FROM agreements shown
            JOIN {other}s shown_other ON shown_other.id = shown.{other}_id
            WHERE shown.id = %(after)s::uuid AND shown.{own}_id = %(partner)s
        )
    )
    ORDER BY other.name, -agreement.version, agreement.id
    LIMIT %(limit)s
"""
_SIDES = {
    "platform": {"own": "platform", "other": "institution"},
    "institution": {"own": "institution", "other": "platform"},
}


def list_agreements(kind: PayeeKind, partner_id: UUID, *, after: UUID | None = None) -> list[PartnerAgreement]:
    """A page of a partner's agreements, by the other partner's name, behind the agreement `after`. One query."""
    sides = _SIDES[kind]
    found = db.rows(
        _AGREEMENT.format(which=_PAGE.format(**sides), **sides),
        {"partner": partner_id, "after": after, "limit": PAGE_ROWS + 1},
    )
    return [PartnerAgreement(*_with_terms(row)) for row in found]


def get_agreement(kind: PayeeKind, partner_id: UUID, agreement_id: UUID) -> PartnerAgreement:
    """An agreement of the partner.

    Raises:
        LookupError: there is none, or it is between others.
    """
    found = db.row(
        _AGREEMENT.format(which="agreement.id = %(agreement)s", **_SIDES[kind]),
        {"partner": partner_id, "agreement": agreement_id},
    )
    if found is None:
        raise LookupError(f"agreement {agreement_id}")
    return PartnerAgreement(*_with_terms(found))


def _with_terms(row: db.Row) -> db.Row:
    """The row with its fee scheme read: the driver gives JSON as text."""
    scheme = json.loads(row[3]) if isinstance(row[3], str) else row[3]
    return (*row[:3], scheme, *row[4:])
