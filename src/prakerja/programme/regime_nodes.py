"""What stands in a regime file: nodes of YAML read as mappings, texts and days, each problem noted with its line."""

from dataclasses import dataclass, field
from datetime import date

import yaml

from prakerja.programme.errors import RegimeProblem, RegimeProblemCode
from prakerja.programme.regime_values import NONE, WrongValueError, date_of

LANGUAGES = ("id", "en")


@dataclass(slots=True)
class RegimeFile:
    """One file while it is read: its problems, and the line of what later checks may complain about."""

    name: str
    problems: list[RegimeProblem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def refuse(self, node_or_line: yaml.Node | int, code: RegimeProblemCode, **parameters: object) -> None:
        """Note a problem where it stands."""
        line = node_or_line if isinstance(node_or_line, int) else node_or_line.start_mark.line + 1
        self.problems.append(RegimeProblem(self.name, line, code, parameters))


def mapping_of(
    file: RegimeFile, node: yaml.Node | None, required: tuple[str, ...] | None, optional: tuple[str, ...] = ()
) -> dict[str, yaml.Node]:
    """The keys of a mapping; `required=None` takes any key. Unknown, double and missing keys are refused."""
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        refuse_type(file, node, "kunci dan nilai, dipisah titik dua", "keys and values with a colon between")
        return {}
    found: dict[str, yaml.Node] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
        if required is not None and key not in required and key not in optional:
            known = ", ".join((*required, *optional))
            file.refuse(key_node, RegimeProblemCode.UNKNOWN_KEY, key=key, known=known)
        elif key in found:
            file.refuse(key_node, RegimeProblemCode.DUPLICATE_KEY, key=key)
        else:
            found[key] = value_node
    for key in required or ():
        if key not in found:
            file.refuse(node, RegimeProblemCode.MISSING_KEY, key=key)
    return found


def bilingual_of(file: RegimeFile, node: yaml.Node | None) -> dict[str, str]:
    """A text in each language."""
    return {language: text_of(file, text) for language, text in mapping_of(file, node, LANGUAGES).items()}


def text_of(file: RegimeFile, node: yaml.Node | None) -> str:
    """The text of a scalar as it is written; an empty one is refused. Nothing for a key that is missing."""
    if node is None:
        return ""
    if isinstance(node, yaml.ScalarNode) and node.value.strip():
        return str(node.value).strip()
    refuse_type(file, node, "sebuah teks", "a text")
    return ""


def text_or_texts_of(file: RegimeFile, node: yaml.Node | None) -> str | list[str]:
    """A text, or a list of texts."""
    if isinstance(node, yaml.SequenceNode):
        return [text_of(file, item) for item in node.value]
    return text_of(file, node)


def day_of(file: RegimeFile, node: yaml.Node | None, *, may_be_none: bool = False) -> date | None:
    """A day; None for a key that is missing, and for `none` where it may be."""
    text = text_of(file, node)
    if node is None or not text or (may_be_none and text == NONE):
        return None
    try:
        return date_of(text)
    except WrongValueError as error:
        file.refuse(node, error.code, **error.parameters)
        return None


def refuse_type(file: RegimeFile, node: yaml.Node, expected_id: str, expected_en: str) -> None:
    """Say what stands there and what should."""
    found = node.value if isinstance(node, yaml.ScalarNode) else "…"
    file.refuse(
        node,
        RegimeProblemCode.WRONG_TYPE,
        found=str(found)[:60],
        expected_id=expected_id,
        expected_en=expected_en,
    )


def line_of(node: yaml.Node | None) -> int:
    """Where a node stands; 1 for one that is missing."""
    return 1 if node is None else node.start_mark.line + 1
