"""The basic test of an applicant: begun, answered question by question, resumed; unusual times are findings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.item_bank import OPTIONS, FormQuestion, form_of, score_of, timing_anomalies
from prakerja.participants.operations.checks import CheckDone, complete_checks
from prakerja.participants.sign_up_errors import AnswerCode

_SEED_BITS: Final = 62
_TENTHS_MAX: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class BasicTestView:
    """A test as far as it is answered; `question` is the next one, None when all are answered."""

    answered: int
    questions: int
    question: FormQuestion | None
    score: int | None


def begin_basic_test(context: Context, *, lane: int, applicant_id: UUID, machine_now: datetime) -> None:
    """Begin the test with a form of its own; begun twice, the first form stays."""
    db.execute(
        """
        INSERT INTO basic_tests (lane, applicant_id, seed, started_at, last_answer_at)
        VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (lane, applicant_id) DO NOTHING
        """,
        [lane, applicant_id, context.ids.bits(_SEED_BITS), machine_now, machine_now],
    )


def answer_basic_test(
    context: Context, *, lane: int, applicant_id: UUID, number: int, option: int, machine_now: datetime
) -> AnswerCode:
    """Answer question `number` (from 1) by the place of an option (from 0). The last answer ends the test.

    Codes: test_not_started, test_finished, another_question (answered already, or skipped ahead), not_an_option.
    """
    with db.transaction():
        found = db.row(
            """
            SELECT seed, answers, tenths, last_answer_at, finished_at
            FROM basic_tests WHERE lane = %s AND applicant_id = %s FOR UPDATE
            """,
            [lane, applicant_id],
        )
        if found is None:
            return AnswerCode.NOT_STARTED
        seed, answers, tenths, last_answer_at, finished_at = found
        if finished_at is not None:
            return AnswerCode.FINISHED
        if number != len(answers) + 1:
            return AnswerCode.ANOTHER_QUESTION
        if not 0 <= option < OPTIONS:
            return AnswerCode.NOT_AN_OPTION
        questions = form_of(seed)
        answers = [*answers, option]
        taken = int((machine_now - last_answer_at).total_seconds() * 10)
        tenths = [*tenths, min(max(taken, 0), _TENTHS_MAX)]
        ended = len(answers) == len(questions)
        score = score_of(questions, answers) if ended else None
        anomalies = timing_anomalies(tenths, score) if score is not None else []
        db.execute(
            """
            UPDATE basic_tests
            SET answers = %s::smallint[], tenths = %s::integer[], last_answer_at = %s, score = %s,
                anomalies = %s::text[],
                finished_at = CASE WHEN %s THEN %s::timestamptz END
            WHERE lane = %s AND applicant_id = %s
            """,
            [answers, tenths, machine_now, score, anomalies, ended, machine_now, lane, applicant_id],
        )
        if ended:
            complete_checks(context, [CheckDone(applicant_id, "test", score)])
        if anomalies:
            payload: dict[str, object] = {"anomalies": anomalies, "score": score}
            record_events(context, [Event("applicant.test_timing_unusual", applicant_id, payload, lane)])
    return AnswerCode.OK


def find_basic_test(*, lane: int, applicant_id: UUID) -> BasicTestView | None:
    """The test of an applicant, or None before it was begun."""
    found = db.row(
        "SELECT seed, answers, score FROM basic_tests WHERE lane = %s AND applicant_id = %s", [lane, applicant_id]
    )
    if found is None:
        return None
    questions = form_of(found[0])
    answered = len(found[1])
    return BasicTestView(answered, len(questions), questions[answered] if answered < len(questions) else None, found[2])


@dataclass(frozen=True, slots=True)
class UnusualTest:
    """A finished test with unusual times."""

    applicant_id: UUID
    finished_at: datetime
    score: int
    anomalies: tuple[str, ...]
    seconds: int

    @property
    def page_key(self) -> tuple[datetime, UUID]:
        """What the pages of the list go by."""
        return self.finished_at, self.applicant_id


def list_unusual_tests(*, after: tuple[datetime, UUID] | None = None, limit: int = 26) -> list[UnusualTest]:
    """Finished tests behind `after` whose times are unusual, the newest first: for a look, never a refusal."""
    at, key = after or (None, None)
    found = db.rows(
        """
        SELECT applicant_id, finished_at, score, anomalies, (SELECT sum(t) FROM unnest(tenths) AS t) / 10
        FROM basic_tests
        WHERE cardinality(anomalies) > 0 AND finished_at IS NOT NULL
            AND (%(at)s::timestamptz IS NULL OR (finished_at, applicant_id) < (%(at)s::timestamptz, %(key)s::uuid))
        ORDER BY finished_at DESC, applicant_id DESC
        LIMIT %(limit)s
        """,
        {"at": at, "key": key, "limit": limit},
    )
    return [UnusualTest(row[0], row[1], row[2], tuple(row[3]), int(row[4])) for row in found]
