"""The nation from its first day to a given moment: which step runs when."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Final

from prakerja.simulation.classroom import Classroom
from prakerja.simulation.founding import found_the_nation
from prakerja.simulation.intake import Intake
from prakerja.simulation.market import Market
from prakerja.simulation.mischief import Mischief
from prakerja.simulation.nation import LAST_DAY, WORKING_DAY, DailyStep, Nation, at, live
from prakerja.simulation.treasury import Treasury

WORKING_MOMENT: Final = at(WORKING_DAY, time(10, 30))
END: Final = at(LAST_DAY, time(0))


def tell(
    people: int,
    seed: int,
    *,
    until: datetime = END,
    each_day: Callable[[date], None] = lambda _: None,
) -> Nation:
    """Let a nation of `people` live until a moment; the database must be migrated and empty.

    Raises:
        RuntimeError: something was refused that must be accepted, or accepted that must be refused.
    """
    nation = Nation(people, seed)
    found_the_nation(nation)
    intake = Intake(nation)
    market = Market(nation)
    classroom = Classroom(nation)
    treasury = Treasury(nation)
    mischief = Mischief(nation, intake, market, treasury)
    steps = [
        DailyStep(time(0, 5), intake.import_worker_list),
        DailyStep(time(0, 10), intake.plan),
        DailyStep(time(0, 15), market.look_after_the_catalogue),
        DailyStep(time(6), market.open_classes),
        DailyStep(time(8), intake.open_and_close),
        DailyStep(time(8, 5), intake.draw),
        DailyStep(time(8, 30), intake.sign_up),
        DailyStep(time(8, 40), mischief.at_sign_up),
        DailyStep(time(9), classroom.morning),
        DailyStep(time(9, 10), intake.prepare, working_days_only=True),
        DailyStep(time(9, 15), mischief.at_the_office, working_days_only=True),
        DailyStep(time(9, 20), intake.approve, working_days_only=True),
        DailyStep(time(9, 30), treasury.approve_run, working_days_only=True),
        DailyStep(time(9, 40), treasury.sign_batches, working_days_only=True),
        DailyStep(time(10), treasury.prepare_run, working_days_only=True),
        DailyStep(time(10, 10), classroom.verify, working_days_only=True),
        DailyStep(time(10, 20), classroom.forward, working_days_only=True),
        DailyStep(time(11), intake.carry_cards),
        DailyStep(time(11, 30), treasury.make_payable),
        DailyStep(time(11, 40), treasury.end_of_year),
        DailyStep(time(11, 50), treasury.pay_incentives),
        DailyStep(time(12), market.void),
        DailyStep(time(12, 30), market.buy),
        DailyStep(time(12, 45), mischief.at_the_market),
        DailyStep(time(13), classroom.afternoon),
        DailyStep(time(13, 10), mischief.in_class),
        DailyStep(time(15), treasury.hear_the_bank, working_days_only=True),
        DailyStep(time(15, 10), treasury.retry, working_days_only=True),
        DailyStep(time(16), intake.revoke, working_days_only=True),
        DailyStep(time(18), classroom.report),
        DailyStep(time(20), classroom.review),
        DailyStep(time(20, 30), treasury.entitle),
        DailyStep(time(21), treasury.survey),
        DailyStep(time(22), treasury.close),
    ]
    live(nation, steps, until=until, each_day=each_day)
    nation.not_tried = mischief.not_tried
    return nation
