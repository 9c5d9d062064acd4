"""Results as an institution writes them, in a form or a file, and what is wrong with a row. No database.

A row names a purchase by its transaction code. A row whose score is left empty says nothing: it is not reported now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from prakerja.catalogue.errors import FeedCode
from prakerja.catalogue.feed_files import open_lines
from prakerja.learning.errors import ReportRowReason
from prakerja.learning.rules import SCORES

FILE_BYTES_MAX: Final = 4 * 1024 * 1024
ROWS_MAX: Final = 5_000
COLUMNS: Final = ("kode_transaksi", "nilai", "unjuk_keterampilan", "umpan_balik")
"""What counts in a file; other columns are for whoever fills it in."""

NOT_SAT: Final = "tidak_ikut"
"""In the place of a score: the test was not sat."""

_YES: Final = frozenset({"ya", "yes", "y", "1"})
_NO: Final = frozenset({"tidak", "no", "t", "n", "0"})
_CELL_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """A row as it was written; `number` counts from the heading, which is 1."""

    number: int
    transaction_code: str
    score: str
    skill: str = ""
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A row that can be reported; score None: the test was not sat."""

    transaction_code: str
    score: int | None
    skill_shown: bool
    feedback_given: bool


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be, with the field and what was written there."""

    number: int
    transaction_code: str
    column: str
    reason: ReportRowReason
    written: str


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file's rows; with a code other than `ok` there are none. `missing`: headings that are not there."""

    code: FeedCode
    rows: tuple[WrittenRow, ...] = ()
    missing: tuple[str, ...] = ()


def read_report_file(content: bytes) -> WrittenFile:
    """The rows of a CSV file or a workbook.

    Codes: file_empty, file_too_large, file_unsafe, file_unreadable, columns_missing, no_rows.
    """
    _way, code, lines = open_lines(content, bytes_max=FILE_BYTES_MAX)
    if code.is_refusal or lines is None:
        return WrittenFile(code)
    heading = next((line for line in lines if any(cell.strip() for cell in line)), ())
    names = [cell.strip().casefold().replace(" ", "_") for cell in heading]
    missing = tuple(name for name in COLUMNS[:2] if name not in names)
    if missing:
        return WrittenFile(FeedCode.COLUMNS_MISSING, missing=missing)
    place: dict[str, int] = {name: names.index(name) for name in COLUMNS if name in names}
    rows = tuple(_row(number, line, place) for number, line in enumerate(lines, start=2) if any(map(str.strip, line)))
    if len(rows) > ROWS_MAX:
        return WrittenFile(FeedCode.FILE_TOO_LARGE)
    return WrittenFile(FeedCode.OK, rows) if rows else WrittenFile(FeedCode.NO_ROWS)


def sort_rows(written: Iterable[WrittenRow], due: Mapping[str, bool]) -> tuple[list[ResultRow], list[BadRow]]:
    """What can be reported, and what is wrong with the rest. `due`: transaction code → whether a skill is to be shown.

    Rows without a score are left out. Where a skill is to be shown, its field must say yes or no.
    """
    good: dict[str, ResultRow] = {}
    bad = []
    for row in written:
        if not row.score.strip():
            continue
        code = tidy_code(row.transaction_code)
        fault = _fault(row, code, due, good)
        if fault is None:
            good[code] = ResultRow(code, _score(row.score), _word(row.skill) or False, _word(row.feedback) is not False)
        else:
            column, reason, text = fault
            bad.append(BadRow(row.number, code[:_CELL_SHOWN], column, reason, text.strip()[:_CELL_SHOWN]))
    return list(good.values()), bad


def tidy_code(text: str) -> str:
    """A transaction code as it is stored, however it was written."""
    return "".join(character for character in text.upper() if character.isalnum())


def written_again(rows: Sequence[ResultRow]) -> str:
    """The rows as the text of a file, so that what was checked is what is sent."""
    lines = [";".join(COLUMNS)]
    for row in rows:
        score = NOT_SAT if row.score is None else str(row.score)
        lines.append(
            ";".join((row.transaction_code, score, _yes_no(yes=row.skill_shown), _yes_no(yes=row.feedback_given)))
        )
    return "\n".join(lines)


def _row(number: int, line: Sequence[str], place: Mapping[str, int]) -> WrittenRow:
    def cell(name: str) -> str:
        at = place.get(name)
        return line[at] if at is not None and at < len(line) else ""

    return WrittenRow(number, *(cell(name) for name in COLUMNS))


def _fault(
    row: WrittenRow, code: str, due: Mapping[str, bool], earlier: Mapping[str, ResultRow]
) -> tuple[str, ReportRowReason, str] | None:
    if code not in due:
        return "kode_transaksi", ReportRowReason.NOT_DUE, row.transaction_code
    if code in earlier:
        return "kode_transaksi", ReportRowReason.ROW_REPEATED, row.transaction_code
    score = row.score.strip().casefold()
    if score != NOT_SAT and not (score.isascii() and score.isdigit() and len(score) <= 3 and int(score) in SCORES):  # noqa: PLR2004 - 100
        return "nilai", ReportRowReason.SCORE_NOT_READABLE, row.score
    if _word(row.skill) is None and (row.skill.strip() or (due[code] and score != NOT_SAT)):
        return "unjuk_keterampilan", ReportRowReason.NOT_YES_OR_NO, row.skill
    if _word(row.feedback) is None and row.feedback.strip():
        return "umpan_balik", ReportRowReason.NOT_YES_OR_NO, row.feedback
    return None


def _score(text: str) -> int | None:
    tidy = text.strip().casefold()
    return None if tidy == NOT_SAT else int(tidy)


def _word(text: str) -> bool | None:
    tidy = text.strip().casefold()
    return True if tidy in _YES else False if tidy in _NO else None


def _yes_no(*, yes: bool) -> str:
    return "ya" if yes else "tidak"
