"""SCHEME-01 under concurrency: many real connections try to pass the quota."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.programme import operations, queries
from prakerja.programme.errors import PlacesCode
from prakerja.programme.rules import PlacesRequest

LANES = 4
PLACES = 60
THREADS = 16
ROUNDS = 10


@pytest.fixture
def small_budgets(committed_db: None, context: Context, monkeypatch: pytest.MonkeyPatch) -> list[queries.BudgetRow]:
    """The founding budgets with 60 places each, spread over four lanes."""
    settings = get_settings().model_copy(update={"lanes": LANES})
    monkeypatch.setattr(operations, "get_settings", lambda: settings)
    operations.open_budgets(context, queries.get_regime_book())
    with db.transaction():
        db.execute(f"UPDATE quota_allotments SET places_left = {PLACES // LANES}")
        db.execute("UPDATE budgets SET places = %s", (PLACES,))
    return queries.list_budgets()[:2]


def test_many_connections_never_pass_the_quota(
    small_budgets: list[queries.BudgetRow], race: Callable[..., list[list[PlacesCode]]], context: Context
) -> None:
    """SCHEME-01."""
    digital, regular = (budget.id for budget in small_budgets)

    def greedy(number: int) -> Callable[[], list[PlacesCode]]:
        # Half of the threads name the budgets in the other order: the locks must not depend on it.
        budgets = (digital, regular) if number % 2 else (regular, digital)

        def take() -> list[PlacesCode]:
            codes = []
            for step in range(ROUNDS):
                requests = [PlacesRequest((number + step) % LANES, budget_id, 1) for budget_id in budgets]
                codes += [answer.code for answer in operations.take_places(context, requests)]
            return codes

        return take

    answers = [code for codes in race([greedy(number) for number in range(THREADS)]) for code in codes]
    assert answers.count(PlacesCode.OK) == 2 * PLACES
    assert answers.count(PlacesCode.QUOTA_EXHAUSTED) == 2 * (THREADS * ROUNDS - PLACES)
    for budget in queries.list_budgets()[:2]:
        assert (budget.places_left, budget.places_taken) == (0, PLACES)


def test_taking_and_giving_back_at_the_same_time_loses_no_place(
    small_budgets: list[queries.BudgetRow], race: Callable[..., list[int]], context: Context
) -> None:
    """SCHEME-01."""
    budget_id = small_budgets[0].id

    def come_and_go(lane: int) -> Callable[[], int]:
        def run() -> int:
            kept = 0
            for step in range(ROUNDS):
                request = PlacesRequest(lane % LANES, budget_id, 7)
                if operations.take_places(context, [request])[0].code is PlacesCode.OK:
                    kept += 7
                    if step % 2:
                        back = operations.give_back_places(context, [request])
                        assert back[0].code is PlacesCode.OK
                        kept -= 7
            return kept

        return run

    kept = race([come_and_go(lane) for lane in range(THREADS)])
    budget = queries.list_budgets()[0]
    assert budget.places_taken == sum(kept)
    assert budget.places_left + budget.places_taken == PLACES


def test_writers_around_the_operation_meet_the_trigger(
    small_budgets: list[queries.BudgetRow], race: Callable[..., list[bool]]
) -> None:
    """Each adds a place to a lane of its own where one is free: one of them is let through, whoever comes first."""
    budget_id = small_budgets[0].id
    db.execute(
        "UPDATE quota_allotments SET places_left = places_left - 1 WHERE lane = 0 AND budget_id = %s", (budget_id,)
    )

    def add(lane: int) -> Callable[[], bool]:
        def run() -> bool:
            try:
                with db.transaction():
                    db.execute(
                        "UPDATE quota_allotments SET places_left = places_left + 1 WHERE lane = %s AND budget_id = %s",
                        (lane, budget_id),
                    )
                    # All have written before the first one commits: a sum without a lock would let all of them through.
                    db.value("SELECT pg_sleep(0.2)")
            except IntegrityError:
                return False
            return True

        return run

    assert sum(race([add(lane) for lane in range(LANES)])) == 1
    assert queries.list_budgets()[0].places_left == PLACES
