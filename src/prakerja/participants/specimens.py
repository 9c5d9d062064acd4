"""Invented people for whoever tries a sign-up in a sandbox, and the registers that know them. None is real.

Specimen `n` follows from its number alone; its last digit says what the registers answer about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from prakerja.kit.settings import get_settings
from prakerja.participants.registry import Identity, IdentityAnswer, IdentityOutcome, RegisterAnswer
from prakerja.participants.rules import WOMEN_DAY_SHIFT
from prakerja.participants.sandbox import CivilRegistrySandbox, EligibilityRegistersSandbox, SyntheticPerson

SPECIMENS_MAX: Final = 9_999
# 99: invented; 3277: a regency that the simulation does not use.
_PREFIX: Final = "993277"
_BEGINNING: Final = date(1975, 1, 1)
_DAYS: Final = 9_000
_NAMES: Final = (
    "Suharti",
    "José Widodo",
    "Siti Nurhaliza",
    "I Gede Yudi",
    "Ahmad",
    "Renée Tan",
    "Maria Goreti",
    "Budi",
)
# The last digit of the number → what happens.
STORIES: Final[dict[int, str]] = {
    6: "pupil",
    7: "social_aid",
    8: "registry_unavailable",
    9: "not_found",
}


@dataclass(frozen=True, slots=True)
class Specimen:
    """An invented person, and what the registers answer: `eligible` or one of STORIES."""

    number: int
    person: SyntheticPerson
    story: str


def specimen(number: int) -> Specimen:
    """The invented person of a number (1 to 9999: no serial is 0000).

    Raises:
        ValueError: there is no such number.
    """
    if not 1 <= number <= SPECIMENS_MAX:
        raise ValueError(f"specimens are 1-{SPECIMENS_MAX}")
    dice = int.from_bytes(sha256(f"specimen {number}".encode()).digest()[:8])
    born = _BEGINNING + timedelta(days=dice % _DAYS)
    is_woman = number % 2 == 0
    day = born.day + (WOMEN_DAY_SHIFT if is_woman else 0)
    story = STORIES.get(number % 10, "eligible")
    person = SyntheticPerson(
        nik=f"{_PREFIX}{day:02}{born.month:02}{born.year % 100:02}{number:04}",
        kk=f"3277{dice % 10**12:012}",
        name=_NAMES[dice % len(_NAMES)],
        birth_date=born,
        formal_education_source="dapodik" if story == "pupil" else None,
        receives_social_aid=story == "social_aid",
    )
    return Specimen(number, person, story)


def specimen_of_nik(nik: str) -> Specimen | None:
    """The specimen whose NIK it is, or None."""
    if not (nik.startswith(_PREFIX) and nik.isdigit() and int(nik[12:])):
        return None
    found = specimen(int(nik[12:]))
    return found if found.person.nik == nik else None


def _must_be_sandbox() -> None:
    if get_settings().deployment != "sandbox":
        raise RuntimeError("specimens do not exist in production")


class SpecimenCivilRegistry:
    """Dukcapil for specimens: it knows them and nobody else."""

    def __init__(self) -> None:
        _must_be_sandbox()

    def confirm(self, identities: Sequence[Identity]) -> list[IdentityOutcome]:
        """One outcome per identity, in order."""
        return [self._confirm(identity) for identity in identities]

    def _confirm(self, identity: Identity) -> IdentityOutcome:
        found = specimen_of_nik(identity.nik)
        if found is None or found.story == "not_found":
            return IdentityOutcome(IdentityAnswer.NOT_FOUND)
        if found.story == "registry_unavailable":
            return IdentityOutcome(IdentityAnswer.UNAVAILABLE)
        return CivilRegistrySandbox([found.person]).confirm([identity])[0]


class SpecimenRegisters:
    """The other registers for specimens; a NIK that is none is in none of them."""

    def __init__(self) -> None:
        _must_be_sandbox()

    def ask(self, niks: Sequence[str]) -> list[RegisterAnswer]:
        """One answer per NIK, in order."""
        people = [found.person for nik in niks if (found := specimen_of_nik(nik)) is not None]
        return EligibilityRegistersSandbox(people).ask(niks)
