"""Sandbox programs for the registers: they hold the synthetic population that they are given, nothing else.

Deterministic: whether one of them is out of order for a person in an attempt follows from the seed alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from prakerja.kit.settings import get_settings
from prakerja.participants.registry import Identity, IdentityAnswer, IdentityOutcome, Register, RegisterAnswer
from prakerja.participants.rules import plain_name

_TEN_THOUSAND = 10_000


@dataclass(frozen=True, slots=True)
class SyntheticPerson:
    """A person who exists in a sandbox only."""

    nik: str
    kk: str
    name: str
    birth_date: date
    formal_education_source: str | None = None
    excluded_office: str | None = None
    receives_social_aid: bool = False
    monthly_wage_idr: int | None = None


class _Outages:
    """Answers "is it out of order now?": each question about a NIK is an attempt of its own."""

    def __init__(self, seed: int | str, outage_bp: int) -> None:
        if get_settings().deployment != "sandbox":
            raise RuntimeError("a sandbox register does not exist in production")
        self._seed = str(seed)
        self._outage_bp = outage_bp
        self._attempts: dict[str, int] = {}

    def strike(self, nik: str) -> bool:
        if not self._outage_bp:
            return False
        attempt = self._attempts.get(nik, 0)
        self._attempts[nik] = attempt + 1
        digest = sha256(f"{self._seed}/{nik}/{attempt}".encode()).digest()
        return int.from_bytes(digest[:8]) % _TEN_THOUSAND < self._outage_bp


class CivilRegistrySandbox:
    """Dukcapil of a sandbox. `outage_bp`: how often of 10,000 it does not answer."""

    def __init__(self, people: Iterable[SyntheticPerson], *, seed: int | str = 0, outage_bp: int = 0) -> None:
        self._outages = _Outages(f"civil/{seed}", outage_bp)
        self._people = {person.nik: person for person in people}

    def confirm(self, identities: Sequence[Identity]) -> list[IdentityOutcome]:
        """One outcome per identity, in order."""
        return [self._confirm(identity) for identity in identities]

    def _confirm(self, claimed: Identity) -> IdentityOutcome:
        if self._outages.strike(claimed.nik):
            return IdentityOutcome(IdentityAnswer.UNAVAILABLE)
        person = self._people.get(claimed.nik)
        if person is None:
            return IdentityOutcome(IdentityAnswer.NOT_FOUND)
        wrong = []
        if claimed.name != person.name and plain_name(claimed.name) != plain_name(person.name):
            wrong.append("name")
        if claimed.birth_date != person.birth_date:
            wrong.append("birth_date")
        if claimed.kk != person.kk:
            wrong.append("kk")
        if wrong:
            return IdentityOutcome(IdentityAnswer.MISMATCH, tuple(wrong))
        return IdentityOutcome(IdentityAnswer.CONFIRMED)


class EligibilityRegistersSandbox:
    """The other registers of a sandbox. A NIK that they do not know is in none of them."""

    def __init__(
        self,
        people: Iterable[SyntheticPerson],
        *,
        seed: int | str = 0,
        outage_bp: int = 0,
        missing: Iterable[str] = (),
    ) -> None:
        """`missing` registers answer nobody; `outage_bp` strikes all of them at once."""
        self._outages = _Outages(f"registers/{seed}", outage_bp)
        self._people = {person.nik: person for person in people}
        self._missing = frozenset(Register(name) for name in missing)

    def ask(self, niks: Sequence[str]) -> list[RegisterAnswer]:
        """One answer per NIK, in order."""
        return [self._ask(nik) for nik in niks]

    def _ask(self, nik: str) -> RegisterAnswer:
        if self._outages.strike(nik):
            return RegisterAnswer(available=False)
        person = self._people.get(nik)
        missing, education = self._missing, person.formal_education_source if person is not None else None
        if len(missing) == len(Register):
            return RegisterAnswer(available=False)
        return RegisterAnswer(
            available=True,
            formal_education_source=None if education in missing else education,
            excluded_office=None if person is None or Register.STATE_EMPLOYEES in missing else person.excluded_office,
            receives_social_aid=None
            if Register.SOCIAL_AID in missing
            else person is not None and person.receives_social_aid,
            monthly_wage_idr=None if person is None or Register.WAGE in missing else person.monthly_wage_idr,
            missing=tuple(register.value for register in Register if register in missing),
        )
