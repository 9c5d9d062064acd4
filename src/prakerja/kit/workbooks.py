"""Templates to download as workbooks: columns of text, so that what looks like a number keeps all of its digits."""

import io
from collections.abc import Sequence
from typing import Final

_WIDTH: Final = 18


def template_workbook(sheet_name: str, headings: Sequence[str]) -> bytes:
    """A workbook (XLSX) of one sheet: its headings, and columns that hold whatever is typed as text."""
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
    return out.getvalue()
