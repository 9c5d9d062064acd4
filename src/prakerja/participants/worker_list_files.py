"""Reading a worker list as CSV: what kind of file it is, and its parts, each of which is read alone. No database.

A row is one line: a quote that is never closed damages its own line, not the rest of the file.
Rule: SCHEME-11. The template is TEMPLATE; the columns NIK, name and status must be there.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from prakerja.participants.errors import WorkerListCode

ROW_CHARACTERS_MAX = 4_096
# About 25,000 rows: a few megabytes of memory per part, and what a kill costs at most.
PART_BYTES = 2 * 1024 * 1024
TEMPLATE = "nik;nama;tanggal_lahir;kode_provinsi;status;kode_kabupaten;telepon;alamat\n"
_BLOCK_BYTES = 4 * 1024 * 1024
_REQUIRED = ("nik", "name", "status")
_HEADINGS = {
    "nik": "nik",
    "nama": "name",
    "nama_lengkap": "name",
    "name": "name",
    "tanggal_lahir": "birth_date",
    "birth_date": "birth_date",
    "kode_provinsi": "province_code",
    "province_code": "province_code",
    "kode_kabupaten": "regency_code",
    "regency_code": "regency_code",
    "status": "status",
    "employment_status": "status",
    "telepon": "phone",
    "no_hp": "phone",
    "phone": "phone",
    "alamat": "address",
    "address": "address",
}
# Letters of cp1252, control characters of latin-1.
_C1 = bytes(range(0x80, 0xA0))
_NOT_C1 = bytes(byte for byte in range(256) if byte not in _C1)
# A workbook, UTF-16, a PDF.
_NO_TEXT = (b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff", b"%PDF")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Heading:
    """The columns by their names here (None: one that nobody reads), and what stands between them."""

    columns: tuple[str | None, ...]
    delimiter: str


@dataclass(frozen=True, slots=True)
class Part:
    """Whole lines of a file: bytes `start` to `end`; `first_row` is the line of the file, the heading being line 1."""

    number: int
    start: int
    end: int
    first_row: int


@dataclass(frozen=True, slots=True)
class ListFile:
    """What a file is. With a code other than ok there are no parts; `missing` names columns that are not there."""

    code: WorkerListCode
    sha256: str = ""
    encoding: str = ""
    heading: Heading | None = None
    missing: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    # The line that ends without a line break: in a file that was cut off, the cut goes through it.
    open_row: int | None = None

    @property
    def delimiter(self) -> str:
        """What stands between the columns; empty when there is no heading."""
        return "" if self.heading is None else self.heading.delimiter


def survey_file(source: bytes | Path) -> ListFile:
    """Read a file once, in blocks: its hash, its encoding, its heading, where its parts begin.

    Codes in order: file_is_empty, file_is_no_text, columns_missing. Encodings: utf-8, utf-8-sig, cp1252, latin-1.
    Cost: about a second for 250 MB, and two blocks of memory.
    """
    survey = _Survey()
    for block in _blocks(source):
        survey.take(block)
    return survey.result()


def read_part(source: bytes | Path, part: Part, encoding: str) -> Iterator[tuple[int, str]]:
    """The lines of a part with their row numbers, empty lines too; bytes that are no text get a sign of their own."""
    if isinstance(source, bytes):
        content = source[part.start : part.end]
    else:
        with source.open("rb") as file:
            file.seek(part.start)
            content = file.read(part.end - part.start)
    text = content.decode("utf-8" if encoding == "utf-8-sig" else encoding, errors="replace")
    lines = text.split("\n" if "\n" in text else "\r")
    return enumerate((line.rstrip("\r") for line in lines), start=part.first_row)


def heading_of(cells: Sequence[str], delimiter: str) -> tuple[Heading, tuple[str, ...]]:
    """The heading that a first row is, and which required columns it lacks or names twice."""
    columns = tuple(_HEADINGS.get("_".join(name.lower().split())) for name in cells)
    missing = tuple(name for name in _REQUIRED if columns.count(name) != 1)
    named = [column for column in columns if column is not None]
    twice = tuple(sorted({column for column in named if named.count(column) > 1} - set(missing)))
    return Heading(columns, delimiter), missing + twice


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a line; quotes are rare and read by the csv module."""
    if '"' not in line:
        return line.split(delimiter)
    return next(csv.reader([line], delimiter=delimiter), [])


def _blocks(source: bytes | Path) -> Iterator[bytes]:
    if isinstance(source, bytes):
        for start in range(0, len(source), _BLOCK_BYTES):
            yield source[start : start + _BLOCK_BYTES]
        return
    with source.open("rb") as file:
        yield from _file_blocks(file)


def _file_blocks(file: BinaryIO) -> Iterable[bytes]:
    while block := file.read(_BLOCK_BYTES):
        yield block


class _Survey:
    """What is known of a file, block by block."""

    def __init__(self) -> None:
        self._hash = sha256()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_text = True
        self._is_utf8 = True
        self._has_c1 = False
        self._blank = True
        self._head = b""
        self._last = b""
        self._size = 0
        self._lines = 0
        self._parts: list[Part] = []
        self._start = 0
        self._first_row = 1

    def take(self, block: bytes) -> None:
        self._hash.update(block)
        if not self._size:
            self._head = block[:ROW_CHARACTERS_MAX]
            self._is_text = not block.startswith(_NO_TEXT)
            # Files of an old kind end their lines by a carriage return alone.
            self._break = b"\n" if b"\n" in block else b"\r"
        self._is_text = self._is_text and b"\x00" not in block
        self._blank = self._blank and not block.strip()
        self._has_c1 = self._has_c1 or bool(block.translate(None, _NOT_C1))
        if self._is_utf8:
            try:
                self._decoder.decode(block)
            except UnicodeDecodeError:
                self._is_utf8 = False
        self._cut(block)
        self._last = block[-1:]
        self._size += len(block)

    def _cut(self, block: bytes) -> None:
        """End a part at the first line break after it is long enough."""
        searched = 0
        while True:
            wanted = max(self._start + PART_BYTES - self._size, searched)
            found = block.find(self._break, wanted) if wanted < len(block) else -1
            if found < 0:
                self._lines += block.count(self._break, searched)
                return
            self._lines += block.count(self._break, searched, found + 1)
            searched = found + 1
            self._end_part(self._size + searched)

    def _end_part(self, end: int) -> None:
        self._parts.append(Part(len(self._parts), self._start, end, self._first_row))
        self._start, self._first_row = end, self._lines + 1

    def result(self) -> ListFile:
        if self._blank:
            return ListFile(WorkerListCode.FILE_IS_EMPTY)
        if not self._is_text:
            return ListFile(WorkerListCode.FILE_IS_NO_TEXT)
        if self._start < self._size:
            self._end_part(self._size)
        encoding = self._encoding()
        first_line = self._head.partition(self._break)[0].removeprefix(_BOM)
        line = first_line.decode("utf-8" if encoding == "utf-8-sig" else encoding, errors="replace").rstrip("\r")
        delimiter = ";" if line.count(";") >= line.count(",") else ","
        heading, missing = heading_of([cell.strip() for cell in cells_of(line, delimiter)], delimiter)
        digest = self._hash.hexdigest()
        if missing:
            return ListFile(WorkerListCode.COLUMNS_MISSING, digest, encoding, heading, missing)
        open_row = None if self._last == self._break else self._lines + 1
        return ListFile(WorkerListCode.OK, digest, encoding, heading, (), tuple(self._parts), open_row)

    def _encoding(self) -> str:
        if self._head.startswith(_BOM):
            return "utf-8-sig"
        # A letter that the end of the file cuts in two is damage of the last row, not another encoding.
        if self._is_utf8:
            return "utf-8"
        return "cp1252" if self._has_c1 else "latin-1"
