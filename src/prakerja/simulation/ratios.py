"""The nation's ratios beside those of the public record, which it was scaled by.

Source: programme.md's record of 2020: the funnel up to 30 October, waves and purchases, the first 106,912 purchases by
platform, recipients by province, surveys of people. Shares in basis points (bp) of a hundred per cent.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from prakerja.programme.queries import list_provinces
from prakerja.simulation import figures, run_off
from prakerja.simulation.nation import FIRST_DAY, Holder, Nation
from prakerja.simulation.people import Person

ALL_BP: Final = 10_000
TOLERANCE_BP: Final = 300
"""Three points."""
_YOUNG: Final = 35
_NOT_WORKING: Final = ("job_seeker", "laid_off", "furloughed")
_SURVEYED: Final[tuple[tuple[str, int, int, Callable[[Person], bool]], ...]] = (
    ("women, of recipients", 4_700, 5_400, lambda person: person.sex == "female"),
    ("aged 18 to 35, of recipients", 7_100, 7_700, lambda person: _age(person.birth_date) <= _YOUNG),
    ("secondary school or higher, of recipients", 8_700, 8_700, lambda person: person.education != "junior_secondary"),
    ("not working, of recipients", 8_800, 8_800, lambda person: person.employment_status in _NOT_WORKING),
)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share of the record, as a span, and the nation's: `part` of `whole`."""

    name: str
    low_bp: int
    high_bp: int
    part: int
    whole: int

    @property
    def here_bp(self) -> int:
        """The nation's share, rounded to a basis point."""
        return (self.part * ALL_BP * 2 + self.whole) // (2 * self.whole) if self.whole else 0

    @property
    def off_bp(self) -> int:
        """How far the nation lies outside of the record's span."""
        return max(self.low_bp - self.here_bp, self.here_bp - self.high_bp, 0)


def list_ratios(nation: Nation) -> list[Ratio]:
    """All ratios of a nation that has lived its year."""
    count = nation.counts
    signed_up, phone, accepted = count["signed up"], count["phone checked"], count["participant"]
    buyers = [one for one in nation.holders if one.purchases]
    purchases = sum(len(one.purchases) for one in buyers)
    completed = sum(any(bought.completed for bought in one.purchases) for one in buyers)
    return [
        Ratio("e-mail verified, of who signed up", 6_500, 7_400, count["email checked"], signed_up),
        Ratio("identity confirmed, of who signed up", 4_400, 5_000, count["identity verified"], signed_up),
        Ratio("phone verified, of who signed up", 4_500, 4_500, phone, signed_up),
        Ratio("accepted, of who verified the phone", 2_500, 3_333, accepted, phone),
        Ratio("regular cards, of all", 2_500, 2_500, count["regular card"], accepted),
        Ratio("bought, of accepted", 9_300, 9_300, len(buyers), accepted),
        Ratio("completed a course, of who bought", 9_500, 9_500, completed, len(buyers)),
        Ratio("second courses, of who bought", 7_066, 7_066, purchases - len(buyers), len(buyers)),
        Ratio("mean of a price, of Rp384,000", ALL_BP, ALL_BP, *_mean_price(buyers)),
        Ratio("revoked, of accepted", 150, 700, count["revoked"], accepted),
        *_platforms(nation),
        *(
            Ratio(name, low, high, sum(holds(one.person) for one in nation.holders), len(nation.holders))
            for name, low, high, holds in _SURVEYED
        ),
        _farthest_province(nation),
    ]


def _mean_price(buyers: list[Holder]) -> tuple[int, int]:
    prices = [bought.klass.price_idr for one in buyers for bought in one.purchases]
    return sum(prices), figures.MEAN_PRICE_IDR * len(prices)


def _platforms(nation: Nation) -> Iterator[Ratio]:
    """First purchases by digital cards before a platform left: the record is of such months, with hardly any others."""
    codes = {platform_id: code for code, platform_id in nation.platform_ids.items()}
    first = Counter(
        codes[one.purchases[0].platform_id]
        for one in nation.holders
        if one.purchases and one.person.channel == "digital" and one.purchases[0].bought_on < run_off.LEAVES_ON
    )
    whole = sum(figures.PLATFORM_WEIGHTS.values())
    for code, weight in figures.PLATFORM_WEIGHTS.items():
        share = (weight * ALL_BP * 2 + whole) // (2 * whole)
        yield Ratio(f"first purchases through {code}", share, share, first[code], first.total())


def _farthest_province(nation: Nation) -> Ratio:
    """The province whose share of the recipients lies farthest from the record."""
    provinces = list_provinces(on=FIRST_DAY)
    whole = sum(one.weight for one in provinces)
    here = Counter(one.person.province_code for one in nation.holders)
    ratios = [
        Ratio(f"recipients in {one.name}, the farthest", share, share, here[one.code], len(nation.holders))
        for one in provinces
        for share in [(one.weight * ALL_BP * 2 + whole) // (2 * whole)]
    ]
    return max(ratios, key=lambda ratio: (ratio.off_bp, ratio.name))


def ratio_lines(nation: Nation) -> list[str]:
    """The table of the report: the record's span, the nation's share, and what lies outside by more than 3 points.

    Before its year is over the nation is not measured: many have not come to buying, or to the end of a class.
    """
    is_over = bool(nation.counts["books closed"])
    lines = [] if is_over else ["  (The year is not over: these are the figures so far.)"]
    for ratio in list_ratios(nation):
        record = _percent(ratio.low_bp)
        if ratio.high_bp != ratio.low_bp:
            record = f"{record}–{_percent(ratio.high_bp)}"
        far = f"  {_percent(ratio.off_bp)} points off" if is_over and ratio.off_bp > TOLERANCE_BP else ""
        lines.append(f"  {ratio.name:<46} {record:>11} % {_percent(ratio.here_bp):>8} %{far}")
    return lines


def _percent(share_bp: int) -> str:
    tenths = (share_bp + 5) // 10
    return f"{tenths // 10}.{tenths % 10}"


def _age(birth_date: date) -> int:
    day = FIRST_DAY
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
