"""Worker lists and their coverage, for labour offices."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.oversight.queries import PAGE_ROWS


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

    @property
    def page_key(self) -> tuple[datetime, UUID]:
        """What the pages of the list go by."""
        return self.staged_at, self.worker_list_id


_LIST = """
    SELECT id, name, source, state, rows, good_rows, bad_rows, announced_rows, staged_at, published_at
    FROM worker_lists
"""


def list_worker_lists(*, after: tuple[datetime, UUID] | None = None) -> list[WorkerListRow]:
    """A page of the worker lists behind `after` (checked, list), newest first. One query."""
    at, key = after or (None, None)
    found = db.rows(
        f"""
        {_LIST}
        WHERE %(at)s::timestamptz IS NULL OR (staged_at, id) < (%(at)s::timestamptz, %(key)s::uuid)
        ORDER BY staged_at DESC, id DESC
        LIMIT %(limit)s
        """,
        {"at": at, "key": key, "limit": PAGE_ROWS + 1},
    )
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


def list_bad_rows(worker_list_id: UUID, *, after: int | None = None) -> list[BadRow]:
    """A page of a list's bad rows behind the row `after`; a row has one fault. One query."""
    found = db.rows(
        """
        SELECT row_number, field, reason
        FROM worker_list_errors
        WHERE worker_list_id = %s AND row_number > %s
        ORDER BY row_number, field, reason
        LIMIT %s
        """,
        (worker_list_id, after or 0, PAGE_ROWS + 1),
    )
    return [BadRow(*row) for row in found]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many listed workers of a labour office have signed up, and how many became participants.

    The office is the one that sent the list, else the one of the province on the row. `not_reachable`: not signed up,
    and no list of theirs has a phone number.
    """

    office_name: str | None
    province_code: str | None
    province_name: str | None
    listed: int
    signed_up: int
    not_reachable: int
    participants: int

    @property
    def not_yet(self) -> int:
        """Those who can be reached and have not signed up."""
        return self.listed - self.signed_up - self.not_reachable


def list_coverage() -> list[Coverage]:
    """Coverage of all published lists by labour office, in the order of the province codes. One query over all rows.

    A person on two lists counts once. Being on a list is not a registration (SCHEME-11).
    """
    found = db.rows(
        """
        SELECT office.name, listed.province_code, province.name, count(*), count(person.applicant_id),
            count(*) FILTER (WHERE person.applicant_id IS NULL AND NOT listed.has_phone),
            count(participant.participant_id)
        FROM (
            SELECT entry.lane, entry.nik_index, bool_or(entry.phone_cipher IS NOT NULL) AS has_phone,
                (array_agg(entry.province_code ORDER BY entry.worker_list_id))[1] AS province_code,
                (array_agg(list.labour_office_id ORDER BY entry.worker_list_id))[1] AS labour_office_id
            FROM worker_list_rows entry
            JOIN worker_lists list ON list.id = entry.worker_list_id AND list.state = 'published'
            GROUP BY entry.lane, entry.nik_index
        ) listed
        LEFT JOIN (
            SELECT DISTINCT ON (province_code) province_code, id
            FROM labour_offices
            ORDER BY province_code, code
        ) nearest ON nearest.province_code = listed.province_code
        LEFT JOIN labour_offices office ON office.id = coalesce(listed.labour_office_id, nearest.id)
        LEFT JOIN provinces province ON province.code = listed.province_code
        LEFT JOIN applicants person ON (person.lane, person.nik_index) = (listed.lane, listed.nik_index)
        LEFT JOIN participants participant
            ON (participant.lane, participant.applicant_id) = (person.lane, person.applicant_id)
        GROUP BY office.name, listed.province_code, province.name
        ORDER BY listed.province_code NULLS LAST, office.name NULLS LAST
        """
    )
    return [Coverage(*row) for row in found]
