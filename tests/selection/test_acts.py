"""Acts on a wave that a worker carries out: asked for once, seen at work, begun anew, given up, told."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.refusals import Code
from prakerja.selection import queries
from prakerja.selection.beacon import Randomness, SandboxBeacon
from prakerja.selection.errors import ActCode, DrawCode, WaveCode
from prakerja.selection.operations import (
    Act,
    Way,
    ask_for_act,
    carry_out_act,
    close_wave,
    commit_draw,
    reveal_draw,
    void_wave,
)
from prakerja.selection.rules import Quota
from prakerja.selection.steps import STEPS, Report
from tests.fixtures.database import Race
from tests.participants.people import april_context, eligible, founding, person
from tests.selection.world import BEACON, DAYS_OPEN, join, open_new_wave


def closed_wave(people: int = 6) -> tuple[Context, UUID]:
    context = april_context()
    wave_id = open_new_wave(context, [Quota("digital", None, 3)])
    join(context, wave_id, eligible(context, [person(n * 2) for n in range(people)]))
    closing = context.at(context.now + DAYS_OPEN).acting_as("staff:officer")
    assert close_wave(closing, wave_id).code is WaveCode.OK
    return closing, wave_id


def ways(beacon: SandboxBeacon = BEACON) -> dict[str, Way]:
    def commit(context: Context, act: Act, report: Report) -> Code:
        notice = timedelta(hours=act.notice_hours)
        return commit_draw(context, act.wave_id, founding(), beacon, notice=notice, report=report).code

    def reveal(context: Context, act: Act, report: Report) -> Code:
        return reveal_draw(context, act.wave_id, beacon, report=report).code

    return {"commit": commit, "reveal": reveal}


def the_act() -> db.Row:
    found = db.row("SELECT state, answer, step, tries, asked_by FROM wave_acts ORDER BY asked_at DESC, id DESC LIMIT 1")
    assert found is not None
    return found


def worker(context: Context) -> Context:
    return context.acting_as("system:worker")


@pytest.mark.django_db
def test_an_act_is_done_as_whoever_asked_for_it_and_its_figures_are_the_operations() -> None:
    closing, wave_id = closed_wave()
    assert not carry_out_act(worker(closing), ways())
    asked = ask_for_act(closing, wave_id, "commit", notice_hours=2)
    assert asked.code is ActCode.OK
    assert carry_out_act(worker(closing), ways())
    assert not carry_out_act(worker(closing), ways())
    assert the_act()[:2] == ("done", "ok")
    draw = queries.find_draw(wave_id)
    assert draw is not None
    assert draw.beacon_at - closing.now >= timedelta(hours=2)
    actors = db.rows("SELECT kind, actor FROM events WHERE kind IN ('wave.act_asked', 'draw.committed') ORDER BY kind")
    assert actors == [("draw.committed", "staff:officer"), ("wave.act_asked", "staff:officer")]


@pytest.mark.django_db
def test_the_second_officer_is_told_who_was_first() -> None:
    closing, wave_id = closed_wave()
    first = ask_for_act(closing, wave_id, "commit")
    again = ask_for_act(closing.acting_as("staff:other"), wave_id, "commit")
    assert (again.code, again.act_id, again.asked_by) == (ActCode.ALREADY_ASKED, first.act_id, "staff:officer")


@pytest.mark.django_db
def test_each_refusal_to_ask_has_its_code() -> None:
    context = april_context()
    wave_id = open_new_wave(context, [Quota("digital", None, 3)])
    assert ask_for_act(context, UUID(int=9), "close").code is ActCode.WAVE_NOT_FOUND
    assert ask_for_act(context, wave_id, "commit").code is ActCode.NOT_IN_THIS_STATE
    assert ask_for_act(context, wave_id, "close").code is ActCode.NOT_YET
    closing, drawn = context.at(context.now + DAYS_OPEN), open_new_wave(context, [Quota("digital", None, 3)], number=2)
    join(context, drawn, eligible(context, [person(1)]))
    close_wave(closing, drawn)
    commit_draw(closing, drawn, founding(), BEACON)
    assert ask_for_act(closing, drawn, "reveal").code is ActCode.NOT_YET
    with pytest.raises(KeyError):
        ask_for_act(context, wave_id, "dance")


@pytest.mark.django_db
def test_what_is_refused_at_work_is_told_with_its_code() -> None:
    closing, wave_id = closed_wave()
    ask_for_act(closing, wave_id, "commit")
    void_wave(closing, wave_id, reason="floods")
    assert carry_out_act(worker(closing), ways())
    assert the_act()[:2] == ("refused", "wave_not_in_this_state")
    (payload,) = db.rows("SELECT payload ->> 'answer' FROM events WHERE kind = 'wave.act_refused'")
    assert payload == ("wave_not_in_this_state",)


class LateBeacon(SandboxBeacon):
    """A beacon that gives its rounds an hour late."""

    def randomness(self, beacon_round: int, *, now: datetime) -> Randomness | None:
        return super().randomness(beacon_round, now=now - timedelta(hours=1))


@pytest.mark.django_db
def test_a_beacon_that_is_late_is_asked_again_and_nobody_need_press_a_button() -> None:
    closing, wave_id = closed_wave()
    late = LateBeacon("tests")
    commit_draw(closing, wave_id, founding(), late)
    draw = queries.find_draw(wave_id)
    assert draw is not None
    due = closing.at(draw.beacon_at)
    assert ask_for_act(due, wave_id, "reveal").code is ActCode.OK
    assert carry_out_act(worker(due), ways(late))
    assert the_act()[:2] == ("asked", None)
    # Not at every turn of the worker: a minute later.
    assert not carry_out_act(worker(due.at(due.now + timedelta(seconds=59))), ways(late))
    for minutes in range(1, 60):
        assert carry_out_act(worker(due.at(due.now + timedelta(minutes=minutes))), ways(late))
    assert the_act()[:2] == ("asked", None)
    assert carry_out_act(worker(due.at(due.now + timedelta(minutes=61))), ways(late))
    assert the_act()[:2] == ("done", "ok")


def seen_from_outside() -> db.Row | None:
    """What another connection sees: whether an act is at work, and at which step."""
    return db.row("SELECT state, step, tries FROM wave_acts")


def test_others_see_how_far_an_act_is_before_it_ends(committed_db: None) -> None:
    closing, wave_id = closed_wave()
    ask_for_act(closing, wave_id, "commit")
    seen: list[db.Row | None] = []

    def commit(context: Context, act: Act, report: Report) -> Code:
        def told(step: str) -> None:
            report(step)
            seen.append(from_aside("SELECT state, step, tries FROM wave_acts"))

        return commit_draw(context, act.wave_id, founding(), BEACON, report=told).code

    assert carry_out_act(worker(closing), {"commit": commit})
    assert seen == [("asked", step, 1) for step in STEPS["commit"][1:]]
    assert seen_from_outside() == ("done", "writing", 1)


def from_aside(sql: str) -> db.Row | None:
    from django.db import DEFAULT_DB_ALIAS, connections

    aside = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with aside.cursor() as cursor:
            cursor.execute(sql)
            found: db.Row | None = cursor.fetchone()
            return found
    finally:
        aside.close()


class PowerCutError(Exception):
    """The worker dies in the middle."""


@pytest.fixture
def dying() -> dict[str, Way]:
    def commit(context: Context, act: Act, report: Report) -> Code:
        def die(step: str) -> None:
            report(step)
            if step == "writing":
                raise PowerCutError

        return commit_draw(context, act.wave_id, founding(), BEACON, report=die).code

    return {"commit": commit}


def test_a_worker_that_dies_leaves_nothing_and_the_next_one_begins_anew(
    committed_db: None, dying: dict[str, Way]
) -> None:
    closing, wave_id = closed_wave()
    ask_for_act(closing, wave_id, "commit")
    with pytest.raises(PowerCutError):
        carry_out_act(worker(closing), dying)
    assert the_act() == ("asked", None, "writing", 1, "staff:officer")
    assert queries.find_draw(wave_id) is None
    assert carry_out_act(worker(closing), ways())
    assert the_act() == ("done", "ok", "writing", 2, "staff:officer")
    assert queries.find_draw(wave_id) is not None


def test_what_fails_three_times_is_given_up_and_can_be_asked_again(committed_db: None, dying: dict[str, Way]) -> None:
    closing, wave_id = closed_wave()
    ask_for_act(closing, wave_id, "commit")
    for _ in range(3):
        with pytest.raises(PowerCutError):
            carry_out_act(worker(closing), dying)
    assert carry_out_act(worker(closing), ways())
    assert the_act()[:2] == ("failed", "gave_up")
    assert ask_for_act(closing, wave_id, "commit").code is ActCode.OK
    assert carry_out_act(worker(closing), ways())
    assert queries.find_draw(wave_id) is not None


def test_two_officers_at_once_one_asks_and_two_workers_at_once_one_draws(race: Race[object]) -> None:
    closing, wave_id = closed_wave()

    def ask(number: int) -> object:
        own = april_context(f"ask {number}").at(closing.now).acting_as(f"staff:officer-{number}")
        return ask_for_act(own, wave_id, "commit").code

    asked = race([lambda number=number: ask(number) for number in range(4)])  # type: ignore[misc]
    assert sorted(map(str, asked)) == ["act_already_asked"] * 3 + ["ok"]

    def work(number: int) -> object:
        return carry_out_act(april_context(f"work {number}").at(closing.now).acting_as("system:worker"), ways())

    worked = race([lambda number=number: work(number) for number in range(4)])  # type: ignore[misc]
    assert not [one for one in worked if isinstance(one, Exception)]
    assert db.rows("SELECT state, answer FROM wave_acts") == [("done", "ok")]
    assert db.value("SELECT count(*) FROM draws") == 1


@pytest.mark.django_db
def test_the_database_keeps_one_open_act_for_a_wave_and_the_end_of_each() -> None:
    closing, wave_id = closed_wave()
    asked = ask_for_act(closing, wave_id, "commit")
    insert = """
        INSERT INTO wave_acts (id, wave_id, kind, state, asked_by, asked_at, tries, notice_hours)
        SELECT gen_random_uuid(), wave_id, 'reveal', 'asked', asked_by, asked_at, 0, 0 FROM wave_acts
    """
    with pytest.raises(IntegrityError, match="one_act_at_a_time_on_a_wave"), db.attempt():
        db.execute(insert)
    with pytest.raises(IntegrityError, match="an_ended_act_knows_its_answer"), db.attempt():
        db.execute("UPDATE wave_acts SET state = 'done'")
    carry_out_act(worker(closing), ways())
    again = "UPDATE wave_acts SET state = 'asked', answer = NULL, ended_at = NULL WHERE id = %s"
    with pytest.raises(IntegrityError, match="wave_act_moves_along_its_states"), db.attempt():
        db.execute(again, [asked.act_id])
    assert DrawCode.BEACON_NOT_YET.is_refusal
