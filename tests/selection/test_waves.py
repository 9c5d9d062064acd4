"""Planning, opening, joining and closing a wave; the draw in acts."""

import json
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from prakerja.kit import db
from prakerja.kit.settings import get_settings
from prakerja.participants.operations import Blacklisting, blacklist_applicants, evaluate_eligibility
from prakerja.selection import beacon as beacons
from prakerja.selection import queries
from prakerja.selection.beacon import SandboxBeacon
from prakerja.selection.errors import DrawCode, JoinCode, WaveCode
from prakerja.selection.merkle import proof_holds
from prakerja.selection.operations import (
    Join,
    WavePlan,
    close_wave,
    commit_draw,
    join_waves,
    open_wave,
    plan_waves,
    reveal_draw,
    void_wave,
)
from prakerja.selection.rules import Quota
from tests.participants.people import april_context, checked, eligible, founding, person
from tests.selection.world import BEACON, DAYS_OPEN, approved, draw, fund, join, open_new_wave

pytestmark = pytest.mark.django_db
NOBODY = UUID(int=9)


def test_a_wave_is_planned_once_and_opens_at_its_time() -> None:
    context = april_context()
    opens = context.now + timedelta(days=1)
    plan = WavePlan(1, opens, opens + DAYS_OPEN, (Quota("digital", None, 5), Quota("regular", "32", 2)))
    empty = WavePlan(2, opens, opens + DAYS_OPEN, (Quota("digital", None, 0),))
    planned, again, none = plan_waves(context, [plan, plan, empty], founding())
    assert [planned.code, again.code, none.code] == [WaveCode.OK, WaveCode.NUMBER_TAKEN, WaveCode.NO_PLACES]
    assert planned.wave_id is not None
    assert open_wave(context, planned.wave_id).code is WaveCode.NOT_YET
    later = context.at(opens)
    assert open_wave(later, planned.wave_id).code is WaveCode.OK
    assert open_wave(later, planned.wave_id).code is WaveCode.NOT_IN_THIS_STATE
    assert open_wave(later, NOBODY).code is WaveCode.WAVE_NOT_FOUND
    view = queries.get_wave(planned.wave_id)
    assert (view.digital_places, view.regular_places, view.joined, view.state) == (5, 2, 0, "open")
    assert queries.find_open_wave(later.now) == view
    assert queries.find_open_wave(opens + DAYS_OPEN) is None
    with pytest.raises(ValueError, match="closes after it opens"):
        plan_waves(context, [WavePlan(3, opens, opens, (Quota("digital", None, 5),))], founding())


def test_no_wave_announces_places_that_the_programme_does_not_have() -> None:
    """SCHEME-01: 1,500,000 digital and 500,000 regular cards. A wave that was drawn for more could never be decreed."""
    context = april_context()
    fund(context, {"digital": 1})

    def plan(number: int, *quotas: Quota) -> tuple[WaveCode, UUID | None]:
        plans = [WavePlan(number, context.now, context.now + DAYS_OPEN, quotas)]
        (result,) = plan_waves(context, plans, founding())
        return result.code, result.wave_id

    code, first = plan(1, Quota("digital", "32", 900_000), Quota("digital", None, 500_000))
    assert code is WaveCode.OK
    assert first is not None
    assert plan(2, Quota("digital", None, 100_001))[0] is WaveCode.MORE_THAN_THE_PROGRAMME_HAS
    assert plan(2, Quota("digital", "11", 1), Quota("digital", None, 100_000))[0] is (
        WaveCode.MORE_THAN_THE_PROGRAMME_HAS
    )
    assert plan(2, Quota("regular", None, 500_001))[0] is WaveCode.MORE_THAN_THE_PROGRAMME_HAS
    assert plan(2, Quota("digital", None, 100_000), Quota("regular", None, 500_000))[0] is WaveCode.OK
    assert plan(3, Quota("regular", None, 1))[0] is WaveCode.MORE_THAN_THE_PROGRAMME_HAS
    # A void wave gives its places to others.
    assert void_wave(context, first, reason="floods").code is WaveCode.OK
    assert plan(3, Quota("digital", None, 1_400_000))[0] is WaveCode.OK


def test_each_refusal_to_join_has_its_code() -> None:
    context = april_context()
    wave_id = open_new_wave(context, [Quota("digital", None, 5)])
    closed_id = open_new_wave(context, [Quota("digital", None, 5)], number=2)
    planned = plan_waves(
        context, [WavePlan(3, context.now, context.now + DAYS_OPEN, (Quota("digital", None, 1),))], founding()
    )
    waiting = checked(context, [person(1)])
    good, listed, decreed = eligible(context, [person(2), person(4), person(6)])
    blacklist_applicants(context, [Blacklisting(listed, "fraud", UUID(int=1))])
    db.execute("UPDATE applicants SET state = 'decreed' WHERE applicant_id = %s", [decreed])
    planned_id = planned[0].wave_id
    assert planned_id is not None
    requests = [
        Join(good, NOBODY, "digital"),
        Join(good, planned_id, "digital"),
        Join(good, wave_id, "regular"),
        Join(NOBODY, wave_id, "digital"),
        Join(decreed, wave_id, "digital"),
        Join(listed, wave_id, "digital"),
        Join(waiting[0], wave_id, "digital"),
        Join(good, wave_id, "digital"),
        Join(good, wave_id, "digital"),
    ]
    results = join_waves(context, requests, founding())
    assert [result.code for result in results] == [
        JoinCode.WAVE_NOT_FOUND,
        JoinCode.WAVE_NOT_OPEN,
        JoinCode.CHANNEL_NOT_OFFERED,
        JoinCode.APPLICANT_NOT_FOUND,
        JoinCode.ALREADY_A_PARTICIPANT,
        JoinCode.BLACKLISTED,
        JoinCode.NOT_ELIGIBLE,
        JoinCode.OK,
        JoinCode.ALREADY_JOINED,
    ]
    assert join_waves(context, [Join(good, wave_id, "digital")], founding())[0].code is JoinCode.ALREADY_JOINED
    late = context.at(context.now + DAYS_OPEN)
    assert join_waves(late, [Join(good, closed_id, "digital")], founding())[0].code is JoinCode.WAVE_NOT_OPEN
    (place,) = queries.list_places_of_applicant(good)
    assert (place.outcome, place.rank, place.token) == ("pending", None, results[7].token)


def test_the_priority_class_is_list_before_aid() -> None:
    context = april_context()
    people = [person(n * 2, receives_social_aid=n % 2 == 1) for n in range(4)]
    keys = eligible(context, people)
    db.execute("UPDATE applicants SET worker_list_matched = true WHERE applicant_id = ANY (%s::uuid[])", [keys[:2]])
    wave_id = open_new_wave(context, [Quota("digital", None, 5)])
    join(context, wave_id, keys)
    assert [queries.list_places_of_applicant(key)[0].priority_class for key in keys] == [1, 2, 3, 4]


def test_closing_drops_who_is_no_longer_eligible() -> None:
    context = april_context()
    keys = eligible(context, [person(n * 2) for n in range(4)])
    wave_id = open_new_wave(context, [Quota("digital", None, 5)])
    join(context, wave_id, keys)
    blacklist_applicants(context, [Blacklisting(keys[0], "fraud", UUID(int=1))])
    # A register owes an answer about the second one again: its silence is no yes.
    db.execute("UPDATE applicants SET registers_missing = '{emis}' WHERE applicant_id = %s", [keys[1]])
    evaluate_eligibility(context.at(context.now + timedelta(hours=1)), [keys[1]], founding())
    assert close_wave(context, wave_id).code is WaveCode.NOT_YET
    assert close_wave(context, NOBODY).code is WaveCode.WAVE_NOT_FOUND
    closing = context.at(context.now + DAYS_OPEN)
    result = close_wave(closing, wave_id)
    assert (result.code, result.dropped) == (WaveCode.OK, 2)
    assert close_wave(closing, wave_id).code is WaveCode.NOT_IN_THIS_STATE
    dropped = [queries.list_places_of_applicant(key)[0] for key in keys[:2]]
    assert [(one.outcome, one.dropped_rule) for one in dropped] == [("dropped", "ELIG-06"), ("dropped", "ELIG-03")]
    assert commit_draw(closing, wave_id, founding(), BEACON).applicants == 2


def test_the_acts_of_a_draw_and_a_persons_proof() -> None:
    context = april_context()
    keys = eligible(context, [person(n * 2) for n in range(9)])
    wave_id = open_new_wave(context, [Quota("digital", None, 4)])
    join(context, wave_id, keys)
    assert commit_draw(context, wave_id, founding(), BEACON).code is DrawCode.NOT_IN_THIS_STATE
    assert commit_draw(context, NOBODY, founding(), BEACON).code is DrawCode.WAVE_NOT_FOUND
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, wave_id)
    assert reveal_draw(closing, wave_id, BEACON).code is DrawCode.NOT_IN_THIS_STATE
    assert queries.find_draw(wave_id) is None
    assert commit_draw(closing, wave_id, founding(), BEACON).code is DrawCode.OK
    assert commit_draw(closing, wave_id, founding(), BEACON).code is DrawCode.NOT_IN_THIS_STATE

    class Other(SandboxBeacon):
        name = "other"

    later = closing.at(closing.now + timedelta(minutes=1))
    assert reveal_draw(closing, wave_id, BEACON).code is DrawCode.BEACON_NOT_YET
    assert reveal_draw(later, wave_id, Other()).code is DrawCode.WRONG_BEACON
    assert reveal_draw(later, NOBODY, BEACON).code is DrawCode.WAVE_NOT_FOUND
    result = reveal_draw(later, wave_id, BEACON)
    assert (result.code, result.applicants, result.selected) == (DrawCode.OK, 9, 4)
    assert reveal_draw(later, wave_id, BEACON).code is DrawCode.ALREADY_REVEALED

    places = [queries.list_places_of_applicant(key)[0] for key in keys]
    assert sorted(place.rank or 0 for place in places) == list(range(1, 10))
    assert {place.cut_off_rank for place in places} == {4}
    assert sum(place.outcome == "selected" for place in places) == 4
    assert all((place.outcome == "selected") == ((place.rank or 0) <= 4) for place in places)
    draw_view = queries.find_draw(wave_id)
    assert draw_view is not None
    published = b"".join(queries.iterate_list_lines(draw_view.draw_id))
    assert json.loads(draw_view.commitment)["list"]["sha256"] == sha256(published).hexdigest()
    for place in places:
        on_list = queries.find_list_place(wave_id, place.token)
        assert on_list is not None
        assert proof_holds(on_list.entry.row, on_list.proof, draw_view.list_root)
        assert (on_list.rank, on_list.is_selected) == (place.rank, place.outcome == "selected")
    assert queries.find_list_place(wave_id, bytes(16)) is None
    (figures,) = queries.list_draw_results(wave_id)
    assert (figures.applicants, figures.selected, figures.cut_off_rank) == (9, 4, 4)


def test_a_list_that_changed_after_the_commitment_is_not_drawn() -> None:
    context = april_context()
    keys = eligible(context, [person(n * 2) for n in range(3)])
    wave_id = open_new_wave(context, [Quota("digital", None, 2)])
    join(context, wave_id, keys)
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, wave_id)
    commit_draw(closing, wave_id, founding(), BEACON)
    behind_the_triggers("UPDATE joinings SET priority_class = 4 WHERE applicant_id = %s", keys[0])
    later = closing.at(closing.now + timedelta(minutes=1))
    assert reveal_draw(later, wave_id, BEACON).code is DrawCode.LIST_CHANGED
    assert db.value("SELECT count(*) FROM draw_reveals") == 0


def behind_the_triggers(statement: str, *values: object) -> None:
    """As somebody does who owns the database."""
    with transaction.atomic():
        db.execute("SET LOCAL session_replication_role = replica")
        assert db.execute(statement, list(values)) > 0
        db.execute("SET LOCAL session_replication_role = origin")


EXCHANGED = """
    UPDATE joinings AS j
    SET token = other.token, household_token = other.household_token, rank = other.rank, outcome = other.outcome
    FROM joinings AS other
    WHERE j.wave_id = other.wave_id AND j.applicant_id <> other.applicant_id
        AND j.applicant_id = ANY (%s::uuid[]) AND other.applicant_id = ANY (%s::uuid[])
"""


def test_two_people_whose_tokens_were_exchanged_stop_the_draw() -> None:
    """The published list is the same to the byte; who won would be somebody else."""
    context = april_context()
    keys = eligible(context, [person(n * 2) for n in range(3)])
    wave_id = open_new_wave(context, [Quota("digital", None, 1)])
    join(context, wave_id, keys)
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, wave_id)
    commit_draw(closing, wave_id, founding(), BEACON)
    later = closing.at(closing.now + timedelta(minutes=1))
    behind_the_triggers(EXCHANGED, keys[:2], keys[:2])
    assert reveal_draw(later, wave_id, BEACON).code is DrawCode.LIST_CHANGED
    behind_the_triggers(EXCHANGED, keys[:2], keys[:2])
    assert reveal_draw(later, wave_id, BEACON).code is DrawCode.OK


def test_what_was_joined_and_what_was_committed_stays() -> None:
    """A receipt is honoured, and the places of a commitment are those that are filled."""
    context = april_context()
    keys = eligible(context, [person(n * 2) for n in range(5)])
    wave_id = open_new_wave(context, [Quota("digital", None, 2)])
    join(context, wave_id, keys)
    joined = {
        "history_is_append_only": "DELETE FROM joinings",
        "a_joining_stays_what_it_was": "UPDATE joinings SET priority_class = 1",
    }
    for constraint, statement in joined.items():
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            db.execute(statement)
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, wave_id)
    db.execute("UPDATE wave_quotas SET places = 3")
    commit_draw(closing, wave_id, founding(), BEACON)
    for statement in (
        "UPDATE wave_quotas SET places = 5",
        "DELETE FROM wave_quotas",
        """
        INSERT INTO wave_quotas (id, wave_id, channel, province_code, places)
        SELECT gen_random_uuid(), wave_id, 'digital', '11', 5 FROM wave_quotas
        """,
    ):
        with pytest.raises(IntegrityError, match="committed_places_stay"), transaction.atomic():
            db.execute(statement)
    # Whoever passes the triggers by changes nothing either: what counts is what was published.
    behind_the_triggers("UPDATE wave_quotas SET places = 5")
    later = closing.at(closing.now + timedelta(minutes=1))
    assert reveal_draw(later, wave_id, BEACON).selected == 3


def test_a_commitment_that_somebody_changed_is_not_drawn() -> None:
    context = april_context()
    wave_id = open_new_wave(context, [Quota("digital", None, 2)])
    join(context, wave_id, eligible(context, [person(n * 2) for n in range(5)]))
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, wave_id)
    commit_draw(closing, wave_id, founding(), BEACON)
    behind_the_triggers("UPDATE draws SET commitment = replace(commitment, '\"digital\",null,2', '\"digital\",null,5')")
    later = closing.at(closing.now + timedelta(minutes=1))
    assert reveal_draw(later, wave_id, BEACON).code is DrawCode.LIST_CHANGED


def test_rows_that_somebody_changed_behind_the_triggers_are_not_drawn() -> None:
    context = april_context()
    wave_id = open_new_wave(context, [Quota("digital", None, 2)])
    join(context, wave_id, eligible(context, [person(n * 2) for n in range(3)]))
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, wave_id)
    commit_draw(closing, wave_id, founding(), BEACON)
    later = closing.at(closing.now + timedelta(minutes=1))
    # The class of the first row, its 35th byte.
    behind_the_triggers("UPDATE draw_chunks SET rows = set_byte(rows, 34, 2)")
    assert reveal_draw(later, wave_id, BEACON).code is DrawCode.LIST_CHANGED
    token = bytes(db.value("SELECT first_token FROM draw_chunks"))
    with pytest.raises(ValueError, match="was changed"):
        queries.find_list_place(wave_id, token)


def test_earlier_recipients_of_a_household_stand_in_its_rows() -> None:
    """ELIG-07: one of the family was appointed by an earlier wave; of two more one can be chosen."""
    context = april_context()
    first = approved(context, {"digital": 1})
    kin = eligible(first.context, [person(n, kk=person(0).kk) for n in (50, 52)])
    wave_id = open_new_wave(first.context, [Quota("digital", None, 5)], number=2)
    join(first.context, wave_id, [*kin, *eligible(first.context, [person(60)])])
    draw(first.context, wave_id)
    rows = [
        on_list.entry.household_recipients
        for key in kin
        if (on_list := queries.find_list_place(wave_id, queries.list_places_of_applicant(key)[0].token))
    ]
    assert rows == [1, 1]
    outcomes = sorted(queries.list_places_of_applicant(key)[0].outcome for key in kin)
    assert outcomes == ["not_selected", "selected"]


def test_a_commitment_and_a_reveal_are_for_ever() -> None:
    context = april_context()
    wave_id = open_new_wave(context, [Quota("digital", None, 2)])
    join(context, wave_id, eligible(context, [person(1)]))
    draw(context, wave_id)
    for statement in (
        "UPDATE draws SET applicants = 0",
        "DELETE FROM draw_reveals",
        "UPDATE draw_results SET selected = 0",
        "UPDATE draw_chunks SET number = 7",
        "DELETE FROM draw_places",
    ):
        with pytest.raises(IntegrityError, match="history_is_append_only"), transaction.atomic():
            db.execute(statement)
    with pytest.raises(IntegrityError, match="draw_reveals_pkey"), transaction.atomic():
        db.execute("INSERT INTO draw_reveals SELECT * FROM draw_reveals")


def test_nobody_joined_is_no_draw() -> None:
    context = april_context()
    wave_id = open_new_wave(context, [Quota("digital", None, 2)])
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, wave_id)
    assert commit_draw(closing, wave_id, founding(), BEACON).code is DrawCode.NOBODY_JOINED


def test_a_wave_can_be_voided_only_before_the_beacon_speaks() -> None:
    context = april_context()
    first = open_new_wave(context, [Quota("digital", None, 2)])
    second = open_new_wave(context, [Quota("digital", None, 2)], number=2)
    join(context, first, eligible(context, [person(1)]))
    assert void_wave(context, second, reason="floods").code is WaveCode.OK
    assert queries.get_wave(second).void_reason == "floods"
    assert void_wave(context, second, reason="floods").code is WaveCode.NOT_IN_THIS_STATE
    assert void_wave(context, NOBODY, reason="floods").code is WaveCode.WAVE_NOT_FOUND
    with pytest.raises(ValueError, match="names its reason"):
        void_wave(context, first, reason=" ")
    closing = context.at(context.now + DAYS_OPEN)
    close_wave(closing, first)
    commit_draw(closing, first, founding(), BEACON)
    spoken = closing.at(closing.now + timedelta(minutes=1))
    assert void_wave(spoken, first, reason="unwanted").code is WaveCode.TOO_LATE
    # Nor by hand: the database knows when the round came out.
    with (
        pytest.raises(IntegrityError, match="a_wave_is_voided_before_its_beacon_speaks"),
        transaction.atomic(),
    ):
        db.execute(
            "UPDATE waves SET state = 'void', void_reason = 'unwanted', voided_at = %s WHERE id = %s",
            [spoken.now, first],
        )
    assert void_wave(closing, first, reason="floods").code is WaveCode.OK
    assert reveal_draw(spoken, first, BEACON).code is DrawCode.NOT_IN_THIS_STATE
    view = queries.find_draw(first)
    assert view is not None
    assert (view.wave_state, view.void_reason) == ("void", "floods")


def test_who_was_not_selected_joins_the_next_wave_without_a_new_registration() -> None:
    context = april_context()
    keys = eligible(context, [person(n * 2) for n in range(3)])
    wave_id = open_new_wave(context, [Quota("digital", None, 1)])
    join(context, wave_id, keys)
    after = draw(context, wave_id)
    next_wave = open_new_wave(after, [Quota("digital", None, 3)], number=2)
    unlucky = [key for key in keys if queries.list_places_of_applicant(key)[0].outcome == "not_selected"]
    assert len(unlucky) == 2
    join(after, next_wave, unlucky)
    assert [place.wave_number for place in queries.list_places_of_applicant(unlucky[0])] == [1, 2]


def test_the_sandbox_beacon_is_not_for_production(monkeypatch: pytest.MonkeyPatch) -> None:
    production = get_settings().model_copy(update={"deployment": "production"})
    monkeypatch.setattr(beacons, "get_settings", lambda: production)
    with pytest.raises(RuntimeError, match="does not exist in production"):
        SandboxBeacon()
