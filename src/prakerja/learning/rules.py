"""Pure decisions about learning.

Rule: LEARN-01, LEARN-03, LEARN-04, LEARN-05.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from prakerja.programme.parameters import CertificateEvidence
from prakerja.programme.regimes import Regime
from prakerja.programme.rules import after_working_days

PASS_MARK = 60
"""Out of a hundred, where an institution sets none [I]."""

CHARACTERS_OF_A_REVIEW_MAX = 2000
CHARACTERS_OF_A_REASON_MAX = 1000
RATINGS = range(1, 6)
SCORES = range(101)


class Outcome(StrEnum):
    """How a course ended for one person."""

    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"


@dataclass(frozen=True, slots=True)
class LearningRules:
    """A regime's parameters, as far as learning decides by them. Minutes None: the window is not in force."""

    before_minutes: int | None
    after_minutes: int | None
    presence_required: bool
    attendance_required: bool
    skill_required: bool
    feedback_required: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about one purchase when its class is over."""

    sessions_required: int
    sessions_attended: int
    post_test_score: int | None
    skill_shown: bool
    practice: bool


@dataclass(frozen=True, slots=True)
class ChainTerms:
    """LEARN-05: working days of each step."""

    institution_days: int = 1
    platform_days: int = 1
    office_days: int = 7


@dataclass(frozen=True, slots=True)
class ChainStep:
    """Who must move a completion, until when, and what happens when nobody does."""

    owner: str
    deadline_at: datetime
    default: str


def learning_rules(regime: Regime) -> LearningRules:
    """A regime's parameters for learning. Rule: LEARN-01, LEARN-03, LEARN-04."""
    return LearningRules(
        before_minutes=regime.redeem_before_minutes,
        after_minutes=regime.redeem_after_minutes,
        presence_required=regime.presence_per_session_day,
        attendance_required=regime.attendance_required,
        skill_required=CertificateEvidence.SKILL_DEMONSTRATION in regime.certificate_evidence,
        feedback_required=CertificateEvidence.FEEDBACK in regime.certificate_evidence,
    )


def chain_terms(regime: Regime) -> ChainTerms:
    """A regime's working days for the report chain. Rule: LEARN-05."""
    return ChainTerms(
        institution_days=regime.report_to_platform_working_days,
        platform_days=regime.report_to_office_working_days,
        office_days=regime.office_check_working_days,
    )


def decide_outcome(evidence: Evidence, rules: LearningRules, *, pass_mark: int = PASS_MARK) -> Outcome:
    """Completed only with every session attended, the post-test passed, and a practised skill shown.

    Rule: LEARN-03, LEARN-04.
    """
    if rules.attendance_required and evidence.sessions_attended < evidence.sessions_required:
        return Outcome.NOT_COMPLETED
    if evidence.post_test_score is None or evidence.post_test_score < pass_mark:
        return Outcome.NOT_COMPLETED
    if rules.skill_required and evidence.practice and not evidence.skill_shown:
        return Outcome.NOT_COMPLETED
    return Outcome.COMPLETED


def chain_step(
    *,
    class_ended_at: datetime,
    reported_at: datetime | None,
    forwarded_at: datetime | None,
    verified_at: datetime | None,
    terms: ChainTerms,
) -> ChainStep | None:
    """The step that a completion waits for; None when it is verified. A deadline is the end of a legal day.

    Rule: LEARN-05. Nobody moving it never pays by default: the next owner is told, and unverified money returns at
    the year's end (SETTLE-01).
    """
    if verified_at is not None:
        return None
    if reported_at is None:
        deadline_at = after_working_days(class_ended_at, terms.institution_days)
        return ChainStep("institution", deadline_at, "reminded_then_swept")
    if forwarded_at is None:
        return ChainStep("platform", after_working_days(reported_at, terms.platform_days), "office_takes_it_over")
    return ChainStep("office", after_working_days(forwarded_at, terms.office_days), "escalated")
