"""Sample institutions and courses: names, kinds, answers to requirements. All are invented and marked as samples."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from prakerja.programme.queries import ProvinceRow
from prakerja.simulation import figures
from prakerja.simulation.dice import Dice

# Title, mode, subject.
_SUBJECTS: Final = (
    ("Pemasaran digital untuk usaha kecil", "online", "digital"),
    ("Bahasa Inggris untuk layanan pelanggan", "online", "language"),
    ("Pembukuan usaha mikro", "online", "business"),
    ("Dasar analisis data dengan lembar kerja", "online", "digital"),
    ("Desain grafis untuk media sosial", "online", "creative"),
    ("Pemrograman web tingkat dasar", "online", "digital"),
    ("Barista dan pengelolaan kedai kopi", "offline", "hospitality"),
    ("Menjahit pakaian jadi", "offline", "beauty"),
    ("Perawatan AC rumah tangga", "offline", "manufacturing"),
    ("Tata boga dan keamanan pangan", "offline", "hospitality"),
    ("Las listrik tingkat dasar", "offline", "manufacturing"),
    ("Servis sepeda motor injeksi", "offline", "automotive"),
)
_GOLDEN_PPM: Final = 618_034
_MILLION: Final = 1_000_000
_KINDS: Final = ("government", "private", "private", "industry")
_NAMES: Final = {"government": "BLK Contoh", "private": "LPK Contoh", "industry": "Pusat Latihan Industri Contoh"}


@dataclass(slots=True)
class Institution:
    """A sample institution; `id` and `platform_ids` are filled as it registers."""

    number: int
    code: str
    name: str
    kind: str
    province_code: str
    owner_entity: str
    answers: Mapping[str, object]
    id: UUID | None = None
    platform_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """A course that an institution proposes."""

    title: str
    subject: str
    mode: str
    training_type: int
    hours: int
    price_idr: int
    comparison_price_idr: int


def make_institutions(people: int, seed: int, provinces: list[ProvinceRow]) -> list[Institution]:
    """About one institution per 800 people, at least nine, of all three kinds, in provinces by weight.

    The first private one belongs to a platform (PLAT-02 is flagged in the founding regime).
    """
    dice = Dice(seed, "institutions")
    institutions = []
    for number in range(max(9, people // 800)):
        kind = _KINDS[number % len(_KINDS)]
        province = dice.weighted(provinces, [one.weight for one in provinces])
        institutions.append(
            Institution(
                number=number,
                code=f"contoh-{kind}-{number:03d}",
                name=f"{_NAMES[kind]} {province.name} {number + 1}",
                kind=kind,
                province_code=province.code,
                owner_entity="PT Ruang Raya Indonesia" if number == 1 else f"Pemilik contoh {number}",
                answers=_answers(kind, dice, number),
            )
        )
    return institutions


def _answers(kind: str, dice: Dice, number: int) -> dict[str, object]:
    return {
        "licence_number": f"CONTOH/{number:03d}/2020",
        "curriculum": f"Kurikulum SKKNI contoh {number:03d}",
        "attendance_system": True,
        "premises_checked": kind != "industry" or dice.happens(5_000),
        "certified_trainers": dice.between(1, 6),
        # Most private institutions of the real programme had none (audit of 2021).
        "accreditation": dice.pick(["A", "B", "C", "none"]) if kind == "private" else "B",
        "delivery": ["online", "offline"],
    }


def plan_courses(institution: Institution, seed: int) -> list[CoursePlan]:
    """Four courses: government institutions teach face to face, the others both ways."""
    dice = Dice(seed, f"courses/{institution.number}")
    government = institution.kind == "government"
    modes = ("offline", "offline", "offline", "online") if government else ("online", "online", "offline", "offline")
    return [_course(mode, dice, _price(len(modes) * institution.number + place)) for place, mode in enumerate(modes)]


def _price(nth: int) -> int:
    """The price of the nth course: spread evenly over the weights, so that a small catalogue has all prices too."""
    weights = sum(weight for _, weight in figures.PRICES_IDR)
    # Multiples of the golden ratio, modulo one, fill a unit evenly wherever they stop.
    place = (nth * _GOLDEN_PPM % _MILLION) * weights // _MILLION
    for price_idr, weight in figures.PRICES_IDR:
        place -= weight
        if place < 0:
            return price_idr
    raise RuntimeError("the weights of prices do not add up")


def _course(mode: str, dice: Dice, price: int) -> CoursePlan:
    title, subject = dice.pick([(title, subject) for title, way, subject in _SUBJECTS if way == mode])
    self_paced = mode == "online" and dice.happens(2_500)
    return CoursePlan(
        title=title,
        subject=subject,
        mode=mode,
        training_type=3 if mode == "offline" else 2 if self_paced else 1,
        hours=dice.between(6, 24),
        price_idr=price,
        comparison_price_idr=price + 25_000 * dice.between(0, 6),
    )
