"""The rules as dated data: what is in force on the day of the programme, and each regime's values side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from prakerja.access.guards import for_everyone
from prakerja.kit.clock import jakarta_date
from prakerja.programme.parameters import PARAMETERS, Unit
from prakerja.programme.queries import get_regime_book
from prakerja.programme.regimes import RegimeBook, ValueEntry
from prakerja.programme.rule_ids import RULES
from prakerja.web import formats
from prakerja.web.answers import show
from prakerja.web.clock import now_of
from prakerja.web.shown import regime_name
from prakerja.web.words import value_word


@dataclass(frozen=True, slots=True)
class ParameterShown:
    """A parameter with its values by regime."""

    label: str
    values: list[tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class RuleShown:
    """A rule with its sentence and its parameters."""

    rule_id: str
    text: str
    parameters: list[ParameterShown]


@for_everyone
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule with its values in every regime. No query but the clock: the regimes are files."""
    book = get_regime_book()
    today = jakarta_date(now_of(request))
    try:
        in_force = regime_name(book.on(today).code)
    except LookupError:
        in_force = ""
    return show(request, "public/rules", rules=_shown(book), version=book.version, in_force=in_force)


def _shown(book: RegimeBook) -> list[RuleShown]:
    entries = {code: book.entries(code) for code in book.codes}
    english = formats.is_english()
    shown = []
    for rule in RULES.values():
        parameters = []
        for parameter in PARAMETERS.values():
            if parameter.rules[0] != rule.id:
                continue
            first = entries[book.codes[0]][parameter.name]
            parameters.append(
                ParameterShown(
                    label=first.label_en if english else first.label_id,
                    values=[
                        (regime_name(code), _values(entries[code][parameter.name].values, parameter.unit))
                        for code in book.codes
                    ],
                )
            )
        shown.append(RuleShown(rule.id, rule.text_en if english else rule.text_id, parameters))
    return shown


def _values(values: Sequence[ValueEntry], unit: Unit) -> list[str]:
    if len(values) == 1:
        return [written(values[0].value, unit)]
    return [
        _("from %(day)s: %(value)s") % {"day": formats.day(value.from_date), "value": written(value.value, unit)}
        for value in values
    ]


def written(value: object, unit: Unit) -> str:  # noqa: PLR0911 - one line a unit
    """A value in words: Rp1.000.000, 15 %, 15 December, yes."""
    if value is None:
        return _("not in force")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if unit is Unit.RUPIAH and isinstance(value, int):
        return formats.rupiah(value)
    if unit is Unit.BASIS_POINTS and isinstance(value, int):
        return formats.percent(value)
    if unit is Unit.MONTH_DAY and isinstance(value, list):
        return formats.month_day(*value)
    if unit is Unit.SHARE and isinstance(value, list):
        return f"{value[0]}/{value[1]}"
    if unit in (Unit.WORD, Unit.WORDS):
        return ", ".join(str(value_word(item)) for item in (value if isinstance(value, list) else [value]))
    if isinstance(value, int):
        return f"{formats.count(value)} {value_word(unit)}"
    return str(value)
