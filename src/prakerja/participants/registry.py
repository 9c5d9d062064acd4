"""The registers that are asked about people: interfaces. Stand-ins for a sandbox are in sandbox.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Identity:
    """What a person claims to be."""

    nik: str
    kk: str
    name: str
    birth_date: date


class IdentityAnswer(StrEnum):
    """What the civil registry says."""

    CONFIRMED = "confirmed"
    NOT_FOUND = "not_found"
    MISMATCH = "mismatch"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class IdentityOutcome:
    """The answer, and which of `name`, `birth_date`, `kk` disagree when it is a mismatch."""

    answer: IdentityAnswer
    fields: tuple[str, ...] = ()


class CivilRegistry(Protocol):
    """Dukcapil, ELIG-01."""

    def confirm(self, identities: Sequence[Identity]) -> list[IdentityOutcome]:
        """One outcome per identity, in order."""
        ...


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """What the other registers say about a NIK; `available` is False when one of them did not answer."""

    available: bool
    formal_education_source: str | None = None
    excluded_office: str | None = None
    receives_social_aid: bool | None = None


class EligibilityRegisters(Protocol):
    """Dapodik, PDDikti and EMIS (ELIG-03), state employees (ELIG-05), social aid (ELIG-08)."""

    def ask(self, niks: Sequence[str]) -> list[RegisterAnswer]:
        """One answer per NIK, in order."""
        ...
