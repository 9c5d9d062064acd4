"""Writes of the programme: regime versions, budgets, places, areas, the programme clock."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.clock import as_utc
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.programme import queries, rules
from prakerja.programme.errors import BudgetCode, ClockCode, PlacesCode
from prakerja.programme.parameters import Channel
from prakerja.programme.regime_files import load_regime_files
from prakerja.programme.regimes import RegimeBook
from prakerja.programme.rules import Allotment, AllotmentKey, PlacesRequest

# The one row of the programme clock.
_CLOCK_ID = 1


def load_regimes(context: Context, *, folder: Path | None = None) -> RegimeBook:
    """Read the regime files and keep their content under its version; a version that is known stays as it is.

    Raises:
        RegimeFilesRefusedError: a problem in the files; nothing is written.
    """
    book = load_regime_files(folder)
    with db.transaction():
        added = db.execute(
            """
            INSERT INTO regime_versions (version, loaded_at, actor, content)
            VALUES (%s, %s, %s, %s::jsonb)
            ON CONFLICT (version) DO NOTHING
            """,
            (book.version, context.now, context.actor, db.encode_json(book.content)),
        )
        if added:
            # A version has no uuid of its own: the event's subject is the version, as the first 48 bits of one.
            subject_id = UUID(hex=book.version.ljust(32, "0"))
            record_events(context, [Event("regime_version.loaded", subject_id, {"version": book.version})])
    return book


@dataclass(frozen=True, slots=True)
class BudgetResult:
    """What became of one regime × channel; `budget_id` is the open budget's, also where it was there before."""

    code: BudgetCode
    budget_id: UUID
    number: int
    regime_code: str
    channel: Channel
    places: int


def open_budgets(context: Context, book: RegimeBook) -> list[BudgetResult]:
    """One budget for each regime and channel of the book, its places spread over the lanes.

    Results: in the order of the book, digital before regular. A budget that is open already is left as it is: another
    quota or package is `budget_differs`. Cost: three statements, and one for the events.

    Rules: SCHEME-01, MONEY-01, MONEY-02, MONEY-03.
    """
    wanted = [(book.get(code), channel) for code in book.codes for channel in Channel]
    items = [
        {
            "id": context.uuid(),
            "number": number,
            "regime_code": regime.code,
            "channel": channel.value,
            "places": regime.quota(channel),
            "package_idr": regime.package_idr,
            "training_idr": regime.training_idr,
            "incentive_idr": regime.incentive_idr,
        }
        for number, (regime, channel) in enumerate(wanted, start=1)
    ]
    with db.transaction():
        opened = {
            budget_id
            for (budget_id,) in db.rows(
                """
                WITH opened AS (
                    INSERT INTO budgets (
                        id, number, regime_code, channel, places, package_idr, training_idr, incentive_idr
                    )
                    SELECT id, number, regime_code, channel, places, package_idr, training_idr, incentive_idr
                    FROM jsonb_to_recordset(%s::jsonb) AS item (
                        id uuid, number smallint, regime_code text, channel text, places integer,
                        package_idr bigint, training_idr bigint, incentive_idr bigint
                    )
                    ON CONFLICT (regime_code, channel) DO NOTHING
                    RETURNING id
                )
                SELECT id FROM opened ORDER BY id
                """,
                (db.encode_json(items),),
            )
        }
        _spread(items, opened)
        record_events(
            context,
            [
                Event(
                    "budget.opened",
                    UUID(str(item["id"])),
                    {key: item[key] for key in ("number", "regime_code", "channel", "places", "package_idr")}
                    | {"regime_version": book.version},
                )
                for item in items
                if item["id"] in opened
            ],
        )
        found = {(budget.regime_code, budget.channel): budget for budget in queries.list_budgets()}
    return [_budget_result(item, found[str(item["regime_code"]), Channel(str(item["channel"]))]) for item in items]


def _spread(items: Sequence[Mapping[str, object]], opened: set[UUID]) -> None:
    lanes = get_settings().lanes
    allotments = [
        {"lane": lane, "budget_id": item["id"], "places_left": places}
        for item in items
        if item["id"] in opened
        for lane, places in enumerate(rules.spread_places(int(str(item["places"])), lanes))
    ]
    db.execute(
        """
        INSERT INTO quota_allotments (lane, budget_id, places_left)
        SELECT lane, budget_id, places_left
        FROM jsonb_to_recordset(%s::jsonb) AS item (lane smallint, budget_id uuid, places_left integer)
        """,
        (db.encode_json(allotments),),
    )


def _budget_result(item: Mapping[str, object], budget: queries.BudgetRow) -> BudgetResult:
    if budget.id == item["id"]:
        code = BudgetCode.OK
    elif all(getattr(budget, name) == item[name] for name in ("places", "package_idr", "training_idr")):
        code = BudgetCode.ALREADY_OPEN
    else:
        code = BudgetCode.BUDGET_DIFFERS
    return BudgetResult(
        code=code,
        budget_id=budget.id,
        number=budget.number,
        regime_code=budget.regime_code,
        channel=budget.channel,
        places=budget.places,
    )


@dataclass(frozen=True, slots=True)
class PlacesResult:
    """The answer to one `PlacesRequest`."""

    code: PlacesCode


def take_places(context: Context, requests: Sequence[PlacesRequest]) -> list[PlacesResult]:
    """Hand out places of budgets, each request all or nothing, in order; a dry lane gets places from the others.

    Codes in order: no_such_budget, lane_not_open, quota_exhausted (all lanes together have too few).
    Locks: the budgets in the order of their id, then their allotments in lane order, until the transaction ends; a
    caller that takes places twice in one transaction takes from the same budgets or in the order of their ids.
    Cost: three statements and one for the events, whatever the number of requests.

    Rules: SCHEME-01, SELECT-02.
    """
    return _change_places(context, requests, rules.hand_out, "places.taken")


def give_back_places(context: Context, requests: Sequence[PlacesRequest]) -> list[PlacesResult]:
    """Put places back into the lane that handed them out: a revocation frees the place.

    Codes in order: no_such_budget, lane_not_open, more_than_taken. Locks and cost as `take_places`.

    Rule: SCHEME-01.
    """
    return _change_places(context, requests, rules.give_back, "places.given_back")


_Decide = Callable[
    [Mapping[AllotmentKey, Allotment], Sequence[PlacesRequest]], tuple[dict[AllotmentKey, Allotment], list[PlacesCode]]
]


def _change_places(
    context: Context, requests: Sequence[PlacesRequest], decide: _Decide, event_kind: str
) -> list[PlacesResult]:
    if not requests:
        return []
    with db.transaction():
        before = _locked_allotments(sorted({request.budget_id for request in requests}))
        after, codes = decide(before, requests)
        changed = [allotment for key, allotment in after.items() if allotment != before[key]]
        db.execute(
            """
            UPDATE quota_allotments
            SET places_left = item.places_left, places_taken = item.places_taken
            FROM jsonb_to_recordset(%s::jsonb) AS item (
                lane smallint, budget_id uuid, places_left integer, places_taken integer
            )
            WHERE quota_allotments.lane = item.lane AND quota_allotments.budget_id = item.budget_id
            """,
            (db.encode_json(changed),),
        )
        granted: dict[UUID, int] = {}
        for request, code in zip(requests, codes, strict=True):
            if code is PlacesCode.OK:
                granted[request.budget_id] = granted.get(request.budget_id, 0) + request.places
        record_events(
            context, [Event(event_kind, budget_id, {"places": granted[budget_id]}) for budget_id in sorted(granted)]
        )
    return [PlacesResult(code) for code in codes]


def _locked_allotments(budget_ids: Sequence[UUID]) -> dict[AllotmentKey, Allotment]:
    # The budget first: the trigger that guards the quota locks it too, and one order of locks cannot deadlock.
    db.rows("SELECT id FROM budgets WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", (list(budget_ids),))
    found = db.rows(
        """
        SELECT lane, budget_id, places_left, places_taken
        FROM quota_allotments
        WHERE budget_id = ANY(%s)
        ORDER BY budget_id, lane
        FOR NO KEY UPDATE
        """,
        (list(budget_ids),),
    )
    return {(lane, budget_id): Allotment(lane, budget_id, left, taken) for lane, budget_id, left, taken in found}


@dataclass(frozen=True, slots=True)
class ReferenceCounts:
    """How many rows the reference data has."""

    provinces: int
    labour_offices: int


def load_reference_data(context: Context) -> ReferenceCounts:
    """The provinces and one sample labour office for each, as the data files give them; safe to run again.

    Cost: two statements.
    """
    provinces = _csv_rows("provinces.csv")
    offices = _csv_rows("labour_offices.csv")
    with db.transaction():
        db.execute(
            """
            INSERT INTO provinces (
                code, name, time_zone, tile_column, tile_row, weight, weight_evidence, since_date, split_from_code
            )
            SELECT code, name, time_zone, tile_column, tile_row, weight, weight_evidence,
                nullif(since_date, '')::date, nullif(split_from_code, '')
            FROM jsonb_to_recordset(%s::jsonb) AS item (
                code text, name text, time_zone text, tile_column smallint, tile_row smallint, weight integer,
                weight_evidence text, since_date text, split_from_code text
            )
            ORDER BY code
            ON CONFLICT (code) DO UPDATE
            SET name = excluded.name, time_zone = excluded.time_zone, tile_column = excluded.tile_column,
                tile_row = excluded.tile_row, weight = excluded.weight, weight_evidence = excluded.weight_evidence,
                since_date = excluded.since_date, split_from_code = excluded.split_from_code
            """,
            (db.encode_json(provinces),),
        )
        db.execute(
            """
            INSERT INTO labour_offices (id, code, name, province_code, sample)
            SELECT id, code, name, province_code, sample
            FROM jsonb_to_recordset(%s::jsonb) AS item (
                id uuid, code text, name text, province_code text, sample boolean
            )
            ORDER BY code
            ON CONFLICT (code) DO UPDATE
            SET name = excluded.name, province_code = excluded.province_code, sample = excluded.sample
            """,
            (db.encode_json([office | {"id": context.uuid()} for office in offices]),),
        )
        subject_id = context.uuid()
        counts = {"provinces": len(provinces), "labour_offices": len(offices)}
        record_events(context, [Event("reference_data.loaded", subject_id, counts)])
    return ReferenceCounts(provinces=len(provinces), labour_offices=len(offices))


def _csv_rows(name: str) -> list[dict[str, object]]:
    text = (files("prakerja.programme") / "data" / name).read_text(encoding="utf-8")
    return [dict(row) for row in csv.DictReader(text.splitlines())]


@dataclass(frozen=True, slots=True)
class ClockResult:
    """What the clock shows after the call; None when it is not a virtual one."""

    code: ClockCode
    programme_at: datetime | None


def set_programme_clock(context: Context, programme_at: datetime, *, machine_now: datetime) -> ClockResult:
    """Put the programme clock of a sandbox at a moment, standing; never backwards.

    Codes in order: only_in_a_sandbox, never_backwards.
    """
    if get_settings().deployment == "production":
        return ClockResult(ClockCode.ONLY_IN_A_SANDBOX, None)
    with db.transaction():
        clock = queries.find_programme_clock(for_update=True)
        shown = None if clock is None else clock.at(machine_now)
        if shown is not None and programme_at < shown:
            return ClockResult(ClockCode.NEVER_BACKWARDS, shown)
        return _write_clock(context, as_utc(programme_at), machine_now, running=False)


def run_programme_clock(context: Context, *, machine_now: datetime) -> ClockResult:
    """Let the programme clock go on from where it stands. Codes in order: only_in_a_sandbox, not_set."""
    return _start_or_stop(context, machine_now, running=True)


def stop_programme_clock(context: Context, *, machine_now: datetime) -> ClockResult:
    """Let the programme clock stand at what it shows. Codes in order: only_in_a_sandbox, not_set."""
    return _start_or_stop(context, machine_now, running=False)


def keep_programme_clock(*, machine_now: datetime) -> bool:
    """Note how far a running clock has come, so that a killed process loses no more than the time since; no event.

    Whether there was a running one to note.
    """
    with db.transaction():
        clock = queries.find_programme_clock(for_update=True)
        if clock is None or not clock.running:
            return False
        db.execute(
            "UPDATE programme_clock SET programme_at = %s, machine_at = %s WHERE id = %s",
            (clock.at(machine_now), machine_now, _CLOCK_ID),
        )
        return True


def recover_programme_clock(context: Context, *, machine_now: datetime, allowance: timedelta) -> ClockResult:
    """After a kill the clock seems to have run on: take it back to where it was last noted, and let it stand.

    `allowance` is the time between two notes: with it nothing that was written lies in the future.
    Codes in order: only_in_a_sandbox, not_set.
    """
    if get_settings().deployment == "production":
        return ClockResult(ClockCode.ONLY_IN_A_SANDBOX, None)
    with db.transaction():
        clock = queries.find_programme_clock(for_update=True)
        if clock is None:
            return ClockResult(ClockCode.NOT_SET, None)
        if not clock.running:
            return ClockResult(ClockCode.OK, clock.programme_at)
        until = min(clock.machine_at + allowance, machine_now)
        return _write_clock(context, clock.at(until), machine_now, running=False)


def _start_or_stop(context: Context, machine_now: datetime, *, running: bool) -> ClockResult:
    if get_settings().deployment == "production":
        return ClockResult(ClockCode.ONLY_IN_A_SANDBOX, None)
    with db.transaction():
        clock = queries.find_programme_clock(for_update=True)
        if clock is None:
            return ClockResult(ClockCode.NOT_SET, None)
        return _write_clock(context, clock.at(machine_now), machine_now, running=running)


def _write_clock(context: Context, programme_at: datetime, machine_now: datetime, *, running: bool) -> ClockResult:
    db.execute(
        """
        INSERT INTO programme_clock (id, programme_at, machine_at, running)
        VALUES (%s, %s, %s, %s)
        ON CONFLICT (id) DO UPDATE
        SET programme_at = excluded.programme_at, machine_at = excluded.machine_at, running = excluded.running
        """,
        (_CLOCK_ID, programme_at, machine_now, running),
    )
    payload = {"programme_at": programme_at.isoformat(), "running": running}
    record_events(context, [Event("programme_clock.set", UUID(int=_CLOCK_ID), payload)])
    return ClockResult(ClockCode.OK, programme_at)
