"""What a person is asked when signing up, why, and what is wrong with an answer. Pure.

Nothing is asked that no rule uses: each question names the rule, or the place that reads the answer. Sex follows from
the NIK (women's day of birth has 40 added), social aid and schooling from registers; disability is used by no rule, so
nobody is asked for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from prakerja.kit.clock import jakarta_midnight
from prakerja.kit.contacts import digits_only
from prakerja.kit.days import DayFault, day_fault, day_of
from prakerja.participants.errors import NikFault
from prakerja.participants.rules import (
    EDUCATION_RANK,
    EMPLOYMENT_STATUSES,
    PROVINCE_CODES,
    WOMEN_DAY_SHIFT,
    is_rounded_number,
    kk_is_possible,
    nik_fault,
)
from prakerja.participants.sign_up_errors import AnswerFault

NAME_LENGTH_MAX: Final = 200
AGE_MIN: Final = 18


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its code is the answer's key; `used_by` is a rule's id or `table.column`."""

    code: str
    used_by: str


QUESTIONS: Final = (
    Question("nik", "ELIG-01"),
    Question("kk", "ELIG-07"),
    Question("name", "ELIG-01"),
    Question("birth_date", "ELIG-02"),
    Question("province_code", "SELECT-02"),
    Question("employment_status", "ELIG-04"),
    Question("education", "courses.minimum_education"),
)
QUESTION_CODES: Final = tuple(question.code for question in QUESTIONS)
IDENTITY: Final = ("nik", "kk", "name", "birth_date")
ABOUT_WORK: Final = ("province_code", "employment_status", "education")


def tidy_answer(code: str, text: str) -> str:
    """An answer as it is kept: numbers without spaces and dots (but of a spreadsheet's), names with single spaces.

    A day that can be read becomes 1998-12-31; what is none stays as it was typed.
    """
    if code in ("nik", "kk"):
        return text.strip() if is_rounded_number(text.strip()) else digits_only(text)
    tidy = " ".join(text.split())
    day = day_of(tidy) if code == "birth_date" else None
    return tidy if day is None else day.isoformat()


def answer_fault(code: str, text: str, *, today: date, sandbox: bool) -> AnswerFault | NikFault | DayFault:
    """What is wrong with a tidy answer; OK when nothing is. Rule: ELIG-01, ELIG-02 (form only)."""
    if not text:
        return AnswerFault.MISSING
    if code == "nik":
        return nik_fault(text, sandbox=sandbox)
    if code == "kk":
        return AnswerFault.OK if kk_is_possible(text) else AnswerFault.KK_NOT_16_DIGITS
    if code == "name":
        return _name_fault(text)
    if code == "birth_date":
        return _birth_date_fault(text, today)
    known = {"province_code": PROVINCE_CODES, "employment_status": EMPLOYMENT_STATUSES, "education": EDUCATION_RANK}
    return AnswerFault.OK if text in known[code] else AnswerFault.NOT_AN_OPTION


def _name_fault(text: str) -> AnswerFault:
    # A single name is a name; letters of any script, with the marks that identity cards print.
    if len(text) > NAME_LENGTH_MAX:
        return AnswerFault.NAME_TOO_LONG
    if not text.isprintable() or any(c.isdigit() for c in text) or not any(c.isalpha() for c in text):
        return AnswerFault.NAME_HAS_OTHER_CHARACTERS
    return AnswerFault.OK


def _birth_date_fault(text: str, today: date) -> AnswerFault | DayFault:
    born = day_of(text)
    if born is None:
        return day_fault(text)
    if born > today:
        return AnswerFault.DATE_IS_TO_COME
    return AnswerFault.TOO_YOUNG if day_of_age(born, AGE_MIN) > today else AnswerFault.OK


def day_of_age(born: date, age: int) -> date:
    """The legal day from which somebody has an age; who was born on 29 February has it on 1 March in other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def may_sign_up_from(born: date, zone: str) -> datetime:
    """The moment from which somebody is 18, in the clock of a zone.

    The legal day is Jakarta's in the whole country: in Jayapura the day begins at two in the morning. Rule: ELIG-02.
    """
    return jakarta_midnight(day_of_age(born, AGE_MIN)).astimezone(ZoneInfo(zone))


def sex_of(nik: str) -> str:
    """What the day of birth inside a well-formed NIK says: women's has 40 added."""
    return "female" if int(nik[6:8]) > WOMEN_DAY_SHIFT else "male"


def open_questions(answers: Mapping[str, str], codes: tuple[str, ...]) -> list[str]:
    """The questions that have no answer yet, in their order."""
    return [code for code in codes if not answers.get(code)]
