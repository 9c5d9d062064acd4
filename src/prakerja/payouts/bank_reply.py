"""The bank's reply to a file: read row by row and compared with what was sent. Pure; every fault is named by its row.

CSV in UTF-8: header (`H`, number of the batch, `reply`), one line per payee, trailer with count and sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from prakerja.payouts.bank_file import (
    HEAD,
    LINE,
    TAIL,
    BankFile,
    UnreadableFileError,
    csv_rows,
    csv_text,
    whole_number,
)

FIELDS: Final = ("line", "reference", "status", "amount_idr", "bank_reference", "reason")
PAID, FAILED = "paid", "failed"
TEXT_MAX: Final = 64
_HEAD_CELLS = _TAIL_CELLS = 3
_FIRST_ROW: Final = 2


class ReplyFault(StrEnum):
    """What is wrong with a row. The first ones make a file unreadable, the others contradict what was sent."""

    NOT_TEXT = "not_text"
    HEADER_MISSING = "header_missing"
    TRAILER_MISSING = "trailer_missing"
    """The file may be cut off."""
    ROW_MALFORMED = "row_malformed"
    NUMBER_MALFORMED = "number_malformed"
    STATUS_UNKNOWN = "status_unknown"
    REFERENCE_MISSING = "reference_missing"
    REASON_MISSING = "reason_missing"
    REFERENCE_AND_REASON = "reference_and_reason"
    TEXT_MALFORMED = "text_malformed"
    LINE_UNKNOWN = "line_unknown"
    LINE_REPEATED = "line_repeated"
    REFERENCE_DIFFERS = "reference_differs"
    LINE_MISSING = "line_missing"
    AMOUNT_DIFFERS = "amount_differs"
    TOTALS_DIFFER = "totals_differ"


@dataclass(frozen=True, slots=True)
class RowFault:
    """A fault and where: the row of the file (0: the file as a whole), the line of the batch where it is known."""

    row: int
    fault: ReplyFault
    line: int | None = None


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
class Reply:
    """A reply as it was read; `rows` are the rows of its lines, `totals_agree` compares the trailer with them."""

    number: int
    lines: tuple[ReplyLine, ...]
    rows: tuple[int, ...]
    totals_agree: bool


def write_reply_file(number: int, lines: Sequence[ReplyLine]) -> BankFile:
    """The bank's answer to a batch."""
    head = [(HEAD, f"{number:06d}", "reply")]
    body = [
        (LINE, str(line.line), line.reference, line.status, str(line.amount_idr), line.bank_reference, line.reason)
        for line in lines
    ]
    tail = [(TAIL, str(len(lines)), str(sum(line.amount_idr for line in lines)))]
    return BankFile(f"prakerja-{number:06d}-reply.csv", csv_text([*head, *body, *tail]))


def examine_reply(content: bytes) -> tuple[Reply | None, list[RowFault]]:
    """What could be read, and every row that could not, in order; None where not even header and trailer could."""
    try:
        rows = csv_rows(content)
    except UnreadableFileError:
        return None, [RowFault(0, ReplyFault.NOT_TEXT)]
    number = _head_number(rows[0] if rows else [])
    if number is None:
        return None, [RowFault(1, ReplyFault.HEADER_MISSING)]
    totals = _totals(rows[-1])
    if totals is None:
        return None, [RowFault(len(rows), ReplyFault.TRAILER_MISSING)]
    lines, kept, faults = [], [], []
    for place, row in enumerate(rows[1:-1], start=_FIRST_ROW):
        found = _read_row(row)
        if isinstance(found, ReplyFault):
            faults.append(RowFault(place, found))
        else:
            lines.append(found)
            kept.append(place)
    agree = (len(lines), sum(line.amount_idr for line in lines)) == totals
    return Reply(number, tuple(lines), tuple(kept), agree), faults


def read_reply_file(content: bytes) -> Reply:
    """A reply of which every row can be read.

    Raises:
        UnreadableFileError: it has a fault; the text names the first one and its row.
    """
    reply, faults = examine_reply(content)
    if reply is None or faults:
        raise UnreadableFileError(f"row {faults[0].row}: {faults[0].fault}")
    return reply


def compare_reply(reply: Reply, sent: Mapping[int, int], *, whole: bool = True) -> list[RowFault]:
    """Where a reply contradicts what was sent (line → amount), by row.

    `whole`: every row could be read, so that missing lines and other totals are faults of the reply.
    """
    faults: list[RowFault] = []
    answered: set[int] = set()
    for row, line in zip(reply.rows, reply.lines, strict=True):
        fault = _contradiction(reply.number, line, sent, answered)
        if fault is not None:
            faults.append(RowFault(row, fault, line.line))
        answered.add(line.line)
    if whole:
        faults += [RowFault(0, ReplyFault.LINE_MISSING, line) for line in sorted(sent.keys() - answered)]
        if not reply.totals_agree:
            faults.append(RowFault(len(reply.lines) + _FIRST_ROW, ReplyFault.TOTALS_DIFFER))
    return faults


def _contradiction(number: int, line: ReplyLine, sent: Mapping[int, int], answered: set[int]) -> ReplyFault | None:
    if line.line not in sent:
        return ReplyFault.LINE_UNKNOWN
    if line.line in answered:
        return ReplyFault.LINE_REPEATED
    if line.reference != f"{number:06d}-{line.line:06d}":
        return ReplyFault.REFERENCE_DIFFERS
    return None if sent[line.line] == line.amount_idr else ReplyFault.AMOUNT_DIFFERS


def _head_number(row: list[str]) -> int | None:
    return whole_number(row[1]) if row[:1] == [HEAD] and len(row) == _HEAD_CELLS else None


def _totals(row: list[str]) -> tuple[int, int] | None:
    if row[:1] != [TAIL] or len(row) != _TAIL_CELLS:
        return None
    count, total_idr = whole_number(row[1]), whole_number(row[2])
    return None if count is None or total_idr is None else (count, total_idr)


def _read_row(row: list[str]) -> ReplyLine | ReplyFault:
    if row[:1] != [LINE] or len(row) != len(FIELDS) + 1:
        return ReplyFault.ROW_MALFORMED
    line, amount_idr = whole_number(row[1]), whole_number(row[4])
    if line is None or amount_idr is None:
        return ReplyFault.NUMBER_MALFORMED
    found = ReplyLine(line, row[2], row[3], amount_idr, row[5], row[6])
    return _line_fault(found) or found


def _line_fault(line: ReplyLine) -> ReplyFault | None:
    if line.status not in {PAID, FAILED}:
        return ReplyFault.STATUS_UNKNOWN
    if not all(
        text.isprintable() and len(text) <= TEXT_MAX for text in (line.reference, line.bank_reference, line.reason)
    ):
        return ReplyFault.TEXT_MALFORMED
    if line.bank_reference and line.reason:
        return ReplyFault.REFERENCE_AND_REASON
    if line.status == PAID:
        return None if line.bank_reference else ReplyFault.REFERENCE_MISSING
    return None if line.reason else ReplyFault.REASON_MISSING
