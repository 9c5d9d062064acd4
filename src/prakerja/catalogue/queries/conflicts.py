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
    """The affiliated courses among all that are on sale, by listing. Two statements over the pairs that sell.

    What was cleared is in it too: it is a fact about ties, not about decisions.
    """
    found = db.rows(
        """
        SELECT l.id, c.id, c.code, c.title, p.id, p.code, i.id, i.code
        FROM listings AS l
        JOIN courses AS c ON c.id = l.course_id
        JOIN platforms AS p ON p.id = l.platform_id
        JOIN institutions AS i ON i.id = l.institution_id
        WHERE l.listed_until IS NULL
        ORDER BY l.id
        """
    )
    paths = find_paths({(row[4], row[6]) for row in found}, on=jakarta_date(now))
    return [AffiliatedSale(*row, path=paths[row[4], row[6]][0]) for row in found if paths[row[4], row[6]]]
