"""Reading the file of an assisted sheet: CSV or a workbook with the headings of COLUMNS. Pure.

A row that has not a cell for each heading is no person: a file that was cut off, or a mark that was forgotten, must not
become one whose last answers are missing.
"""

import csv
import io
from dataclasses import dataclass
from typing import Final

from prakerja.kit.workbooks import cell_text, first_sheet, is_number, is_workbook
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
    return _rows_of_workbook(content) if is_workbook(content) else _rows_of_csv(content)


def _rows_of_csv(content: bytes) -> list[FileRow] | None:
    try:
        text = content.decode("utf-8-sig")
        first = text.splitlines()[0] if text.strip() else ""
        lines = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",", strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    headings = _headings(lines[0]) if lines else None
    if headings is None:
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
        rows.append(_row(number, headings, cells, fault))
    return rows


def _rows_of_workbook(content: bytes) -> list[FileRow] | None:
    sheet = first_sheet(content)
    headings = _headings([cell_text(cell) for cell in sheet[0]]) if sheet else None
    if sheet is None or headings is None:
        return None
    rows = []
    for number, line in enumerate(sheet[1:], start=1):
        cells = [_typed(heading, cell) for heading, cell in zip(headings, line, strict=False)]
        if any(cell.strip() for cell in cells):
            rows.append(_row(number, headings, cells, RowReason.OK))
    return rows


def _typed(heading: str, cell: object) -> str:
    """What was typed into a cell, as far as a cell that was taken for a number still knows."""
    text = cell_text(cell)
    if not is_number(cell):
        return text
    if heading in ("nik", "kk"):
        # The last digit is lost: its form says so to the rules.
        return f"{text}.0"
    return f"0{text}" if heading == "phone" and text.startswith("8") else text


def _headings(names: list[str]) -> list[str] | None:
    headings = [name.strip().lower() for name in names]
    return headings if set(COLUMNS) - _OPTIONAL_HEADINGS <= set(headings) else None


def _row(number: int, headings: list[str], cells: list[str], fault: RowReason) -> FileRow:
    found = dict(zip(headings, cells, strict=False))
    return FileRow(number, {code: found.get(code, "") for code in COLUMNS}, fault)
