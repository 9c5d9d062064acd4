"""Reads about worker lists: preview, errors, coverage, reconciliation."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple
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


def worker_list_error_file(worker_list_id: UUID, *, explain: Callable[[str], str]) -> bytes:
    """All errors of a list as CSV (`baris;kolom;alasan;penjelasan`), UTF-8 with a byte order mark for spreadsheets.

    `explain` turns a reason into its sentence in the reader's language. No value of a row is in it.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["baris", "kolom", "alasan", "penjelasan"])
    writer.writerows(
        (error.row_number, error.field, error.reason, explain(error.reason)) for error in _errors(worker_list_id, None)
    )
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


@dataclass(frozen=True, slots=True)
class MatchView:
    """A row and an applicant who may be one person; `digits_apart` of their NIKs. Names only: no NIK is shown."""

    applicant_id: UUID
    worker_list_id: UUID
    row_number: int
    list_name: str
    score: int
    applicant_name: str
    listed_name: str
    birth_date: date
    province_code: str
    digits_apart: int
    proposed_at: datetime

    @property
    def place(self) -> str:
        """The pair as the address of a page names it."""
        return f"{self.applicant_id}~{self.worker_list_id}~{self.row_number}"


class PairKey(NamedTuple):
    """What a pair is found by."""

    applicant_id: UUID
    worker_list_id: UUID
    row_number: int


def list_open_matches(*, after: PairKey | None = None, limit: int = 26) -> list[MatchView]:
    """Pairs that wait for a decision, the oldest and most alike first, behind the pair `after`, decided or not.

    One query; names and NIKs are decrypted.
    """
    key = after or PairKey(UUID(int=0), UUID(int=0), 0)
    found = db.rows(
        """
        SELECT m.applicant_id, m.worker_list_id, m.row_number, list.name, m.score, a.name, listed.name_cipher,
            a.birth_date, a.province_code, a.nik_cipher, listed.nik_cipher, m.proposed_at
        FROM worker_list_matches AS m
        JOIN worker_lists AS list ON list.id = m.worker_list_id
        JOIN applicants AS a ON (a.lane, a.applicant_id) = (m.lane, m.applicant_id)
        JOIN worker_list_rows AS listed
            ON (listed.lane, listed.nik_index, listed.worker_list_id)
                = (m.listed_lane, m.listed_nik_index, m.worker_list_id)
        WHERE m.state = 'proposed'
            AND (
                %(is_first)s
                OR (m.proposed_at, -m.score, m.applicant_id, m.worker_list_id, m.row_number) > (
                    SELECT last.proposed_at, -last.score, last.applicant_id, last.worker_list_id, last.row_number
                    FROM worker_list_matches AS last
                    WHERE last.applicant_id = %(applicant)s AND last.worker_list_id = %(list)s
                        AND last.row_number = %(row)s
                )
            )
        ORDER BY m.proposed_at, m.score DESC, m.applicant_id, m.worker_list_id, m.row_number
        LIMIT %(limit)s
        """,
        {
            "is_first": after is None,
            "applicant": key.applicant_id,
            "list": key.worker_list_id,
            "row": key.row_number,
            "limit": limit,
        },
    )
    views = []
    for applicant_id, list_id, row_number, list_name, score, name, name_cipher, *rest in found:
        born, province, own, listed, proposed_at = rest
        mine = decrypt_field(own, table="applicants", column="nik_cipher", row_id=applicant_id)
        theirs = decrypt_field(listed, table=TABLE, column="nik_cipher", row_id=row_id(list_id, row_number))
        apart = sum(one != other for one, other in zip(mine, theirs, strict=True))
        other_name = listed_name(list_id, row_number, name_cipher)
        views.append(
            MatchView(
                applicant_id,
                list_id,
                row_number,
                list_name,
                score,
                name,
                other_name,
                born,
                province,
                apart,
                proposed_at,
            )
        )
    return views


@dataclass(frozen=True, slots=True)
class AnnouncedPart:
    """A figure that was said in public about the ministry's list; `is_total` for the spoken total."""

    code: str
    rows: int
    is_total: bool


@lru_cache(maxsize=1)
def announced_parts() -> tuple[AnnouncedPart, ...]:
    """The announced total and its parts, in the order of the data file (SCHEME-11)."""
    text = files("prakerja.participants").joinpath("data/announced_lists.csv").read_text(encoding="utf-8")
    return tuple(
        AnnouncedPart(row["part"], int(row["rows"]), row["kind"] == "total")
        for row in csv.DictReader(text.splitlines())
    )


@dataclass(frozen=True, slots=True)
class SourceTotals:
    """What one source announced and sent; `announced` is None where a list came without a figure."""

    source: str
    lists: int
    announced: int | None
    rows: int
    good_rows: int
    bad_rows: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was said, what was sent, and how many people that is. Nothing is made to fit."""

    spoken_total: int
    sum_of_parts: int
    sources: tuple[SourceTotals, ...]
    listed_rows: int
    people: int
    people_on_several_lists: int

    @property
    def parts_difference(self) -> int:
        """How far the announced parts are from the spoken total."""
        return self.sum_of_parts - self.spoken_total

    @property
    def people_difference(self) -> int:
        """How far the people on published lists are from the spoken total."""
        return self.people - self.spoken_total


def reconcile_worker_lists() -> Reconciliation:
    """The published lists against each other and against what was said. Two reads, one of them of all rows."""
    sources = db.rows(
        """
        SELECT source, count(*), sum(announced_rows), sum(rows), sum(good_rows), sum(bad_rows)
        FROM worker_lists
        WHERE state = 'published'
        GROUP BY source
        ORDER BY source
        """
    )
    rows, people, several = db.row(
        """
        SELECT coalesce(sum(lists), 0), count(*), count(*) FILTER (WHERE lists > 1)
        FROM (
            SELECT count(*) AS lists
            FROM worker_list_rows AS listed
            JOIN worker_lists AS list ON list.id = listed.worker_list_id AND list.state = 'published'
            GROUP BY listed.lane, listed.nik_index
        ) AS person
        """
    ) or (0, 0, 0)
    parts = announced_parts()
    return Reconciliation(
        spoken_total=sum(part.rows for part in parts if part.is_total),
        sum_of_parts=sum(part.rows for part in parts if not part.is_total),
        sources=tuple(SourceTotals(*row) for row in sources),
        listed_rows=int(rows),
        people=people,
        people_on_several_lists=several,
    )
