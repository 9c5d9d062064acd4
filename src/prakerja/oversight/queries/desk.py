"""Worker lists and their coverage, for labour offices."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db


@dataclass(frozen=True, slots=True)
class Office:
    """A labour office."""

    labour_office_id: UUID
    name: str
    province_code: str
    province_name: str


def get_office(labour_office_id: UUID) -> Office:
    """The office of a user.

    Raises:
        LookupError: there is none.
    """
    found = db.row(
        """
        SELECT office.id, office.name, province.code, province.name
        FROM labour_offices office
        JOIN provinces province ON province.code = office.province_code
        WHERE office.id = %s
        """,
        (labour_office_id,),
    )
    if found is None:
        raise LookupError(f"labour office {labour_office_id}")
    return Office(*found)


@dataclass(frozen=True, slots=True)
class WorkerListRow:
    """A worker list with its counts; `announced_rows` is what the sender said that it contains."""

    worker_list_id: UUID
    name: str
    source: str
    state: str
    rows: int
    good_rows: int
    bad_rows: int
    announced_rows: int | None
    staged_at: datetime
    published_at: datetime | None


_LIST = """
    SELECT id, name, source, state, rows, good_rows, bad_rows, announced_rows, staged_at, published_at
    FROM worker_lists
"""


def list_worker_lists(*, limit: int = 25) -> list[WorkerListRow]:
    """The latest worker lists, newest first. One query."""
    found = db.rows(f"{_LIST} ORDER BY staged_at DESC, id DESC LIMIT %s", (limit,))
    return [WorkerListRow(*row) for row in found]


def get_worker_list(worker_list_id: UUID) -> WorkerListRow:
    """One worker list.

    Raises:
        LookupError: there is none.
    """
    found = db.row(f"{_LIST} WHERE id = %s", (worker_list_id,))
    if found is None:
        raise LookupError(f"worker list {worker_list_id}")
    return WorkerListRow(*found)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken: where, and why."""

    row_number: int
    field: str
    reason: str


def list_bad_rows(worker_list_id: UUID, *, limit: int = 200) -> list[BadRow]:
    """The bad rows of a list by row number, at most `limit`. One query."""
    found = db.rows(
        """
        SELECT row_number, field, reason
        FROM worker_list_errors
        WHERE worker_list_id = %s
        ORDER BY row_number, field, reason
        LIMIT %s
        """,
        (worker_list_id, limit),
    )
    return [BadRow(*row) for row in found]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many listed workers of a province have signed up, and how many became participants."""

    province_code: str | None
    province_name: str | None
    listed: int
    signed_up: int
    participants: int


def list_coverage() -> list[Coverage]:
    """Coverage of all published lists by the province on the list, in the order of the codes. One query.

    A person on two lists counts once. Being on a list is not a registration (SCHEME-11).
    """
    found = db.rows(
        """
        SELECT listed.province_code, province.name, count(*), count(person.applicant_id),
            count(participant.participant_id)
        FROM (
            SELECT DISTINCT ON (entry.lane, entry.nik_index) entry.lane, entry.nik_index, entry.province_code
            FROM worker_list_rows entry
            JOIN worker_lists list ON list.id = entry.worker_list_id AND list.state = 'published'
            ORDER BY entry.lane, entry.nik_index, entry.worker_list_id
        ) listed
        LEFT JOIN provinces province ON province.code = listed.province_code
        LEFT JOIN applicants person ON (person.lane, person.nik_index) = (listed.lane, listed.nik_index)
        LEFT JOIN participants participant
            ON (participant.lane, participant.applicant_id) = (person.lane, person.applicant_id)
        GROUP BY listed.province_code, province.name
        ORDER BY listed.province_code NULLS LAST
        """
    )
    return [Coverage(*row) for row in found]
