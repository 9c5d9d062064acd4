"""Whom a visitor of the demo can be: somebody with something to do, found in the nation as it stands."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person, a partner or an office that a demo user can stand for; `lane` is None for what has none."""

    name: str
    subject_id: UUID
    lane: int | None = None


def find_somebody(code: str, *, now: datetime) -> Somebody | None:
    """The first one that fits, or None when nobody does at this moment. One query.

    Raises:
        LookupError: the code is unknown.
    """
    found = db.row(f"{_SOMEBODY[code]} LIMIT 1", {"now": now})
    return None if found is None else Somebody(*found)


_PERSON = """
    SELECT person.name, person.applicant_id, person.lane
    FROM participants participant
    JOIN applicants person ON (person.lane, person.applicant_id) = (participant.lane, participant.applicant_id)
"""
_SOMEBODY = {
    "joining": """
        SELECT person.name, person.applicant_id, person.lane
        FROM applicants person
        WHERE person.state = 'ready' AND person.eligibility = 'eligible'
            AND NOT EXISTS (
                SELECT FROM joinings joining JOIN waves wave ON wave.id = joining.wave_id
                WHERE joining.lane = person.lane AND joining.applicant_id = person.applicant_id
                    AND wave.state NOT IN ('decreed', 'void')
            )
        ORDER BY person.lane, person.applicant_id
    """,
    "buying": f"""
        {_PERSON}
        WHERE participant.state = 'active' AND participant.first_purchase_at IS NULL
            AND participant.first_purchase_deadline_at > %(now)s
        ORDER BY participant.lane, participant.participant_id
    """,
    # Whoever still has a seal to make comes first, then whoever has not confirmed.
    "seal_keeper": """
        SELECT keeper.name, keeper.id, NULL::smallint
        FROM seal_keepers keeper
        LEFT JOIN LATERAL (
            SELECT CASE WHEN seal.sealed_at IS NULL THEN 1 ELSE 2 END AS urgency
            FROM draw_seals seal
            JOIN draw_fallbacks fallback ON fallback.id = seal.fallback_id AND fallback.dropped_at IS NULL
            WHERE seal.keeper_id = keeper.id AND seal.confirmed_at IS NULL
            ORDER BY urgency
            LIMIT 1
        ) AS to_do ON true
        ORDER BY coalesce(to_do.urgency, 3), keeper.code
    """,
    "learning": f"""
        {_PERSON}
        JOIN purchases purchase
            ON (purchase.lane, purchase.participant_id) = (participant.lane, participant.participant_id)
            AND purchase.state IN ('paid', 'redeemed')
        JOIN schedules schedule ON schedule.id = purchase.schedule_id AND schedule.ends_at > %(now)s
        WHERE participant.state = 'active'
        ORDER BY schedule.starts_at, purchase.lane, purchase.purchase_id
    """,
    "reviewing": f"""
        {_PERSON}
        JOIN purchases purchase
            ON (purchase.lane, purchase.participant_id) = (participant.lane, participant.participant_id)
        JOIN certificates certificate
            ON (certificate.lane, certificate.purchase_id) = (purchase.lane, purchase.purchase_id)
        WHERE NOT EXISTS (
            SELECT FROM reviews review
            WHERE (review.lane, review.purchase_id) = (purchase.lane, purchase.purchase_id)
        )
        ORDER BY certificate.issued_at DESC, purchase.lane, purchase.purchase_id
    """,
    "paid": f"""
        {_PERSON}
        JOIN incentives incentive
            ON (incentive.lane, incentive.participant_id) = (participant.lane, participant.participant_id)
            AND incentive.state = 'paid'
        ORDER BY incentive.closed_at DESC, incentive.lane, incentive.incentive_id
    """,
    "private_platform": """
        SELECT platform.name, platform.id
        FROM platforms platform
        WHERE platform.state = 'active' AND platform.kind <> 'government'
        ORDER BY (SELECT count(*) FROM listings listing WHERE listing.platform_id = platform.id) DESC, platform.id
    """,
    "government_platform": """
        SELECT platform.name, platform.id
        FROM platforms platform
        WHERE platform.state = 'active' AND platform.kind = 'government'
        ORDER BY platform.id
    """,
    "institution": """
        SELECT institution.name, institution.id
        FROM institutions institution
        JOIN schedules schedule ON schedule.institution_id = institution.id AND schedule.ends_at > %(now)s
        LEFT JOIN purchases purchase ON purchase.schedule_id = schedule.id AND purchase.state = 'paid'
        WHERE institution.state = 'decreed'
        GROUP BY institution.id, schedule.id
        -- One whose courses the government's platform of the demo may list, so that a new one goes the whole way.
        ORDER BY NOT EXISTS (
                SELECT
                FROM agreements agreement
                JOIN platforms platform ON platform.id = agreement.platform_id AND platform.kind = 'government'
                WHERE agreement.institution_id = institution.id
            ),
            count(purchase.purchase_id) = 0, schedule.starts_at, institution.id
    """,
    "labour_office": """
        SELECT office.name, office.id
        FROM labour_offices office
        ORDER BY office.province_code, office.id
    """,
}
