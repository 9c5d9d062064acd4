"""Reading the file of an assisted sheet: CSV with the headings of COLUMNS. Pure.

A row that has not a cell for each heading is no person: a file that was cut off, or a mark that was forgotten, must not
become one whose last answers are missing.
"""

import csv
import io
from dataclasses import dataclass
from typing import Final

from prakerja.participants.errors import RowReason
from prakerja.participants.operations.assisted import COLUMNS

# What a labour office that does not ask for it may leave out of its file.
_OPTIONAL_HEADINGS: Final = frozenset({"address"})


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file, numbered from 1 behind the headings; `fault` says why it cannot be read as a person."""

    number: int
    answers: dict[str, str]
    fault: RowReason


def read_rows(content: bytes) -> list[FileRow] | None:
    """The rows of a file, empty ones left out; None when it is no such file or a quotation mark stays open."""
    try:
        text = content.decode("utf-8-sig")
        first = text.splitlines()[0] if text.strip() else ""
        lines = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",", strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    headings = [name.strip().lower() for name in lines[0]] if lines else []
    if not set(COLUMNS) - _OPTIONAL_HEADINGS <= set(headings):
        return None
    is_open = not text.endswith(("\n", "\r"))
    rows = []
    for number, cells in enumerate(lines[1:], start=1):
        if not any(cell.strip() for cell in cells):
            continue
        fault = RowReason.OK
        if len(cells) != len(headings):
            is_cut = is_open and number == len(lines) - 1 and len(cells) < len(headings)
            fault = RowReason.CUT_OFF if is_cut else RowReason.COLUMN_COUNT
        found = dict(zip(headings, cells, strict=False))
        rows.append(FileRow(number, {code: found.get(code, "") for code in COLUMNS}, fault))
    return rows
