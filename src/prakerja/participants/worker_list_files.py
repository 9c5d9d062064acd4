"""Reading a worker list as CSV: bytes in, good rows and named bad rows out. No database.

A row is one line: a quote that is never closed damages its own line, not the rest of the file.
Rule: SCHEME-11. Template: `nik;nama;tanggal_lahir;kode_provinsi;status`.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date

from prakerja.kit.refusals import Code
from prakerja.participants.errors import NikFault, RowReason, WorkerListCode
from prakerja.participants.rules import NIK_DIGITS, PROVINCE_CODES, nik_fault

ROW_CHARACTERS_MAX = 4_096
_NAME_LENGTH_MAX = 200
# Serials end in zero in about one NIK of ten. Half of a file is not chance: a spreadsheet held them as numbers.
_ROUNDED_ROWS_MIN = 5
_ROUNDED_SHARE = 2
TEMPLATE = "nik;nama;tanggal_lahir;kode_provinsi;status\n"
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
    "status": "status",
    "employment_status": "status",
}
_STATUSES = {
    "pencari_kerja": "job_seeker",
    "phk": "laid_off",
    "dirumahkan": "furloughed",
    "pekerja": "worker_needing_competence",
    "usaha_mikro_kecil": "micro_and_small_business",
    "job_seeker": "job_seeker",
    "laid_off": "laid_off",
    "furloughed": "furloughed",
    "worker_needing_competence": "worker_needing_competence",
    "micro_and_small_business": "micro_and_small_business",
}


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row that can be published; `row_number` is the line of the file, the heading being line 1."""

    row_number: int
    nik: str
    name: str
    birth_date: date | None
    province_code: str | None
    employment_status: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not taken: line, field and reason; never the value."""

    row_number: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class WorkerListFile:
    """What a file says. With a code other than ok there are no rows; `missing` names columns that are not there."""

    code: WorkerListCode
    encoding: str = ""
    delimiter: str = ""
    missing: tuple[str, ...] = ()
    good: tuple[GoodRow, ...] = ()
    bad: tuple[BadRow, ...] = ()

    @property
    def rows(self) -> int:
        """Rows with content below the heading."""
        return len(self.good) + len({row.row_number for row in self.bad})


def read_worker_list(content: bytes, *, sandbox: bool) -> WorkerListFile:
    """Decode, split and check a file.

    Codes in order: file_is_empty, file_is_no_text, columns_missing, no_rows.
    Encodings: utf-8, utf-8-sig, cp1252, latin-1.
    A row carries one error, the first that applies; of a NIK that stands twice the first row is taken.
    """
    if not content.strip():
        return WorkerListFile(WorkerListCode.FILE_IS_EMPTY)
    encoding = detect_encoding(content)
    if encoding is None:
        return WorkerListFile(WorkerListCode.FILE_IS_NO_TEXT)
    lines = content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    heading = lines[0][:ROW_CHARACTERS_MAX]
    delimiter = ";" if heading.count(";") >= heading.count(",") else ","
    columns = [_HEADINGS.get("_".join(name.lower().split())) for name in _cells(heading, delimiter)]
    missing = tuple(name for name in _REQUIRED if columns.count(name) != 1)
    if missing:
        return WorkerListFile(WorkerListCode.COLUMNS_MISSING, encoding, delimiter, missing)
    reader = _Reader(columns, delimiter, sandbox=sandbox)
    for row_number, line in enumerate(lines[1:], start=2):
        if line.strip(f" \t{delimiter}"):
            reader.take(row_number, line)
    reader.refuse_rounded()
    if not reader.good and not reader.bad:
        return WorkerListFile(WorkerListCode.NO_ROWS, encoding, delimiter)
    bad = tuple(sorted(reader.bad, key=lambda row: row.row_number))
    return WorkerListFile(WorkerListCode.OK, encoding, delimiter, (), tuple(reader.good), bad)


def detect_encoding(content: bytes) -> str | None:
    """The encoding by its name; None for what is no text of these (a workbook, UTF-16, bytes of zero)."""
    if b"\x00" in content or content.startswith((b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff", b"%PDF")):
        return None
    if content.startswith(b"\xef\xbb\xbf"):
        candidates = ["utf-8-sig"]
    elif any(0x80 <= byte <= 0x9F for byte in set(content)):  # noqa: PLR2004 - letters of cp1252, controls of latin-1
        candidates = ["utf-8", "cp1252", "latin-1"]
    else:
        candidates = ["utf-8", "latin-1"]
    for encoding in candidates:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]


class _Reader:
    """Collects rows; knows which NIKs it has seen."""

    def __init__(self, columns: list[str | None], delimiter: str, *, sandbox: bool) -> None:
        self.good: list[GoodRow] = []
        self.bad: list[BadRow] = []
        self._columns = columns
        self._delimiter = delimiter
        self._sandbox = sandbox
        self._seen: set[str] = set()
        self._last_digits: Counter[str] = Counter()

    def take(self, row_number: int, line: str) -> None:
        if len(line) > ROW_CHARACTERS_MAX:
            self._refuse(row_number, "row", RowReason.ROW_TOO_LONG)
            return
        cells = _cells(line, self._delimiter)
        if len(cells) != len(self._columns):
            self._refuse(row_number, "row", RowReason.COLUMN_COUNT)
            return
        values = {name: cell for name, cell in zip(self._columns, cells, strict=True) if name is not None}
        nik = values["nik"].lstrip("'").replace(" ", "")
        if len(nik) == NIK_DIGITS and nik.isdecimal():
            self._last_digits[nik[-1]] += 1
        error = self._error(nik, values)
        if error is not None:
            self._refuse(row_number, *error)
            return
        self._seen.add(nik)
        self.good.append(
            GoodRow(
                row_number=row_number,
                nik=nik,
                name=values["name"],
                birth_date=_day(values.get("birth_date", "")),
                province_code=values.get("province_code") or None,
                employment_status=_STATUSES[_word(values["status"])],
            )
        )

    def _refuse(self, row_number: int, field: str, reason: Code) -> None:
        self.bad.append(BadRow(row_number, field, reason.value))

    def _error(self, nik: str, values: dict[str, str]) -> tuple[str, Code] | None:  # noqa: PLR0911 - in order
        fault = nik_fault(nik, sandbox=self._sandbox)
        if fault is not NikFault.OK:
            return "nik", fault
        if nik in self._seen:
            return "nik", RowReason.NIK_REPEATED
        if not values["name"]:
            return "name", RowReason.NAME_MISSING
        if len(values["name"]) > _NAME_LENGTH_MAX:
            return "name", RowReason.NAME_TOO_LONG
        birth_date = values.get("birth_date", "")
        if birth_date and _day(birth_date) is None:
            return "birth_date", RowReason.BIRTH_DATE
        province = values.get("province_code", "")
        if province and province not in PROVINCE_CODES:
            return "province_code", RowReason.PROVINCE
        if _word(values["status"]) not in _STATUSES:
            return "status", RowReason.STATUS
        return None

    def refuse_rounded(self) -> None:
        """A column of numbers keeps 15 digits: every NIK then ends in 0, and which digit was lost nobody knows."""
        ends_in_zero = self._last_digits["0"]
        if ends_in_zero < _ROUNDED_ROWS_MIN or ends_in_zero * _ROUNDED_SHARE < self._last_digits.total():
            return
        for row in self.good:
            if row.nik.endswith("0"):
                self._refuse(row.row_number, "nik", NikFault.ROUNDED)
        self.good = [row for row in self.good if not row.nik.endswith("0")]
        # Two different people look like one when their last digit is gone: those rows say the same.
        rounded_repeats = [row for row in self.bad if row.reason == RowReason.NIK_REPEATED]
        if rounded_repeats:
            self.bad = [row for row in self.bad if row.reason != RowReason.NIK_REPEATED]
            self.bad.extend(BadRow(row.row_number, "nik", NikFault.ROUNDED.value) for row in rounded_repeats)


def _word(text: str) -> str:
    return "_".join(text.lower().replace("-", " ").split())


def _day(text: str) -> date | None:
    """1990-12-31, 31-12-1990 or 31/12/1990."""
    parts = text.replace("/", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):  # noqa: PLR2004 - day, month, year
        return None
    if len(parts[0]) != 4:  # noqa: PLR2004 - the year has four digits
        parts.reverse()
    try:
        day = date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None
    return day if day.year >= 1900 else None  # noqa: PLR2004 - nobody alive is older
