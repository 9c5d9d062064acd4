"""What a platform asks of institutions, as data (SCHEME-06). Nothing in it is ever run as code.

A requirement set is a list of requirements:

    {"id": "accredited", "text": {"id": "…", "en": "…"},
     "condition": {"question": "accreditation", "one_of": ["A", "B"]}}

and may carry `"when": CONDITION`: then it counts only for institutions of which the condition holds. A document that is
wanted is written the same way, with the kind of document instead of a condition:

    {"id": "accreditation_letter", "kind": "accreditation", "text": {…}, "valid_days_at_least": 90, "when": CONDITION}

A condition looks at one answer with one test (`is`, `one_of`, `at_least`, `at_most`, `contains_all`, `answered`), or
joins others (`all_of`, `any_of`). The answers of a registration are a JSON object, question → value; what the record
says (`questions.FACTS`) is always there, the institution's kind as `institution_kind`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from prakerja.partners.files import DOCUMENT_KINDS
from prakerja.partners.questions import FACTS, Question, question_problems, standard_questions, text_problems

Condition = Mapping[str, Any]
Requirement = Mapping[str, Any]
WantedDocument = Mapping[str, Any]

_TESTS = ("is", "one_of", "at_least", "at_most", "contains_all", "answered")
_JOINS = ("all_of", "any_of")


def meets_requirements(requirements: Sequence[Requirement], answers: Mapping[str, object]) -> list[str]:
    """The ids of the requirements that the answers do not meet, in their order; empty = all are met.

    The set has no problem (`requirement_problems`). A question without an answer meets nothing.

    Rule: SCHEME-06.
    """
    return [
        requirement["id"]
        for requirement in requirements
        if applies(requirement, answers) and not _holds(requirement["condition"], answers)
    ]


@dataclass(frozen=True, slots=True)
class GivenDocument:
    """What counts of a document that an institution shows."""

    kind: str
    expires_date: date | None
    withdrawn: bool


def unmet_documents(
    wanted: Sequence[WantedDocument],
    given: Mapping[str, GivenDocument],
    answers: Mapping[str, object],
    *,
    today: date,
) -> list[str]:
    """The wanted documents that are missing, withdrawn, of another kind or not valid for long enough, as `document:ID`.

    `given`: id of the wanted document → what is shown for it. Rule: SCHEME-06.
    """
    return [
        f"document:{one['id']}"
        for one in wanted
        if applies(one, answers) and not _document_counts(one, given.get(one["id"]), today)
    ]


def applies(part: Mapping[str, Any], answers: Mapping[str, object]) -> bool:
    """Whether a requirement, question or wanted document counts for who answers so."""
    return "when" not in part or _holds(part["when"], answers)


@dataclass(frozen=True, slots=True)
class Explained:
    """A requirement as its form and its decision explain it."""

    id: str
    text: Mapping[str, str]
    applies: bool
    met: bool
    asked: tuple[str, ...]


def explain_requirements(requirements: Sequence[Requirement], answers: Mapping[str, object]) -> list[Explained]:
    """Each requirement with whether it counts, whether it is met, and the questions and facts that decide it."""
    return [
        Explained(
            requirement["id"],
            requirement["text"],
            applies(requirement, answers),
            _holds(requirement["condition"], answers),
            tuple(dict.fromkeys(_questions_of(requirement["condition"]))),
        )
        for requirement in requirements
    ]


def questions_asked(requirements: Sequence[Requirement], own: Sequence[Question]) -> list[Question]:
    """The questions of a form: those that its conditions name, standard ones first, then the set's own ones."""
    named = {
        question
        for requirement in requirements
        for condition in (requirement["condition"], requirement.get("when"))
        if condition is not None
        for question in _questions_of(condition)
    }
    return [question for name, question in standard_questions().items() if name in named] + list(own)


def requirement_set_problems(requirements: object, questions: object, documents: object) -> list[str]:
    """What is wrong with a whole set: its parts, and conditions that ask what nobody answers.

    `place: reason`, in the order requirements, questions, documents; empty = it can be published.
    """
    problems = requirement_problems(requirements) + question_problems(questions) + _document_problems(documents)
    if problems:
        return problems
    known = set(standard_questions()) | set(FACTS) | {question["id"] for question in _list(questions)}
    for part in (*_list(requirements), *_list(questions), *_list(documents)):
        place = str(part["id"])
        if "when" in part:
            problems += _condition_problems(part["when"], place)
        for condition in (part.get("condition"), part.get("when")):
            if isinstance(condition, Mapping) and not problems:
                unknown = [name for name in _questions_of(condition) if name not in known]
                problems += [f"{place}: nobody asks {name}" for name in unknown]
    return problems


def requirement_problems(requirements: object) -> list[str]:
    """What is wrong with a requirement set: `place: reason`, in the order of the set; empty = it can be used."""
    if not isinstance(requirements, Sequence) or isinstance(requirements, str):
        return ["set: not a list"]
    problems: list[str] = []
    seen: set[object] = set()
    for number, requirement in enumerate(requirements, start=1):
        place = f"requirement {number}"
        if not isinstance(requirement, Mapping):
            problems.append(f"{place}: not an object")
            continue
        if set(requirement) - {"when"} != {"id", "text", "condition"}:
            problems.append(f"{place}: has exactly id, text and condition")
            continue
        if not isinstance(requirement["id"], str) or not requirement["id"] or requirement["id"] in seen:
            problems.append(f"{place}: id is a word that stands once")
        seen.add(requirement["id"] if isinstance(requirement["id"], str) else number)
        problems += text_problems(requirement["text"], place)
        problems += _condition_problems(requirement["condition"], place)
    return problems


def _holds(condition: Condition, answers: Mapping[str, object]) -> bool:
    if "all_of" in condition:
        return all(_holds(part, answers) for part in condition["all_of"])
    if "any_of" in condition:
        return any(_holds(part, answers) for part in condition["any_of"])
    answer = answers.get(condition["question"])
    if answer is None or answer == "":
        return False
    test = next(test for test in _TESTS if test in condition)
    return _passes(test, condition[test], answer)


def _passes(test: str, wanted: Any, answer: object) -> bool:  # noqa: ANN401 - JSON of any type
    if test == "answered":
        return True
    if test == "is":
        # JSON's true is not its 1, Python's is.
        return type(answer) is type(wanted) and answer == wanted
    if test == "one_of":
        return any(type(answer) is type(value) and answer == value for value in wanted)
    if test == "contains_all":
        return isinstance(answer, Sequence) and not isinstance(answer, str) and all(value in answer for value in wanted)
    if not _is_number(answer):
        return False
    number: Any = answer
    return bool(number >= wanted if test == "at_least" else number <= wanted)


def _condition_problems(condition: object, place: str) -> list[str]:
    if not isinstance(condition, Mapping):
        return [f"{place}: condition is not an object"]
    joins = [join for join in _JOINS if join in condition]
    if joins:
        parts = condition[joins[0]]
        if set(condition) != {joins[0]} or not isinstance(parts, Sequence) or isinstance(parts, str) or not parts:
            return [f"{place}: {joins[0]} stands alone, with a list of conditions"]
        return [problem for part in parts for problem in _condition_problems(part, place)]
    tests = [test for test in _TESTS if test in condition]
    if len(tests) != 1 or set(condition) != {"question", tests[0]} or not isinstance(condition["question"], str):
        return [f"{place}: a condition has a question and exactly one of {', '.join(_TESTS)}"]
    return _test_problems(tests[0], condition[tests[0]], place)


def _test_problems(test: str, wanted: object, place: str) -> list[str]:
    if test in ("at_least", "at_most") and not _is_number(wanted):
        return [f"{place}: {test} needs a number"]
    if test in ("one_of", "contains_all") and (not isinstance(wanted, Sequence) or isinstance(wanted, str)):
        return [f"{place}: {test} needs a list"]
    if test == "answered" and wanted is not True:
        return [f"{place}: answered is true or not there"]
    return []


def _questions_of(condition: Condition) -> Iterator[str]:
    for join in _JOINS:
        for part in condition.get(join, ()):
            yield from _questions_of(part)
    if "question" in condition:
        yield condition["question"]


def _document_counts(wanted: WantedDocument, given: GivenDocument | None, today: date) -> bool:
    if given is None or given.withdrawn or given.kind != wanted["kind"]:
        return False
    if given.expires_date is None:
        return True
    return (given.expires_date - today).days >= int(wanted.get("valid_days_at_least", 1))


def _document_problems(documents: object) -> list[str]:
    if not isinstance(documents, Sequence) or isinstance(documents, str):
        return ["documents: not a list"]
    problems: list[str] = []
    seen: set[str] = set()
    for number, document in enumerate(documents, start=1):
        place = f"document {number}"
        keys = {"id", "kind", "text"}
        if not isinstance(document, Mapping) or set(document) - {"when", "valid_days_at_least"} != keys:
            problems.append(f"{place}: has id, kind and text")
            continue
        if not isinstance(document["id"], str) or not document["id"] or document["id"] in seen:
            problems.append(f"{place}: id is a word that stands once")
        seen.add(str(document["id"]))
        if document["kind"] not in DOCUMENT_KINDS:
            problems.append(f"{place}: kind is one of {', '.join(DOCUMENT_KINDS)}")
        days = document.get("valid_days_at_least", 1)
        if not isinstance(days, int) or isinstance(days, bool) or days < 1:
            problems.append(f"{place}: valid_days_at_least is a whole number of days")
        problems += text_problems(document["text"], place)
    return problems


def _list(value: object) -> Sequence[Mapping[str, Any]]:
    assert isinstance(value, Sequence)  # noqa: S101 - its problems were looked for
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
