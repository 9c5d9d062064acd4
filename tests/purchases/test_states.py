"""The states of a purchase: the table of states.py, the CHECK of the database, and what the operations do."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from prakerja.kit import db
from prakerja.purchases.states import TRANSITIONS, PurchaseState

MOMENT = datetime(2020, 9, 1, tzinfo=UTC)
# State → which of redeemed_at, voided_at, closed_at, payable_at may be set together, as sets of names.
MOMENTS: dict[PurchaseState, list[set[str]]] = {
    # The trigger of settlement may be the purchase itself: then what is paid is payable.
    PurchaseState.PAID: [set(), {"payable_at"}],
    PurchaseState.REDEEMED: [{"redeemed_at"}, {"redeemed_at", "payable_at"}],
    PurchaseState.COMPLETED: [{"redeemed_at", "closed_at"}, {"redeemed_at", "closed_at", "payable_at"}],
    PurchaseState.NOT_COMPLETED: [{"redeemed_at", "closed_at"}, {"redeemed_at", "closed_at", "payable_at"}],
    PurchaseState.VOIDED: [{"voided_at"}, {"voided_at", "closed_at"}],
    PurchaseState.EXPIRED: [{"closed_at"}, {"redeemed_at", "closed_at"}],
}
COLUMNS = ("redeemed_at", "voided_at", "closed_at", "payable_at")


def agrees(state: str, chosen: set[str]) -> bool:
    moments = [MOMENT + timedelta(hours=place) if name in chosen else None for place, name in enumerate(COLUMNS)]
    found: bool = db.value("SELECT purchase_agrees_with_its_moments(%s, %s, %s, %s, %s)", (state, *moments))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("state", list(PurchaseState))
def test_the_database_lets_a_state_stand_with_its_moments_alone(state: PurchaseState) -> None:
    for flags in product((False, True), repeat=len(COLUMNS)):
        chosen = {name for name, flag in zip(COLUMNS, flags, strict=True) if flag}
        assert agrees(state, chosen) == (chosen in MOMENTS[state]), (state, chosen)


@pytest.mark.django_db
def test_the_database_knows_no_other_state() -> None:
    assert not agrees("draft", set())
    assert not agrees("", {"redeemed_at"})


def test_the_table_names_every_state() -> None:
    assert set(TRANSITIONS) == set(PurchaseState)
    reached = {PurchaseState.PAID}.union(*TRANSITIONS.values())
    assert reached == set(PurchaseState)


def test_a_step_forward_only_adds_moments() -> None:
    """So no row needs to forget what happened. The one step back is that of a returned report (LEARN-05)."""
    over = (PurchaseState.COMPLETED, PurchaseState.NOT_COMPLETED)
    for state, followers in TRANSITIONS.items():
        for follower in followers:
            if state in over and follower is PurchaseState.REDEEMED:
                continue
            before = MOMENTS[state][0]
            assert any(before <= after for after in MOMENTS[follower]), (state, follower)


def test_what_is_over_stays_over() -> None:
    assert {state for state, followers in TRANSITIONS.items() if not followers} == {
        PurchaseState.VOIDED,
        PurchaseState.EXPIRED,
    }
