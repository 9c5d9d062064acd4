"""Budgets, places, areas and the programme clock against a real database."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.settings import Settings, get_settings
from prakerja.programme import operations, queries
from prakerja.programme.errors import BudgetCode, ClockCode, PlacesCode, RegimeFilesRefusedError
from prakerja.programme.parameters import Channel
from prakerja.programme.regime_files import shipped_folder
from prakerja.programme.rules import Allotment, PlacesRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def lanes(monkeypatch: pytest.MonkeyPatch) -> int:
    """Three lanes, so that places are not even."""
    settings = get_settings().model_copy(update={"lanes": 3})
    monkeypatch.setattr(operations, "get_settings", lambda: settings)
    return 3


def open_founding_regular(context: Context) -> UUID:
    operations.open_budgets(context, queries.get_regime_book())
    return queries.get_budget("founding", Channel.REGULAR).id


def events_of(kind: str) -> list[tuple[UUID, dict[str, object]]]:
    found = db.rows("SELECT subject_id, payload::text FROM events WHERE kind = %s ORDER BY lane, event_id", (kind,))
    return [(subject_id, json.loads(payload)) for subject_id, payload in found]


def test_load_regimes_keeps_each_version_once(context: Context) -> None:
    book = operations.load_regimes(context)
    assert operations.load_regimes(context.acting_as("staff:pmo-2")).version == book.version
    assert queries.list_regime_versions() == [
        queries.RegimeVersionRow(version=book.version, loaded_at=context.now, actor="system:test")
    ]
    assert len(events_of("regime_version.loaded")) == 1


def test_a_stored_version_gives_the_same_rules_again(context: Context) -> None:
    book = operations.load_regimes(context)
    stored = queries.get_regime_book_of(book.version)
    assert stored.version == book.version
    assert stored.stretches == book.stretches
    with pytest.raises(LookupError):
        queries.get_regime_book_of("000000000000")


def test_nothing_is_loaded_when_one_file_is_wrong(context: Context, tmp_path: Path) -> None:
    for path in shipped_folder().glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if path.name == "third.yaml":
            text = text.replace("value: 3500000,", "value: -3500000,")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    with pytest.raises(RegimeFilesRefusedError, match=r"third\.yaml:\d+: negative_amount"):
        operations.load_regimes(context, folder=tmp_path)
    assert queries.list_regime_versions() == []


def test_scheme_01_opens_a_budget_per_regime_and_channel(context: Context, lanes: int) -> None:
    """SCHEME-01, MONEY-01, MONEY-02, MONEY-03."""
    results = operations.open_budgets(context, queries.get_regime_book())
    assert [(result.code, result.number, result.regime_code, result.channel) for result in results] == [
        (BudgetCode.OK, 1, "founding", Channel.DIGITAL),
        (BudgetCode.OK, 2, "founding", Channel.REGULAR),
        (BudgetCode.OK, 3, "second", Channel.DIGITAL),
        (BudgetCode.OK, 4, "second", Channel.REGULAR),
        (BudgetCode.OK, 5, "third", Channel.DIGITAL),
        (BudgetCode.OK, 6, "third", Channel.REGULAR),
    ]
    founding = queries.get_budget("founding", Channel.REGULAR)
    assert (founding.places, founding.places_left, founding.places_taken) == (500_000, 500_000, 0)
    assert (founding.package_idr, founding.training_idr, founding.incentive_idr) == (3_550_000, 1_000_000, 2_550_000)
    assert [a.places_left for a in queries.list_allotments(founding.id)] == [166_667, 166_667, 166_666]
    assert len(events_of("budget.opened")) == 6


def test_opening_again_changes_nothing(context: Context) -> None:
    first = operations.open_budgets(context, queries.get_regime_book())
    again = operations.open_budgets(context, queries.get_regime_book())
    assert {result.code for result in again} == {BudgetCode.ALREADY_OPEN}
    assert [result.budget_id for result in again] == [result.budget_id for result in first]
    db.execute("UPDATE budgets SET places = places + 1 WHERE number = 2")
    codes = [result.code for result in operations.open_budgets(context, queries.get_regime_book())]
    assert codes == [BudgetCode.ALREADY_OPEN, BudgetCode.BUDGET_DIFFERS, *[BudgetCode.ALREADY_OPEN] * 4]


def test_a_budget_that_is_not_open_is_not_found() -> None:
    with pytest.raises(LookupError):
        queries.get_budget("founding", "digital")


def test_scheme_01_places_move_from_other_lanes_when_one_runs_dry(context: Context, lanes: int) -> None:
    """SCHEME-01, SELECT-02."""
    budget_id = open_founding_regular(context)
    answers = operations.take_places(
        context,
        [
            PlacesRequest(2, budget_id, 400_000),
            PlacesRequest(0, budget_id, 100_001),
            PlacesRequest(0, budget_id, 100_000),
            PlacesRequest(1, budget_id, 1),
            PlacesRequest(9, budget_id, 1),
            PlacesRequest(1, UUID(int=5), 1),
        ],
    )
    assert [answer.code for answer in answers] == [
        PlacesCode.OK,
        PlacesCode.QUOTA_EXHAUSTED,
        PlacesCode.OK,
        PlacesCode.QUOTA_EXHAUSTED,
        PlacesCode.LANE_NOT_OPEN,
        PlacesCode.NO_SUCH_BUDGET,
    ]
    assert queries.list_allotments(budget_id) == [
        Allotment(0, budget_id, 0, 100_000),
        Allotment(1, budget_id, 0, 0),
        Allotment(2, budget_id, 0, 400_000),
    ]
    assert events_of("places.taken") == [(budget_id, {"places": 500_000})]


def test_scheme_01_a_place_that_comes_back_can_be_taken_again(context: Context, lanes: int) -> None:
    """SCHEME-01."""
    budget_id = open_founding_regular(context)
    operations.take_places(context, [PlacesRequest(0, budget_id, 500_000)])
    back = operations.give_back_places(context, [PlacesRequest(0, budget_id, 2), PlacesRequest(1, budget_id, 1)])
    assert [answer.code for answer in back] == [PlacesCode.OK, PlacesCode.MORE_THAN_TAKEN]
    taken = operations.take_places(context, [PlacesRequest(1, budget_id, 2), PlacesRequest(1, budget_id, 1)])
    assert [answer.code for answer in taken] == [PlacesCode.OK, PlacesCode.QUOTA_EXHAUSTED]
    assert queries.get_budget("founding", "regular").places_taken == 500_000


def test_no_requests_no_answers(context: Context) -> None:
    assert operations.take_places(context, []) == []
    assert operations.give_back_places(context, []) == []


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE quota_allotments SET places_left = places_left + 1", "quota_is_never_exceeded"),
        ("UPDATE quota_allotments SET places_taken = places_taken + 1", "quota_is_never_exceeded"),
        (
            "INSERT INTO quota_allotments (lane, budget_id, places_left) SELECT 99, id, 1 FROM budgets",
            "quota_is_never_exceeded",
        ),
        ("UPDATE budgets SET places = places - 1", "quota_is_never_exceeded"),
        ("UPDATE quota_allotments SET places_left = -1", "places_never_run_below_zero"),
        ("UPDATE quota_allotments SET places_taken = -1, places_left = 0", "places_taken_are_never_negative"),
        ("UPDATE budgets SET package_idr = package_idr + 1", "package_is_the_sum_of_its_parts"),
        ("UPDATE budgets SET number = 0 WHERE number = 1", "budget_number_starts_at_one"),
        ("UPDATE budgets SET channel = 'physical' WHERE number = 1", "budget_channel_is_known"),
    ],
)
def test_the_database_keeps_the_promises(context: Context, statement: str, constraint: str) -> None:
    """SCHEME-01."""
    open_founding_regular(context)
    with pytest.raises(IntegrityError) as caught:
        db.execute(statement)
    cause = caught.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.diag.constraint_name == constraint


def test_reference_data_loads_and_loads_again(context: Context) -> None:
    counts = operations.load_reference_data(context)
    assert (counts.provinces, counts.labour_offices) == (38, 38)
    offices = queries.list_labour_offices()
    assert operations.load_reference_data(context) == counts
    assert queries.list_labour_offices() == offices
    assert {office.province_code for office in offices} == {province.code for province in queries.list_provinces()}
    assert all(office.sample and "(contoh)" in office.name for office in offices)
    assert [office.code for office in queries.list_labour_offices(province_code="31")] == ["dinas-31"]


def test_provinces_have_the_published_weights(context: Context) -> None:
    operations.load_reference_data(context)
    provinces = {province.code: province for province in queries.list_provinces()}
    assert provinces["32"].weight == 793_400
    assert (provinces["32"].tile_column, provinces["32"].tile_row) == (4, 6)
    assert provinces["17"].weight_evidence == "estimate"
    published = [province.weight for province in provinces.values() if province.weight_evidence == "published"]
    assert len(published) == 31
    assert sum(provinces[code].weight for code in ("91", "93", "94", "95")) == 14_100
    assert sum(provinces[code].weight for code in ("92", "96")) == 7_600
    assert Counter(province.time_zone for province in provinces.values()) == {
        "Asia/Jakarta": 18,
        "Asia/Jayapura": 8,
        "Asia/Makassar": 12,
    }


def test_provinces_of_2020_are_34_with_the_same_weight_in_all(context: Context) -> None:
    operations.load_reference_data(context)
    then = queries.list_provinces(on=date(2020, 4, 11))
    assert len(then) == 34
    assert sum(province.weight for province in then) == sum(province.weight for province in queries.list_provinces())
    weights = {province.code: province.weight for province in then}
    assert (weights["91"], weights["92"]) == (14_100, 7_600)
    assert len(queries.list_provinces(on=date(2022, 7, 25))) == 37
    assert len(queries.list_provinces(on=date(2022, 12, 8))) == 38


MACHINE = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
VIRTUAL = datetime(2020, 6, 1, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_the_programme_clock_is_the_machines_until_it_is_set(context: Context) -> None:
    assert queries.programme_now(MACHINE) == MACHINE
    assert operations.run_programme_clock(context, machine_now=MACHINE).code is ClockCode.NOT_SET
    assert operations.stop_programme_clock(context, machine_now=MACHINE).code is ClockCode.NOT_SET


def test_the_programme_clock_runs_and_stands(context: Context) -> None:
    assert operations.set_programme_clock(context, VIRTUAL, machine_now=MACHINE).code is ClockCode.OK
    assert queries.programme_now(MACHINE + HOUR) == VIRTUAL
    assert operations.run_programme_clock(context, machine_now=MACHINE + HOUR).programme_at == VIRTUAL
    assert queries.programme_now(MACHINE + 3 * HOUR) == VIRTUAL + 2 * HOUR
    # The machine's clock went back: the programme's does not.
    assert queries.programme_now(MACHINE) == VIRTUAL
    stopped = operations.stop_programme_clock(context, machine_now=MACHINE + 3 * HOUR)
    assert stopped.programme_at == VIRTUAL + 2 * HOUR
    assert queries.programme_now(MACHINE + 9 * HOUR) == VIRTUAL + 2 * HOUR


def test_the_programme_clock_never_goes_back(context: Context) -> None:
    operations.set_programme_clock(context, VIRTUAL, machine_now=MACHINE)
    operations.run_programme_clock(context, machine_now=MACHINE)
    earlier = operations.set_programme_clock(context, VIRTUAL + HOUR, machine_now=MACHINE + 2 * HOUR)
    assert earlier == operations.ClockResult(ClockCode.NEVER_BACKWARDS, VIRTUAL + 2 * HOUR)
    assert queries.programme_now(MACHINE + 2 * HOUR) == VIRTUAL + 2 * HOUR


def test_production_knows_the_machines_clock_alone(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    operations.set_programme_clock(context, VIRTUAL, machine_now=MACHINE)
    production: Settings = get_settings().model_copy(update={"deployment": "production"})
    monkeypatch.setattr(operations, "get_settings", lambda: production)
    monkeypatch.setattr(queries, "get_settings", lambda: production)
    refused = operations.ClockResult(ClockCode.ONLY_IN_A_SANDBOX, None)
    assert operations.set_programme_clock(context, VIRTUAL, machine_now=MACHINE) == refused
    assert operations.run_programme_clock(context, machine_now=MACHINE) == refused
    assert operations.stop_programme_clock(context, machine_now=MACHINE) == refused
    assert queries.programme_now(MACHINE) == MACHINE
