"""Synthetic people: who they are, what they will get right, and how they will behave."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from prakerja.participants.operations import SignUp
from prakerja.participants.sandbox import SyntheticPerson
from prakerja.programme.queries import ProvinceRow
from prakerja.simulation import figures
from prakerja.simulation.dice import Dice

_GIVEN_WOMEN: Final = [
    "Siti",
    "Dewi",
    "Ayu",
    "Sri",
    "Rina",
    "Putri",
    "Wulan",
    "Fitri",
    "Nur",
    "Lestari",
    "Maya",
    "Indah",
    "Ratna",
    "Yuni",
    "Kartika",
    "Desi",
    "Lia",
    "Tuti",
]
_GIVEN_MEN: Final = [
    "Budi",
    "Agus",
    "Andi",
    "Rizki",
    "Eko",
    "Joko",
    "Dedi",
    "Hendra",
    "Yusuf",
    "Bayu",
    "Wahyu",
    "Rudi",
    "Fajar",
    "Ilham",
    "Arif",
    "Dimas",
    "Surya",
    "Made",
]
_FAMILY: Final = [
    "Santoso",
    "Wijaya",
    "Saputra",
    "Hidayat",
    "Lestari",
    "Nugroho",
    "Siregar",
    "Nasution",
    "Simanjuntak",
    "Hasibuan",
    "Ginting",
    "Tarigan",
    "Lubis",
    "Pratama",
    "Kurniawan",
    "Setiawan",
    "Susanto",
    "Wibowo",
    "Rahman",
    "Ramadhan",
    "Halim",
    "Gunawan",
    "Suryani",
    "Handayani",
    "Utami",
    "Rahayu",
    "Anggraini",
    "Permata",
]
_REGISTRATION_DAY: Final = date(2020, 4, 11)
_WOMEN_DAY_SHIFT: Final = 40
_KIN_MOST: Final = 5


@dataclass(slots=True)
class Person:
    """One synthetic person and the choices that this person will make; the way's later marks are filled as it goes."""

    number: int
    nik: str
    kk: str
    name: str
    sex: str
    birth_date: date
    province_code: str
    education: str
    employment_status: str
    email: str
    phone: str
    channel: str
    wave_index: int
    on_worker_list: bool
    signs_up: bool
    verifies_email: bool
    identity_matches: bool
    verifies_phone: bool
    formal_education_source: str | None
    excluded_office: str | None
    receives_social_aid: bool
    buys: bool
    buys_again: bool
    completes: bool
    reviews: bool
    links_account: bool
    bank_account_works: bool
    voids_first: bool
    days_to_first_purchase: int
    is_assisted: bool = False
    loses_card: bool = False
    forgets_pin: bool = False
    studies_unseen: bool = False
    appeals: bool = False
    is_eligible: bool = False
    applicant_id: UUID | None = None
    lane: int | None = None

    @property
    def known_id(self) -> UUID:
        """The id of an applicant.

        Raises:
            RuntimeError: this person has not signed up.
        """
        if self.applicant_id is None:
            raise RuntimeError(f"person {self.number} has not signed up")
        return self.applicant_id

    def sign_up(self) -> SignUp:
        """What this person enters; who mistypes the own family card gets a mismatch from the registry."""
        kk = self.kk if self.identity_matches else self.kk[:-4] + "0001"
        return SignUp(
            nik=self.nik,
            kk=kk,
            name=self.name,
            sex=self.sex,
            birth_date=self.birth_date,
            province_code=self.province_code,
            education=self.education,
            employment_status=self.employment_status,
            email=self.email,
            phone=self.phone,
        )

    def on_a_sheet(self) -> dict[str, str]:
        """What an officer enters for this person at a labour office."""
        entered = self.sign_up()
        return {
            "nik": entered.nik,
            "kk": entered.kk,
            "name": entered.name,
            "birth_date": entered.birth_date.isoformat(),
            "province_code": entered.province_code,
            "employment_status": entered.employment_status,
            "education": entered.education,
            "phone": self.phone if self.verifies_phone else "",
        }

    def in_the_registers(self) -> SyntheticPerson:
        """What the sandbox registers know."""
        return SyntheticPerson(
            nik=self.nik,
            kk=self.kk,
            name=self.name,
            birth_date=self.birth_date,
            formal_education_source=self.formal_education_source,
            excluded_office=self.excluded_office,
            receives_social_aid=self.receives_social_aid,
        )


def make_people(count: int, seed: int, provinces: Sequence[ProvinceRow]) -> list[Person]:
    """`count` people who sign up, and before them in number the listed workers who never will.

    The province is drawn by the weights of the recipients of 2020; age, sex, schooling and work by the surveys.
    """
    listed = count * figures.ON_WORKER_LIST_BP // 10_000
    silent = listed * (10_000 - figures.LISTED_WHO_SIGN_UP_BP) // 10_000
    dice = Dice(seed, "people")
    serials: Counter[str] = Counter()
    households: list[tuple[str, int]] = []
    people = []
    for number in range(count + silent):
        signs_up = number >= silent
        on_list = number < listed
        people.append(_person(number, dice, provinces, serials, households, signs_up=signs_up, on_list=on_list))
    _add_ways(people, Dice(seed, "people/ways"))
    return people


def _add_ways(people: Sequence[Person], dice: Dice) -> None:
    """What else a person may do, by a stream of its own: the others' lives stay as they are."""
    for person in people:
        person.is_assisted = dice.happens(figures.ASSISTED_BP) and person.signs_up
        person.loses_card = dice.happens(figures.CARD_LOST_BP)
        person.forgets_pin = dice.happens(figures.PIN_FORGOTTEN_BP)
        person.studies_unseen = dice.happens(figures.STUDIES_UNSEEN_BP) and person.formal_education_source is None
        person.appeals = dice.happens(figures.APPEALS_BP)


def _person(
    number: int,
    dice: Dice,
    provinces: Sequence[ProvinceRow],
    serials: Counter[str],
    households: list[tuple[str, int]],
    *,
    signs_up: bool,
    on_list: bool,
) -> Person:
    is_woman = dice.happens(figures.WOMEN_BP)
    province = dice.weighted(provinces, [one.weight for one in provinces])
    birth_date = _birth_date(dice)
    day = birth_date.day + (_WOMEN_DAY_SHIFT if is_woman else 0)
    # 99 is the province of synthetic people; the next two digits say where they live.
    head = f"99{province.code}01{day:02d}{birth_date:%m%y}"
    serials[head] += 1
    name = f"{dice.pick(_GIVEN_WOMEN if is_woman else _GIVEN_MEN)} {dice.pick(_FAMILY)}"
    works = not dice.happens(figures.NOT_WORKING_BP)
    return Person(
        number=number,
        nik=f"{head}{serials[head]:04d}",
        kk=_household(number, dice, households),
        name=name,
        sex="female" if is_woman else "male",
        birth_date=birth_date,
        province_code=province.code,
        education=dice.pick(["senior_secondary", "senior_secondary", "diploma", "bachelor"])
        if dice.happens(figures.SECONDARY_SCHOOL_BP)
        else "junior_secondary",
        employment_status=_work(dice, works=works),
        email=f"orang{number}@contoh.example",
        phone=f"0899{number:08d}",
        channel="regular" if dice.happens(figures.REGULAR_CARD_BP) else "digital",
        wave_index=dice.weighted(range(len(figures.WAVE_WEIGHTS)), figures.WAVE_WEIGHTS),
        on_worker_list=on_list,
        signs_up=signs_up,
        verifies_email=dice.happens(figures.EMAIL_VERIFIED_BP),
        identity_matches=dice.happens(figures.IDENTITY_VERIFIED_BP),
        verifies_phone=dice.happens(figures.PHONE_VERIFIED_BP),
        formal_education_source=dice.pick(["dapodik", "pddikti", "emis"])
        if dice.happens(figures.IN_SCHOOL_BP)
        else None,
        excluded_office=dice.pick(["civil_servant", "police", "village_head_or_staff"])
        if dice.happens(figures.STATE_EMPLOYEE_BP)
        else None,
        receives_social_aid=dice.happens(figures.SOCIAL_AID_BP),
        buys=dice.happens(figures.BOUGHT_BP),
        buys_again=dice.happens(figures.SECOND_PURCHASE_BP),
        completes=dice.happens(figures.COMPLETED_BP),
        reviews=dice.happens(figures.REVIEWED_BP),
        links_account=dice.happens(figures.ACCOUNT_LINKED_BP),
        bank_account_works=dice.happens(9_700),
        voids_first=dice.happens(figures.VOIDED_BP),
        days_to_first_purchase=dice.between(1, 24),
    )


def _birth_date(dice: Dice) -> date:
    if dice.happens(figures.UNDER_AGE_BP):
        lowest, highest = 16, 17
    elif dice.happens(figures.AGED_18_TO_35_BP):
        lowest, highest = 18, 35
    else:
        lowest, highest = 36, 62
    return _REGISTRATION_DAY - timedelta(days=dice.between(lowest * 366, (highest + 1) * 365 - 1))


def _household(number: int, dice: Dice, households: list[tuple[str, int]]) -> str:
    """A family card: mostly an own one, sometimes that of kin who are already there (ELIG-07)."""
    if households and dice.happens(2_500):
        position = dice.between(max(0, len(households) - 400), len(households) - 1)
        kk, members = households[position]
        if members < _KIN_MOST:
            households[position] = (kk, members + 1)
            return kk
    kk = f"99{number:010d}0009"
    households.append((kk, 1))
    return kk


def _work(dice: Dice, *, works: bool) -> str:
    if works:
        return dice.pick(["worker_needing_competence", "micro_and_small_business"])
    return dice.weighted(["job_seeker", "laid_off", "furloughed"], [70, 12, 18])
