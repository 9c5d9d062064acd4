"""The rules page of the documentation, made of the rule ids and the regime files: nobody writes a value twice."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Literal

from prakerja.programme.parameters import PARAMETERS, Unit
from prakerja.programme.regimes import ParameterEntry, Regime, RegimeBook, ValueEntry
from prakerja.programme.rule_ids import RULES, Rule
from prakerja.programme.rules_page_words import AREAS, MONTHS, TEXTS, UNITS, WORDS

Language = Literal["id", "en"]
# Where the pages stand, from the root of the repository.
PAGES: Mapping[Language, str] = {"id": "docs/reference/aturan.md", "en": "docs/reference/rules.md"}
_BASIS_POINTS_PER_PERCENT = 100


def rules_page(book: RegimeBook, language: Language) -> str:
    """The page as Markdown: for each rule its sentence, and for each of its parameters the value of every regime."""
    regimes = [book.get(code) for code in book.codes]
    entries = [book.entries(regime.code) for regime in regimes]
    texts = TEXTS[language]
    lines = [
        f"# {texts['title']}",
        "",
        f"<!-- {texts['generated']} -->",
        "",
        texts["intro"].format(version=book.version),
        "",
        f"| {texts['regime']} | {texts['from']} | {texts['until']} | {texts['basis']} |",
        "|---|---|---|---|",
        *(_regime_row(regime, language) for regime in regimes),
        "",
    ]
    for area, rules in groupby(RULES.values(), key=lambda rule: rule.id.rsplit("-", 1)[0]):
        lines += [f"## {AREAS[area][language]}", ""]
        for rule in rules:
            lines += _rule(rule, regimes, entries, language)
    lines += _sources(regimes, entries, language)
    return "\n".join(lines).rstrip() + "\n"


def _regime_row(regime: Regime, language: Language) -> str:
    name = regime.name_id if language == "id" else regime.name_en
    until = "–" if regime.until_date is None else _day(regime.until_date, language)
    return f"| {name} (`{regime.code}`) | {_day(regime.from_date, language)} | {until} | {regime.legal_basis} |"


def _rule(
    rule: Rule, regimes: Sequence[Regime], entries: Sequence[Mapping[str, ParameterEntry]], language: Language
) -> list[str]:
    lines = [f"### {rule.id}", "", rule.text_id if language == "id" else rule.text_en, ""]
    names = [name for name, parameter in PARAMETERS.items() if rule.id in parameter.rules]
    if not names:
        return lines
    heads = " | ".join(f"`{regime.code}`" for regime in regimes)
    lines += [f"| {TEXTS[language]['parameter']} | {heads} |", "|---|" + "---|" * len(regimes)]
    for name in names:
        label = entries[0][name].label_id if language == "id" else entries[0][name].label_en
        cells = " | ".join(_cell(name, of_regime[name].values, language) for of_regime in entries)
        lines.append(f"| {label} (`{name}`) | {cells} |")
    return [*lines, ""]


def _cell(name: str, values: Sequence[ValueEntry], language: Language) -> str:
    texts = TEXTS[language]
    parts = []
    for position, entry in enumerate(values):
        written = _value(name, entry.value, language)
        since = texts["since"].format(day=_day(entry.from_date, language)) + " " if position else ""
        marks = [texts["switchable"]] if entry.switchable else []
        if entry.evidence != "supported":
            marks.append(texts[entry.evidence])
        parts.append(since + written + (f" ({', '.join(marks)})" if marks else ""))
    return "; ".join(parts)


def _value(name: str, value: object, language: Language) -> str:
    unit = PARAMETERS[name].unit
    if value is None:
        return "–"
    if isinstance(value, bool):
        return TEXTS[language]["yes" if value else "no"]
    if isinstance(value, int):
        return _number(unit, value, language)
    if isinstance(value, list):
        return _listed(unit, value, language)
    return str(value)[:5] if unit is Unit.TIME_OF_DAY else WORDS[str(value)][language]


def _listed(unit: Unit, values: Sequence[object], language: Language) -> str:
    if unit is Unit.MONTH_DAY:
        month, day = values
        return f"{day} {MONTHS[language][int(str(month)) - 1]}"
    if unit is Unit.SHARE:
        return "/".join(map(str, values))
    return ", ".join(WORDS[str(word)][language] for word in values)


def _number(unit: Unit, value: int, language: Language) -> str:
    if unit is Unit.RUPIAH:
        return f"Rp{_grouped(value, language)}"
    if unit is Unit.BASIS_POINTS:
        percent, rest = divmod(value, _BASIS_POINTS_PER_PERCENT)
        point = "," if language == "id" else "."
        return f"{percent}{f'{point}{rest:02}' if rest else ''} %"
    one, many = UNITS[unit][language]
    return f"{_grouped(value, language)} {one if value == 1 else many}"


def _grouped(value: int, language: Language) -> str:
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if language == "id" else grouped


def _day(day: date, language: Language) -> str:
    return f"{day.day} {MONTHS[language][day.month - 1]} {day.year}"


def _sources(
    regimes: Sequence[Regime], entries: Sequence[Mapping[str, ParameterEntry]], language: Language
) -> list[str]:
    lines = [f"## {TEXTS[language]['sources']}", ""]
    for regime, of_regime in zip(regimes, entries, strict=True):
        named: dict[str, list[str]] = {}
        for name, entry in of_regime.items():
            for value in entry.values:
                source = value.source_id if language == "id" else value.source_en
                if name not in named.setdefault(source, []):
                    named[source].append(name)
        lines += [f"### {regime.name_id if language == 'id' else regime.name_en}", ""]
        # The source of most parameters is named last and without a list.
        *few, most = sorted(named, key=lambda source: (len(named[source]), source))
        lines += [f"- {', '.join(f'`{name}`' for name in named[source])}: {source}" for source in few]
        lines += [f"- {TEXTS[language]['all_others']}: {most}", ""]
    return lines
