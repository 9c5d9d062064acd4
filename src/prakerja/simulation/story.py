"""The nation from its first day to a given moment: which step runs when."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Final

from prakerja.simulation.appeals import Appeals
from prakerja.simulation.cards import Cards
from prakerja.simulation.classroom import Classroom
from prakerja.simulation.founding import found_the_nation
from prakerja.simulation.keepers import Keepers
from prakerja.simulation.market import Market
from prakerja.simulation.mischief import Mischief
from prakerja.simulation.nation import LAST_DAY, WORKING_DAY, DailyStep, Nation, at, live
from prakerja.simulation.registers import Registers
from prakerja.simulation.run_off import RunOff
from prakerja.simulation.sign_ups import SignUps
from prakerja.simulation.treasury import Treasury
from prakerja.simulation.waves import Waves

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
    sign_ups = SignUps(nation)
    waves = Waves(nation, sign_ups)
    keepers = Keepers(nation)
    cards = Cards(nation, waves)
    registers = Registers(nation, cards)
    appeals = Appeals(nation, waves, cards)
    market = Market(nation)
    classroom = Classroom(nation)
    treasury = Treasury(nation)
    mischief = Mischief(nation, waves, cards, market, treasury)
    run_off = RunOff()
    steps = [
        DailyStep(time(0, 5), sign_ups.import_worker_list),
        DailyStep(time(0, 10), waves.plan),
        DailyStep(time(0, 12), keepers.name),
        DailyStep(time(0, 15), market.look_after_the_catalogue),
        DailyStep(time(6), market.open_classes),
        DailyStep(time(8), waves.open_and_close),
        DailyStep(time(8, 5), waves.draw),
        DailyStep(time(8, 20), sign_ups.pass_sheets_on),
        DailyStep(time(8, 30), waves.join),
        DailyStep(time(8, 40), mischief.at_sign_up),
        DailyStep(time(8, 50), run_off.morning),
        DailyStep(time(9), classroom.morning),
        DailyStep(time(9, 10), waves.prepare, working_days_only=True),
        DailyStep(time(9, 15), mischief.at_the_office, working_days_only=True),
        DailyStep(time(9, 20), waves.approve, working_days_only=True),
        DailyStep(time(9, 22), cards.issue, working_days_only=True),
        DailyStep(time(9, 25), cards.print, working_days_only=True),
        DailyStep(time(9, 30), treasury.approve_run, working_days_only=True),
        DailyStep(time(9, 40), treasury.sign_batches, working_days_only=True),
        DailyStep(time(9, 45), appeals.sign, working_days_only=True),
        DailyStep(time(9, 50), appeals.decide, working_days_only=True),
        DailyStep(time(10), treasury.prepare_run, working_days_only=True),
        DailyStep(time(10, 10), classroom.verify, working_days_only=True),
        DailyStep(time(10, 20), classroom.forward, working_days_only=True),
        DailyStep(time(10, 40), cards.ship, working_days_only=True),
        DailyStep(time(10, 50), cards.receive, working_days_only=True),
        DailyStep(time(11), cards.hand_over, working_days_only=True),
        DailyStep(time(11, 5), cards.lose),
        DailyStep(time(11, 30), treasury.make_payable),
        DailyStep(time(11, 40), treasury.end_of_year),
        DailyStep(time(11, 50), treasury.pay_incentives),
        DailyStep(time(12), market.void),
        DailyStep(time(12, 30), market.buy),
        DailyStep(time(12, 45), mischief.at_the_market),
        DailyStep(time(13), classroom.afternoon),
        DailyStep(time(13, 10), mischief.in_class),
        DailyStep(time(13, 30), registers.load),
        DailyStep(time(13, 40), registers.answer),
        DailyStep(time(14), registers.decide, working_days_only=True),
        DailyStep(time(15), treasury.hear_the_bank, working_days_only=True),
        DailyStep(time(15, 10), treasury.retry, working_days_only=True),
        DailyStep(time(16), cards.revoke, working_days_only=True),
        DailyStep(time(16, 30), appeals.appeal),
        DailyStep(time(16, 45), keepers.seal),
        DailyStep(time(18), classroom.report),
        DailyStep(time(20), classroom.review),
        DailyStep(time(20, 30), treasury.entitle),
        DailyStep(time(21), treasury.survey),
        DailyStep(time(22), treasury.close),
    ]
    live(nation, steps, until=until, each_day=each_day)
    nation.not_tried = mischief.not_tried
    return nation
