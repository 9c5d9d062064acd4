"""Pure decisions about incentives.

Rule: INC-01, INC-02, MONEY-02, MONEY-03.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from prakerja.incentives.errors import EntitleCode
from prakerja.kit.clock import jakarta_date, jakarta_midnight
from prakerja.programme.regimes import Regime

ENTITLED_STATES = frozenset({"active", "finished", "expired"})
"""States of a participant in which the incentives are still the participant's: with `expired` only the training balance
has ended (CARD-02), what was earned before is paid until the period ends."""

_MONTHS = 12


class IncentiveKind(StrEnum):
    """What an incentive is given for."""

    JOB_SEARCH = "job_search"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Planned:
    """An amount to come; `due_at` None: when its survey is answered."""

    kind: IncentiveKind
    number: int
    amount_idr: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Conditions:
    """What INC-01 asks of one participant; `purchase_id` is the first completed course."""

    state: str
    entitled: bool
    purchase_id: UUID | None
    certified: bool
    reviewed: bool
    payout_account_id: UUID | None


def judge(conditions: Conditions) -> EntitleCode:
    """All of: first course completed with certificate, rating and review, validated account. Rule: INC-01."""
    if conditions.entitled:
        return EntitleCode.REPEATED
    if conditions.state not in ENTITLED_STATES:
        return EntitleCode.NOT_ACTIVE
    if conditions.purchase_id is None or not conditions.certified:
        return EntitleCode.NO_CERTIFICATE
    if not conditions.reviewed:
        return EntitleCode.NO_REVIEW
    if conditions.payout_account_id is None:
        return EntitleCode.NO_VALIDATED_ACCOUNT
    return EntitleCode.OK


def plan(regime: Regime, entitled_at: datetime) -> list[Planned]:
    """All incentives of the package: job search at once and then monthly, surveys when they are answered.

    The amounts add up to `regime.incentive_idr`. Rule: MONEY-02, MONEY-03.
    """
    first = jakarta_date(entitled_at)
    job_search = [
        Planned(
            IncentiveKind.JOB_SEARCH,
            number,
            regime.job_search_incentive_idr,
            entitled_at if number == 1 else jakarta_midnight(months_later(first, number - 1)),
        )
        for number in range(1, regime.job_search_incentive_count + 1)
    ]
    surveys = [
        Planned(IncentiveKind.SURVEY, number, regime.survey_incentive_idr, None)
        for number in range(1, regime.survey_incentive_count + 1)
    ]
    return [planned for planned in (*job_search, *surveys) if planned.amount_idr > 0]


def months_later(day: date, months: int) -> date:
    """The same day of a later month; its last day where that month is shorter."""
    years, month = divmod(day.month - 1 + months, _MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
