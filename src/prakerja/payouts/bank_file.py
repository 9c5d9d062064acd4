"""The two files that go between us and a bank: pure text in, pure text out.

Both are CSV in UTF-8 with CRLF: one header, one line per payee, one trailer with count and sum. Amounts are whole
rupiah.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

ORDER_FIELDS = ("line", "bank", "account", "holder", "amount_idr", "reference")
REPLY_FIELDS = ("line", "reference", "status", "amount_idr", "bank_reference", "reason")
PAID, FAILED = "paid", "failed"
_HEAD, _LINE, _TAIL = "H", "L", "T"


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
class ReplyLine:
    """The bank's answer to one line."""

    line: int
    reference: str
    status: str
    amount_idr: int
    bank_reference: str
    reason: str


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
    rows = [(_HEAD, f"{number:06d}", purpose, day.isoformat())]
    body = [
        (_LINE, str(line.line), line.bank, line.account, line.holder, str(line.amount_idr), line.reference)
        for line in lines
    ]
    total = sum(line.amount_idr for line in lines)
    tail = [(_TAIL, str(len(lines)), str(total))]
    return BankFile(f"prakerja-{number:06d}.csv", _text([*rows, *body, *tail]))


def read_bank_file(file: BankFile) -> tuple[int, list[BankLine]]:
    """The batch number and the lines of a bank file.

    Raises:
        UnreadableFileError: the shape, the count or the sum is wrong.
    """
    number, body, tail = _parts(file.content, head_fields=4, line_fields=len(ORDER_FIELDS))
    lines = [BankLine(_whole(row[0]), row[1], row[2], row[3], _whole(row[4]), row[5]) for row in body]
    if (len(lines), sum(line.amount_idr for line in lines)) != tail:
        raise UnreadableFileError("count or sum of the trailer differs")
    return number, lines


def write_reply_file(number: int, lines: Sequence[ReplyLine]) -> BankFile:
    """The bank's answer to a batch."""
    head = [(_HEAD, f"{number:06d}", "reply")]
    body = [
        (_LINE, str(line.line), line.reference, line.status, str(line.amount_idr), line.bank_reference, line.reason)
        for line in lines
    ]
    tail = [(_TAIL, str(len(lines)), str(sum(line.amount_idr for line in lines)))]
    return BankFile(f"prakerja-{number:06d}-reply.csv", _text([*head, *body, *tail]))


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it was read; `totals_agree` compares the trailer with the lines."""

    number: int
    lines: tuple[ReplyLine, ...]
    totals_agree: bool


def read_reply_file(content: bytes) -> Reply:
    """A reply's batch number and lines.

    Raises:
        UnreadableFileError: not this shape, a status that is neither paid nor failed, a paid line without a bank
        reference
            or a failed one without a reason.
    """
    number, body, tail = _parts(content, head_fields=3, line_fields=len(REPLY_FIELDS))
    lines = []
    for row in body:
        line = ReplyLine(_whole(row[0]), row[1], row[2], _whole(row[3]), row[4], row[5])
        if line.status not in {PAID, FAILED}:
            raise UnreadableFileError(f"line {line.line}: unknown status")
        if (line.status == PAID) != bool(line.bank_reference) or (line.status == FAILED) != bool(line.reason):
            raise UnreadableFileError(f"line {line.line}: a reference belongs to paid, a reason to failed")
        lines.append(line)
    agree = (len(lines), sum(line.amount_idr for line in lines)) == tail
    return Reply(number, tuple(lines), agree)


def _text(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def _parts(content: bytes, *, head_fields: int, line_fields: int) -> tuple[int, list[list[str]], tuple[int, int]]:
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFileError("not a CSV file in UTF-8") from error
    if len(rows) < 2:  # noqa: PLR2004 - a header and a trailer
        raise UnreadableFileError("header or trailer is missing")
    head, tail = rows[0], rows[-1]
    if head[:1] != [_HEAD] or len(head) != head_fields:
        raise UnreadableFileError("row 1 is not a header")
    if tail[:1] != [_TAIL] or len(tail) != 3:  # noqa: PLR2004 - mark, count, sum
        raise UnreadableFileError("the last row is not a trailer: the file may be cut off")
    body = []
    for number, row in enumerate(rows[1:-1], start=2):
        if row[:1] != [_LINE] or len(row) != line_fields + 1:
            raise UnreadableFileError(f"row {number} is not a line")
        body.append(row[1:])
    return _whole(head[1]), body, (_whole(tail[1]), _whole(tail[2]))


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 18:  # noqa: PLR2004 - what fits a bigint
        raise UnreadableFileError(f"{text[:20]!r} is not a whole number")
    return int(text)
