"""Reading a worker list as a workbook (XLSX): the rows of its first sheet as text. No database.

A cell knows what it was typed as: a NIK that is a number has lost its last digit, whatever it looks like now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from prakerja.kit.workbooks import cell_text, first_sheet, is_number
from prakerja.participants.errors import NikFault, WorkerListCode
from prakerja.participants.worker_list_files import Heading, heading_of
from prakerja.participants.worker_list_rows import BadRow, GoodRow, RowChecker


@dataclass(frozen=True, slots=True)
class Workbook:
    """The first sheet of a workbook. With a code other than ok there are no rows."""

    code: WorkerListCode
    sha256: str = ""
    heading: Heading | None = None
    missing: tuple[str, ...] = ()
    rows: tuple[tuple[object, ...], ...] = ()


def read_workbook(content: bytes) -> Workbook:
    """The first sheet: its first row is the heading.

    Codes in order: workbook_not_readable (damaged, locked, too large unpacked), file_is_empty, columns_missing.
    """
    rows = first_sheet(content)
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
        cells = [cell_text(cell) for cell in row[: len(columns)]]
        cells.extend("" for _ in range(len(columns) - len(cells)))
        if not any(cell.strip() for cell in cells):
            continue
        if is_number(row[nik]):
            yield BadRow(row_number, "nik", NikFault.ROUNDED.value)
            continue
        yield checker.check_cells(row_number, cells)
