"""A statement as a file: a line per purchase and a last line with count and sums; every form has the same figures."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from prakerja.kit.clock import jakarta_date
from prakerja.settlement.queries import StatementLine

HEADINGS: Final = (
    "transaction_code",
    "course",
    "paid_date",
    "payable_date",
    "price_idr",
    "commission_idr",
    "amount_idr",
)
_WIDTHS: Final = (20, 44, 12, 12, 14, 16, 14)
_MONEY_FROM: Final = 4


def statement_rows(lines: Sequence[StatementLine]) -> list[tuple[str | int, ...]]:
    """The lines in the order of `HEADINGS`, days of Jakarta as 2020-12-31, whole rupiah; then TOTAL with the count."""
    rows: list[tuple[str | int, ...]] = [
        (
            line.transaction_code,
            line.course_title,
            jakarta_date(line.paid_at).isoformat(),
            jakarta_date(line.payable_at).isoformat(),
            line.price_idr,
            line.commission_idr,
            line.amount_idr,
        )
        for line in lines
    ]
    sums = [sum(int(row[place]) for row in rows) for place in range(_MONEY_FROM, len(HEADINGS))]
    return [*rows, ("TOTAL", str(len(rows)), "", "", *sums)]


def statement_csv(lines: Sequence[StatementLine]) -> bytes:
    """UTF-8 with the mark that spreadsheets need. A text that begins like a formula is made harmless."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows([_harmless(value) for value in row] for row in statement_rows(lines))
    return ("\ufeff" + out.getvalue()).encode()


def statement_xlsx(lines: Sequence[StatementLine]) -> bytes:
    """A workbook with one sheet; texts are texts and never formulas, amounts are numbers."""
    # Only this file needs it.
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("statement")
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0"})
        sum_format = book.add_format({"bold": True, "num_format": "#,##0"})
        sheet.freeze_panes(1, 0)
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width)
        for place, heading in enumerate(HEADINGS):
            sheet.write_string(0, place, heading, bold)
        rows = statement_rows(lines)
        for number, row in enumerate(rows, start=1):
            last = number == len(rows)
            for place, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(number, place, value, sum_format if last else money)
                else:
                    sheet.write_string(number, place, value, bold if last else None)
    return out.getvalue()


def _harmless(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
