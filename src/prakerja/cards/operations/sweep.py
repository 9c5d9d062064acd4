"""The end of the year: what is left on the balances goes back to the treasury."""

from collections.abc import Sequence
from dataclasses import dataclass

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.lanes import every_lane

KINDS = ("training", "incentive")


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What was swept of one budget and kind of balance."""

    budget_number: int
    kind: str
    participants: int
    swept_idr: int


def expire_balances(context: Context, *, kinds: Sequence[str] = KINDS) -> list[SweepResult]:
    """Sweep the balances whose `balance_until_at` has passed, by budget and kind; safe to run again.

    A sweep of training ends the participation: active, finished and suspended become expired. Incentives that are due
    but unpaid stand on another account and stay. Rule: CARD-02. Cost: one SQL call per lane and kind.

    Raises:
        ValueError: an unknown kind.
    """
    if not set(kinds) <= set(KINDS):
        raise ValueError(f"kinds are {KINDS}")
    swept: dict[tuple[int, str], tuple[int, int]] = {}
    with db.transaction():
        for kind in kinds:
            for lane in every_lane():
                for number, participants, amount_idr in db.rows(
                    "SELECT * FROM sweep_balances(%s::smallint, %s, %s, %s) ORDER BY budget_number",
                    [lane, kind, context.now, context.today],
                ):
                    before = swept.get((number, kind), (0, 0))
                    swept[number, kind] = (before[0] + participants, before[1] + amount_idr)
        results = [SweepResult(number, kind, *figures) for (number, kind), figures in sorted(swept.items())]
        if results:
            payload = {f"{r.budget_number}.{r.kind}": [r.participants, r.swept_idr] for r in results}
            record_events(context, [Event("balances.expired", context.uuid(), payload)])
    return results
