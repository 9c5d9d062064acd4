"""What a platform asks of institutions, as data (SCHEME-06). Nothing in it is ever run as code.

A requirement set is a list of requirements:

    {"id": "accredited", "text": {"id": "…", "en": "…"},
     "condition": {"question": "accreditation", "one_of": ["A", "B"]}}

A condition looks at one answer with one test (`is`, `one_of`, `at_least`, `at_most`, `contains_all`, `answered`), or
joins others (`all_of`, `any_of`). The answers of a registration are a JSON object, question → value; the institution's
kind is always there as `institution_kind`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Condition = Mapping[str, Any]
Requirement = Mapping[str, Any]

_TESTS = ("is", "one_of", "at_least", "at_most", "contains_all", "answered")
_JOINS = ("all_of", "any_of")


def meets_requirements(requirements: Sequence[Requirement], answers: Mapping[str, object]) -> list[str]:
    """The ids of the requirements that the answers do not meet, in their order; empty = all are met.

    The set has no problem (`requirement_problems`). A question without an answer meets nothing.

    Rule: SCHEME-06.
    """
    return [requirement["id"] for requirement in requirements if not _holds(requirement["condition"], answers)]


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
        if set(requirement) != {"id", "text", "condition"}:
            problems.append(f"{place}: has exactly id, text and condition")
            continue
        if not isinstance(requirement["id"], str) or not requirement["id"] or requirement["id"] in seen:
            problems.append(f"{place}: id is a word that stands once")
        seen.add(requirement["id"] if isinstance(requirement["id"], str) else number)
        text = requirement["text"]
        if not isinstance(text, Mapping) or set(text) != {"id", "en"}:
            problems.append(f"{place}: text has exactly id and en")
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


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
