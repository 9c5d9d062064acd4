"""Checking the rows of a worker list: cells in, a good row or a named fault out. Pure; some microseconds a row.

Rule: SCHEME-11, ELIG-01 (form of the NIK).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from prakerja.kit.addresses import plain_address
from prakerja.kit.days import DayFault, day_fault, day_of
from prakerja.kit.refusals import Code
from prakerja.participants.errors import NikFault, RowReason
from prakerja.participants.rules import (
    NIK_DIGITS,
    PROVINCE_CODES,
    SYNTHETIC_PROVINCE,
    WOMEN_DAY_SHIFT,
    nik_fault,
    plain_name,
)
from prakerja.participants.worker_list_files import ROW_CHARACTERS_MAX, Heading, cells_of
from prakerja.programme.areas import regencies

_NAME_LENGTH_MAX = 200
_ADDRESS_LENGTH_MAX = 300
_PHONE_DIGITS_MIN, _PHONE_DIGITS_MAX = 8, 15
# Serials end in zero in about one NIK of ten. Half of a file is not chance: a spreadsheet held them as numbers.
ROUNDED_ROWS_MIN = 5
ROUNDED_SHARE = 2
STATUSES = {
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


class GoodRow(NamedTuple):
    """A row that can be taken; `row_number` is the line of the file, the heading being line 1."""

    row_number: int
    nik: str
    name: str
    birth_date: date | None
    province_code: str | None
    regency_code: str | None
    employment_status: str
    phone: str | None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not taken: line, field and reason; never the value."""

    row_number: int
    field: str
    reason: str


class RowChecker:
    """Checks the rows of one file. `open_row` is the row through which the end of a cut file goes."""

    def __init__(self, heading: Heading, *, sandbox: bool, open_row: int | None = None) -> None:
        self._heading = heading
        self._width = len(heading.columns)
        self._sandbox = sandbox
        self._open_row = open_row
        places = {name: place for place, name in enumerate(heading.columns) if name is not None}
        self._nik, self._name, self._status = places["nik"], places["name"], places["status"]
        self._birth_date = places.get("birth_date")
        self._province = places.get("province_code")
        self._regency = places.get("regency_code")
        self._phone = places.get("phone")
        self._address = places.get("address")
        self._provinces = PROVINCE_CODES | ({SYNTHETIC_PROVINCE} if sandbox else set())
        self._regencies = regencies()
        # Of all NIKs of 16 digits, and of those that end in zero: see `column_was_rounded`.
        self.niks = 0
        self.zeros = 0

    def check_line(self, row_number: int, line: str) -> GoodRow | BadRow | None:
        """One line; None when it is empty. A row carries one fault, the first that applies."""
        if not line.strip(f" \t{self._heading.delimiter}"):
            return None
        if len(line) > ROW_CHARACTERS_MAX:
            return BadRow(row_number, "row", RowReason.ROW_TOO_LONG.value)
        cells = cells_of(line, self._heading.delimiter)
        if len(cells) != self._width:
            cut = row_number == self._open_row and len(cells) < self._width
            return BadRow(row_number, "row", (RowReason.CUT_OFF if cut else RowReason.COLUMN_COUNT).value)
        return self.check_cells(row_number, cells)

    def check_cells(  # noqa: C901, PLR0911, PLR0912 - one return per fault, in order; a call each would cost a second a million
        self, row_number: int, cells: Sequence[str]
    ) -> GoodRow | BadRow:
        """One row of as many cells as the heading has."""
        nik = cells[self._nik].strip().lstrip("'").replace(" ", "")
        if len(nik) == NIK_DIGITS and nik.isascii() and nik.isdigit():
            self.niks += 1
            self.zeros += nik[-1] == "0"
        fault = self._nik_fault(nik)
        if fault is not None:
            return BadRow(row_number, "nik", fault.value)
        name = cells[self._name].strip()
        if not name or len(name) > _NAME_LENGTH_MAX or not name.isprintable():
            return BadRow(row_number, "name", _name_fault(name).value)
        birth_date = province = regency = phone = address = None
        if self._birth_date is not None and (text := cells[self._birth_date].strip()):
            birth_date = day_of(text)
            if birth_date is None:
                return BadRow(row_number, "birth_date", day_fault(text).value)
            if text[4:5] != "-" and is_month_first(birth_date, nik):
                return BadRow(row_number, "birth_date", DayFault.MONTH_FIRST.value)
        if self._province is not None and (text := cells[self._province].strip()):
            province = text
            if province not in PROVINCE_CODES:
                return BadRow(row_number, "province_code", RowReason.PROVINCE.value)
        if self._regency is not None and (text := cells[self._regency].strip()):
            regency = text.replace(".", "")
            if regency not in self._regencies or (province is not None and not regency.startswith(province)):
                return BadRow(row_number, "regency_code", RowReason.REGENCY.value)
            province = regency[:2]
        status = _status_of(cells[self._status])
        if status is None:
            return BadRow(row_number, "status", RowReason.STATUS.value)
        if self._phone is not None and (text := cells[self._phone].strip()):
            phone = phone_of(text)
            if phone is None:
                return BadRow(row_number, "phone", RowReason.PHONE.value)
        if self._address is not None and (text := cells[self._address].strip()):
            if len(text) > _ADDRESS_LENGTH_MAX or not text.isprintable():
                return BadRow(row_number, "address", RowReason.ADDRESS.value)
            address = address_key(text, regency or province)
        return GoodRow(row_number, nik, name, birth_date, province, regency, status, phone, address)

    def _nik_fault(self, nik: str) -> Code | None:
        # The quick way for what is right; whatever is not is asked again for its name.
        if (
            len(nik) == NIK_DIGITS
            and nik.isascii()
            and nik.isdigit()
            and nik[:2] in self._provinces
            and nik[6:12] in _nik_dates()
            and nik[12:] != "0000"
        ):
            return None
        fault = nik_fault(nik, sandbox=self._sandbox)
        return None if fault is NikFault.OK else fault


def column_was_rounded(niks: int, zeros: int) -> bool:
    """A column of numbers keeps 15 digits: every NIK then ends in 0, and which digit was lost nobody knows."""
    return zeros >= ROUNDED_ROWS_MIN and zeros * ROUNDED_SHARE >= niks


def likeness_key(name: str, birth_date: date, province_code: str) -> str:
    """What two records of one person with different NIKs have in common: day, province and the initials of the name.

    The order of names does not count, nor case, diacritics and dots. Compared by blind index; a person decides.
    """
    words = name.lower().split() if name.isascii() and name.replace(" ", "").isalpha() else plain_name(name).split()
    initials = "".join(sorted({word[0] for word in words}))
    return f"{birth_date.toordinal()}|{province_code}|{initials}"


def address_key(text: str, area_code: str | None) -> str | None:
    """An address in its one written form with its area, for finding out how many people share it; None: too short."""
    plain = plain_address(text)
    return None if plain is None else f"{plain}|{area_code or ''}"


def _name_fault(name: str) -> RowReason:
    if not name:
        return RowReason.NAME_MISSING
    return RowReason.NAME_TOO_LONG if len(name) > _NAME_LENGTH_MAX else RowReason.NAME_NOT_READABLE


@lru_cache(maxsize=1)
def _nik_dates() -> frozenset[str]:
    """Every day that may stand in a NIK, as its six digits: of men, and of women with 40 added."""
    days = [date(1900, 1, 1) + timedelta(days=number) for number in range(365 * 200 + 48)]
    shifts = (0, WOMEN_DAY_SHIFT)
    return frozenset(f"{day.day + shift:02d}{day.month:02d}{day.year % 100:02d}" for day in days for shift in shifts)


@lru_cache(maxsize=4_096)
def _status_of(text: str) -> str | None:
    return STATUSES.get("_".join(text.lower().replace("-", " ").split()))


def is_month_first(day: date, nik: str) -> bool:
    """Whether the date in a NIK is this one with day and month the other way round: an export put the month first."""
    return (
        day.day != day.month
        and int(nik[6:8]) % WOMEN_DAY_SHIFT == day.month
        and int(nik[8:10]) == day.day
        and int(nik[10:12]) == day.year % 100
    )


_PHONE_NOISE = {ord(c): None for c in " .-()\u00a0'"}


def phone_of(text: str) -> str | None:
    """A phone number as +62…; None when it cannot be one."""
    digits = text.translate(_PHONE_NOISE).removeprefix("+")
    if digits.startswith("0"):
        digits = "62" + digits[1:]
    elif digits.startswith("8"):
        # A spreadsheet that sees a number drops the zero in front.
        digits = "62" + digits
    if not (digits.isascii() and digits.isdigit() and _PHONE_DIGITS_MIN <= len(digits) <= _PHONE_DIGITS_MAX):
        return None
    return "+" + digits
