"""Reading a feed: a CSV file, a workbook, or the rows of a call. What it is, and its rows as text. No database.

A workbook is looked at before it is opened: a macro, a bomb (little that becomes much) or something else that only
calls itself a workbook is refused.
"""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from prakerja.catalogue.errors import FeedCode
from prakerja.catalogue.feed_rules import COLUMNS, REQUIRED

FILE_BYTES_MAX: Final = 64 * 1024 * 1024
TEMPLATE: Final = ";".join(COLUMNS) + "\n"
_UNPACKED_BYTES_MAX: Final = 512 * 1024 * 1024
_RATIO_MAX: Final = 200
_PARTS_MAX: Final = 500
_BLOCK_BYTES: Final = 1024 * 1024
_MACRO: Final = "vbaproject.bin"
_FIELDS: Final = frozenset(COLUMNS.values())
_CELL_CHARACTERS_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A row by the fields of a course. `cells` is None where it has more or fewer columns than the heading."""

    number: int
    cells: Mapping[str, str] | None
    raw: Sequence[str]


@dataclass(frozen=True, slots=True)
class FeedFile:
    """What was read; with a code other than `ok` there are no rows. `missing`: headings that are not there."""

    code: FeedCode
    rows: Sequence[FeedRow] = ()
    missing: tuple[str, ...] = ()


def read_feed(content: bytes) -> tuple[str, FeedFile]:
    """The way by which a file came (`csv`, `xlsx`), by what it is and not by its name, and its rows.

    Codes: file_empty, file_too_large, file_unsafe, file_unreadable, columns_missing, no_rows.
    """
    way, code, lines = open_lines(content)
    return way, FeedFile(code) if code.is_refusal else _table(lines)


def open_lines(
    content: bytes, *, bytes_max: int = FILE_BYTES_MAX
) -> tuple[str, FeedCode, Iterator[Sequence[str]] | None]:
    """The way by which a file came, whether it is fit to be read, and its lines (None: it is not).

    Codes: file_empty, file_too_large, file_unsafe, file_unreadable.
    """
    way = "xlsx" if content.startswith(b"PK\x03\x04") else "csv"
    if not content.strip():
        return way, FeedCode.FILE_EMPTY, None
    if len(content) > bytes_max:
        return way, FeedCode.FILE_TOO_LARGE, None
    if way == "csv":
        lines = _lines(content)
    else:
        code = _workbook_refusal(content)
        if code.is_refusal:
            return way, code, None
        lines = _sheet(content)
    return way, FeedCode.FILE_UNREADABLE if lines is None else FeedCode.OK, lines


def read_call(rows: Sequence[Mapping[str, object]]) -> FeedFile:
    """The rows of a call, each an object with the fields of a course. Numbers and truth are read as a file's text."""
    if not rows:
        return FeedFile(FeedCode.NO_ROWS)
    read = [{field: _cell(value) for field, value in row.items() if field in _FIELDS} for row in rows]
    return FeedFile(
        FeedCode.OK, [FeedRow(number, cells, tuple(cells.values())) for number, cells in enumerate(read, start=1)]
    )


def _workbook_refusal(content: bytes) -> FeedCode:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = book.infolist()
    except (zipfile.BadZipFile, NotImplementedError):
        return FeedCode.FILE_UNREADABLE
    names = [part.filename.casefold() for part in parts]
    if not any(name.startswith("xl/workbook") for name in names):
        return FeedCode.FILE_UNREADABLE
    if len(parts) > _PARTS_MAX or any(name.endswith(_MACRO) or ".." in name for name in names):
        return FeedCode.FILE_UNSAFE
    left = min(_UNPACKED_BYTES_MAX, max(len(content), 64 * 1024) * _RATIO_MAX)
    for part in parts:
        left -= max(part.file_size, _unpacked_bytes(content, part, left))
        if left < 0:
            return FeedCode.FILE_UNSAFE
    return FeedCode.OK


def _unpacked_bytes(content: bytes, part: zipfile.ZipInfo, most: int) -> int:
    """What a part really becomes, counted up to `most` + 1: its header may lie."""
    if part.compress_type != zipfile.ZIP_DEFLATED:
        return part.compress_size
    name_bytes, extra_bytes = struct.unpack_from("<HH", content, part.header_offset + 26)
    start = part.header_offset + 30 + name_bytes + extra_bytes
    inflater, packed, counted = zlib.decompressobj(-15), content[start : start + part.compress_size], 0
    try:
        while packed and counted <= most:
            counted += len(inflater.decompress(packed, _BLOCK_BYTES))
            packed = inflater.unconsumed_tail
    except zlib.error:
        return counted
    return counted


def _sheet(content: bytes) -> Iterator[Sequence[str]] | None:
    # Only this file needs it, and it is native code.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return ([_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False))
    except (CalamineError, ValueError, IndexError, OSError):
        return None


def _cell(value: object) -> str:
    """What a person sees in a cell: a whole number without a point, truth in words."""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _lines(content: bytes) -> Iterator[Sequence[str]] | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    heading = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=heading.count)
    return _read(io.StringIO(text, newline=""), delimiter)


def _read(text: io.StringIO, delimiter: str) -> Iterator[Sequence[str]]:
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            # A field that no spreadsheet writes: its row is refused, the others are read.
            yield ["\x00"]


def _table(lines: Iterator[Sequence[str]] | None) -> FeedFile:
    if lines is None:
        return FeedFile(FeedCode.FILE_UNREADABLE)
    heading = next((line for line in lines if any(cell.strip() for cell in line)), ())
    names = [cell.strip().casefold().replace(" ", "_") for cell in heading]
    fields = [COLUMNS.get(name, name if name in _FIELDS else None) for name in names]
    missing = tuple(name for name, field in COLUMNS.items() if field in REQUIRED and field not in fields)
    if missing:
        return FeedFile(FeedCode.COLUMNS_MISSING, missing=missing)
    width = len(fields)
    rows = [
        FeedRow(
            number, _cells(fields, line) if len(line) == width else None, [cell[:_CELL_CHARACTERS_MAX] for cell in line]
        )
        for number, line in enumerate(lines, start=2)
        if any(cell.strip() for cell in line)
    ]
    return FeedFile(FeedCode.OK, rows) if rows else FeedFile(FeedCode.NO_ROWS)


def _cells(fields: Sequence[str | None], line: Sequence[str]) -> dict[str, str]:
    return {field: cell for field, cell in zip(fields, line, strict=True) if field is not None}
