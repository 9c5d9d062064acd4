"""What the end of an agreement would touch, for the side that ends it."""

from dataclasses import dataclass
from uuid import UUID

from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class Touched:
    """Courses on sale under the agreement, and purchases under it that are on their way."""

    listings: int
    purchases: int


def count_touched(agreement_id: UUID) -> Touched:
    """Two counts. One statement."""
    found = db.row(
        """
        SELECT
            (
                SELECT count(*)
                FROM listings AS listing
                JOIN courses AS course ON course.id = listing.course_id
                WHERE listing.platform_id = agreement.platform_id AND course.institution_id = agreement.institution_id
                    AND listing.listed_until IS NULL
            ),
            (
                SELECT count(*)
                FROM purchases AS purchase
                WHERE purchase.agreement_id = agreement.id AND purchase.state IN ('paid', 'redeemed')
            )
        FROM agreements AS agreement
        WHERE agreement.id = %s
        """,
        (agreement_id,),
    )
    if found is None:
        raise LookupError(f"no agreement {agreement_id}")
    return Touched(*found)
