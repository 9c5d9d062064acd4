"""Reads of the programme."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from uuid import UUID

import msgspec

from prakerja.kit import db
from prakerja.kit.settings import get_settings
from prakerja.programme.parameters import Channel
from prakerja.programme.regime_files import load_regime_files
from prakerja.programme.regimes import RegimeBook, book_of
from prakerja.programme.rules import Allotment


@lru_cache(maxsize=1)
def get_regime_book() -> RegimeBook:
    """The regimes of the shipped files, read once in a process; `get_regime_book().on(context.today)`.

    Raises:
        RegimeFilesRefusedError: a problem in the files.
    """
    return load_regime_files()


def get_regime_book_of(version: str) -> RegimeBook:
    """The regimes as they were loaded under a version: what an earlier decision saw.

    Raises:
        LookupError: no such version was ever loaded.
    """
    found = db.row("SELECT content::text FROM regime_versions WHERE version = %s", (version,))
    if found is None:
        raise LookupError(f"the regime version {version!r} was never loaded")
    return book_of(msgspec.json.decode(found[0], type=dict[str, object]))


@dataclass(frozen=True, slots=True)
class RegimeVersionRow:
    """When a version was first loaded, and by whom."""

    version: str
    loaded_at: datetime
    actor: str


def list_regime_versions() -> list[RegimeVersionRow]:
    """All versions, the newest first."""
    return [
        RegimeVersionRow(*found)
        for found in db.rows("SELECT version, loaded_at, actor FROM regime_versions ORDER BY loaded_at DESC, version")
    ]


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A budget with what its lanes have left and handed out."""

    id: UUID
    number: int
    regime_code: str
    channel: Channel
    places: int
    package_idr: int
    training_idr: int
    incentive_idr: int
    places_left: int
    places_taken: int


_BUDGETS = """
SELECT b.id, b.number, b.regime_code, b.channel, b.places, b.package_idr, b.training_idr, b.incentive_idr,
    coalesce(sum(a.places_left), 0)::bigint, coalesce(sum(a.places_taken), 0)::bigint
FROM budgets AS b
LEFT JOIN quota_allotments AS a ON a.budget_id = b.id
"""


def list_budgets() -> list[BudgetRow]:
    """All budgets by number: six for three regimes."""
    return [_budget(found) for found in db.rows(f"{_BUDGETS} GROUP BY b.id ORDER BY b.number")]


def get_budget(regime_code: str, channel: Channel | str) -> BudgetRow:
    """The budget of a regime and channel.

    Raises:
        LookupError: it is not open.
    """
    found = db.row(
        f"{_BUDGETS} WHERE b.regime_code = %s AND b.channel = %s GROUP BY b.id", (regime_code, Channel(channel).value)
    )
    if found is None:
        raise LookupError(f"no budget is open for {regime_code} {channel}")
    return _budget(found)


def _budget(found: db.Row) -> BudgetRow:
    budget_id, number, regime_code, channel, *figures = found
    return BudgetRow(budget_id, number, regime_code, Channel(channel), *figures)


def list_allotments(budget_id: UUID) -> list[Allotment]:
    """The places of a budget, by lane."""
    return [
        Allotment(lane=lane, budget_id=budget_id, places_left=left, places_taken=taken)
        for lane, left, taken in db.rows(
            "SELECT lane, places_left, places_taken FROM quota_allotments WHERE budget_id = %s ORDER BY lane",
            (budget_id,),
        )
    ]


@dataclass(frozen=True, slots=True)
class ProvinceRow:
    """A province. `weight` is its number of recipients of 2020 (`weight_evidence`: published, split or estimate)."""

    code: str
    name: str
    time_zone: str
    tile_column: int
    tile_row: int
    weight: int
    weight_evidence: str
    since_date: date | None
    split_from_code: str | None


def list_provinces(*, on: date | None = None) -> list[ProvinceRow]:
    """The provinces by code; with `on` those of that day, and the weight of later ones at their origin."""
    found = [
        ProvinceRow(*row)
        for row in db.rows(
            """
            SELECT code, name, time_zone, tile_column, tile_row, weight, weight_evidence, since_date, split_from_code
            FROM provinces
            ORDER BY code
            """
        )
    ]
    if on is None:
        return found
    later = [province for province in found if province.since_date is not None and province.since_date > on]
    extra: dict[str | None, int] = {}
    for province in later:
        extra[province.split_from_code] = extra.get(province.split_from_code, 0) + province.weight
    return [
        ProvinceRow(
            code=province.code,
            name=province.name,
            time_zone=province.time_zone,
            tile_column=province.tile_column,
            tile_row=province.tile_row,
            weight=province.weight + extra.get(province.code, 0),
            weight_evidence=province.weight_evidence,
            since_date=province.since_date,
            split_from_code=province.split_from_code,
        )
        for province in found
        if province not in later
    ]


@dataclass(frozen=True, slots=True)
class LabourOfficeRow:
    """A Dinas; `sample` ones exist for demonstration only."""

    id: UUID
    code: str
    name: str
    province_code: str
    sample: bool


def list_labour_offices(*, province_code: str | None = None) -> list[LabourOfficeRow]:
    """The labour offices by code, of one province or of all."""
    return [
        LabourOfficeRow(*found)
        for found in db.rows(
            """
            SELECT id, code, name, province_code, sample
            FROM labour_offices
            WHERE %(province_code)s::text IS NULL OR province_code = %(province_code)s
            ORDER BY code
            """,
            {"province_code": province_code},
        )
    ]


@dataclass(frozen=True, slots=True)
class ProgrammeClockRow:
    """The virtual clock: it showed `programme_at` when the machine's showed `machine_at`."""

    programme_at: datetime
    machine_at: datetime
    running: bool

    def at(self, machine_now: datetime) -> datetime:
        """What it shows now; a machine's clock that went back does not take it along."""
        if not self.running or machine_now <= self.machine_at:
            return self.programme_at
        return self.programme_at + (machine_now - self.machine_at)


def find_programme_clock(*, for_update: bool = False) -> ProgrammeClockRow | None:
    """The virtual clock, where one was set; `for_update` locks it for the transaction."""
    lock = " FOR UPDATE" if for_update else ""
    found = db.row(f"SELECT programme_at, machine_at, running FROM programme_clock WHERE id = 1{lock}")
    if found is None:
        return None
    programme_at, machine_at, running = found
    return ProgrammeClockRow(programme_at.astimezone(UTC), machine_at.astimezone(UTC), running)


def programme_now(machine_now: datetime) -> datetime:
    """What the programme clock shows: the machine's moment, except where a sandbox has set a virtual clock.

    Cost: none in production, one row in a sandbox.
    """
    if get_settings().deployment == "production":
        return machine_now
    clock = find_programme_clock()
    return machine_now if clock is None else clock.at(machine_now)
