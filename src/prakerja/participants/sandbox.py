"""Sandbox programs for the registers: they hold the synthetic population that they are given, nothing else.

Deterministic: whether one of them is out of order for a person in an attempt follows from the seed alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from prakerja.kit.settings import get_settings
from prakerja.participants.registry import Identity, IdentityAnswer, IdentityOutcome, RegisterAnswer
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

    def __init__(self, people: Iterable[SyntheticPerson], *, seed: int | str = 0, outage_bp: int = 0) -> None:
        self._outages = _Outages(f"registers/{seed}", outage_bp)
        self._people = {person.nik: person for person in people}

    def ask(self, niks: Sequence[str]) -> list[RegisterAnswer]:
        """One answer per NIK, in order."""
        return [self._ask(nik) for nik in niks]

    def _ask(self, nik: str) -> RegisterAnswer:
        if self._outages.strike(nik):
            return RegisterAnswer(available=False)
        person = self._people.get(nik)
        if person is None:
            return RegisterAnswer(available=True, receives_social_aid=False)
        return RegisterAnswer(
            available=True,
            formal_education_source=person.formal_education_source,
            excluded_office=person.excluded_office,
            receives_social_aid=person.receives_social_aid,
        )
