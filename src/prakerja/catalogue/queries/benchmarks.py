"""Price by the hour against other courses of the same subject and mode, in the region and in the country."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from prakerja.catalogue.rules import Standing, shrunk_percentile_bp
from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Where a course's price by the hour stands. `percentile_bp`: of so many ten thousandths the price is not lower.

    `in_region`, `in_country`: approved courses compared with; few of them move the figure little from the middle.
    """

    course_id: UUID
    price_per_hour_idr: int
    median_per_hour_idr: int | None
    percentile_bp: int
    in_region: int
    in_country: int


def get_benchmarks(course_ids: Iterable[UUID]) -> dict[UUID, Benchmark]:
    """The benchmark of each course that exists, also of one that is only proposed. One statement.

    A course is compared with the others, not with itself. Cost: index-only counts of its subject and mode.
    """
    found = db.rows(
        """
        SELECT c.id, c.price_per_hour_idr, country.median, region.below, region.equal, region.courses,
            country.below, country.equal, country.courses
        FROM courses AS c
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE o.price_per_hour_idr < c.price_per_hour_idr) AS below,
                count(*) FILTER (WHERE o.price_per_hour_idr = c.price_per_hour_idr AND o.id <> c.id) AS equal,
                count(*) FILTER (WHERE o.id <> c.id) AS courses
            FROM courses AS o
            WHERE o.state = 'approved' AND o.subject = c.subject AND o.mode = c.mode AND o.region_code = c.region_code
        ) AS region
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE o.price_per_hour_idr < c.price_per_hour_idr) AS below,
                count(*) FILTER (WHERE o.price_per_hour_idr = c.price_per_hour_idr AND o.id <> c.id) AS equal,
                count(*) FILTER (WHERE o.id <> c.id) AS courses,
                percentile_disc(0.5) WITHIN GROUP (ORDER BY o.price_per_hour_idr) AS median
            FROM courses AS o
            WHERE o.state = 'approved' AND o.subject = c.subject AND o.mode = c.mode
        ) AS country
        WHERE c.id = ANY (%s)
        ORDER BY c.id
        """,
        [list(course_ids)],
    )
    return {
        row[0]: Benchmark(
            course_id=row[0],
            price_per_hour_idr=row[1],
            median_per_hour_idr=row[2],
            percentile_bp=shrunk_percentile_bp([Standing(*row[3:6]), Standing(*row[6:9])]),
            in_region=row[5],
            in_country=row[8],
        )
        for row in found
    }
