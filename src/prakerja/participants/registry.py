"""The registers that are asked about people: interfaces. Stand-ins for a sandbox are in sandbox.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol


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


class AnsweredRegistry:
    """The civil registry's answers that are in hand already, by NIK: asked outside a transaction, used inside."""

    def __init__(self, outcomes: Mapping[str, IdentityOutcome]) -> None:
        self._outcomes = outcomes

    def confirm(self, identities: Sequence[Identity]) -> list[IdentityOutcome]:
        """One outcome per identity, in order."""
        return [self._outcomes[identity.nik] for identity in identities]


class Register(StrEnum):
    """The registers beside the civil one, in the order in which a missing one is named."""

    DAPODIK = "dapodik"
    PDDIKTI = "pddikti"
    EMIS = "emis"
    STATE_EMPLOYEES = "state_employees"
    SOCIAL_AID = "social_aid"
    WAGE = "wage"
    INSURANCE = "insurance"


# The rule for which a register is asked.
RULE_OF_REGISTER: Final[dict[Register, str]] = {
    Register.DAPODIK: "ELIG-03",
    Register.PDDIKTI: "ELIG-03",
    Register.EMIS: "ELIG-03",
    Register.STATE_EMPLOYEES: "ELIG-05",
    Register.SOCIAL_AID: "ELIG-08",
    Register.WAGE: "ELIG-09",
    Register.INSURANCE: "ELIG-09",
}


@dataclass(frozen=True, slots=True)
class RegisterAnswer:
    """What the registers say about a NIK.

    `available` is False when none of them answered; `missing` names those of them that did not. A register that did not
    answer never counts as a yes.
    """

    available: bool
    formal_education_source: str | None = None
    excluded_office: str | None = None
    receives_social_aid: bool | None = None
    monthly_wage_idr: int | None = None
    missing: tuple[str, ...] = ()


class EligibilityRegisters(Protocol):
    """Dapodik, PDDikti and EMIS (ELIG-03), state employees (ELIG-05), social aid (ELIG-08), wages (ELIG-09)."""

    def ask(self, niks: Sequence[str]) -> list[RegisterAnswer]:
        """One answer per NIK, in order."""
        ...
