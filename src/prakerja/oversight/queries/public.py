"""Figures for everyone: a total, its parts, and nothing from which a person could be recognised.

A part below ten is withheld, and so is the total of such parts where it would give the part away.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from prakerja.kit import db

SMALLEST_SHOWN = 10

Unit = Literal["count", "idr"]


@dataclass(frozen=True, slots=True)
class FigureSource:
    """How a figure is made. `noun` says what its parts are called by: a noun of codes, or `name` for a plain name.

    `of_people` figures withhold small parts. `parts_sql` gives (key, label, value), ordered; the total is their sum.
    """

    code: str
    unit: Unit
    noun: str
    of_people: bool
    parts_sql: str


_SOURCES: Final = (
    FigureSource(
        "participants",
        "count",
        "name",
        of_people=True,
        parts_sql="""
            SELECT person.province_code, province.name, count(*)
            FROM participants participant
            JOIN applicants person ON (person.lane, person.applicant_id) = (participant.lane, participant.applicant_id)
            JOIN provinces province ON province.code = person.province_code
            WHERE participant.state <> 'revoked'
            GROUP BY person.province_code, province.name
            ORDER BY person.province_code
        """,
    ),
    FigureSource(
        "cards",
        "count",
        "channel",
        of_people=True,
        parts_sql="""
            SELECT channel, channel, count(*)
            FROM cards
            WHERE state NOT IN ('replaced', 'withdrawn')
            GROUP BY channel
            ORDER BY channel
        """,
    ),
    FigureSource(
        "purchases",
        "count",
        "name",
        of_people=True,
        parts_sql="""
            SELECT platform.code, platform.name, count(*)
            FROM purchases purchase
            JOIN platforms platform ON platform.id = purchase.platform_id
            WHERE purchase.state <> 'voided'
            GROUP BY platform.code, platform.name
            ORDER BY count(*) DESC, platform.code
        """,
    ),
    FigureSource(
        "purchased",
        "idr",
        "name",
        of_people=False,
        parts_sql="""
            SELECT platform.code, platform.name, sum(purchase.price_idr)::bigint
            FROM purchases purchase
            JOIN platforms platform ON platform.id = purchase.platform_id
            WHERE purchase.state <> 'voided'
            GROUP BY platform.code, platform.name
            HAVING count(*) >= 10
            ORDER BY sum(purchase.price_idr) DESC, platform.code
        """,
    ),
    FigureSource(
        "certificates",
        "count",
        "institution_kind",
        of_people=True,
        parts_sql="""
            SELECT institution.kind, institution.kind, count(*)
            FROM certificates certificate
            JOIN purchases purchase
                ON (purchase.lane, purchase.purchase_id) = (certificate.lane, certificate.purchase_id)
            JOIN institutions institution ON institution.id = purchase.institution_id
            GROUP BY institution.kind
            ORDER BY institution.kind
        """,
    ),
    FigureSource(
        "incentives",
        "idr",
        "incentive_kind",
        of_people=False,
        parts_sql="""
            SELECT kind, kind, sum(amount_idr)::bigint
            FROM incentives
            WHERE state = 'paid'
            GROUP BY kind
            HAVING count(*) >= 10
            ORDER BY kind
        """,
    ),
    FigureSource(
        "returned",
        "idr",
        "transfer_kind",
        of_people=False,
        parts_sql="""
            SELECT kind, kind, sum(amount_idr)::bigint
            FROM transfers
            WHERE credit_kind = 'returned'
            GROUP BY kind
            ORDER BY kind
        """,
    ),
    FigureSource(
        "courses",
        "count",
        "mode",
        of_people=False,
        parts_sql="""
            SELECT mode, mode, count(*)
            FROM courses
            WHERE state = 'approved'
            GROUP BY mode
            ORDER BY mode
        """,
    ),
)
SOURCES: Final = {source.code: source for source in _SOURCES}


@dataclass(frozen=True, slots=True)
class Figure:
    """A total. None: withheld, because it counts fewer than ten people."""

    code: str
    unit: Unit
    value: int | None


@dataclass(frozen=True, slots=True)
class FigurePart:
    """A part of a figure. `value` None: withheld."""

    key: str
    label: str
    value: int | None


def list_figures() -> list[Figure]:
    """All public figures in their fixed order. Cost: one query, which reads every table that it counts."""
    columns = ", ".join(
        f"(SELECT coalesce(sum(part.value), 0)::bigint FROM ({source.parts_sql}) AS part (key, label, value))"
        for source in _SOURCES
    )
    found = db.row(f"SELECT {columns}")
    assert found is not None  # noqa: S101 - a SELECT without FROM has one row
    return [
        Figure(source.code, source.unit, _shown(source, int(value)))
        for source, value in zip(_SOURCES, found, strict=True)
    ]


def get_figure(code: str) -> tuple[Figure, list[FigurePart]]:
    """A figure with its parts; the parts add up to the total unless one is withheld.

    Raises:
        LookupError: there is no such figure.
    Cost: one query.
    """
    source = SOURCES[code]
    rows = db.rows(source.parts_sql)
    parts = [FigurePart(str(key), str(label), _shown(source, int(value))) for key, label, value in rows]
    return Figure(code, source.unit, _shown(source, sum(int(row[2]) for row in rows))), parts


def _shown(source: FigureSource, value: int) -> int | None:
    return None if source.of_people and 0 < value < SMALLEST_SHOWN else value


@dataclass(frozen=True, slots=True)
class PublicQuota:
    """Places of a budget, and how many participants have taken one. `taken` None: withheld, fewer than ten."""

    regime_code: str
    channel: str
    places: int
    taken: int | None


def list_quotas() -> list[PublicQuota]:
    """Quota and use per regime and channel (SCHEME-01). One query."""
    found = db.rows(
        """
        SELECT budget.regime_code, budget.channel, budget.places, coalesce(sum(allotment.places_taken), 0)::bigint
        FROM budgets budget
        LEFT JOIN quota_allotments allotment ON allotment.budget_id = budget.id
        GROUP BY budget.id, budget.number, budget.regime_code, budget.channel, budget.places
        ORDER BY budget.number
        """
    )
    return [
        PublicQuota(regime_code, channel, places, None if 0 < taken < SMALLEST_SHOWN else taken)
        for regime_code, channel, places, taken in found
    ]


@dataclass(frozen=True, slots=True)
class PublicPlatform:
    """A platform as everyone may see it."""

    code: str
    name: str
    kind: str
    state: str
    modes: list[str]
    recognised_at: datetime | None
    institutions: int
    courses: int


def list_platforms() -> list[PublicPlatform]:
    """Platforms that were ever recognised, by name, with what they offer now (SCHEME-07). One query."""
    found = db.rows(
        """
        SELECT platform.code, platform.name, platform.kind, platform.state, platform.modes, platform.recognised_at,
            (SELECT count(*) FROM registrations registration
             WHERE registration.platform_id = platform.id AND registration.state = 'agreed'),
            (SELECT count(*) FROM listings listing
             WHERE listing.platform_id = platform.id AND listing.listed_until IS NULL)
        FROM platforms platform
        WHERE platform.recognised_at IS NOT NULL
        ORDER BY platform.name, platform.id
        """
    )
    return [PublicPlatform(*row) for row in found]


@dataclass(frozen=True, slots=True)
class PublicWave:
    """A wave as everyone may see it."""

    wave_id: UUID
    number: int
    state: str
    opens_at: datetime
    closes_at: datetime
    places: int


def list_waves(*, limit: int = 12) -> list[PublicWave]:
    """The latest waves, newest first. One query."""
    found = db.rows(
        """
        SELECT wave.id, wave.number, wave.state, wave.opens_at, wave.closes_at, coalesce(sum(quota.places), 0)::bigint
        FROM waves wave
        LEFT JOIN wave_quotas quota ON quota.wave_id = wave.id
        GROUP BY wave.id, wave.number, wave.state, wave.opens_at, wave.closes_at
        ORDER BY wave.number DESC
        LIMIT %s
        """,
        (limit,),
    )
    return [PublicWave(*row) for row in found]
