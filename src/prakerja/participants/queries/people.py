"""Reads of participants: plain frozen values, multi-row reads ordered by a unique key."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.kit.contacts import digits_only
from prakerja.kit.crypto import decrypt_field
from prakerja.participants.lanes import every_lane
from prakerja.participants.operations.sign_up import email_index, kk_index, nik_index, phone_index

__all__ = [
    "ApplicantView",
    "DecisionView",
    "WorkerListCoverage",
    "WorkerListErrorView",
    "WorkerListPreview",
    "count_applicants_by_state",
    "find_applicant_by_email",
    "find_applicant_by_nik",
    "find_applicant_by_phone",
    "get_applicant",
    "get_worker_list_coverage",
    "get_worker_list_preview",
    "kk_index",
    "list_eligibility_decisions",
    "masked_nik",
    "worker_list_error_file",
]


@dataclass(frozen=True, slots=True)
class ApplicantView:
    """An applicant without NIK and KK."""

    lane: int
    applicant_id: UUID
    lane_seed: int
    name: str
    sex: str
    birth_date: date
    province_code: str
    education: str
    employment_status: str
    state: str
    worker_list_matched: bool
    receives_social_aid: bool | None
    eligibility: str | None
    refused_rule: str | None
    regime_version: str | None
    identity_answer: str | None
    mismatched_fields: tuple[str, ...]
    signed_up_at: datetime
    decided_at: datetime | None


_VIEW = """
    SELECT
        lane, applicant_id, lane_seed, name, sex, birth_date, province_code, education, employment_status, state,
        worker_list_matched, receives_social_aid, eligibility, refused_rule, regime_version, identity_answer,
        mismatched_fields, signed_up_at, decided_at
    FROM applicants
"""


def _view(row: db.Row) -> ApplicantView:
    fields = list(row)
    fields[16] = tuple(fields[16])
    return ApplicantView(*fields)


def get_applicant(applicant_id: UUID) -> ApplicantView:
    """One applicant.

    Raises:
        LookupError: there is none of this id.
    """
    found = db.row(_VIEW + "WHERE lane = ANY (%s) AND applicant_id = %s", [every_lane(), applicant_id])
    if found is None:
        raise LookupError(f"no applicant {applicant_id}")
    return _view(found)


def find_applicant_by_nik(nik: str) -> ApplicantView | None:
    """The applicant of a NIK (spaces and dots accepted), or None."""
    found = db.row(_VIEW + "WHERE lane = ANY (%s) AND nik_index = %s", [every_lane(), nik_index(digits_only(nik))])
    return None if found is None else _view(found)


def find_applicant_by_email(email: str) -> ApplicantView | None:
    """The first who signed up with an e-mail address, or None."""
    found = db.row(_VIEW + "WHERE email_index = %s ORDER BY applicant_id LIMIT 1", [email_index(email)])
    return None if found is None else _view(found)


def find_applicant_by_phone(phone: str) -> ApplicantView | None:
    """The first who signed up with a phone number (08… = +628…), or None."""
    found = db.row(_VIEW + "WHERE phone_index = %s ORDER BY applicant_id LIMIT 1", [phone_index(phone)])
    return None if found is None else _view(found)


def masked_nik(applicant_id: UUID) -> str:
    """The NIK of an applicant as screens show it: province and last two digits.

    Raises:
        LookupError: there is none of this id.
    """
    cipher = db.value(
        "SELECT nik_cipher FROM applicants WHERE lane = ANY (%s) AND applicant_id = %s", [every_lane(), applicant_id]
    )
    nik = decrypt_field(cipher, table="applicants", column="nik_cipher", row_id=applicant_id)
    return f"{nik[:2]}{'•' * 12}{nik[-2:]}"


def count_applicants_by_state() -> dict[str, int]:
    """How many applicants stand in each state (states without anybody are missing). One full read."""
    return dict(db.rows("SELECT state, count(*) FROM applicants GROUP BY state ORDER BY state"))


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision on record."""

    decision_id: UUID
    decided_at: datetime
    regime_version: str
    outcome: str
    refused_rule: str | None
    evidence: dict[str, object]


def list_eligibility_decisions(applicant_id: UUID) -> list[DecisionView]:
    """All decisions about a person, oldest first."""
    found = db.rows(
        """
        SELECT decision_id, decided_at, regime_version, outcome, refused_rule, evidence::text
        FROM eligibility_decisions
        WHERE lane = ANY (%s) AND applicant_id = %s
        ORDER BY decided_at, decision_id
        """,
        [every_lane(), applicant_id],
    )
    return [DecisionView(*(*row[:5], json.loads(row[5]))) for row in found]


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
    names = db.rows(
        "SELECT name FROM worker_list_rows WHERE worker_list_id = %s ORDER BY row_number LIMIT 10", [worker_list_id]
    )
    first_names = tuple(name for (name,) in names)
    return WorkerListPreview(*(*heading, first_names, tuple(_errors(worker_list_id, most_errors))))


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
