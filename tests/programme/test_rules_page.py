"""The committed rules pages are what the regime files and rule ids make of them."""

from enum import StrEnum
from pathlib import Path

import pytest

from prakerja.programme.parameters import PARAMETERS
from prakerja.programme.queries import get_regime_book
from prakerja.programme.rule_ids import RULES
from prakerja.programme.rules_page import PAGES, Language, rules_page
from prakerja.programme.rules_page_words import TEXTS, WORDS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_committed_page_is_fresh(language: Language) -> None:
    committed = (ROOT / PAGES[language]).read_text(encoding="utf-8")
    assert committed == rules_page(get_regime_book(), language), "run: ./run docs rules"


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_has_every_rule_and_parameter(language: Language) -> None:
    page = rules_page(get_regime_book(), language)
    for rule in RULES:
        assert f"### {rule}\n" in page
    for name in PARAMETERS:
        assert f"(`{name}`)" in page


def test_the_page_shows_values_that_start_inside_a_regime() -> None:
    page = rules_page(get_regime_book(), "en")
    assert "| yes; from 30 June 2020: no | no | no |" in page
    assert "| – | –; from 16 August 2021: 64 years | 64 years |" in page
    assert "| – | 15 % | 15 % |" in page
    assert "| Rp1,000,000 | Rp1,000,000 | Rp3,500,000 |" in page
    assert "| Rp1.000.000 | Rp1.000.000 | Rp3.500.000 |" in rules_page(get_regime_book(), "id")


def test_every_word_has_both_languages() -> None:
    vocabularies: list[type[StrEnum]] = [parameter.words for parameter in PARAMETERS.values() if parameter.words]
    words = {word.value for vocabulary in vocabularies for word in vocabulary}
    assert words == set(WORDS)
    assert TEXTS["id"].keys() == TEXTS["en"].keys()


def test_every_rule_of_a_parameter_is_in_the_registry() -> None:
    assert {rule for parameter in PARAMETERS.values() for rule in parameter.rules} <= set(RULES)
