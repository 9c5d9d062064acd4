"""Both languages are whole: every text has its Indonesian words, and the compiled catalogue is the written one.

English is the language of the sources, so its texts are the message ids themselves.
"""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import TemplateSyntaxError
from django.utils.translation import override
from django.utils.translation.template import templatize

import prakerja.web
from prakerja.kit.refusals import Code
from prakerja.web import refusals, words
from prakerja.web.public.views import FIGURES

WEB = Path(prakerja.web.__file__).parent
CATALOGUE = WEB / "locale" / "id" / "LC_MESSAGES"
SINGULAR = {"_", "gettext", "gettext_lazy"}
# What templatize makes of a template: calls of gettext and ngettext in otherwise blanked text.
CALL = re.compile(
    r"""\b(?:_|n?gettext)\(\s*(u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\"{3}.*?\"{3}))\s*[,)]""", re.DOTALL
)


def python_texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in SINGULAR or node.func.id == "ngettext":
            text = node.args[0]
            assert isinstance(text, ast.Constant), f"{path.name}:{node.lineno} translates something that is no literal"
            assert isinstance(text.value, str)
            yield text.value


def template_texts(path: Path) -> Iterator[str]:
    try:
        plain = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    except TemplateSyntaxError as error:
        pytest.fail(f"{path}: {error}")
    for found in CALL.finditer(plain):
        yield ast.literal_eval(found.group(1))


def texts() -> dict[str, str]:
    """Every text with a place where it stands."""
    found: dict[str, str] = {}
    for path in sorted(WEB.rglob("*.py")):
        found.update(dict.fromkeys(python_texts(path), path.name))
    for path in sorted((WEB / "templates").rglob("*.html")):
        found.update(dict.fromkeys(template_texts(path), path.name))
    return found


def compiled() -> dict[str, str]:
    with (CATALOGUE / "django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    return {key[0] if isinstance(key, tuple) else key: text for key, text in vars(catalogue)["_catalog"].items() if key}


def written() -> dict[str, str]:
    """The .po file, read by hand: the catalogue holds singular texts, and plural ones with one form."""
    found: dict[str, str] = {}
    for block in (CATALOGUE / "django.po").read_text(encoding="utf-8").split("\n\n")[1:]:
        assert "fuzzy" not in block
        lines = dict(line.split(" ", 1) for line in block.strip().splitlines() if not line.startswith("#"))
        found[ast.literal_eval(lines["msgid"])] = ast.literal_eval(lines.get("msgstr") or lines["msgstr[0]"])
    return found


def test_every_text_has_its_indonesian_words() -> None:
    catalogue = compiled()
    found = texts()
    assert len(found) > 300
    assert [f"{place}: {text}" for text, place in found.items() if not catalogue.get(text)] == []


def test_the_catalogue_has_no_text_that_no_page_shows() -> None:
    assert sorted(written().keys() - texts().keys()) == []


def test_the_compiled_catalogue_is_the_written_one() -> None:
    assert compiled() == written()


def test_a_translation_keeps_the_parameters_of_its_text() -> None:
    parameter = re.compile(r"%\(\w+\)s")
    assert [
        text for text, words_ in written().items() if set(parameter.findall(text)) != set(parameter.findall(words_))
    ] == []


def test_every_word_speaks_both_languages() -> None:
    for noun, codes in words.WORDS.items():
        for code, word in codes.items():
            with override("id"):
                indonesian = str(word.text)
            with override("en"):
                english = str(word.text)
            assert indonesian, (noun, code)
            assert english, (noun, code)
    with override("id"):
        assert str(FIGURES["participants"][0]) == "Peserta"
    with override("en"):
        assert str(FIGURES["participants"][0]) == "Participants"


@pytest.mark.parametrize("codes", list(refusals.REFUSALS), ids=lambda codes: codes.__name__)
def test_every_refusal_has_a_sentence(codes: type[Code]) -> None:
    assert refusals.REFUSALS[codes].keys() == {code.value for code in codes if code.is_refusal}
