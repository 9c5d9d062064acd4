"""Pure decisions about people: what a NIK can be, and who is eligible.

Rules: ELIG-01 … ELIG-09. No database, no clock: facts in, verdict out.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from prakerja.participants.errors import NikFault
from prakerja.participants.registry import RULE_OF_REGISTER, Register
from prakerja.programme.regimes import Regime
from prakerja.programme.rules import age_fits, age_on, wage_fits

PROVINCE_CODES = frozenset(
    map(
        str,
        (
            *(11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33, 34, 35, 36, 51, 52, 53, 61, 62, 63, 64, 65),
            *(71, 72, 73, 74, 75, 76, 81, 82, 91, 92, 93, 94, 95, 96),
        ),
    )
)
# Prefix of synthetic people: no province has it. It exists in sandbox deployments only.
SYNTHETIC_PROVINCE = "99"
NIK_DIGITS = 16
# Women's day of birth is written with 40 added.
WOMEN_DAY_SHIFT = 40
# A spreadsheet shows a number of 16 digits as 3,27301E+15, or hands it on as 3273010101900000.0.
_AS_NUMBER = re.compile(r"^\d(?:[.,]\d+)?[eE]\+?\d+$|^\d{15,17}[.,]0+$")
_NAME_NOISE = re.compile(r"[^a-z0-9]+")


class Education(StrEnum):
    """Levels of education, lowest first."""

    NONE = "none"
    PRIMARY = "primary"
    JUNIOR_SECONDARY = "junior_secondary"
    SENIOR_SECONDARY = "senior_secondary"
    DIPLOMA = "diploma"
    BACHELOR = "bachelor"
    POSTGRADUATE = "postgraduate"


EDUCATION_RANK: dict[str, int] = {level.value: rank for rank, level in enumerate(Education)}
EMPLOYMENT_STATUSES = frozenset(
    {"job_seeker", "laid_off", "furloughed", "worker_needing_competence", "micro_and_small_business", "other"}
)
SEXES = frozenset({"female", "male"})


def nik_fault(nik: str, *, sandbox: bool) -> NikFault:  # noqa: PLR0911 - one return per fault, in order
    """What is wrong with the form of a NIK; OK when nothing is. It says nothing about whether the person exists.

    Shape: province 2, regency 2, district 2, day (women + 40) 2, month 2, year 2, serial 4 (twins differ there).
    Order: missing, rounded, other characters, length, synthetic (outside a sandbox), province, date, serial.
    Rule: ELIG-01.
    """
    if not nik:
        return NikFault.MISSING
    if not (nik.isascii() and nik.isdigit()):
        return NikFault.ROUNDED if is_rounded_number(nik) else NikFault.NOT_DIGITS
    if len(nik) != NIK_DIGITS:
        return NikFault.NOT_16_DIGITS
    province = nik[:2]
    if province == SYNTHETIC_PROVINCE:
        if not sandbox:
            return NikFault.SYNTHETIC
    elif province not in PROVINCE_CODES:
        return NikFault.PROVINCE
    if not _nik_date_exists(nik):
        return NikFault.DATE
    if nik[12:] == "0000":
        return NikFault.SERIAL
    return NikFault.OK


def _nik_date_exists(nik: str) -> bool:
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    if day > WOMEN_DAY_SHIFT:
        day -= WOMEN_DAY_SHIFT
    # The century is not written: 29 February must exist in one of the two. 1900 was no leap year, 2000 was.
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


def is_rounded_number(text: str) -> bool:
    """Whether a spreadsheet took a number of 16 digits for a quantity: 3,27301E+15 or 3273010101900000.0."""
    return _AS_NUMBER.match(text) is not None


def nik_says(nik: str, *, birth_date: date, sex: str) -> bool:
    """Whether the date and sex inside a well-formed NIK are these."""
    day = birth_date.day + (WOMEN_DAY_SHIFT if sex == "female" else 0)
    return nik[6:12] == f"{day:02d}{birth_date.month:02d}{birth_date.year % 100:02d}"


def kk_is_possible(kk: str) -> bool:
    """Whether the number of a family card has 16 digits."""
    return len(kk) == NIK_DIGITS and kk.isascii() and kk.isdigit()


def plain_name(name: str) -> str:
    """A name without case, diacritics, dots and double spaces, for comparison."""
    text = unicodedata.normalize("NFKD", name)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return _NAME_NOISE.sub(" ", text.casefold()).strip()


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is known about one person on the day of the decision. None: the source has not answered, or knows nothing.

    `as_of_date` is the day of the registers' answers; `registers_missing` are those that did not answer.
    """

    identity_answer: str | None
    birth_date: date
    signed_up_date: date
    employment_status: str
    registers_asked: bool
    formal_education_source: str | None
    excluded_office: str | None
    receives_social_aid: bool | None
    already_participant: bool
    blacklisted: bool
    household_recipients: int
    monthly_wage_idr: int | None = None
    registers_missing: frozenset[str] = frozenset()
    identity_date: date | None = None
    as_of_date: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`outcome` is eligible, refused or waiting; `rule` and `evidence` say why. Evidence holds no personal value.

    Evidence of a refusal: what was found, `source`, `as_of` (its day) and `remedy` (what the person can do).
    """

    outcome: str
    rule: str | None = None
    evidence: dict[str, object] = field(default_factory=dict)


# What to do about a refusal: a code whose sentence stands at the edge.
REMEDIES: Final[dict[str, str]] = {
    "ELIG-01": "correct_at_the_civil_registry",
    "ELIG-02": "wait_for_another_regime",
    "ELIG-03": "have_the_school_end_the_entry",
    "ELIG-04": "correct_the_employment_status",
    "ELIG-05": "have_the_office_end_the_entry",
    "ELIG-06": "appeal_to_the_programme_office",
    "ELIG-07": "correct_the_family_card",
    "ELIG-09": "have_the_wage_corrected",
}


def decide_eligibility(facts: PersonFacts, regime: Regime) -> Verdict:
    """The verdict on one person under one regime.

    Order: ELIG-01, 02, 03, 04, 05, 06, 07, 09; a register that has not answered makes the person wait;
    ELIG-08 lowers the priority of the draw and refuses nobody.
    """
    refusal = _refusal(facts, regime)
    if refusal is not None:
        return refusal
    if regime.civil_registry_confirms and facts.identity_answer != "confirmed":
        return Verdict("waiting", "ELIG-01", {"source": "civil_registry", "answer": facts.identity_answer})
    if not facts.registers_asked:
        return Verdict("waiting", "ELIG-03", {"source": "registers", "answer": "unavailable"})
    for register, rule in RULE_OF_REGISTER.items():
        if register in facts.registers_missing and _is_asked(register, regime):
            return Verdict("waiting", rule, {"source": register.value, "answer": "unavailable"})
    if facts.receives_social_aid is None:
        return Verdict("waiting", "ELIG-08", {"source": "social_aid", "answer": "unavailable"})
    age = age_on(facts.birth_date, facts.signed_up_date)
    return Verdict("eligible", None, {"age": age, "receives_social_aid": facts.receives_social_aid})


def _is_asked(register: Register, regime: Regime) -> bool:
    """Whether a rule of the regime needs a register: the wage is nobody's business without a ceiling."""
    if register in (Register.WAGE, Register.INSURANCE):
        return regime.wage_ceiling_idr is not None
    if RULE_OF_REGISTER[register] == "ELIG-03":
        return register.value in regime.education_registers
    return register is not Register.STATE_EMPLOYEES or bool(regime.excluded_offices)


def _refusal(facts: PersonFacts, regime: Regime) -> Verdict | None:  # noqa: PLR0911 - one return per rule, in order
    if regime.civil_registry_confirms and facts.identity_answer in ("not_found", "mismatch"):
        return _refused("ELIG-01", "civil_registry", facts.identity_date, answer=facts.identity_answer)
    age = age_on(facts.birth_date, facts.signed_up_date)
    if not age_fits(facts.birth_date, facts.signed_up_date, regime):
        found = {"age": age, "age_min": regime.age_min, "age_max": regime.age_max}
        return _refused("ELIG-02", "civil_registry", facts.signed_up_date, **found)
    education, asked = facts.formal_education_source, facts.as_of_date
    if education is not None and education in regime.education_registers:
        return _refused("ELIG-03", education, asked)
    if facts.employment_status not in regime.eligible_statuses:
        return _refused("ELIG-04", "applicant", facts.signed_up_date, status=facts.employment_status)
    if facts.excluded_office is not None and facts.excluded_office in regime.excluded_offices:
        return _refused("ELIG-05", "state_employees", asked, office=facts.excluded_office)
    if regime.once_in_a_lifetime and (facts.already_participant or facts.blacklisted):
        once = {"participant": facts.already_participant, "blacklisted": facts.blacklisted}
        return _refused("ELIG-06", "programme_office", None, **once)
    if facts.household_recipients >= regime.kk_max_recipients:
        household = {"recipients": facts.household_recipients, "most": regime.kk_max_recipients}
        return _refused("ELIG-07", "programme_office", None, **household)
    if not wage_fits(facts.monthly_wage_idr, regime):
        # The ceiling is public, the wage is not: evidence says which was passed, not by how much.
        return _refused("ELIG-09", "wage", asked, ceiling_idr=regime.wage_ceiling_idr)
    return None


def _refused(rule: str, source: str, as_of: date | None, **found: object) -> Verdict:
    day = {} if as_of is None else {"as_of": as_of.isoformat()}
    return Verdict("refused", rule, {**found, "source": source, **day, "remedy": REMEDIES[rule]})
