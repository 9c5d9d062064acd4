"""Reading a register's delta: CSV with the columns nik, fakta, nilai, sejak. Pure.

Facts: dapodik, pddikti, emis (in formal education there), an excluded office by its word, social_aid, wage (with
`nilai` in rupiah a month), not_found (the civil registry knows the NIK no more), gone (what the register said is over).
"""

from dataclasses import dataclass
from datetime import date

from prakerja.kit.days import day_of
from prakerja.kit.settings import get_settings
from prakerja.participants.errors import DeltaCode, NikFault, RowReason
from prakerja.participants.registry import Register
from prakerja.participants.rules import nik_fault
from prakerja.programme.parameters import ExcludedOffice

COLUMNS = ("nik", "fakta", "nilai", "sejak")
TEMPLATE = ";".join(COLUMNS) + "\n"
SOURCES = ("civil_registry", *(register.value for register in Register))
FACTS = frozenset(
    {
        "dapodik",
        "pddikti",
        "emis",
        "social_aid",
        "wage",
        "not_found",
        "gone",
        *(office.value for office in ExcludedOffice),
    }
)
_AMOUNT_DIGITS_MAX = 12


@dataclass(frozen=True, slots=True)
class DeltaRow:
    """A line that can be taken."""

    nik: str
    fact: str
    amount_idr: int | None
    since_date: date | None


@dataclass(frozen=True, slots=True)
class DeltaFile:
    """What a file says; bad rows as (line, reason), never the value."""

    code: DeltaCode
    good: tuple[DeltaRow, ...] = ()
    bad: tuple[tuple[int, str], ...] = ()


def read_delta(content: bytes) -> DeltaFile:
    """The rows of a file; of a NIK that stands twice the first.

    Codes in order: delta_not_readable, columns_missing, no_rows.
    """
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return DeltaFile(DeltaCode.NOT_READABLE)
    if not lines or b"\x00" in content:
        return DeltaFile(DeltaCode.NOT_READABLE)
    if tuple(name.strip().lower() for name in lines[0].split(";")) != COLUMNS:
        return DeltaFile(DeltaCode.COLUMNS_MISSING)
    sandbox = get_settings().deployment == "sandbox"
    good: dict[str, DeltaRow] = {}
    bad: list[tuple[int, str]] = []
    # The line that ends without a line break: in a file that was cut off, the cut goes through it.
    open_line = 0 if content.endswith((b"\n", b"\r")) else len(lines)
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip(" ;"):
            continue
        row = _row(line.split(";"), sandbox=sandbox)
        if row == RowReason.COLUMN_COUNT and number == open_line and line.count(";") < len(COLUMNS) - 1:
            row = RowReason.CUT_OFF.value
        if isinstance(row, str):
            bad.append((number, row))
        elif row.nik in good:
            bad.append((number, RowReason.NIK_REPEATED.value))
        else:
            good[row.nik] = row
    if not good and not bad:
        return DeltaFile(DeltaCode.NO_ROWS)
    return DeltaFile(DeltaCode.OK, tuple(good.values()), tuple(bad))


def _row(cells: list[str], *, sandbox: bool) -> DeltaRow | str:
    if len(cells) != len(COLUMNS):
        return RowReason.COLUMN_COUNT.value
    nik, fact, amount, since = (cell.strip() for cell in cells)
    fault = nik_fault(nik, sandbox=sandbox)
    if fault is not NikFault.OK:
        return fault.value
    if fact not in FACTS:
        return "fact_unknown"
    is_amount = amount.isascii() and amount.isdigit() and len(amount) <= _AMOUNT_DIGITS_MAX
    if (fact == "wage") != is_amount or (amount and not is_amount):
        return "amount_not_readable"
    day = day_of(since) if since else None
    if since and day is None:
        return "since_not_readable"
    return DeltaRow(nik, fact, int(amount) if is_amount else None, day)
