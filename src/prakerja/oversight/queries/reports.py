"""Reports of a class and the people of whom one is due, each with the evidence. Rule: LEARN-04, LEARN-05."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.learning.rules import Evidence, LearningRules, Outcome, decide_outcome
from prakerja.learning.rules import learning_rules as rules_of
from prakerja.oversight.finding_kinds import RUSH_SHARE, SCORES_MIN
from prakerja.oversight.queries import PAGE_ROWS
from prakerja.oversight.queries.report_classes import WAITS, Hop
from prakerja.participants.lanes import every_lane
from prakerja.programme.queries import get_regime_book


@dataclass(frozen=True, slots=True)
class PersonToReport:
    """Somebody who redeemed, whose class is over, and of whom no report stands."""

    lane: int
    purchase_id: UUID
    applicant_id: UUID
    name: str
    transaction_code: str
    attended: int
    sessions: int
    is_practice: bool
    tasks: int
    feedbacks: int
    paid_at: datetime
    return_reason: str

    @property
    def rules(self) -> LearningRules:
        """The rules of the day on which it was paid."""
        return rules_of(get_regime_book().on(jakarta_date(self.paid_at)))

    @property
    def needs_skill(self) -> bool:
        """Whether a skill is to be shown."""
        return self.is_practice and self.rules.skill_required

    def outcome(self, score: int | None, *, skill_shown: bool) -> Outcome:
        """What a report of this score would come to."""
        return decide_outcome(Evidence(self.sessions, self.attended, score, skill_shown, self.is_practice), self.rules)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report on its way, with the evidence that it counts."""

    lane: int
    purchase_id: UUID
    applicant_id: UUID
    name: str
    transaction_code: str
    platform_name: str
    outcome: str
    sessions_attended: int
    sessions_required: int
    attendance_required: bool
    post_test_score: int | None
    pass_mark: int
    skill_required: bool
    skill_shown: bool
    feedback_given: bool
    reported_at: datetime
    forwarded_at: datetime | None
    taken_over: bool
    verified_at: datetime | None
    returns: int
    schedule_id: UUID
    schedule_code: str
    course_title: str
    institution_id: UUID
    institution_name: str


@dataclass(frozen=True, slots=True)
class ReturnView:
    """A report that the office gave back."""

    outcome: str
    post_test_score: int | None
    reported_at: datetime
    returned_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """What was handed in, and the feedback on it."""

    scope: str
    sequence: int
    submitted_at: datetime
    feedback_at: datetime | None
    feedback_notes: str | None


@dataclass(frozen=True, slots=True)
class Oddity:
    """What is odd about a class's reports: its word, and how many reports it concerns."""

    schedule_id: UUID
    code: str
    reports: int


def list_people_to_report(
    institution_id: UUID, schedule_id: UUID, *, after: UUID | None = None, limit: int = PAGE_ROWS + 1
) -> list[PersonToReport]:
    """People of a class whom the institution has not reported, by purchase, behind `after`. One query."""
    found = db.rows(
        """
        SELECT purchase.lane, purchase.purchase_id, person.applicant_id, person.name, purchase.transaction_code,
            (SELECT count(*) FROM counted_attendances presence
             WHERE presence.lane = purchase.lane AND presence.purchase_id = purchase.purchase_id),
            (SELECT count(*) FROM sessions session WHERE session.schedule_id = purchase.schedule_id),
            purchase.mode = 'offline', work.tasks, work.feedbacks, purchase.paid_at,
            coalesce(
                (SELECT gone.reason FROM completion_returns gone
                 WHERE gone.lane = purchase.lane AND gone.purchase_id = purchase.purchase_id
                 ORDER BY gone.round DESC LIMIT 1),
                ''
            )
        FROM purchases purchase
        JOIN participants participant
            ON (participant.lane, participant.participant_id) = (purchase.lane, purchase.participant_id)
        JOIN applicants person ON (person.lane, person.applicant_id) = (participant.lane, participant.applicant_id)
        CROSS JOIN LATERAL (
            SELECT count(*) AS tasks, count(task.feedback_at) AS feedbacks
            FROM tasks task
            WHERE task.lane = purchase.lane AND task.purchase_id = purchase.purchase_id
        ) AS work
        WHERE purchase.institution_id = %(institution)s AND purchase.schedule_id = %(schedule)s
            AND purchase.state = 'redeemed'
            AND (%(after)s::uuid IS NULL OR purchase.purchase_id > %(after)s::uuid)
        ORDER BY purchase.purchase_id
        LIMIT %(limit)s
        """,
        {"institution": institution_id, "schedule": schedule_id, "after": after, "limit": limit},
    )
    return [PersonToReport(row[0], row[1], row[2], row[3], row[4].strip(), *row[5:]) for row in found]


def list_reports(
    hop: Hop, schedule_id: UUID, *, platform_id: UUID | None = None, after: UUID | None = None
) -> list[ReportRow]:
    """A page of a class's reports that wait, by purchase, behind `after`. One query."""
    found = db.rows(
        f"""
        {_REPORT}
        WHERE purchase.schedule_id = %(schedule)s AND {WAITS[hop]}
            AND (%(platform)s::uuid IS NULL OR purchase.platform_id = %(platform)s)
            AND (%(after)s::uuid IS NULL OR purchase.purchase_id > %(after)s::uuid)
        ORDER BY purchase.purchase_id
        LIMIT %(limit)s
        """,
        {
            "lanes": every_lane(),
            "schedule": schedule_id,
            "platform": platform_id,
            "after": after,
            "limit": PAGE_ROWS + 1,
        },
    )
    return [_report(row) for row in found]


def list_reports_of(keys: list[tuple[int, UUID]]) -> list[ReportRow]:
    """The reports under the keys, by purchase. One query."""
    found = db.rows(
        f"""
        {_REPORT}
        JOIN unnest(%(lanes)s::smallint[], %(ids)s::uuid[]) AS given (lane, purchase_id)
            ON given.lane = report.lane AND given.purchase_id = report.purchase_id
        ORDER BY purchase.purchase_id
        """,
        {"lanes": [lane for lane, _ in keys], "ids": [purchase_id for _, purchase_id in keys]},
    )
    return [_report(row) for row in found]


def find_report(purchase_id: UUID) -> ReportRow | None:
    """The report of a purchase, in whichever lane. One query."""
    found = db.row(f"{_REPORT} WHERE report.lane = ANY (%s) AND report.purchase_id = %s", (every_lane(), purchase_id))
    return None if found is None else _report(found)


def list_returns(lane: int, purchase_id: UUID) -> list[ReturnView]:
    """Returned reports of a purchase, in their order. One query."""
    found = db.rows(
        """
        SELECT outcome, post_test_score, reported_at, returned_at, reason
        FROM completion_returns
        WHERE lane = %s AND purchase_id = %s
        ORDER BY round
        """,
        (lane, purchase_id),
    )
    return [ReturnView(*row) for row in found]


def list_tasks(lane: int, purchase_id: UUID) -> list[TaskView]:
    """Tasks of a purchase with their feedback, in their order. One query."""
    found = db.rows(
        """
        SELECT scope, sequence, submitted_at, feedback_at, feedback_notes
        FROM tasks
        WHERE lane = %s AND purchase_id = %s
        ORDER BY sequence, scope
        """,
        (lane, purchase_id),
    )
    return [TaskView(*row) for row in found]


def list_oddities(schedule_ids: list[UUID]) -> list[Oddity]:
    """What is odd about the reports of classes that wait for the office, by class and word. One query.

    One and the same score for all; presences of many written in one second; completed without a presence; a self-paced
    course reported after less than a tenth of its hours; returned before; taken over from a platform.
    """
    found = db.rows(
        f"""
        WITH waiting AS (
            SELECT report.*, purchase.schedule_id, purchase.redeemed_at, course.hours, course.training_type,
                schedule.ends_at AS class_ended_at
            FROM purchases purchase
            JOIN completions report ON report.lane = purchase.lane AND report.purchase_id = purchase.purchase_id
            JOIN schedules schedule ON schedule.id = purchase.schedule_id
            JOIN courses course ON course.id = purchase.course_id
            WHERE purchase.schedule_id = ANY (%(schedules)s) AND {WAITS["check"]}
        ),
        at_once AS (
            SELECT w.schedule_id, count(*) AS reports
            FROM waiting w
            JOIN counted_attendances presence ON presence.lane = w.lane AND presence.purchase_id = w.purchase_id
            GROUP BY w.schedule_id, presence.sequence, date_trunc('second', presence.attended_at)
            HAVING count(*) >= %(alike_min)s
        ),
        odd AS (
            SELECT schedule_id, 'uniform_scores' AS code, count(*) AS reports
            FROM waiting
            WHERE outcome = 'completed'
            GROUP BY schedule_id
            HAVING count(*) >= %(alike_min)s AND min(post_test_score) = max(post_test_score)
            UNION ALL
            SELECT schedule_id, 'presence_at_once', max(reports) FROM at_once GROUP BY schedule_id
            UNION ALL
            SELECT schedule_id, 'no_presence', count(*) FROM waiting
            WHERE outcome = 'completed' AND sessions_attended = 0
            GROUP BY schedule_id
            UNION ALL
            SELECT schedule_id, 'rushed', count(*) FROM waiting
            WHERE outcome = 'completed' AND training_type = 2
                AND reported_at < redeemed_at + hours * interval '1 hour' / %(rush_share)s
            GROUP BY schedule_id
            UNION ALL
            SELECT schedule_id, 'returned_before', count(*) FROM waiting w
            WHERE EXISTS (
                SELECT FROM completion_returns gone WHERE gone.lane = w.lane AND gone.purchase_id = w.purchase_id
            )
            GROUP BY schedule_id
            UNION ALL
            SELECT schedule_id, 'taken_over', count(*) FROM waiting WHERE taken_over GROUP BY schedule_id
        )
        SELECT schedule_id, code, reports FROM odd ORDER BY schedule_id, code
        """,
        {"lanes": every_lane(), "schedules": schedule_ids, "alike_min": SCORES_MIN, "rush_share": RUSH_SHARE},
    )
    return [Oddity(*row) for row in found]


_REPORT = """
    SELECT report.lane, report.purchase_id, person.applicant_id, person.name, purchase.transaction_code, platform.name,
        report.outcome, report.sessions_attended, report.sessions_required, report.attendance_required,
        report.post_test_score, report.pass_mark, report.skill_required, report.skill_shown, report.feedback_given,
        report.reported_at, report.forwarded_at, report.taken_over, report.verified_at,
        (SELECT count(*) FROM completion_returns gone
         WHERE gone.lane = report.lane AND gone.purchase_id = report.purchase_id),
        schedule.id, schedule.code, course.title, institution.id, institution.name
    FROM completions report
    JOIN purchases purchase ON purchase.lane = report.lane AND purchase.purchase_id = report.purchase_id
    JOIN participants participant
        ON (participant.lane, participant.participant_id) = (purchase.lane, purchase.participant_id)
    JOIN applicants person ON (person.lane, person.applicant_id) = (participant.lane, participant.applicant_id)
    JOIN platforms platform ON platform.id = purchase.platform_id
    JOIN schedules schedule ON schedule.id = purchase.schedule_id
    JOIN courses course ON course.id = purchase.course_id
    JOIN institutions institution ON institution.id = purchase.institution_id
"""


def _report(row: db.Row) -> ReportRow:
    return ReportRow(row[0], row[1], row[2], row[3], row[4].strip(), *row[5:])
