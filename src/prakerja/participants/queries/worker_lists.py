"""Reads about worker lists: preview, errors, coverage, reconciliation."""

import csv
import io
from dataclasses import dataclass
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.crypto import decrypt_field
from prakerja.participants.worker_list_packing import TABLE, row_id


@dataclass(frozen=True, slots=True)
class WorkerListErrorView:
    """A bad row: line of the file, field, reason."""

    row_number: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class WorkerListPreview:
    """A worker list before or after it is published."""

    worker_list_id: UUID
    name: str
    source: str
    state: str
    encoding: str
    delimiter: str
    rows: int
    good_rows: int
    bad_rows: int
    announced_rows: int | None
    first_names: tuple[str, ...]
    errors: tuple[WorkerListErrorView, ...]


def get_worker_list_preview(worker_list_id: UUID, *, most_errors: int = 100) -> WorkerListPreview:
    """The list with the names of its first good rows and its first errors.

    Raises:
        LookupError: there is no such list.
    """
    heading = db.row(
        """
        SELECT id, name, source, state, encoding, delimiter, rows, good_rows, bad_rows, announced_rows
        FROM worker_lists
        WHERE id = %s
        """,
        [worker_list_id],
    )
    if heading is None:
        raise LookupError(f"no worker list {worker_list_id}")
    first_names = tuple(row.name for row in list_first_rows(worker_list_id))
    return WorkerListPreview(*(*heading, first_names, tuple(_errors(worker_list_id, most_errors))))


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A good row of a list as its preview shows it; the NIK is not shown."""

    row_number: int
    name: str
    province_code: str | None
    regency_code: str | None
    employment_status: str
    has_phone: bool


def list_first_rows(worker_list_id: UUID, *, limit: int = 10) -> list[ListedPerson]:
    """The good ones of a list's first hundred rows, in the order of the file. One query; the names are decrypted."""
    found = db.rows(
        """
        SELECT row_number, name_cipher, province_code, regency_code, employment_status, phone_cipher IS NOT NULL
        FROM worker_list_rows
        -- An index holds these rows alone.
        WHERE worker_list_id = %s AND row_number <= 100
        ORDER BY row_number
        LIMIT %s
        """,
        [worker_list_id, limit],
    )
    return [ListedPerson(row[0], listed_name(worker_list_id, row[0], row[1]), *row[2:]) for row in found]


def listed_name(worker_list_id: UUID, row_number: int, cipher: bytes) -> str:
    """The name of a row."""
    return decrypt_field(cipher, table=TABLE, column="name_cipher", row_id=row_id(worker_list_id, row_number))


def _errors(worker_list_id: UUID, most: int | None) -> list[WorkerListErrorView]:
    found = db.rows(
        """
        SELECT row_number, field, reason
        FROM worker_list_errors
        WHERE worker_list_id = %s
        ORDER BY row_number, field, reason
        LIMIT %s
        """,
        [worker_list_id, most],
    )
    return [WorkerListErrorView(*row) for row in found]


def worker_list_error_file(worker_list_id: UUID) -> bytes:
    """All errors of a list as a CSV file (`baris;kolom;alasan`), UTF-8 with a byte order mark for spreadsheets."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["baris", "kolom", "alasan"])
    writer.writerows((error.row_number, error.field, error.reason) for error in _errors(worker_list_id, None))
    return text.getvalue().encode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class WorkerListCoverage:
    """How many of a list have signed up, and how many more or fewer rows came than were announced."""

    listed: int
    signed_up: int
    not_yet: int
    announced_rows: int | None
    rows: int


def get_worker_list_coverage(worker_list_id: UUID) -> WorkerListCoverage:
    """Coverage and reconciliation of one list (SCHEME-11).

    Raises:
        LookupError: there is no such list.
    """
    heading = db.row("SELECT announced_rows, rows FROM worker_lists WHERE id = %s", [worker_list_id])
    if heading is None:
        raise LookupError(f"no worker list {worker_list_id}")
    counted = db.row(
        """
        SELECT count(*), count(a.applicant_id)
        FROM worker_list_rows AS listed
        LEFT JOIN applicants AS a ON a.lane = listed.lane AND a.nik_index = listed.nik_index
        WHERE listed.worker_list_id = %s
        """,
        [worker_list_id],
    )
    listed, signed_up = counted if counted is not None else (0, 0)
    return WorkerListCoverage(listed, signed_up, listed - signed_up, heading[0], heading[1])
