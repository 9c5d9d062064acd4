"""The nation's state and its days: what the steps share, and in which order they run."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Protocol
from uuid import UUID

from prakerja.kit.clock import JAKARTA
from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from prakerja.participants.sandbox import CivilRegistrySandbox, EligibilityRegistersSandbox
from prakerja.payouts.sandbox import BankSandbox
from prakerja.programme.holidays import is_working_day
from prakerja.programme.queries import get_regime_book
from prakerja.programme.regimes import Regime, RegimeBook
from prakerja.selection.beacon import SandboxBeacon
from prakerja.simulation.businesses import CoursePlan, Institution
from prakerja.simulation.dice import Dice
from prakerja.simulation.people import Person

FIRST_DAY: Final = date(2020, 4, 11)
"""The founding regime begins."""
WORKING_DAY: Final = date(2020, 7, 15)
"""Where the demo stops: the last wave is open, classes run, a settlement waits for its second signature."""
LAST_DAY: Final = date(2021, 1, 29)
YEAR: Final = 2020
MAKER: Final = "staff:pembuat"
APPROVER: Final = "staff:penyetuju"


class Answered(Protocol):
    """A result of an operation."""

    @property
    def code(self) -> str:
        """The answer."""
        ...


@dataclass(frozen=True, slots=True)
class Offer:
    """A course with the platforms that list it."""

    course_id: UUID
    institution_id: UUID
    province_code: str
    plan: CoursePlan
    platform_ids: tuple[UUID, ...]


@dataclass(slots=True)
class Class:
    """A schedule as the market and the classroom see it."""

    schedule_id: UUID
    course_id: UUID
    institution_id: UUID
    platform_ids: tuple[UUID, ...]
    mode: str
    self_paced: bool
    price_idr: int
    sells_until_at: datetime
    session_times: tuple[tuple[datetime, datetime], ...]
    is_full: bool = False


@dataclass(slots=True)
class Bought:
    """A purchase of a person, and how far the class has come."""

    lane: int
    purchase_id: UUID
    holder: "Holder"
    platform_id: UUID
    invoice_code: str
    transaction_code: str
    klass: Class
    bought_on: date
    redeem_code: str = ""
    redeemed: bool = False
    reported: bool = False
    completed: bool = False


@dataclass(slots=True)
class Holder:
    """A person with a card."""

    person: Person
    lane: int
    lane_seed: int
    participant_id: UUID
    card_id: UUID
    card_number: str
    balance_idr: int
    buys_on: date
    decreed_on: date
    active: bool = True
    card_works: bool = True
    purchases: list[Bought] = field(default_factory=list)
    pins_before: int = 0
    # Where this person wants to buy next, and since when.
    platform_code: str | None = None
    looks_since: date = FIRST_DAY
    entitled_on: date | None = None
    surveys: int = 0

    @property
    def pin(self) -> str:
        """The PIN that this person chose last."""
        return f"{(self.person.number * 7_919 + 246_802 + 371_293 * self.pins_before) % 900_000 + 100_000}"


class Nation:
    """Everything that the steps share: seed, ids, sandbox programs, people, and the tallies of the report."""

    def __init__(self, people_count: int, seed: int) -> None:
        self.people_count = people_count
        self.seed = seed
        self._contexts = 0
        self.book: RegimeBook = get_regime_book()
        self.beacon = SandboxBeacon(seed)
        self.bank = BankSandbox(seed)
        self.civil_registry = CivilRegistrySandbox([], seed=seed)
        self.registers = EligibilityRegistersSandbox([], seed=seed)
        self.people: list[Person] = []
        self.institutions: list[Institution] = []
        self.platform_ids: dict[str, UUID] = {}
        self.by_applicant: dict[UUID, Person] = {}
        self.wave_ids: list[UUID] = []
        self.refused_today: list[Person] = []
        self.revoked_today: list[tuple[Holder, UUID]] = []
        self.offers: list[Offer] = []
        self.classes: list[Class] = []
        self.holders: list[Holder] = []
        self.newly_reviewed: list[Holder] = []
        self.bought: dict[UUID, Bought] = {}
        self.counts: Counter[str] = Counter()
        self.refusals: Counter[tuple[str, str]] = Counter()
        self.not_tried: list[str] = []
        self.now = at(FIRST_DAY, time(0, 5))

    def knows(self, person: Person, applicant_id: UUID, lane: int) -> None:
        """A person has become an applicant."""
        person.applicant_id, person.lane = applicant_id, lane
        self.by_applicant[applicant_id] = person

    def context(self, actor: str) -> Context:
        """Somebody acts at the nation's moment, with ids of a stream of their own.

        How many ids an operation draws may depend on the number of lanes; what comes after it must not.
        """
        self._contexts += 1
        return Context(actor=actor, now=self.now, ids=SeededIds(f"nation {self.seed}/{self._contexts}"))

    def dice(self, name: str) -> Dice:
        """A named stream of randomness."""
        return Dice(self.seed, name)

    @property
    def today(self) -> date:
        """The legal day."""
        return self.now.astimezone(JAKARTA).date()

    @property
    def regime(self) -> Regime:
        """The rules in force today."""
        return self.book.on(self.today)

    def tally(self, what: str, results: Sequence[Answered]) -> list[bool]:
        """Count the answers of an operation; which items were accepted."""
        accepted = []
        for result in results:
            is_ok = result.code == "ok"
            accepted.append(is_ok)
            if is_ok:
                self.counts[what] += 1
            else:
                self.refusals[what, str(result.code)] += 1
        return accepted

    def tally_codes(self, what: str, codes: Sequence[str]) -> None:
        """Count bare answers of an operation."""
        for code in codes:
            if code == "ok":
                self.counts[what] += 1
            else:
                self.refusals[what, str(code)] += 1

    def require(self, what: str, results: Sequence[Answered]) -> None:
        """The same where every item must be accepted: anything else is a defect of the simulation or of the house."""
        for result in results:
            if result.code != "ok":
                raise RuntimeError(f"{what} on {self.today}: {result}")
        self.counts[what] += len(results)

    def must_refuse(self, what: str, code: str, results: Sequence[Answered]) -> None:
        """Misbehaviour: every item must be refused with this code."""
        for result in results:
            if result.code != code:
                raise RuntimeError(f"misbehaviour {what!r} on {self.today} should answer {code}, answered {result}")
            self.refusals[what, code] += 1


Step = Callable[[Nation], None]
Try = Callable[[Nation], bool]
"""A misbehaviour; whether there was an occasion for it."""


@dataclass(frozen=True, slots=True)
class DailyStep:
    """A step, its time of the day in Jakarta, and whether it rests at weekends and on holidays."""

    at: time
    run: Step
    working_days_only: bool = False


def at(day: date, moment: time) -> datetime:
    """A moment of a legal day in Jakarta."""
    return datetime.combine(day, moment, tzinfo=JAKARTA).astimezone(UTC)


def live(
    nation: Nation, steps: Sequence[DailyStep], *, until: datetime, each_day: Callable[[date], None] = lambda _: None
) -> None:
    """Walk the days from the nation's moment; stops before the first step that would run at or after `until`."""
    ordered = sorted(steps, key=lambda step: step.at)
    day = nation.today
    while at(day, time.min) < until:
        for step in ordered:
            moment = at(day, step.at)
            if moment < nation.now or (step.working_days_only and not is_working_day(day)):
                continue
            if moment >= until:
                return
            nation.now = moment
            step.run(nation)
        each_day(day)
        day += timedelta(days=1)
        nation.now = max(nation.now, at(day, time.min))
