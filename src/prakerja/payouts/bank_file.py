"""The file that goes to a bank: pure text in, pure text out (its answer: `bank_reply`).

CSV in UTF-8 with CRLF: one header, one line per payee, one trailer with count and sum. Amounts are whole rupiah.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

ORDER_FIELDS = ("line", "bank", "account", "holder", "amount_idr", "reference")
HEAD, LINE, TAIL = "H", "L", "T"
_HEAD_CELLS, _TAIL_CELLS = 4, 3
_DIGITS_MAX = 18


class UnreadableFileError(ValueError):
    """A file that is not of this shape; the text names the row."""


@dataclass(frozen=True, slots=True)
class BankLine:
    """One payment as the bank sees it."""

    line: int
    bank: str
    account: str
    holder: str
    amount_idr: int
    reference: str


@dataclass(frozen=True, slots=True)
class BankFile:
    """A file with its name and content."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The hash that two people sign."""
        return sha256(self.content).hexdigest()


def write_bank_file(number: int, purpose: str, day: date, lines: Sequence[BankLine]) -> BankFile:
    """The file of a batch. Its name carries the batch number, by which the reply finds back."""
    rows = [(HEAD, f"{number:06d}", purpose, day.isoformat())]
    body = [
        (LINE, str(line.line), line.bank, line.account, line.holder, str(line.amount_idr), line.reference)
        for line in lines
    ]
    total = sum(line.amount_idr for line in lines)
    tail = [(TAIL, str(len(lines)), str(total))]
    return BankFile(f"prakerja-{number:06d}.csv", csv_text([*rows, *body, *tail]))


def read_bank_file(file: BankFile) -> tuple[int, list[BankLine]]:
    """The batch number and the lines of a bank file.

    Raises:
        UnreadableFileError: the shape, the count or the sum is wrong.
    """
    rows = csv_rows(file.content)
    if len(rows) < 2 or rows[0][:1] != [HEAD] or len(rows[0]) != _HEAD_CELLS:  # noqa: PLR2004 - header and trailer
        raise UnreadableFileError("row 1 is not a header")
    if rows[-1][:1] != [TAIL] or len(rows[-1]) != _TAIL_CELLS:
        raise UnreadableFileError("the last row is not a trailer: the file may be cut off")
    lines = []
    for place, row in enumerate(rows[1:-1], start=2):
        if row[:1] != [LINE] or len(row) != len(ORDER_FIELDS) + 1:
            raise UnreadableFileError(f"row {place} is not a line")
        lines.append(BankLine(_whole(row[1]), row[2], row[3], row[4], _whole(row[5]), row[6]))
    if (len(lines), sum(line.amount_idr for line in lines)) != (_whole(rows[-1][1]), _whole(rows[-1][2])):
        raise UnreadableFileError("count or sum of the trailer differs")
    return _whole(rows[0][1]), lines


def csv_text(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as the bank wants them."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def csv_rows(content: bytes) -> list[list[str]]:
    """The rows of a file. Raises UnreadableFileError: it is not CSV in UTF-8."""
    try:
        return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFileError("not a CSV file in UTF-8") from error


def whole_number(text: str) -> int | None:
    """Digits only, as many as fit a bigint."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else None


def _whole(text: str) -> int:
    found = whole_number(text)
    if found is None:
        raise UnreadableFileError(f"{text[:20]!r} is not a whole number")
    return found
