"""The first hop of LEARN-05: the institution reports how a course ended for each person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.kit.context import Context
from prakerja.learning.errors import ReportCode
from prakerja.learning.operations._facts import ReportFacts, lock_purchases, move_purchases
from prakerja.learning.rules import PASS_MARK, SCORES, Evidence, LearningRules, Outcome, decide_outcome, learning_rules
from prakerja.programme.queries import get_regime_book


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What the institution reports of one person; `post_test_score` out of a hundred, None when it was not sat."""

    lane: int
    purchase_id: UUID
    institution_id: UUID
    post_test_score: int | None
    skill_shown: bool = False
    feedback_given: bool = True


@dataclass(frozen=True, slots=True)
class ReportResult:
    """The answer; `outcome` is decided by rule and stands with ok, repeated and conflict."""

    code: ReportCode
    outcome: Outcome | None = None


@dataclass(slots=True)
class _Report:
    """A report on its way to the table."""

    request: ReportRequest
    facts: ReportFacts
    outcome: Outcome
    rules: LearningRules
    shown: tuple[object, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.shown = _shown(self.request)


def report_completions(
    context: Context, requests: Sequence[ReportRequest], *, pass_mark: int = PASS_MARK
) -> list[ReportResult]:
    """Report how the course ended; the outcome is decided from the evidence, and the purchase moves to it.

    Codes in order: unknown_purchase, another_institution, voided, not_redeemed, repeated, conflict, expired,
    class_not_over, score_out_of_range, ok. A report that was returned stands no more: it is reported anew.

    Rule: LEARN-03, LEARN-04, LEARN-05. Cost: one read that locks the purchases in key order, three writes.
    """
    book = get_regime_book()
    with db.transaction():
        facts = lock_purchases([(request.lane, request.purchase_id) for request in requests])
        fresh: dict[tuple[int, UUID], _Report] = {}
        results = []
        for request in requests:
            key = (request.lane, request.purchase_id)
            known = facts.get(key)
            result = _judge_report(request, known, fresh.get(key), context)
            if result.code is ReportCode.OK and known is not None:
                rule = learning_rules(book.on(jakarta_date(known.paid_at)))
                evidence = Evidence(
                    sessions_required=known.sessions,
                    sessions_attended=known.attended,
                    post_test_score=request.post_test_score,
                    skill_shown=request.skill_shown,
                    practice=known.practice,
                )
                outcome = decide_outcome(evidence, rule, pass_mark=pass_mark)
                fresh[key] = _Report(request, known, outcome, rule)
                result = ReportResult(ReportCode.OK, outcome)
            results.append(result)
        _write_reports(context, list(fresh.values()), pass_mark)
    return results


def _judge_report(  # noqa: PLR0911 - one return per code, in their order
    request: ReportRequest, known: ReportFacts | None, earlier: _Report | None, context: Context
) -> ReportResult:
    if known is None:
        return ReportResult(ReportCode.UNKNOWN_PURCHASE)
    if known.institution_id != request.institution_id:
        return ReportResult(ReportCode.ANOTHER_INSTITUTION)
    if known.state == "voided":
        return ReportResult(ReportCode.VOIDED)
    if known.redeemed_at is None:
        return ReportResult(ReportCode.NOT_REDEEMED)
    if earlier is not None or known.outcome is not None:
        shown = earlier.shown if earlier is not None else known.shown
        outcome = earlier.outcome if earlier is not None else Outcome(known.outcome or "")
        return ReportResult(ReportCode.REPEATED if shown == _shown(request) else ReportCode.CONFLICT, outcome)
    if known.state != "redeemed":
        return ReportResult(ReportCode.EXPIRED)
    if known.class_ended_at > context.now:
        return ReportResult(ReportCode.CLASS_NOT_OVER)
    if request.post_test_score is not None and request.post_test_score not in SCORES:
        return ReportResult(ReportCode.SCORE_OUT_OF_RANGE)
    return ReportResult(ReportCode.OK)


def _shown(request: ReportRequest) -> tuple[object, ...]:
    return (request.post_test_score, request.skill_shown, request.feedback_given)


def _write_reports(context: Context, reports: Sequence[_Report], pass_mark: int) -> None:
    if not reports:
        return
    items = [
        {
            "lane": report.request.lane,
            "purchase_id": report.request.purchase_id,
            "outcome": report.outcome,
            "sessions_required": report.facts.sessions,
            "sessions_attended": report.facts.attended,
            "attendance_required": report.rules.attendance_required,
            "post_test_score": report.request.post_test_score,
            "skill_required": report.rules.skill_required and report.facts.practice,
            "skill_shown": report.request.skill_shown,
            "feedback_given": report.request.feedback_given or not report.rules.feedback_required,
        }
        for report in reports
    ]
    text = db.encode_json(items)
    db.execute(
        """
        INSERT INTO completions (
            lane, purchase_id, outcome, sessions_required, sessions_attended, attendance_required, post_test_score,
            pass_mark, skill_required, skill_shown, feedback_given, reported_at, reported_by
        )
        SELECT
            g.lane, g.purchase_id, g.outcome, g.sessions_required, g.sessions_attended, g.attendance_required,
            g.post_test_score, %s, g.skill_required, g.skill_shown, g.feedback_given, %s, %s
        FROM json_to_recordset(%s::json) AS g (
            lane smallint, purchase_id uuid, outcome text, sessions_required smallint, sessions_attended smallint,
            attendance_required boolean, post_test_score smallint, skill_required boolean, skill_shown boolean,
            feedback_given boolean
        )
        """,
        (pass_mark, context.now, context.actor, text),
    )
    move_purchases({(r.request.lane, r.request.purchase_id): r.outcome.value for r in reports}, closed_at=context.now)
    record_events(
        context,
        [
            Event(
                "completion.reported",
                report.request.purchase_id,
                {
                    "outcome": report.outcome,
                    "sessions_attended": report.facts.attended,
                    "sessions_required": report.facts.sessions,
                    "post_test_passed": (report.request.post_test_score or 0) >= pass_mark,
                },
                report.request.lane,
            )
            for report in reports
        ],
    )
