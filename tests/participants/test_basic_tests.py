"""The basic test: random forms, resumed where it stopped, unusual times as findings."""

from datetime import timedelta
from uuid import UUID

import pytest

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.item_bank import BANK, OPTIONS, QUESTIONS_OF_A_FORM, form_of, score_of, timing_anomalies
from prakerja.participants.operations import CheckDone, complete_checks, verify_identities
from prakerja.participants.operations.basic_tests import (
    answer_basic_test,
    begin_basic_test,
    find_basic_test,
    list_unusual_tests,
)
from prakerja.participants.sandbox import CivilRegistrySandbox
from prakerja.participants.sign_up_errors import AnswerCode
from tests.participants.people import april_context, person, signed_up

SECOND = timedelta(seconds=1)


def at_the_test(context: Context) -> UUID:
    people = [person(1)]
    (key,) = signed_up(context, people)
    complete_checks(context, [CheckDone(key, "email")])
    verify_identities(context, [key], CivilRegistrySandbox(people))
    complete_checks(context, [CheckDone(key, check) for check in ("presence", "phone")])
    begin_basic_test(context, lane=0, applicant_id=key, machine_now=context.now)
    return key


def answer(context: Context, key: UUID, number: int, option: int, at: object = None) -> AnswerCode:
    return answer_basic_test(
        context,
        lane=0,
        applicant_id=key,
        number=number,
        option=option,
        machine_now=at or context.now,  # type: ignore[arg-type]
    )


def take(context: Context, key: UUID, seconds: list[float]) -> int:
    questions = form_of(db.value("SELECT seed FROM basic_tests"))
    at = context.now
    for number, (question, pause) in enumerate(zip(questions, seconds, strict=True), 1):
        at += pause * SECOND
        assert answer(context, key, number, question.right, at) is AnswerCode.OK
    found = find_basic_test(lane=0, applicant_id=key)
    assert found is not None
    assert found.score is not None
    return found.score


@pytest.mark.django_db
def test_a_test_goes_on_where_it_stopped_and_ends_once() -> None:
    context = april_context()
    key = at_the_test(context)
    begin_basic_test(context, lane=0, applicant_id=key, machine_now=context.now)
    assert answer(context, key, 2, 0) is AnswerCode.ANOTHER_QUESTION
    assert answer(context, key, 1, OPTIONS) is AnswerCode.NOT_AN_OPTION
    assert answer(context, key, 1, 0) is AnswerCode.OK
    assert answer(context, key, 1, 1) is AnswerCode.ANOTHER_QUESTION
    found = find_basic_test(lane=0, applicant_id=key)
    assert found is not None
    assert (found.answered, found.score) == (1, None)
    for number in range(2, QUESTIONS_OF_A_FORM + 1):
        assert answer(context, key, number, 0) is AnswerCode.OK
    assert answer(context, key, 1, 0) is AnswerCode.FINISHED
    assert db.row("SELECT state, test_score = (SELECT score FROM basic_tests) FROM applicants") == ("ready", True)
    assert answer(context, UUID(int=3), 1, 0) is AnswerCode.NOT_STARTED


@pytest.mark.django_db
def test_a_whole_test_in_ten_seconds_is_a_finding_and_no_refusal() -> None:
    context = april_context()
    key = at_the_test(context)
    assert take(context, key, [0.5, 1.5] * 5) == 100
    (unusual,) = list_unusual_tests()
    assert (unusual.applicant_id, unusual.anomalies, unusual.seconds) == (key, ("too_fast",), 10)
    assert db.value("SELECT state FROM applicants") == "ready"


@pytest.mark.django_db
def test_a_test_at_a_human_pace_is_no_finding() -> None:
    context = april_context()
    assert take(context, at_the_test(context), [4, 20, 9, 35, 12, 7, 15, 22, 8, 300]) == 100
    assert list_unusual_tests() == []


def test_the_pace_of_a_machine_is_seen() -> None:
    assert timing_anomalies([100] * 10, 100) == ["same_pace"]
    assert timing_anomalies([10, 12, 11, 13, 60, 8, 9, 12, 14, 20], 30) == []


def test_forms_differ_and_each_question_has_one_right_option() -> None:
    texts = set()
    for seed in range(300):
        form = form_of(seed)
        assert form == form_of(seed)
        assert len({question.item for question in form}) == QUESTIONS_OF_A_FORM
        for question in form:
            assert len(set(question.options)) == OPTIONS, question
            assert 0 <= question.right < OPTIONS
            assert all(question.text)
        texts.add(tuple(question.text for question in form))
        assert score_of(form, [question.right for question in form]) == 100
        assert score_of(form, [(question.right + 1) % OPTIONS for question in form]) == 0
    assert len(texts) == 300
    # Who always chooses one place is right as often as chance has it.
    rights = [question.right for seed in range(300) for question in form_of(seed)]
    assert all(650 < rights.count(place) < 850 for place in range(OPTIONS))
    assert {question.item for seed in range(50) for question in form_of(seed)} == set(BANK)
