"""COURSE-01 … COURSE-03: proposing, assessing, moving and pricing courses."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from prakerja.catalogue import queries
from prakerja.catalogue.operations import (
    CourseAssessment,
    CourseMove,
    PriceChange,
    assess_courses,
    change_prices,
    move_courses,
    propose_courses,
)
from prakerja.catalogue.states import COURSE_MOVES, CourseState
from prakerja.kit import db as database
from prakerja.partners.operations import InstitutionMove, move_institutions
from prakerja.partners.states import InstitutionState
from prakerja.programme.queries import get_regime_book
from tests.catalogue.world import Market
from tests.partners.world import refused


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "ok"),
        ({"mode": "offline", "training_type": 3}, "ok"),
        ({"institution_id": uuid4()}, "institution_unknown"),
        ({"mode": "hybrid"}, "mode_unknown"),
        ({"training_type": 3}, "training_type_unfit"),
        ({"mode": "offline", "training_type": 1}, "training_type_unfit"),
        ({"price_idr": 0}, "price_malformed"),
        ({"price_idr": 450_001}, "dearer_than_outside"),
    ],
)
def test_proposes(market: Market, changes: dict[str, Any], code: str) -> None:
    result = propose_courses(market.context, [market.proposal(**changes)], regime=market.regimes["second"])[0]
    assert (result.code, result.course_id is None) == (code, code != "ok")


@pytest.mark.parametrize(
    ("regime", "changes", "code"),
    [
        ("founding", {"hours": 1, "bundle": True}, "ok"),  # bundles were sold until 30 June 2020
        ("founding", {"free_elsewhere": True}, "free_elsewhere"),
        ("second", {"bundle": True}, "bundle_not_allowed"),
        ("third", {"hours": 14}, "too_short"),
        ("third", {"hours": 15}, "ok"),
    ],
)
def test_assesses_by_the_regime_of_the_day(market: Market, regime: str, changes: dict[str, Any], code: str) -> None:
    rules = market.regimes[regime]
    proposed = propose_courses(market.context, [market.proposal(**changes)], regime=rules)[0]
    assert proposed.course_id is not None
    result = assess_courses(market.context, [CourseAssessment(course_id=proposed.course_id)], regime=rules)[0]
    assert result.code == code
    found = queries.get_course(proposed.course_id)
    assert found.state == (CourseState.APPROVED if code == "ok" else CourseState.PROPOSED)
    assert (found.code is None) == (code != "ok")


@pytest.mark.parametrize(
    ("day", "hours", "bundle", "code"),
    [
        (date(2020, 6, 29), 1, True, "ok"),
        (date(2020, 6, 30), 1, True, "bundle_not_allowed"),
        (date(2021, 12, 31), 1, False, "ok"),
        (date(2022, 1, 1), 5, False, "too_short"),
        (date(2022, 1, 1), 6, False, "ok"),
        (date(2022, 12, 31), 6, False, "ok"),
        (date(2023, 1, 1), 14, False, "too_short"),
        (date(2023, 1, 1), 15, False, "ok"),
    ],
)
def test_limits_begin_on_their_day(market: Market, day: date, hours: int, *, bundle: bool, code: str) -> None:
    """COURSE-02, COURSE-03: the last day before and the first day of each."""
    rules = get_regime_book().on(day)
    proposal = market.proposal(hours=hours, bundle=bundle)
    proposed = propose_courses(market.context, [proposal], regime=rules)[0]
    assert proposed.course_id is not None
    assert (
        assess_courses(market.context, [CourseAssessment(course_id=proposed.course_id)], regime=rules)[0].code == code
    )


@pytest.mark.parametrize(
    ("price_idr", "comparison_price_idr", "code"),
    [(1, 1, "ok"), (400_000, 400_000, "ok"), (400_001, 400_000, "dearer_than_outside"), (0, 1, "price_malformed")],
)
def test_a_price_is_at_most_the_price_outside(
    market: Market, price_idr: int, comparison_price_idr: int, code: str
) -> None:
    """COURSE-01, to the rupiah, in every regime."""
    for rules in market.regimes.values():
        proposal = market.proposal(price_idr=price_idr, comparison_price_idr=comparison_price_idr)
        assert propose_courses(market.context, [proposal], regime=rules)[0].code == code


def test_an_approved_course_has_a_code_and_its_regime_version(market: Market) -> None:
    course = queries.get_course(market.course())
    assert course.code is not None
    assert re.fullmatch(r"lpk-maju_1_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{3}", course.code)
    assert course.regime_version == market.regimes["second"].version
    assert course.sample
    assert queries.find_course_by_code(course.code) == course
    assert queries.list_courses(institution_id=course.institution_id, states=[CourseState.APPROVED]) == [course]


def test_assesses_once_and_removes_what_is_not_approved(market: Market) -> None:
    rules = market.regimes["second"]
    course_id = propose_courses(market.context, [market.proposal()], regime=rules)[0].course_id
    assert course_id is not None
    results = assess_courses(
        market.context,
        [
            CourseAssessment(course_id=uuid4()),
            CourseAssessment(course_id=course_id, approve=False, reason="no_curriculum"),
            CourseAssessment(course_id=course_id),
        ],
        regime=rules,
    )
    assert [result.code for result in results] == ["course_unknown", "ok", "move_not_allowed"]
    assert queries.get_course(course_id).state is CourseState.REMOVED
    with pytest.raises(LookupError, match="no course"):
        queries.get_course(uuid4())


def test_approves_for_a_decreed_institution_only(market: Market) -> None:
    rules = market.regimes["second"]
    course_id = propose_courses(market.context, [market.proposal()], regime=rules)[0].course_id
    assert course_id is not None
    institution_id = market.world.institution_id
    suspend = InstitutionMove(institution_id=institution_id, state=InstitutionState.SUSPENDED, reason="audit")
    move_institutions(market.context, [suspend])
    result = assess_courses(market.context, [CourseAssessment(course_id=course_id)], regime=rules)[0]
    assert result.code == "institution_not_decreed"


def test_suspends_reinstates_and_removes(market: Market) -> None:
    course_id = market.course()

    def move(state: CourseState) -> str:
        return move_courses(market.context, [CourseMove(course_id=course_id, state=state, reason="audit")])[0].code

    assert move(CourseState.APPROVED) == "move_not_allowed"
    assert move(CourseState.SUSPENDED) == "ok"
    assert move(CourseState.APPROVED) == "ok"
    assert move(CourseState.REMOVED) == "ok"
    assert move(CourseState.APPROVED) == "move_not_allowed"
    unknown = CourseMove(course_id=uuid4(), state=CourseState.REMOVED, reason="audit")
    assert move_courses(market.context, [unknown])[0].code == "course_unknown"


def test_a_proposed_course_is_not_approved_by_a_move(market: Market) -> None:
    proposed = propose_courses(market.context, [market.proposal()], regime=market.regimes["second"])[0]
    assert proposed.course_id is not None
    move = CourseMove(course_id=proposed.course_id, state=CourseState.APPROVED, reason="favour")
    assert move_courses(market.context, [move])[0].code == "move_not_allowed"


def test_changes_prices_of_course_and_published_classes(market: Market) -> None:
    course_id, other_id = market.course(), market.course(title="Lain")
    schedule_id, other_schedule_id = market.schedule(course_id), market.schedule(other_id)
    results = change_prices(
        market.context,
        [
            PriceChange(course_id=uuid4(), price_idr=1, comparison_price_idr=1),
            PriceChange(course_id=course_id, price_idr=0, comparison_price_idr=1),
            PriceChange(course_id=course_id, price_idr=500_000, comparison_price_idr=450_000),
            PriceChange(course_id=course_id, price_idr=350_000, comparison_price_idr=450_000),
            PriceChange(course_id=course_id, price_idr=340_000, comparison_price_idr=450_000),
        ],
    )
    assert [result.code for result in results] == [
        "course_unknown",
        "price_malformed",
        "dearer_than_outside",
        "ok",
        "move_not_allowed",
    ]
    schedules = queries.get_schedules([schedule_id, other_schedule_id])
    assert (schedules[schedule_id].price_idr, schedules[other_schedule_id].price_idr) == (350_000, 400_000)
    assert [row.price_idr for row in queries.list_prices(course_id)] == [400_000, 350_000]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("mode = 'hybrid'", "course_mode_is_known"),
        ("training_type = 3", "training_type_fits_the_mode"),
        ("price_idr = 0", "course_price_is_positive"),
        ("price_idr = comparison_price_idr + 1", "course_is_not_dearer_than_outside_the_programme"),
        ("state = 'draft'", "course_state_moves_along_its_table"),
        ("code = NULL", "approved_course_has_its_code"),
        ("code = (SELECT min(code) FROM courses AS o WHERE o.id <> courses.id)", "course_code_is_unique"),
    ],
)
def test_the_database_keeps_courses_right(market: Market, change: str, constraint: str) -> None:
    market.course(title="Lain")
    course_id = market.course()
    assert refused(f"UPDATE courses SET {change} WHERE id = %s", course_id) == constraint


def test_the_database_keeps_the_history_of_prices(market: Market) -> None:
    course_id = market.course()
    change = "UPDATE course_prices SET price_idr = 1 WHERE course_id = %s"
    assert refused(change, course_id) == "price_history_is_append_only"
    assert refused(copy_of("course_prices", price_idr="0")) == "recorded_price_is_positive"
    removal = "DELETE FROM course_prices WHERE course_id = %s"
    assert refused(removal, course_id) == "price_history_is_append_only"


def test_the_database_knows_the_same_moves(market: Market) -> None:
    course_id = market.course()
    for state_from, allowed in COURSE_MOVES.items():
        for state_to in COURSE_MOVES:
            database.execute("SET LOCAL session_replication_role = replica")
            database.execute("UPDATE courses SET state = %s WHERE id = %s", [state_from, course_id])
            database.execute("SET LOCAL session_replication_role = origin")
            change = "UPDATE courses SET state = %s WHERE id = %s"
            if state_to in allowed or state_to == state_from:
                database.execute(change, [state_to, course_id])
            else:
                assert refused(change, state_to, course_id) == "course_state_moves_along_its_table"


def copy_of(table: str, **columns: str) -> str:
    """A statement that copies the rows of a table, with other values in some columns."""
    found = database.rows(
        "SELECT attname FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND attgenerated = '' ORDER BY attnum",
        [table],
    )
    names = [name for (name,) in found]
    values = [columns.get(name, "gen_random_uuid()" if name == "id" else name) for name in names]
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table}"


@pytest.mark.parametrize(
    ("table", "columns", "constraint"),
    [
        ("courses", {"code": "'x'", "state": "'open'"}, "course_state_is_known"),
        ("schedules", {"code": "'x'", "state": "'open'"}, "schedule_state_is_known"),
        ("schedules", {}, "schedule_code_is_unique"),
    ],
)
def test_the_database_knows_states_and_codes(
    market: Market, table: str, columns: dict[str, str], constraint: str
) -> None:
    market.schedule(market.course())
    assert refused(copy_of(table, **columns)) == constraint


@pytest.mark.parametrize(
    ("table", "name", "columns"),
    [
        ("platforms", "platform_has_one_kind", "id, kind"),
        ("requirement_sets", "requirement_set_is_of_one_platform", "id, platform_id"),
        ("agreements", "agreement_binds_one_pair", "id, platform_id, institution_id"),
        ("courses", "course_is_of_one_institution", "id, institution_id"),
        ("courses", "course_has_one_mode", "id, institution_id, mode"),
        ("schedules", "schedule_has_one_mode", "id, institution_id, mode"),
    ],
)
def test_other_rooms_can_point_at_a_row_with_what_is_true_of_it(db: None, table: str, name: str, columns: str) -> None:
    """The id alone is unique: these keys exist so that foreign keys can name the rest too."""
    found = database.value(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass",
        [name, table],
    )
    assert found == f"UNIQUE ({columns})"


def test_a_course_stays_with_its_institution(market: Market) -> None:
    market.course()
    moved = "UPDATE courses SET institution_id = gen_random_uuid()"
    assert refused(moved) == "course_stays_with_its_institution"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "title_missing"),
        ({"hours": 0}, "hours_malformed"),
        ({"hours": 2_001}, "hours_malformed"),
        ({"subject": "magic"}, "subject_unknown"),
        ({"skkni_code": "SKKNI 282/2016"}, "skkni_code_malformed"),
        ({"skkni_code": "J.620100.004.02", "subject": "digital"}, "ok"),
    ],
)
def test_a_proposal_says_what_it_is_about(market: Market, changes: dict[str, object], code: str) -> None:
    proposed = propose_courses(market.context, [market.proposal(**changes)], regime=market.regimes["second"])
    assert proposed[0].code == code
