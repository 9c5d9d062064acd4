"""To whom rows belong, and who has looked at a person's data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.settings import get_settings
from prakerja.oversight.queries import PAGE_ROWS

# Each part is read by its key: every lane is named, so that no table is read whole.
_OWN: Final = "lane = ANY(%(lanes)s)"
_PEOPLE: Final = f"""
SELECT lane, applicant_id FROM applicants WHERE {_OWN} AND applicant_id = ANY(%(ids)s)
UNION
SELECT p.lane, p.applicant_id
FROM (
    SELECT lane, participant_id FROM participants WHERE {_OWN} AND participant_id = ANY(%(ids)s)
    UNION ALL
    SELECT lane, participant_id FROM cards WHERE {_OWN} AND card_id = ANY(%(ids)s)
    UNION ALL
    SELECT lane, participant_id FROM purchases WHERE {_OWN} AND purchase_id = ANY(%(ids)s)
    UNION ALL
    SELECT lane, participant_id FROM incentives WHERE {_OWN} AND incentive_id = ANY(%(ids)s)
    UNION ALL
    SELECT lane, participant_id FROM payout_accounts WHERE {_OWN} AND payout_account_id = ANY(%(ids)s)
    UNION ALL
    SELECT c.lane, x.participant_id
    FROM certificates AS c
    JOIN purchases AS x ON (x.lane, x.purchase_id) = (c.lane, c.purchase_id)
    WHERE c.lane = ANY(%(lanes)s) AND c.certificate_id = ANY(%(ids)s)
    UNION ALL
    SELECT lane, payee_id FROM payment_orders WHERE {_OWN} AND payment_order_id = ANY(%(ids)s)
) AS found
JOIN participants AS p ON (p.lane, p.participant_id) = (found.lane, found.participant_id)
ORDER BY lane, applicant_id
"""


def list_people_of(subject_ids: Sequence[UUID]) -> list[tuple[int, UUID]]:
    """Lane and applicant id of those to whom rows belong; nobody for the rows of waves, partners and the like.

    Cost: one query by keys.
    """
    lanes = list(range(get_settings().lanes))
    return [(lane, applicant_id) for lane, applicant_id in db.rows(_PEOPLE, {"lanes": lanes, "ids": list(subject_ids)})]


def list_listed_people(worker_list_id: UUID, row_numbers: Sequence[int]) -> list[tuple[int, UUID]]:
    """Lane and applicant id of those rows of a worker list whose NIK has signed up. One query."""
    found = db.rows(
        """
        SELECT a.lane, a.applicant_id
        FROM worker_list_rows AS r
        JOIN applicants AS a ON a.lane = r.lane AND a.nik_index = r.nik_index
        WHERE r.worker_list_id = %s AND r.row_number = ANY(%s)
        ORDER BY a.lane, a.applicant_id
        """,
        (worker_list_id, list(row_numbers)),
    )
    return [(lane, applicant_id) for lane, applicant_id in found]


@dataclass(frozen=True, slots=True)
class Access:
    """A page on which somebody saw a person. `organisation` is empty for the staff of the programme."""

    access_id: UUID
    programme_at: datetime
    actor: str
    role: str
    organisation: str
    page: str
    applicant_id: UUID


_ACCESS: Final = """
SELECT a.access_id, a.programme_at, a.actor, a.role, coalesce(p.name, i.name, o.name, ''), a.page, a.applicant_id
FROM page_accesses AS a
LEFT JOIN users AS u ON u.id = a.user_id
LEFT JOIN platforms AS p ON u.role = 'platform' AND p.id = u.partner_id
LEFT JOIN institutions AS i ON u.role = 'institution' AND i.id = u.partner_id
LEFT JOIN labour_offices AS o ON o.id = u.labour_office_id
"""


def list_accesses_of_person(*, lane: int, applicant_id: UUID, after: UUID | None = None) -> list[Access]:
    """Who looked at a person's data, the newest first, one more than a page where another page follows. One query."""
    found = db.rows(
        f"""
        {_ACCESS}
        WHERE a.lane = %(lane)s AND a.applicant_id = %(applicant_id)s
            AND (%(after)s::uuid IS NULL OR a.access_id < %(after)s::uuid)
        ORDER BY a.access_id DESC
        LIMIT %(limit)s
        """,
        {"lane": lane, "applicant_id": applicant_id, "after": after, "limit": PAGE_ROWS + 1},
    )
    return [Access(*row) for row in found]


def list_accesses(*, actor: str = "", after: UUID | None = None) -> list[Access]:
    """Who looked at anybody's data, or what one actor looked at; as above."""
    found = db.rows(
        f"""
        {_ACCESS}
        WHERE (%(actor)s = '' OR a.actor = %(actor)s) AND (%(after)s::uuid IS NULL OR a.access_id < %(after)s::uuid)
        ORDER BY a.access_id DESC
        LIMIT %(limit)s
        """,
        {"actor": actor, "after": after, "limit": PAGE_ROWS + 1},
    )
    return [Access(*row) for row in found]
