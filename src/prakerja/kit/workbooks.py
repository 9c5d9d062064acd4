"""Workbooks (XLSX): templates to download, and the first sheet of what comes back.

Columns of a template hold text, so that what looks like a number keeps all of its digits.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

_WIDTH: Final = 18
_WORKBOOK_START: Final = b"PK\x03\x04"
# A workbook is a compressed archive: a few kilobytes can hold gigabytes of zeros.
UNPACKED_BYTES_MAX = 200 * 1024 * 1024
_COLUMNS_MAX: Final = 200


def template_workbook(sheet_name: str, headings: Sequence[str], notes: Mapping[str, str] | None = None) -> bytes:
    """A workbook of one sheet: its headings, some with a note, and columns that hold whatever is typed as text."""
    # Only templates need it.
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(sheet_name)
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings) - 1, _WIDTH, text)
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading, bold)
            if note := (notes or {}).get(heading):
                sheet.write_comment(0, place, note)
    return out.getvalue()


def is_workbook(content: bytes) -> bool:
    """Whether a file is a workbook by its first bytes."""
    return content.startswith(_WORKBOOK_START)


def first_sheet(content: bytes) -> list[list[object]] | None:
    """The cells of a workbook's first sheet, row by row; None when it is damaged, locked, too wide or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_BYTES_MAX:
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
        if sheet.width > _COLUMNS_MAX:
            return None
        return [list(row) for row in sheet.to_python(skip_empty_area=False)]
    # Whatever a damaged or locked workbook raises, the answer is the same.
    except (CalamineError, OSError, ValueError):
        return None


def is_number(cell: object) -> bool:
    """Whether a cell was typed as a number: it keeps 15 digits."""
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def cell_text(cell: object) -> str:
    """A cell as text: days as 1998-12-31, whole numbers without a point."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
