"""The partners of a bench's world: eight platforms, institutions registered on them, agreements, courses, schedules."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.partners.operations import AgreementRequest, agree_samples, load_sample_platforms
from prakerja.programme.regimes import Regime

# A class of the founding regime holds few people; here no class may run out of seats while purchases are measured.
SEATS = 100_000
_COURSES_PER_INSTITUTION = 5
_PLATFORMS_PER_INSTITUTION = 4


@dataclass(frozen=True, slots=True)
class Partners:
    """How many of each."""

    platforms: int
    institutions: int
    schedules: int


def build_partners(context: Context, regime: Regime, *, institutions: int, schedules: int) -> Partners:
    """Platforms and agreements by the operations that everybody uses; the others by INSERT, every constraint on.

    Each institution has agreements with four platforms and lists all its courses on them.
    """
    platforms = load_sample_platforms(context, regime=regime)
    parameters = {
        "now": context.now,
        "today": context.today,
        "institutions": institutions,
        "courses": institutions * _COURSES_PER_INSTITUTION,
        "schedules": schedules,
        "per_institution": _PLATFORMS_PER_INSTITUTION,
        "starts": _first_class(context.now),
        "seats": SEATS,
        "lanes": get_settings().lanes,
        "regime": regime.version,
    }
    with db.transaction():
        for statement in _STATEMENTS:
            db.execute(statement, parameters)
        _agree(context, regime)
        db.execute(_LISTINGS, parameters)
    return Partners(len(platforms), institutions, schedules)


def _agree(context: Context, regime: Regime) -> None:
    """An agreement for each registered pair, signed by both sides: the database takes no other."""
    pairs = db.rows("SELECT platform_id, platform_kind, institution_id FROM bench_pairs ORDER BY 1, 3")
    requests = [
        AgreementRequest(
            platform_id=platform_id,
            institution_id=institution_id,
            fee_scheme={"kind": "none"} if kind == "government" else {"kind": "share", "commission_bp": 1_000},
            valid_from=context.today,
            sample=True,
        )
        for platform_id, kind, institution_id in pairs
    ]
    for result in agree_samples(context, requests, regime=regime):
        if result.code.is_refusal:
            raise RuntimeError(f"an agreement of the bench was refused: {result}")


def _first_class(now: datetime) -> datetime:
    return now + timedelta(days=10)


_STATEMENTS = (
    """
    INSERT INTO institutions (
        id, code, name, kind, province_code, state, owner_entity, evidence, sample, created_at, decree_number,
        decreed_at
    )
    SELECT
        uuidv7(), 'lpk-' || n, 'Lembaga ' || n, (ARRAY['government', 'private', 'industry'])[1 + n %% 3], '31',
        'decreed', 'owner ' || n, '{}', true, %(now)s, 'SK-' || n, %(now)s
    FROM generate_series(1, %(institutions)s) AS n
    """,
    """
    CREATE TEMPORARY TABLE bench_pairs ON COMMIT DROP AS
    SELECT p.id AS platform_id, p.kind AS platform_kind, i.id AS institution_id, i.code
    FROM (SELECT *, row_number() OVER (ORDER BY code) AS n FROM platforms) AS p
    JOIN (SELECT *, row_number() OVER (ORDER BY code) AS n FROM institutions) AS i
        ON (p.n + i.n) %% 8 < %(per_institution)s
    """,
    """
    INSERT INTO registrations (
        id, platform_id, institution_id, state, answers, requirement_set_id, unmet, submitted_at, decided_at
    )
    SELECT uuidv7(), b.platform_id, b.institution_id, 'agreed', '{}', r.id, '{}', %(now)s, %(now)s
    FROM bench_pairs AS b
    JOIN requirement_sets AS r ON r.platform_id = b.platform_id
    """,
    """
    INSERT INTO courses (
        id, code, institution_id, title, description, mode, training_type, hours, price_idr, comparison_price_idr,
        free_elsewhere, bundle, age_min, state, regime_version, sample, proposed_at, approved_at
    )
    SELECT
        uuidv7(), 'C' || n, i.id, 'Pelatihan ' || n, '', CASE WHEN n %% 4 = 0 THEN 'offline' ELSE 'online' END,
        CASE WHEN n %% 4 = 0 THEN 3 ELSE 1 END, 20, 300000 + n %% 60 * 10000, 1000000, false, false, 18, 'approved',
        %(regime)s, true, %(now)s, %(now)s
    FROM generate_series(1, %(courses)s) AS n
    JOIN (SELECT id, row_number() OVER (ORDER BY code) AS nth FROM institutions) AS i
        ON i.nth = 1 + n %% %(institutions)s
    """,
    """
    INSERT INTO schedules (
        id, code, course_id, institution_id, mode, price_idr, seats, trainers, starts_at, ends_at, sells_until_at,
        state, place, province_code, regime_version, sample, opened_at
    )
    SELECT
        uuidv7(), 'S' || n, c.id, c.institution_id, c.mode, c.price_idr, %(seats)s, 1,
        %(starts)s::timestamptz + n %% 30 * interval '1 day',
        %(starts)s::timestamptz + (n %% 30 + 5) * interval '1 day',
        %(starts)s::timestamptz, 'published', 'Jakarta', '31', %(regime)s, true, %(now)s
    FROM generate_series(1, %(schedules)s) AS n
    JOIN (SELECT *, row_number() OVER (ORDER BY code) AS nth FROM courses) AS c ON c.nth = 1 + n %% %(courses)s
    """,
    """
    INSERT INTO seat_allotments (lane, schedule_id, seats_left)
    SELECT lane, id, seats / %(lanes)s
    FROM schedules
    CROSS JOIN generate_series(0, %(lanes)s - 1) AS lane
    """,
)
# Behind the agreements: the database takes a listing only on one in force.
_LISTINGS = """
    INSERT INTO listings (id, platform_id, course_id, institution_id, own_entity, listed_from)
    SELECT uuidv7(), b.platform_id, c.id, c.institution_id, false, %(now)s
    FROM bench_pairs AS b
    JOIN courses AS c ON c.institution_id = b.institution_id
"""
