"""What an invariant is: a promise about all rows, and the statement that finds those which break it."""

import inspect
from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import ClassVar

from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class InvariantResult:
    """What a check found: how many rows break the promise, and the first of them in the order of their columns.

    `seconds` is how long the machine took.
    """

    name: str
    rules: tuple[str, ...]
    explanation_id: str
    explanation_en: str
    columns: tuple[str, ...]
    offending: int
    rows: tuple[db.Row, ...]
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether the promise is kept."""
        return self.offending == 0


class Invariant(ABC):
    """A promise. The class's docstring is its explanation in English.

    `sql` is a read whose rows break the promise; its columns are `columns`, in that order, none of them a personal
    value. It may use the parameters of `parameters.py` and must scale: set-based, a few passes over a table at most.
    """

    name: ClassVar[str]
    rules: ClassVar[tuple[str, ...]]
    explanation_id: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]
    sql: ClassVar[str]

    @classmethod
    def explanation_en(cls) -> str:
        """The docstring on one line."""
        return " ".join(inspect.cleandoc(cls.__doc__ or "").split())

    @classmethod
    def statement(cls) -> str:
        """The statement that counts the offending rows and gives the first `%(sample)s` of them."""
        columns = ", ".join(cls.columns)
        return f"""
            SELECT count(*) OVER (), {columns}
            FROM ({cls.sql}) AS offending ({columns})
            ORDER BY {columns}
            LIMIT %(sample)s
        """

    @classmethod
    def check(cls, parameters: Mapping[str, object]) -> InvariantResult:
        """Run it; reads only. Cost: one statement."""
        began = perf_counter()
        found = db.rows(cls.statement(), parameters)
        return InvariantResult(
            name=cls.name,
            rules=cls.rules,
            explanation_id=cls.explanation_id,
            explanation_en=cls.explanation_en(),
            columns=cls.columns,
            offending=int(found[0][0]) if found else 0,
            rows=tuple(tuple(row[1:]) for row in found),
            seconds=perf_counter() - began,
        )
