"""What many connections do at once to one wave, one draw, one decree."""

from datetime import timedelta

import pytest

from prakerja.kit import db
from prakerja.selection.errors import JoinCode
from prakerja.selection.operations import (
    Join,
    WavePlan,
    approve_decree,
    close_wave,
    commit_draw,
    join_waves,
    plan_waves,
    prepare_decree,
    reveal_draw,
)
from prakerja.selection.rules import Quota
from tests.fixtures.database import Race
from tests.participants.people import april_context, eligible, founding, person
from tests.selection.world import BEACON, DAYS_OPEN, fund, join, open_new_wave, prepared


def test_one_person_joins_once_from_many_connections(race: Race[object]) -> None:
    context = april_context()
    keys = eligible(context, [person(n * 2) for n in range(10)])
    wave_id = open_new_wave(context, [Quota("digital", None, 5)])

    def join_all(seed: int) -> object:
        own = april_context(f"thread {seed}")
        order = keys if seed % 2 else list(reversed(keys))
        return [r.code for r in join_waves(own, [Join(key, wave_id, "digital") for key in order], founding())]

    answers = race([lambda seed=seed: join_all(seed) for seed in range(6)])  # type: ignore[misc]
    codes = [code for answer in answers if isinstance(answer, list) for code in answer]
    assert (codes.count(JoinCode.OK), codes.count(JoinCode.ALREADY_JOINED)) == (10, 50)


def test_two_officers_who_draw_at_once_draw_once(race: Race[object]) -> None:
    context = april_context()
    keys = eligible(context, [person(n * 2) for n in range(6)])
    wave_id = open_new_wave(context, [Quota("digital", None, 3)])
    join(context, wave_id, keys)
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, wave_id)

    def commit(seed: int) -> object:
        own = april_context(f"commit {seed}").at(closing.now)
        return commit_draw(own, wave_id, founding(), BEACON).code

    def reveal(seed: int) -> object:
        own = april_context(f"reveal {seed}").at(closing.now + timedelta(minutes=2))
        return reveal_draw(own, wave_id, BEACON).code

    commits = race([lambda seed=seed: commit(seed) for seed in range(4)])  # type: ignore[misc]
    assert sorted(map(str, commits)) == ["ok"] + ["wave_not_in_this_state"] * 3
    reveals = race([lambda seed=seed: reveal(seed) for seed in range(4)])  # type: ignore[misc]
    assert sorted(map(str, reveals)) == ["already_revealed"] * 3 + ["ok"]
    assert db.value("SELECT count(*) FROM joinings WHERE outcome = 'selected'") == 3


def test_of_many_approvals_of_one_decree_one_takes_the_places(race: Race[object]) -> None:
    context = april_context()
    fund(context, {"digital": 12})
    decreed = prepared(context, {"digital": 6})

    def approve(seed: int) -> object:
        own = april_context(f"approve {seed}").at(decreed.context.now).acting_as(f"staff:approver-{seed}")
        return approve_decree(own, decreed.decree_id, founding()).code

    answers = race([lambda seed=seed: approve(seed) for seed in range(5)])  # type: ignore[misc]
    assert sorted(map(str, answers)) == ["already_decided"] * 4 + ["ok"]
    assert db.value("SELECT count(*) FROM participants") == 6
    assert db.value("SELECT sum(places_taken) FROM quota_allotments") == 6
    assert db.value("SELECT count(*) FROM transfers WHERE kind LIKE 'reserve%'") == 12


def test_of_two_decrees_that_share_the_last_money_one_is_refused(race: Race[object]) -> None:
    context = april_context()
    fund(context, {"digital": 8})
    first = prepared(context, {"digital": 6})
    second = prepared(context.at(first.context.now), {"digital": 6}, number=2, first=100)

    def approve(number: int) -> object:
        decreed = (first, second)[number]
        own = april_context(f"approve {number}").at(second.context.now).acting_as("staff:approver")
        return approve_decree(own, decreed.decree_id, founding()).code

    answers = race([lambda number=number: approve(number) for number in range(2)])  # type: ignore[misc]
    assert sorted(map(str, answers)) == ["money_exhausted", "ok"]
    assert db.value("SELECT count(*) FROM participants") == 6
    assert db.value("SELECT sum(places_taken) FROM quota_allotments") == 6


def test_two_decrees_never_name_three_of_one_household(race: Race[object]) -> None:
    """Two waves, each with two of a family of four: both approved at once, one of the two is refused."""
    context = april_context()
    fund(context, {"digital": 8})
    family = [person(n * 2, kk="3201000000007777") for n in range(4)]
    keys = eligible(context, family)
    decrees = []
    moment = context
    for number in (1, 2):
        wave_id = open_new_wave(moment, [Quota("digital", None, 2)], number=number)
        join(moment, wave_id, keys[:2] if number == 1 else keys[2:])
        closing = moment.at(moment.now + DAYS_OPEN)
        close_wave(closing, wave_id)
        commit_draw(closing, wave_id, founding(), BEACON)
        moment = closing.at(closing.now + timedelta(minutes=2))
        reveal_draw(moment, wave_id, BEACON)
        decree_id = prepare_decree(moment.acting_as("staff:maker"), wave_id, founding()).decree_id
        assert decree_id is not None
        decrees.append(decree_id)

    def approve(number: int) -> object:
        own = april_context(f"approve {number}").at(moment.now).acting_as("staff:approver")
        return approve_decree(own, decrees[number], founding()).code

    answers = race([lambda number=number: approve(number) for number in range(2)])  # type: ignore[misc]
    assert sorted(map(str, answers)) == ["list_changed", "ok"]
    assert db.value("SELECT count(*) FROM participants") == 2


@pytest.mark.parametrize(("channel", "quota"), [("digital", 1_500_000), ("regular", 500_000)])
def test_the_quota_of_the_programme_is_passed_by_no_race(channel: str, quota: int, race: Race[object]) -> None:
    """SCHEME-01: three decrees at once, money for all of them, places for two: two are approved, in any order."""
    context = april_context()
    fund(context, {channel: 20})
    decrees = []
    moment = context
    for number in (1, 2, 3):
        decrees.append(prepared(moment, {channel: 4}, number=number, first=100 * number))
        moment = moment.at(decrees[-1].context.now)
    of_channel = "FROM budgets AS b WHERE b.id = q.budget_id AND b.channel = %s AND b.regime_code = 'founding'"
    held = db.value(
        f"SELECT sum(places_left + places_taken) FROM quota_allotments AS q WHERE EXISTS (SELECT 1 {of_channel})",
        [channel],
    )
    assert held == quota
    # All but eight of the places are taken.
    taken = db.execute(
        f"""
        UPDATE quota_allotments AS q
        SET places_taken = q.places_taken + q.places_left - 8, places_left = 8
        {of_channel} AND q.lane = 0
        """,
        [channel],
    )
    assert taken == 1

    def approve(number: int) -> object:
        own = april_context(f"approve {number}").at(moment.now).acting_as("staff:approver")
        return approve_decree(own, decrees[number].decree_id, founding()).code

    answers = race([lambda number=number: approve(number) for number in range(3)])  # type: ignore[misc]
    assert sorted(map(str, answers)) == ["ok", "ok", "quota_exhausted"]
    assert db.value("SELECT count(*) FROM participants") == 8


def test_two_waves_that_are_planned_at_once_do_not_announce_the_same_places(race: Race[object]) -> None:
    context = april_context()
    fund(context, {"digital": 1})

    def plan(number: int) -> object:
        own = april_context(f"plan {number}")
        quotas = (Quota("digital", None, 800_000),)
        return plan_waves(own, [WavePlan(number, own.now, own.now + DAYS_OPEN, quotas)], founding())[0].code

    answers = race([lambda number=number: plan(number) for number in (1, 2)])  # type: ignore[misc]
    assert sorted(map(str, answers)) == ["more_than_the_programme_has", "ok"]


def test_two_waves_that_are_committed_at_once_take_two_rounds(race: Race[object]) -> None:
    context = april_context()
    keys = eligible(context, [person(n * 2) for n in range(4)])
    waves = [open_new_wave(context, [Quota("digital", None, 3)], number=number) for number in (1, 2)]
    for wave_id, people in zip(waves, (keys[:2], keys[2:]), strict=True):
        join(context, wave_id, people)
    closing = context.at(context.now + DAYS_OPEN)
    for wave_id in waves:
        close_wave(closing, wave_id)

    def commit(number: int) -> object:
        own = april_context(f"commit {number}").at(closing.now)
        return commit_draw(own, waves[number], founding(), BEACON).code

    assert race([lambda number=number: commit(number) for number in range(2)]) == ["ok", "ok"]  # type: ignore[misc]
    rounds = [number for (number,) in db.rows("SELECT beacon_round FROM draws ORDER BY beacon_round")]
    assert rounds == [BEACON.first_round_after(closing.now), BEACON.first_round_after(closing.now) + 1]
