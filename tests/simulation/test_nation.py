"""A tiny nation lives its whole year in the suite: repeatable, with the same books for any number of lanes."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest
from django.db import transaction

from prakerja.kit import db
from prakerja.kit.settings import get_settings
from prakerja.ledger.queries import sum_by_account_kind
from prakerja.oversight.invariants import run_invariants
from prakerja.oversight.queries.demo import find_somebody
from prakerja.payouts.sandbox import BankSandbox
from prakerja.simulation import nation as simulated
from prakerja.simulation.nation import Nation, at
from prakerja.simulation.report import ledger_digest, tell_story
from prakerja.simulation.run_off import A_CODE_IN_HAND, A_LAST_CODE, A_NEW_CODE, LEAVES_ON, RunOff
from prakerja.simulation.story import WORKING_MOMENT, tell

pytestmark = pytest.mark.django_db

PEOPLE = 400


@pytest.fixture
def one_lane() -> Iterator[None]:
    yield from _with_lanes(1)


def _with_lanes(lanes: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAKERJA_LANES", str(lanes))
        get_settings.cache_clear()
        yield
    get_settings.cache_clear()


def books(seed: int, *, until: datetime) -> tuple[str, dict[tuple[int, str], int], str]:
    """A nation in a transaction that is taken back: its story, its books and its ledger's digest."""
    with transaction.atomic():
        nation = tell(PEOPLE, seed, until=until)
        found = (tell_story(nation), sum_by_account_kind(), ledger_digest())
        transaction.set_rollback(True)
    return found


def test_a_year_ends_with_closed_books_and_kept_promises(one_lane: None) -> None:
    nation: Nation = tell(PEOPLE, 1)
    assert nation.counts["books closed"] == 1
    assert nation.not_tried == []
    assert [result.name for result in run_invariants() if not result.ok] == []
    left = {kind for (_, kind), amount in sum_by_account_kind().items() if amount}
    assert left == {"state_budget", "paid", "returned"}
    assert db.value("SELECT count(*) FROM participants WHERE state = 'active'") == 0


def test_a_platform_leaves_in_the_year_and_what_it_sold_is_honoured(one_lane: None) -> None:
    """SCHEME-07: nothing is sold behind the day, what was sold is redeemed, completed and paid to both sides."""
    nation: Nation = tell(PEOPLE, 1)
    assert nation.refusals[A_CODE_IN_HAND, "platform_not_active"] == 1
    assert nation.refusals[A_NEW_CODE, "platform_not_active"] == 1
    assert db.value("SELECT state FROM platforms WHERE code = 'skillacademy'") == "ended"
    states: dict[str, int] = dict(
        db.rows(
            """
            SELECT p.state, count(*)
            FROM purchases AS p
            JOIN platforms AS f ON f.id = p.platform_id
            WHERE f.code = 'skillacademy'
            GROUP BY p.state
            ORDER BY p.state
            """
        )
    )
    # None is left in the air: each was taught, or its money went back.
    assert set(states) <= {"completed", "not_completed", "expired", "voided"}
    found = re.search(
        r"with (\d+) purchases, and sold (\d+) more; behind that day (\d+) of its codes were redeemed, (\d+) of them "
        r"completed, and Rp([\d,]+) became payable, Rp([\d,]+) of it to itself",
        tell_story(nation),
    )
    assert found is not None
    sold, later, redeemed, completed, payable, commission = (int(one.replace(",", "")) for one in found.groups())
    assert (sold, later) == (sum(states.values()), 0)
    assert redeemed >= completed > 0
    assert payable > commission > 0


def test_a_class_that_is_sold_out_on_the_morning_a_platform_leaves_is_passed_over(one_lane: None) -> None:
    nation: Nation = tell(PEOPLE, 1, until=at(LEAVES_ON, time(8, 45)))
    nation.now = at(LEAVES_ON, time(8, 50))
    shelf = [one for one in nation.classes if nation.platform_ids["skillacademy"] in one.platform_ids]
    sold_out = [one.schedule_id for one in shelf if not one.is_full and one.sells_until_at > nation.now][:-1]
    assert sold_out
    db.execute("UPDATE seat_allotments SET seats_left = 0 WHERE schedule_id = ANY (%s)", [sold_out])
    RunOff().morning(nation)
    assert nation.refusals[A_CODE_IN_HAND, "platform_not_active"] == 1
    assert nation.refusals[A_LAST_CODE, "sold_out"] > 0


def test_the_same_seed_gives_the_same_report_to_the_byte(one_lane: None) -> None:
    until = WORKING_MOMENT - timedelta(days=60)
    first, again, other = books(1, until=until), books(1, until=until), books(2, until=until)
    assert first == again
    assert first[2] != other[2]


def test_one_lane_and_four_lanes_keep_the_same_books(monkeypatch: pytest.MonkeyPatch) -> None:
    # The sandbox bank draws a line's failure by its reference, and references are ids of orders, which stand in lanes.
    monkeypatch.setattr(simulated, "BankSandbox", partial(BankSandbox, failure_bp=0))
    until = WORKING_MOMENT
    one, four = (books(1, until=until)[1] for lanes in (1, 4) for _ in _with_lanes(lanes))
    assert {key: amount for key, amount in four.items() if key[1] != "between_lanes"} == one
    assert all(amount == 0 for (_, kind), amount in four.items() if kind == "between_lanes")


def test_the_demo_stops_on_a_working_day_with_something_to_do_in_every_role(one_lane: None) -> None:
    tell(PEOPLE, 1, until=WORKING_MOMENT)
    assert db.value("SELECT count(*) FROM waves WHERE state = 'open'") == 1
    # Somebody can join it, too.
    assert find_somebody("joining", now=WORKING_MOMENT) is not None
    assert db.value("SELECT count(*) FROM settlement_runs WHERE state = 'prepared'") == 1
    assert db.value("SELECT count(*) FROM purchases WHERE state = 'redeemed'") > 0
    assert db.value("SELECT count(*) FROM purchases WHERE state = 'paid'") > 0
    assert db.value("SELECT count(*) FROM accounts WHERE kind = 'training' AND balance_idr > 0") > 0
    assert datetime(2020, 7, 15, tzinfo=UTC) < WORKING_MOMENT
