"""Which courses on sale come from institutions that the selling platform meets within two hops (PLAT-02)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.partners.conflict_queries import OwnerPath, find_paths


@dataclass(frozen=True, slots=True)
class AffiliatedSale:
    """A course on sale on a platform, and the shortest path between the platform and its institution."""

    listing_id: UUID
    course_id: UUID
    course_code: str
    title: str
    platform_id: UUID
    platform_code: str
    institution_id: UUID
    institution_code: str
    path: OwnerPath


def list_affiliated_sales(*, now: datetime) -> list[AffiliatedSale]:
    """The affiliated courses among all that are on sale, by listing. Three statements over the pairs that sell.

    What was cleared is in it too: it is a fact about ties, not about decisions.
    """
    selling = db.rows(
        """
        SELECT DISTINCT platform_id, institution_id
        FROM listings
        WHERE listed_until IS NULL
        ORDER BY platform_id, institution_id
        """
    )
    found = find_paths([(row[0], row[1]) for row in selling], on=jakarta_date(now))
    paths = {pair: ways[0] for pair, ways in found.items() if ways}
    rows = db.rows(
        """
        SELECT l.id, c.id, c.code, c.title, p.id, p.code, i.id, i.code
        FROM unnest(%s::uuid[], %s::uuid[]) AS pair (platform_id, institution_id)
        JOIN listings AS l
            ON l.platform_id = pair.platform_id AND l.institution_id = pair.institution_id AND l.listed_until IS NULL
        JOIN courses AS c ON c.id = l.course_id
        JOIN platforms AS p ON p.id = l.platform_id
        JOIN institutions AS i ON i.id = l.institution_id
        ORDER BY l.id
        """,
        [[platform_id for platform_id, _ in paths], [institution_id for _, institution_id in paths]],
    )
    return [AffiliatedSale(*(*row, paths[row[4], row[6]])) for row in rows]


def count_live_listings(platform_id: UUID, institution_id: UUID) -> int:
    """How many courses of an institution are on sale on a platform. One statement."""
    found: int = db.value(
        "SELECT count(*) FROM listings WHERE platform_id = %s AND institution_id = %s AND listed_until IS NULL",
        [platform_id, institution_id],
    )
    return found
