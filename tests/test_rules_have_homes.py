"""Every rule of the programme has code, a test and a text.

Code: the id stands in a docstring, comment or statement under `src/` (Python or SQL). Test: it stands in a test.
Text: a sentence in both languages. The registry, the regime files, their list of parameters and the page made of them
are no code: an id there decides nothing.
"""

import re
from pathlib import Path

import pytest

from prakerja.programme.rule_ids import RULES

ROOT = Path(__file__).resolve().parents[1]
PROGRAMME = ROOT / "src" / "prakerja" / "programme"
NO_CODE = {
    PROGRAMME / name for name in ("rule_ids.py", "parameters.py", "regimes.py", "rules_page.py", "rules_page_words.py")
}
# These mention rules because they read the regime files: the rules themselves are decided and tested elsewhere.
NO_TEST = {Path(__file__).resolve(), ROOT / "tests" / "programme" / "test_regimes.py"}

_ID = re.compile(r"\b[A-Z]+-[0-9]{2}\b")
# "ELIG-03 to ELIG-05" names the one between them too.
_RANGE = re.compile(r"\b([A-Z]+)-([0-9]{2})(?: to |-|–| … )(?:([A-Z]+)-)?([0-9]{2})\b")


def rules_in(text: str) -> set[str]:
    """The ids in a text; ranges are written out."""
    found = set(_ID.findall(text))
    for area, first, other_area, last in _RANGE.findall(text):
        if other_area in {"", area}:
            found |= {f"{area}-{number:02}" for number in range(int(first), int(last) + 1)}
    return found & set(RULES)


def rules_under(folder: Path, patterns: tuple[str, ...], apart: set[Path]) -> set[str]:
    paths = sorted(path for pattern in patterns for path in folder.rglob(pattern))
    assert paths, f"nothing to read under {folder}"
    return {rule for path in paths if path not in apart for rule in rules_in(path.read_text(encoding="utf-8"))}


IN_CODE = rules_under(ROOT / "src", ("*.py", "*.sql"), NO_CODE)
IN_TESTS = rules_under(ROOT / "tests", ("*.py",), NO_TEST)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_rule_has_code_and_a_test(rule: str) -> None:
    missing = [name for name, found in (("code", IN_CODE), ("test", IN_TESTS)) if rule not in found]
    assert not missing, f"{rule} has no {' and no '.join(missing)}"


@pytest.mark.parametrize("rule", sorted(RULES))
def test_rule_has_a_text_in_both_languages(rule: str) -> None:
    texts = [RULES[key] for key in RULES if key == rule]
    assert len(texts) == 1
    assert texts[0].id == rule
    for text in (texts[0].text_id, texts[0].text_en):
        assert len(text) > 10
        assert text.endswith(".")


def test_the_ids_of_the_programme_are_all_there() -> None:
    counts = {"SCHEME": 11, "MONEY": 3, "CARD": 4, "ELIG": 9, "SELECT": 2, "FEE": 2, "PLAT": 2, "INST": 1}
    counts |= {"COURSE": 5, "LEARN": 5, "INC": 2, "SETTLE": 1, "REV": 1, "REG": 1}
    expected = {f"{area}-{number:02}" for area, most in counts.items() for number in range(1, most + 1)}
    assert set(RULES) == expected


def test_ids_that_nobody_knows_are_not_used() -> None:
    areas = {rule.rsplit("-", 1)[0] for rule in RULES}
    for folder, patterns in ((ROOT / "src", ("*.py", "*.sql")), (ROOT / "tests", ("*.py",))):
        for pattern in patterns:
            for path in sorted(folder.rglob(pattern)):
                used = set(_ID.findall(path.read_text(encoding="utf-8")))
                unknown = {rule for rule in used if rule.rsplit("-", 1)[0] in areas} - set(RULES)
                assert not unknown, f"{path.relative_to(ROOT)} names {sorted(unknown)}"


def test_a_range_names_what_is_between() -> None:
    assert rules_in("ELIG-03 to ELIG-05, MONEY-01") == {"ELIG-03", "ELIG-04", "ELIG-05", "MONEY-01"}
