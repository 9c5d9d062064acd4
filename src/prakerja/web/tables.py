"""A table as a plain value: a view fills it, one template shows it, on a phone as a list of cards.

Every cell is text that the view has already put into words; the template decides nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.utils.functional import Promise

Text = str | Promise
RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place of a table; at most one of `href`, `tone`, `code` and `long` counts, in that order.

    `long` text may break anywhere: hashes, a partner's own codes.
    """

    text: Text
    href: str = ""
    tone: str = ""
    code: bool = False
    long: bool = False
    number: bool = False
    label: Text = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column."""

    title: Text
    number: bool = False


# Without slots: `Column[Row](…)` keeps its parameter on the instance.
@dataclass(frozen=True)
class Column(Generic[RowT]):
    """A column: its title and what it shows of a row."""

    title: Text
    of: Callable[[RowT], Cell | Text]
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """What the template shows. Without rows it shows `empty`, which says what will stand there and when."""

    caption: Text
    columns: Sequence[Heading]
    rows: Sequence[Sequence[Cell]]
    empty: Text
    total: Sequence[Cell] = field(default=())
    next_href: str = ""


def make_table(
    caption: Text,
    columns: Sequence[Column[RowT]],
    rows: Iterable[RowT],
    *,
    empty: Text,
    total: Sequence[Text] = (),
    next_href: str = "",
) -> Table:
    """A table of rows by columns; `total` is one text per column, empty where there is nothing to add up."""
    return Table(
        caption=caption,
        columns=[Heading(column.title, column.number) for column in columns],
        rows=[[_cell(column, column.of(row)) for column in columns] for row in rows],
        empty=empty,
        total=[_cell(column, text) for column, text in zip(columns, total, strict=True)] if total else (),
        next_href=next_href,
    )


def _cell(column: Column[RowT], shown: Cell | Text) -> Cell:
    cell = shown if isinstance(shown, Cell) else Cell(shown)
    return Cell(
        text=cell.text,
        href=cell.href,
        tone=cell.tone,
        code=cell.code,
        long=cell.long,
        number=column.number,
        label=column.title,
    )
