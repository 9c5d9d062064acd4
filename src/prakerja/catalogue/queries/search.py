"""The search: classes that can be bought at a moment, out of what `search_entries` holds."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.clock import jakarta_date, jakarta_midnight

# So many more candidates than a page are looked at in one go: few of them turn out to be sold out or suspended.
_SPARE: Final = 20
_ROUNDS_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Offer:
    """A class on sale, with the platforms that sell it (codes and names, by code) and the seats left in all lanes."""

    schedule_id: UUID
    schedule_code: str
    course_id: UUID
    course_code: str
    title: str
    institution_id: UUID
    institution_name: str
    institution_kind: str
    mode: str
    training_type: int
    hours: int
    price_idr: int
    starts_at: datetime
    ends_at: datetime
    sells_until_at: datetime
    place: str
    province_code: str | None
    seats_left: int
    platform_codes: tuple[str, ...]
    platform_names: tuple[str, ...]
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a person looks for; what is None or empty does not count.

    `channel` "regular" sees offline classes only (SCHEME-04). `starts_from`/`starts_until` are legal days, half-open.
    A page begins after `after`, the key of the last offer seen: (starts_at, schedule_id), or (price_idr, schedule_id)
    in the order of prices.
    """

    words: str = ""
    mode: str | None = None
    channel: str | None = None
    province_code: str | None = None
    price_from_idr: int | None = None
    price_max_idr: int | None = None
    platform_id: UUID | None = None
    institution_id: UUID | None = None
    institution_kind: str | None = None
    course_id: UUID | None = None
    starts_from: date | None = None
    starts_until: date | None = None
    order: Literal["start", "price"] = "start"
    after: tuple[datetime | int, UUID] | None = None
    limit: int = 20


# Only the conditions that were asked for are sent: the planner sees plain comparisons.
_CONDITIONS: Final = {
    "mode": "e.mode = %(mode)s",
    "province_code": "e.province_code = %(province_code)s",
    "price_from_idr": "e.price_idr >= %(price_from_idr)s",
    "price_max_idr": "e.price_idr <= %(price_max_idr)s",
    "platform_id": "%(platform_id)s = ANY (e.platform_ids)",
    "institution_id": "e.institution_id = %(institution_id)s",
    "institution_kind": "e.institution_kind = %(institution_kind)s",
    "course_id": "e.course_id = %(course_id)s",
}
_ORDERS: Final = {"start": "starts_at", "price": "price_idr"}

# What makes a candidate an offer: published and selling, approved, of a decreed institution, listed on an active
# platform under an agreement in force today, with a seat left in some lane.
_OFFERS: Final = """
SELECT s.id, s.code, c.id, c.code, c.title, i.id, i.name, i.kind, s.mode, c.training_type, c.hours, s.price_idr,
       s.starts_at, s.ends_at, s.sells_until_at, s.place, s.province_code, left_over.seats, sold_by.codes,
       sold_by.names, s.sample
FROM schedules AS s
JOIN courses AS c ON c.id = s.course_id AND c.state = 'approved'
JOIN institutions AS i ON i.id = s.institution_id AND i.state = 'decreed'
CROSS JOIN LATERAL (
    SELECT coalesce(sum(a.seats_left), 0)::integer AS seats
    FROM seat_allotments AS a
    WHERE a.schedule_id = s.id
) AS left_over
CROSS JOIN LATERAL (
    SELECT array_agg(p.code ORDER BY p.code) AS codes, array_agg(p.name ORDER BY p.code) AS names
    FROM listings AS l
    JOIN platforms AS p ON p.id = l.platform_id AND p.state = 'active'
    WHERE l.course_id = c.id
        AND l.listed_from <= %(now)s
        AND (l.listed_until IS NULL OR l.listed_until > %(now)s)
        AND (%(platform_id)s::uuid IS NULL OR p.id = %(platform_id)s)
        AND EXISTS (
            SELECT
            FROM agreements AS g
            WHERE g.platform_id = l.platform_id
                AND g.institution_id = l.institution_id
                AND g.valid_from <= %(today)s
                AND (g.valid_until IS NULL OR g.valid_until > %(today)s)
        )
) AS sold_by
WHERE s.id = ANY (%(candidates)s)
    AND s.state = 'published'
    AND s.sells_until_at > %(now)s
    AND left_over.seats > 0
    AND sold_by.codes IS NOT NULL
ORDER BY s.{order}, s.id
"""


def search(wanted: Search, *, now: datetime) -> list[Offer]:
    """Classes that can be bought at a moment, in the order asked for and by id; at most `limit`.

    Every word has to be somewhere in title, description, occupation standard or the institution's name, by its stem;
    what is no word does not count. Rule: SCHEME-02, SCHEME-04, SCHEME-05.
    Cost: two statements for a page, two more for each further round where candidates were sold out or suspended.
    """
    if wanted.words.strip() and not db.value(_HAS_WORDS, [wanted.words]):
        wanted = replace(wanted, words="")
    found: list[Offer] = []
    for _ in range(_ROUNDS_MAX):
        most = wanted.limit + _SPARE
        candidates = _candidates(wanted, now, most)
        found += _offers(wanted, [schedule_id for _, schedule_id in candidates], now)
        if len(found) >= wanted.limit or len(candidates) < most:
            break
        wanted = replace(wanted, after=candidates[-1])
    return found[: wanted.limit]


_HAS_WORDS: Final = "SELECT numnode(plainto_tsquery('pg_catalog.indonesian', %s)) > 0"


def _candidates(wanted: Search, now: datetime, most: int) -> list[tuple[datetime | int, UUID]]:
    column = _ORDERS[wanted.order]
    parameters: dict[str, object] = {name: getattr(wanted, name) for name in _CONDITIONS}
    conditions = ["e.sells_until_at > %(now)s"]
    conditions += [text for name, text in _CONDITIONS.items() if parameters[name] is not None]
    if wanted.channel == "regular":
        conditions.append("e.mode = 'offline'")
    if wanted.words.strip():
        parameters["words"] = wanted.words
        conditions.append("e.words @@ plainto_tsquery('pg_catalog.indonesian', %(words)s)")
    for name, comparison in (("starts_from", ">="), ("starts_until", "<")):
        day = getattr(wanted, name)
        if day is not None:
            parameters[name] = jakarta_midnight(day)
            conditions.append(f"e.starts_at {comparison} %({name})s")
    if wanted.after is not None:
        parameters["after_key"], parameters["after_id"] = wanted.after
        conditions.append(f"(e.{column}, e.schedule_id) > (%(after_key)s, %(after_id)s)")
    found = db.rows(
        f"""
        SELECT e.{column}, e.schedule_id
        FROM search_entries AS e
        WHERE {" AND ".join(conditions)}
        ORDER BY e.{column}, e.schedule_id
        LIMIT %(most)s
        """,
        {**parameters, "now": now, "most": most},
    )
    return [(key, schedule_id) for key, schedule_id in found]


def _offers(wanted: Search, candidates: list[UUID], now: datetime) -> list[Offer]:
    if not candidates:
        return []
    found = db.rows(
        _OFFERS.format(order=_ORDERS[wanted.order]),
        {"candidates": candidates, "platform_id": wanted.platform_id, "now": now, "today": jakarta_date(now)},
    )
    return [Offer(*(*row[:-3], tuple(row[-3]), tuple(row[-2]), row[-1])) for row in found]
