"""Writes of incentives: entitlement, surveys, falling due, scheduling, following the bank, forfeiture."""

from prakerja.incentives.operations.entitlement import (
    EntitleRequest,
    EntitleResult,
    SurveyRequest,
    SurveyResult,
    answer_surveys,
    entitle_incentives,
    make_incentives_due,
)
from prakerja.incentives.operations.payment import (
    FollowResult,
    ForfeitResult,
    ScheduleResult,
    follow_payments,
    forfeit_incentives,
    schedule_incentives,
)

__all__ = [
    "EntitleRequest",
    "EntitleResult",
    "FollowResult",
    "ForfeitResult",
    "ScheduleResult",
    "SurveyRequest",
    "SurveyResult",
    "answer_surveys",
    "entitle_incentives",
    "follow_payments",
    "forfeit_incentives",
    "make_incentives_due",
    "schedule_incentives",
]
