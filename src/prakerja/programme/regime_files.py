"""Reading regime files: YAML with its line numbers, all or nothing.

A file is written for a lawyer, so that the reader is strict: what it does not know, it refuses, with file and line.
Every problem is collected; nothing is loaded while there is one.
"""

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import yaml

from prakerja.programme.errors import RegimeFilesRefusedError, RegimeProblem, RegimeProblemCode
from prakerja.programme.parameters import PARAMETERS, Parameter
from prakerja.programme.regime_checks import contradictions
from prakerja.programme.regime_nodes import (
    RegimeFile,
    bilingual_of,
    day_of,
    line_of,
    mapping_of,
    refuse_type,
    text_of,
    text_or_texts_of,
)
from prakerja.programme.regime_values import WrongValueError, switch_of, value_of
from prakerja.programme.regimes import RegimeBook, book_of

FORMAT = 1
_TOP_KEYS = ("regime", "name", "legal_basis", "from", "until", "sources", "parameters")
_PARAMETER_KEYS = ("rule", "label", "unit", "values")
_VALUE_KEYS = ("from", "value", "source", "evidence")
_OPTIONAL_VALUE_KEYS = ("until", "switchable")
_EVIDENCE = ("supported", "probable", "inferred")


def shipped_folder() -> Path:
    """The folder of the regimes that come with the package."""
    return Path(str(files("prakerja.programme"))) / "data" / "regimes"


def load_regime_files(folder: Path | None = None) -> RegimeBook:
    """The regimes of a folder's `*.yaml` files (by default the shipped ones), checked as a whole.

    Raises:
        RegimeFilesRefusedError: at least one problem; all of them, in the order of file and line.
    """
    folder = folder or shipped_folder()
    paths = sorted(path for path in folder.glob("*.yaml") if path.is_file())
    if not paths:
        raise RegimeFilesRefusedError((RegimeProblem(str(folder), 1, RegimeProblemCode.NO_FILES),))
    read = [_read(path) for path in paths]
    problems = [problem for file, _ in read for problem in file.problems]
    if not problems:
        problems = _problems_between([(file, content) for file, content in read if content is not None])
    if problems:
        raise RegimeFilesRefusedError(tuple(sorted(problems, key=lambda problem: (problem.file, problem.line))))
    contents = sorted((content for _, content in read if content is not None), key=lambda content: str(content["from"]))
    book = book_of({"format": FORMAT, "regimes": contents})
    found = tuple(
        RegimeProblem(file.name, file.lines[name], RegimeProblemCode.CONTRADICTION, reasons)
        for file, content in read
        if content is not None
        for name, reasons in contradictions([s for s in book.stretches if s.code == content["code"]])
    )
    if found:
        raise RegimeFilesRefusedError(found)
    return book


def _read(path: Path) -> tuple[RegimeFile, dict[str, object] | None]:
    file = RegimeFile(path.name)
    text = _decoded(file, path)
    root = None if text is None else _composed(file, text)
    content = None if root is None else _regime(file, root)
    return file, None if file.problems else content


def _decoded(file: RegimeFile, path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        file.refuse(error.object[: error.start].count(b"\n") + 1, RegimeProblemCode.NOT_READABLE)
    except OSError:
        file.refuse(1, RegimeProblemCode.NOT_READABLE)
    return None


def _composed(file: RegimeFile, text: str) -> yaml.Node | None:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        file.refuse(text[: error.position].count("\n") + 1, RegimeProblemCode.NOT_READABLE)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        file.refuse(line, RegimeProblemCode.NOT_YAML, detail=error.problem or "")
    except RecursionError:
        file.refuse(1, RegimeProblemCode.NOT_YAML, detail="nested too deeply")
    else:
        if root is not None:
            return root
        file.refuse(1, RegimeProblemCode.MISSING_KEY, key="regime")
    return None


def _regime(file: RegimeFile, root: yaml.Node) -> dict[str, object]:
    top = mapping_of(file, root, _TOP_KEYS)
    file.lines["from"] = line_of(top.get("from"))
    file.lines["until"] = line_of(top.get("until"))
    file.lines["regime"] = line_of(top.get("regime"))
    from_date = day_of(file, top.get("from"))
    until_date = day_of(file, top.get("until"), may_be_none=True)
    if from_date and until_date and until_date <= from_date:
        _outside(file, file.lines["until"], until_date, _Period(from_date, None))
        until_date = None
    sources = {key: bilingual_of(file, node) for key, node in mapping_of(file, top.get("sources"), None).items()}
    period = _Period(from_date, until_date)
    return {
        "code": text_of(file, top.get("regime")),
        "name": bilingual_of(file, top.get("name")),
        "legal_basis": text_of(file, top.get("legal_basis")),
        "from": _iso(from_date),
        "until": _iso(until_date),
        "sources": sources,
        "parameters": _parameters(file, top.get("parameters"), period, tuple(sources)),
    }


@dataclass(frozen=True, slots=True)
class _Period:
    """The days of a regime, as far as they could be read."""

    from_date: date | None
    until_date: date | None

    def has(self, day: date) -> bool:
        return (self.from_date is None or self.from_date <= day) and (self.until_date is None or day < self.until_date)

    def may_end(self, from_date: date, until_date: date) -> bool:
        return from_date < until_date and (self.until_date is None or until_date <= self.until_date)


def _parameters(
    file: RegimeFile, node: yaml.Node | None, period: _Period, sources: tuple[str, ...]
) -> dict[str, object]:
    if node is None:
        return {}
    found = mapping_of(file, node, None)
    for name, value in found.items():
        if name not in PARAMETERS:
            file.refuse(value, RegimeProblemCode.UNKNOWN_KEY, key=name, known=_nearest(name))
    for parameter in PARAMETERS.values():
        if parameter.name not in found:
            rule = ", ".join(parameter.rules)
            file.refuse(node, RegimeProblemCode.MISSING_PARAMETER, key=parameter.name, rule=rule)
    return {
        name: _parameter(file, PARAMETERS[name], value, period, sources)
        for name, value in found.items()
        if name in PARAMETERS
    }


def _parameter(
    file: RegimeFile, parameter: Parameter, node: yaml.Node, period: _Period, sources: tuple[str, ...]
) -> dict[str, object]:
    file.lines[parameter.name] = line_of(node)
    found = mapping_of(file, node, _PARAMETER_KEYS)
    rules = text_or_texts_of(file, found.get("rule"))
    rules = [rules] if isinstance(rules, str) else rules
    if rules and tuple(rules) != parameter.rules:
        file.refuse(
            found["rule"],
            RegimeProblemCode.WRONG_RULE,
            key=parameter.name,
            expected=", ".join(parameter.rules),
            found=", ".join(rules),
        )
    unit = text_of(file, found.get("unit"))
    if unit and unit != parameter.unit.value:
        file.refuse(
            found["unit"], RegimeProblemCode.WRONG_UNIT, key=parameter.name, expected=parameter.unit.value, found=unit
        )
    return {
        "rule": list(parameter.rules),
        "label": bilingual_of(file, found.get("label")),
        "unit": unit,
        "values": _values(file, parameter, found.get("values"), period, sources),
    }


@dataclass(slots=True)
class _ReadValue:
    """A value with the line that later complaints about its dates name."""

    line: int
    from_date: date
    until_date: date | None
    rest: dict[str, object]


def _values(
    file: RegimeFile, parameter: Parameter, node: yaml.Node | None, period: _Period, sources: tuple[str, ...]
) -> list[dict[str, object]]:
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        refuse_type(file, node, "daftar nilai, masing-masing dengan '-'", "a list of values, each with '-'")
        return []
    before = len(file.problems)
    read = [value for item in node.value if (value := _value(file, parameter, item, period, sources)) is not None]
    if len(file.problems) > before:
        # Dates that could not be read would only add complaints about gaps.
        return []
    read.sort(key=lambda value: value.from_date)
    _check_dates(file, parameter, read, period)
    untils = [*(value.from_date for value in read[1:]), period.until_date]
    return [
        {"from": _iso(value.from_date), "until": _iso(until), **value.rest}
        for value, until in zip(read, untils, strict=True)
    ]


def _value(
    file: RegimeFile, parameter: Parameter, node: yaml.Node, period: _Period, sources: tuple[str, ...]
) -> _ReadValue | None:
    found = mapping_of(file, node, _VALUE_KEYS, _OPTIONAL_VALUE_KEYS)
    from_date = day_of(file, found.get("from"))
    until_date = day_of(file, found.get("until"), may_be_none=True)
    value: object = None
    switchable = False
    written = found.get("value")
    try:
        if written is not None:
            texts = text_or_texts_of(file, written)
            value = None if texts == "" else value_of(parameter, texts)
        written = found.get("switchable")
        if written is not None:
            switchable = switch_of(text_of(file, written))
    except WrongValueError as error:
        file.refuse(written or node, error.code, **error.parameters)
    source = text_of(file, found.get("source"))
    if source and source not in sources:
        file.refuse(found["source"], RegimeProblemCode.UNKNOWN_SOURCE, found=source, known=", ".join(sources))
    evidence = text_of(file, found.get("evidence"))
    if evidence and evidence not in _EVIDENCE:
        file.refuse(found["evidence"], RegimeProblemCode.UNKNOWN_WORD, found=evidence, known=", ".join(_EVIDENCE))
    if from_date is None:
        return None
    for key, day, is_inside in (
        ("from", from_date, period.has(from_date)),
        ("until", until_date, until_date is None or period.may_end(from_date, until_date)),
    ):
        if not is_inside:
            _outside(file, found[key], day, period)
    rest = {"value": value, "switchable": switchable, "source": source, "evidence": evidence}
    return _ReadValue(line_of(node), from_date, until_date, rest)


def _outside(file: RegimeFile, node: yaml.Node | int, day: date | None, period: "_Period") -> None:
    file.refuse(
        node,
        RegimeProblemCode.DATE_OUTSIDE_THE_REGIME,
        found=day,
        from_date=period.from_date or "…",
        until_date=period.until_date or "…",
    )


def _check_dates(file: RegimeFile, parameter: Parameter, values: list[_ReadValue], period: _Period) -> None:
    """No overlap, no gap, from the regime's first day to its last."""
    first, last = values[0], values[-1]
    if period.from_date and first.from_date > period.from_date:
        _gap(file, parameter, first.line, period.from_date, first.from_date)
    for earlier, later in pairwise(values):
        if earlier.from_date == later.from_date or (earlier.until_date and earlier.until_date > later.from_date):
            file.refuse(
                later.line, RegimeProblemCode.DATES_OVERLAP, key=parameter.name, from_date=later.from_date.isoformat()
            )
        elif earlier.until_date and earlier.until_date < later.from_date:
            _gap(file, parameter, later.line, earlier.until_date, later.from_date)
    if last.until_date and last.until_date != period.until_date:
        _gap(file, parameter, last.line, last.until_date, period.until_date)


def _gap(file: RegimeFile, parameter: Parameter, line: int, from_date: date, until_date: date | None) -> None:
    file.refuse(
        line,
        RegimeProblemCode.DATES_LEAVE_A_GAP,
        key=parameter.name,
        from_date=from_date.isoformat(),
        until_date=until_date.isoformat() if until_date else "…",
    )


def _problems_between(read: list[tuple[RegimeFile, dict[str, object]]]) -> list[RegimeProblem]:
    """What is wrong between the files: one regime twice, overlaps, gaps."""
    seen: dict[object, str] = {}
    for file, content in read:
        if content["code"] in seen:
            file.refuse(
                file.lines["regime"],
                RegimeProblemCode.DUPLICATE_REGIME,
                found=content["code"],
                file=seen[content["code"]],
            )
        seen[content["code"]] = file.name
    in_order = sorted(read, key=lambda pair: str(pair[1]["from"]))
    for (_, earlier), (file, later) in pairwise(in_order):
        until, start = earlier["until"], later["from"]
        if until is None or str(until) > str(start):
            file.refuse(
                file.lines["from"],
                RegimeProblemCode.REGIMES_OVERLAP,
                found=later["code"],
                other=earlier["code"],
                from_date=start,
            )
        elif until != start:
            file.refuse(file.lines["from"], RegimeProblemCode.REGIMES_LEAVE_A_GAP, from_date=until, until_date=start)
    return [problem for file, _ in read for problem in file.problems]


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    return ", ".join(get_close_matches(name, PARAMETERS, n=3, cutoff=0.4)) or "parameters.py"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
