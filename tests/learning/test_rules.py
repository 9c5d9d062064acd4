from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prakerja.learning.rules import (
    ChainStep,
    ChainTerms,
    Evidence,
    LearningRules,
    Outcome,
    chain_step,
    decide_outcome,
    learning_rules,
)
from prakerja.programme.queries import get_regime_book

RULES = LearningRules(60, 60, True, True, True, True)
GOOD = Evidence(sessions_required=3, sessions_attended=3, post_test_score=60, skill_shown=True, practice=True)


@pytest.mark.parametrize(
    "missing",
    [{"sessions_attended": 2}, {"post_test_score": None}, {"post_test_score": 59}, {"skill_shown": False}],
)
def test_every_piece_of_evidence_is_needed(missing: dict[str, object]) -> None:
    """LEARN-03, LEARN-04."""
    assert decide_outcome(GOOD, RULES) is Outcome.COMPLETED
    assert decide_outcome(replace(GOOD, **missing), RULES) is Outcome.NOT_COMPLETED  # type: ignore[arg-type]


def test_what_a_regime_switches_off_is_not_asked() -> None:
    """LEARN-03 is a parameter of the founding regime."""
    rules = replace(RULES, attendance_required=False, skill_required=False)
    assert decide_outcome(replace(GOOD, sessions_attended=0, skill_shown=False), rules) is Outcome.COMPLETED


def test_a_course_without_practice_needs_no_skill() -> None:
    assert decide_outcome(replace(GOOD, practice=False, skill_shown=False), RULES) is Outcome.COMPLETED


@given(attended=st.integers(0, 10), required=st.integers(1, 10), score=st.none() | st.integers(0, 100))
def test_completed_means_all_sessions_and_the_pass_mark(attended: int, required: int, score: int | None) -> None:
    evidence = Evidence(required, attended, score, skill_shown=True, practice=True)
    completed = decide_outcome(evidence, RULES) is Outcome.COMPLETED
    assert completed == (attended >= required and score is not None and score >= 60)


def test_all_regimes_ask_for_presence_and_evidence_by_default() -> None:
    for stretch in get_regime_book().stretches:
        rules = learning_rules(stretch)
        assert (rules.attendance_required, rules.presence_required) == (True, True)
        assert (rules.skill_required, rules.feedback_required) == (True, True)


def test_each_step_of_the_chain_has_an_owner_and_the_end_of_a_working_day() -> None:
    """LEARN-05: 1, 1 and 7 working days; a class that ends on a Friday is reported on Monday."""
    friday = datetime(2020, 9, 4, 9, tzinfo=UTC)
    monday = datetime(2020, 9, 7, 3, tzinfo=UTC)
    tuesday = datetime(2020, 9, 8, 3, tzinfo=UTC)

    def step(**done: datetime) -> ChainStep | None:
        moments = {"reported_at": None, "forwarded_at": None, "verified_at": None, **done}
        return chain_step(class_ended_at=friday, terms=ChainTerms(), **moments)

    midnight = 17  # UTC hour of the next day's beginning in Jakarta
    assert step() == ChainStep("institution", datetime(2020, 9, 7, midnight, tzinfo=UTC), "reminded_then_swept")
    assert step(reported_at=monday) == ChainStep(
        "platform", datetime(2020, 9, 8, midnight, tzinfo=UTC), "office_takes_it_over"
    )
    assert step(reported_at=monday, forwarded_at=tuesday) == ChainStep(
        "office", datetime(2020, 9, 17, midnight, tzinfo=UTC), "escalated"
    )
    assert step(reported_at=monday, forwarded_at=tuesday, verified_at=tuesday) is None


def test_a_holiday_moves_the_deadline() -> None:
    """A class of Wednesday 19 August: Thursday is the Islamic new year, Friday joint leave."""
    found = chain_step(
        class_ended_at=datetime(2020, 8, 19, 3, tzinfo=UTC),
        reported_at=None,
        forwarded_at=None,
        verified_at=None,
        terms=ChainTerms(),
    )
    assert found is not None
    assert found.deadline_at == datetime(2020, 8, 24, 17, tzinfo=UTC)
