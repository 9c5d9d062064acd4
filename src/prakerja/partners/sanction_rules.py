"""What each sanction does to sales, codes and payouts. Pure; the consequences are tested one by one.

In one sentence: a sanction stops what is new and never touches what a participant has bought or a partner has earned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from prakerja.partners.states import SanctionKind

ANSWER_TIME: Final = timedelta(days=14)
APPEAL_TIME: Final = timedelta(days=14)
APPEAL_DECISION_TIME: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SanctionEffect:
    """A sanction's consequences. `party`: what it is aimed at. `final`: there is no way back once it stands."""

    party: str
    new_sales_stop: bool
    codes_stay_redeemable: bool = True
    classes_go_on: bool = True
    earned_money_is_paid: bool = True
    final: bool = False


EFFECTS: Final[Mapping[SanctionKind, SanctionEffect]] = {
    SanctionKind.WARNING: SanctionEffect("any", new_sales_stop=False),
    SanctionKind.COURSE_SUSPENSION: SanctionEffect("course", new_sales_stop=True),
    SanctionKind.REGISTRATION_SUSPENSION: SanctionEffect("registration", new_sales_stop=True),
    SanctionKind.INSTITUTION_SUSPENSION: SanctionEffect("institution", new_sales_stop=True),
    SanctionKind.PLATFORM_SUSPENSION: SanctionEffect("platform", new_sales_stop=True),
    # An ending suspends at once, and ends when the time for an appeal is over or the appeal has failed.
    SanctionKind.REGISTRATION_ENDING: SanctionEffect("registration", new_sales_stop=True, final=True),
    SanctionKind.INSTITUTION_ENDING: SanctionEffect("institution", new_sales_stop=True, final=True),
    SanctionKind.PLATFORM_ENDING: SanctionEffect("platform", new_sales_stop=True, final=True),
}
