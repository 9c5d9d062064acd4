"""What is allowed but worth a look: rows that break no promise and that somebody of the office should see.

A promise that is broken is no finding but a failed check (`oversight.invariants`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from prakerja.kit import db
from prakerja.oversight.queries import PAGE_ROWS

PEOPLE_OF_A_PHONE_MAX = 3
"""As many people of one family may share a telephone [I]."""

PEOPLE_OF_A_HOUSEHOLD_MAX = 8
"""As many grown people of one family card may sign up before somebody looks [I]."""

WAITING_DAYS_MAX = 14
"""Longer than the report chain of LEARN-05 takes, weekends and the office's check included."""

OUTLIER_MEDIANS = 3
"""A price by the hour of so many medians of its subject and mode is looked at [I]."""

OUTLIER_COURSES_MIN = 10
"""Where fewer courses are compared, a median says little [I]."""


@dataclass(frozen=True, slots=True)
class _Source:
    """Rows of (key, label, amount or count, since when), ordered by `key`, none of them a personal value."""

    code: str
    rule: str
    rows_sql: str


_SOURCES: Final = (
    # PLAT-02: forbidden since the second regime, flagged in the founding one.
    _Source(
        "own_entity_sales",
        "PLAT-02",
        """
        SELECT listing.id::text, platform.code || ' – ' || course.code, count(purchase.purchase_id),
            min(listing.listed_from)
        FROM listings listing
        JOIN platforms platform ON platform.id = listing.platform_id
        JOIN courses course ON course.id = listing.course_id
        LEFT JOIN purchases purchase
            ON purchase.platform_id = listing.platform_id
            AND purchase.course_id = listing.course_id
            AND purchase.voided_at IS NULL
        WHERE listing.own_entity
        GROUP BY listing.id, platform.code, course.code
        """,
    ),
    # PLAT-02, programme §8: platform or reviewer and institution meet within two hops, and nobody has decided yet.
    _Source(
        "open_conflicts",
        "PLAT-02",
        """
        SELECT conflict.conflict_id::text, conflict.other_name || ' – ' || institution.code, conflict.hops::bigint,
            conflict.found_at
        FROM conflicts conflict
        JOIN institutions institution ON institution.id = conflict.institution_id
        WHERE conflict.state = 'open'
        """,
    ),
    # COURSE-01: a price far above all others of its subject and mode, by the hour.
    _Source(
        "price_outliers",
        "COURSE-01",
        """
        SELECT course.id::text, institution.code || ' – ' || course.code, course.price_per_hour_idr, course.approved_at
        FROM courses course
        JOIN institutions institution ON institution.id = course.institution_id
        JOIN (
            SELECT subject, mode, percentile_disc(0.5) WITHIN GROUP (ORDER BY price_per_hour_idr) AS median
            FROM courses
            WHERE state = 'approved'
            GROUP BY subject, mode
            HAVING count(*) >= %(outlier_courses_min)s
        ) AS others ON others.subject = course.subject AND others.mode = course.mode
        WHERE course.state = 'approved' AND course.price_per_hour_idr > %(outlier_medians)s * others.median
        """,
    ),
    # ELIG-01: many applicants behind one telephone are a sign of borrowed identities.
    _Source(
        "shared_telephones",
        "ELIG-01",
        """
        SELECT encode(phone_index, 'hex'), (array_agg(DISTINCT province_code))[1], count(*), min(signed_up_at)
        FROM applicants
        WHERE phone_index IS NOT NULL
        GROUP BY phone_index
        HAVING count(*) > %(people_max)s
        """,
    ),
    # ELIG-01, ELIG-07: many applicants behind one family card are a sign of a borrowed number.
    _Source(
        "crowded_households",
        "ELIG-07",
        """
        SELECT encode(kk_index, 'hex'), (array_agg(DISTINCT province_code))[1], count(*), min(signed_up_at)
        FROM applicants
        GROUP BY kk_index
        HAVING count(*) > %(household_max)s
        """,
    ),
    # LEARN-05: a report that nobody forwards or checks holds back certificate, incentive and payment.
    _Source(
        "late_reports",
        "LEARN-05",
        """
        SELECT completion.purchase_id::text,
            CASE WHEN completion.forwarded_at IS NULL THEN platform.code ELSE 'programme_office' END,
            purchase.price_idr, coalesce(completion.forwarded_at, completion.reported_at)
        FROM completions completion
        JOIN purchases purchase
            ON purchase.lane = completion.lane AND purchase.purchase_id = completion.purchase_id
        JOIN platforms platform ON platform.id = purchase.platform_id
        WHERE completion.verified_at IS NULL
            AND coalesce(completion.forwarded_at, completion.reported_at) < %(late_before)s
        """,
    ),
    # INC-01: money that the bank sent back and that waits for another account.
    _Source(
        "failed_incentives",
        "INC-01",
        """
        SELECT incentive.incentive_id::text, incentive.failure_reason, incentive.amount_idr, incentive.due_at
        FROM incentives incentive
        WHERE incentive.state = 'failed'
        """,
    ),
)
CODES: Final = tuple(source.code for source in _SOURCES)
_BY_CODE: Final = {source.code: source for source in _SOURCES}


@dataclass(frozen=True, slots=True)
class Finding:
    """A kind of finding: how many rows, and since when the oldest stands."""

    code: str
    rule: str
    rows: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One row behind a finding. `value` counts people, purchases, hops, or is rupiah, as the kind says."""

    key: str
    label: str
    value: int
    since_at: datetime


def list_findings(*, now: datetime) -> list[Finding]:
    """All kinds in their fixed order, also those without rows. Cost: one query that reads the tables concerned once."""
    each = " UNION ALL ".join(
        f"SELECT {place}, count(*), min(since_at) FROM ({source.rows_sql}) AS row (key, label, value, since_at)"
        for place, source in enumerate(_SOURCES)
    )
    found = db.rows(f"SELECT * FROM ({each}) AS kind (place, rows, oldest_at) ORDER BY place", _parameters(now))
    return [
        Finding(source.code, source.rule, rows, oldest_at)
        for source, (_, rows, oldest_at) in zip(_SOURCES, found, strict=True)
    ]


def list_finding_rows(code: str, *, now: datetime, after: str | None = None) -> list[FindingRow]:
    """A page of the rows behind a finding by their key, behind `after`; one row more than a page when more follow.

    Raises:
        LookupError: there is no such kind.
    """
    found = db.rows(
        f"""
        SELECT key, label, value, since_at
        FROM ({_BY_CODE[code].rows_sql}) AS row (key, label, value, since_at)
        WHERE %(after)s::text IS NULL OR key > %(after)s::text
        ORDER BY key
        LIMIT %(limit)s
        """,
        _parameters(now) | {"after": after, "limit": PAGE_ROWS + 1},
    )
    return [FindingRow(*row) for row in found]


def _parameters(now: datetime) -> dict[str, object]:
    return {
        "people_max": PEOPLE_OF_A_PHONE_MAX,
        "household_max": PEOPLE_OF_A_HOUSEHOLD_MAX,
        "late_before": now - timedelta(days=WAITING_DAYS_MAX),
        "outlier_courses_min": OUTLIER_COURSES_MIN,
        "outlier_medians": OUTLIER_MEDIANS,
    }
