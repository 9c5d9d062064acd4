"""The questions that a requirement set may ask: standard ones, its own ones, and facts that are on record already.

A question is a JSON object:

    {"id": "delivery", "kind": "choices", "text": {"id": "…", "en": "…"},
     "choices": [{"value": "online", "text": {"id": "…", "en": "…"}}], "when": CONDITION}

`kind` is one of `KINDS`; `choices` stands with the two kinds of choice only; `when` (optional) says to whom it is put.
Facts are never asked: they come from the institution's record, so that an answer cannot replace them.

Rules: SCHEME-06.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

Question = Mapping[str, Any]

KINDS = ("text", "whole", "yes_no", "choice", "choices", "date")
OWN_PREFIX = "own_"
ANSWER_MAX = 2_000

# What the record says, by the word that conditions use. `operations.facts` fills them.
FACTS = (
    "institution_kind",
    "legal_form",
    "years_in_existence",
    "tax_number_on_record",
    "bank_account_on_record",
    "accreditation_grade",
    "accreditation_days_left",
    "trainers_on_record",
    "certified_trainers_on_record",
    "premises_on_record",
    "places_on_record",
)

_FILE = Path(__file__).parent / "data" / "questions.yaml"


@lru_cache(maxsize=1)
def standard_questions() -> Mapping[str, Question]:
    """The standard questions by id, in the order of the file."""
    return {question["id"]: question for question in yaml.safe_load(_FILE.read_text(encoding="utf-8"))}


def question_problems(questions: object) -> list[str]:
    """What is wrong with a set's own questions: `place: reason`; the conditions of `when` are not looked at here."""
    if not isinstance(questions, Sequence) or isinstance(questions, str):
        return ["questions: not a list"]
    problems: list[str] = []
    seen: set[str] = set()
    for number, question in enumerate(questions, start=1):
        place = f"question {number}"
        if not isinstance(question, Mapping) or not {"id", "kind", "text"} <= set(question):
            problems.append(f"{place}: has id, kind and text")
            continue
        if set(question) - {"id", "kind", "text", "choices", "when"}:
            problems.append(f"{place}: has unknown keys")
        if not isinstance(question["id"], str) or not question["id"].startswith(OWN_PREFIX) or question["id"] in seen:
            problems.append(f"{place}: id begins with {OWN_PREFIX} and stands once")
        else:
            seen.add(question["id"])
        if question["kind"] not in KINDS:
            problems.append(f"{place}: kind is one of {', '.join(KINDS)}")
        problems += text_problems(question["text"], place)
        wants_choices = question["kind"] in ("choice", "choices")
        if wants_choices != bool(question.get("choices")) or not _choices_are_right(question.get("choices", ())):
            problems.append(f"{place}: choices stand with a choice, each with value and text")
    return problems


def text_problems(text: object, place: str) -> list[str]:
    """A text has both languages and no other."""
    if (
        not isinstance(text, Mapping)
        or set(text) != {"id", "en"}
        or not all(isinstance(one, str) for one in text.values())
    ):
        return [f"{place}: text has exactly id and en"]
    return []


def read_answer(question: Question, typed: Sequence[str]) -> object:
    """The value of what was typed or ticked in a form; None = no answer.

    Raises:
        ValueError: it cannot be read as the kind of the question.
    """
    kind = question["kind"]
    values = [one.strip() for one in typed if one.strip()]
    if kind == "choices":
        return sorted(set(values)) if _are_choices(question, values) else _refuse(kind)
    return _READERS[kind](question, values[0]) if values else None


def _text(_question: Question, value: str) -> object:
    return value if len(value) <= ANSWER_MAX else _refuse("text")


def _whole(_question: Question, value: str) -> object:
    return int(value.replace(".", "").replace(" ", "")) if _WHOLE.fullmatch(value) else _refuse("whole")


def _yes_no(_question: Question, value: str) -> object:
    return value == "yes" if value in ("yes", "no") else _refuse("yes_no")


def _choice(question: Question, value: str) -> object:
    return value if _are_choices(question, [value]) else _refuse("choice")


def _date(_question: Question, value: str) -> object:
    return date.fromisoformat(value).isoformat()


# A dot or a space parts thousands: "1.5" is no whole number.
_WHOLE = re.compile(r"[0-9]{1,9}|[0-9]{1,3}([. ][0-9]{3}){1,2}")
_READERS: Mapping[str, Callable[[Question, str], object]] = {
    "text": _text,
    "whole": _whole,
    "yes_no": _yes_no,
    "choice": _choice,
    "date": _date,
}


def _refuse(kind: str) -> object:
    raise ValueError(f"not readable as {kind}")


def _are_choices(question: Question, values: Sequence[str]) -> bool:
    return set(values) <= {choice["value"] for choice in question["choices"]}


def _choices_are_right(choices: object) -> bool:
    if not isinstance(choices, Sequence) or isinstance(choices, str):
        return False
    return all(
        isinstance(choice, Mapping) and set(choice) == {"value", "text"} and not text_problems(choice["text"], "choice")
        for choice in choices
    )
