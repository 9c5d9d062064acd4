"""Reading a worker list as a workbook (XLSX): the rows of its first sheet as text. No database.

A cell knows what it was typed as: a NIK that is a number has lost its last digit, whatever it looks like now.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from prakerja.participants.errors import NikFault, WorkerListCode
from prakerja.participants.worker_list_files import Heading, heading_of
from prakerja.participants.worker_list_rows import BadRow, GoodRow, RowChecker

WORKBOOK_START = b"PK\x03\x04"
# A workbook is a compressed archive: a few kilobytes can hold gigabytes of zeros.
_UNPACKED_BYTES_MAX = 200 * 1024 * 1024
_PEOPLE_COLUMNS_MAX = 200


@dataclass(frozen=True, slots=True)
class Workbook:
    """The first sheet of a workbook. With a code other than ok there are no rows."""

    code: WorkerListCode
    sha256: str = ""
    heading: Heading | None = None
    missing: tuple[str, ...] = ()
    rows: tuple[tuple[object, ...], ...] = ()


def is_workbook(content: bytes) -> bool:
    """Whether a file is a workbook by its first bytes."""
    return content.startswith(WORKBOOK_START)


def read_workbook(content: bytes) -> Workbook:
    """The first sheet: its first row is the heading.

    Codes in order: workbook_not_readable (damaged, locked, too large unpacked), file_is_empty, columns_missing.
    """
    rows = _rows(content)
    if rows is None:
        return Workbook(WorkerListCode.WORKBOOK_NOT_READABLE)
    if not rows:
        return Workbook(WorkerListCode.FILE_IS_EMPTY)
    names = [str(cell).strip() for cell in rows[0]]
    while names and not names[-1]:
        names.pop()
    heading, missing = heading_of(names, "")
    digest = sha256(content).hexdigest()
    if missing:
        return Workbook(WorkerListCode.COLUMNS_MISSING, digest, heading, missing)
    return Workbook(WorkerListCode.OK, digest, heading, (), tuple(tuple(row) for row in rows[1:]))


def check_rows(workbook: Workbook, checker: RowChecker) -> Iterator[GoodRow | BadRow]:
    """Every row with content, checked; the row number is the sheet's, the heading being row 1."""
    if workbook.heading is None:
        return
    columns = workbook.heading.columns
    nik = columns.index("nik")
    for row_number, row in enumerate(workbook.rows, start=2):
        cells = [_text(cell) for cell in row[: len(columns)]]
        cells.extend("" for _ in range(len(columns) - len(cells)))
        if not any(cell.strip() for cell in cells):
            continue
        if isinstance(row[nik], int | float) and not isinstance(row[nik], bool):
            yield BadRow(row_number, "nik", NikFault.ROUNDED.value)
            continue
        yield checker.check_cells(row_number, cells)


def _rows(content: bytes) -> list[list[object]] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _UNPACKED_BYTES_MAX:
                return None
    except zipfile.BadZipFile:
        return None
    # Heavy: loaded only where somebody sends a workbook.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if not workbook.sheet_names:
            return []
        sheet = workbook.get_sheet_by_index(0)
        if sheet.width > _PEOPLE_COLUMNS_MAX:
            return None
        return [list(row) for row in sheet.to_python(skip_empty_area=False)]
    # Whatever a damaged or locked workbook raises, the answer is the same.
    except (CalamineError, OSError, ValueError):
        return None


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
