"""Worker lists: staging → preview → publish or discard. Nothing is half imported, and nobody is signed up by a list."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import encrypt_field
from prakerja.kit.lanes import lane_of, lane_seed_of
from prakerja.kit.settings import get_settings
from prakerja.participants.errors import WorkerListCode
from prakerja.participants.operations.sign_up import nik_index
from prakerja.participants.worker_list_files import WorkerListFile, read_worker_list


@dataclass(frozen=True, slots=True)
class StageResult:
    """What staging found; rows and errors are read by `queries.get_worker_list_preview`."""

    code: WorkerListCode
    worker_list_id: UUID | None = None
    encoding: str = ""
    delimiter: str = ""
    rows: int = 0
    good_rows: int = 0
    bad_rows: int = 0
    missing_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishResult:
    """`matched` applicants were found on the list (SELECT-01)."""

    code: WorkerListCode
    matched: int = 0


def stage_worker_list(
    context: Context, source: bytes | Path, *, name: str, source_name: str, announced_rows: int | None = None
) -> StageResult:
    """Read a CSV file and keep its good rows and its errors for the preview; nothing is visible before it is published.

    `source_name` is the ministry or labour office, `announced_rows` what it said it sends (kept for reconciliation).
    Codes: file_is_empty, file_is_no_text, columns_missing, no_rows, file_already_imported.
    Rule: SCHEME-11. Cost: two COPYs; the whole file is in memory (some ten thousand rows).
    """
    content = source.read_bytes() if isinstance(source, Path) else source
    file = read_worker_list(content, sandbox=get_settings().deployment == "sandbox")
    if file.code is not WorkerListCode.OK:
        return StageResult(file.code, None, file.encoding, file.delimiter, missing_columns=file.missing)
    worker_list_id = context.uuid()
    good, bad = len(file.good), file.rows - len(file.good)
    with db.transaction():
        created = db.execute(
            """
            INSERT INTO worker_lists
                (id, name, source, file_sha256, encoding, delimiter, state, rows, good_rows, bad_rows, announced_rows,
                 staged_by, staged_at)
            VALUES (%s, %s, %s, %s, %s, %s, 'staged', %s, %s, %s, %s, %s, %s)
            ON CONFLICT DO NOTHING
            """,
            [
                worker_list_id,
                name,
                source_name,
                sha256(content).hexdigest(),
                file.encoding,
                file.delimiter,
                file.rows,
                good,
                bad,
                announced_rows,
                context.actor,
                context.now,
            ],
        )
        if not created:
            return StageResult(WorkerListCode.ALREADY_IMPORTED, None, file.encoding, file.delimiter)
        _copy_rows(context, worker_list_id, file)
        figures = {"rows": file.rows, "good_rows": good, "bad_rows": bad}
        record_events(context, [Event("worker_list.staged", worker_list_id, figures)])
    return StageResult(WorkerListCode.OK, worker_list_id, file.encoding, file.delimiter, file.rows, good, bad)


def _copy_rows(context: Context, worker_list_id: UUID, file: WorkerListFile) -> None:
    def good_rows() -> Iterator[tuple[object, ...]]:
        for row in file.good:
            index = nik_index(row.nik)
            yield (
                lane_of(lane_seed_of(index)),
                worker_list_id,
                row.row_number,
                index,
                encrypt_field(row.nik, table="worker_list_rows", column="nik_cipher", row_id=worker_list_id),
                row.name,
                row.birth_date,
                row.province_code,
                row.employment_status,
            )

    db.copy_rows(
        "worker_list_rows",
        [
            "lane",
            "worker_list_id",
            "row_number",
            "nik_index",
            "nik_cipher",
            "name",
            "birth_date",
            "province_code",
            "employment_status",
        ],
        good_rows(),
    )
    db.copy_rows(
        "worker_list_errors",
        ["id", "worker_list_id", "row_number", "field", "reason"],
        ((context.uuid(), worker_list_id, row.row_number, row.field, row.reason) for row in file.bad),
    )


def publish_worker_list(context: Context, worker_list_id: UUID) -> PublishResult:
    """Make a staged list visible and match it with those who have signed up, in one transaction.

    Codes: worker_list_not_found, already_published, discarded, no_good_rows. Rule: SCHEME-11 (matching exact by NIK).
    """
    with db.transaction():
        found = _lock(worker_list_id)
        if found is None:
            return PublishResult(WorkerListCode.LIST_NOT_FOUND)
        state, good_rows = found
        if state != "staged":
            published = state == "published"
            return PublishResult(WorkerListCode.ALREADY_PUBLISHED if published else WorkerListCode.DISCARDED)
        if not good_rows:
            return PublishResult(WorkerListCode.NO_GOOD_ROWS)
        db.execute(
            "UPDATE worker_lists SET state = 'published', published_at = %s WHERE id = %s",
            [context.now, worker_list_id],
        )
        matched = db.execute(
            """
            UPDATE applicants
            SET worker_list_matched = true
            FROM worker_list_rows AS listed
            WHERE listed.worker_list_id = %s
                AND applicants.lane = listed.lane
                AND applicants.nik_index = listed.nik_index
                AND NOT applicants.worker_list_matched
            """,
            [worker_list_id],
        )
        record_events(
            context, [Event("worker_list.published", worker_list_id, {"rows": good_rows, "matched": matched})]
        )
    return PublishResult(WorkerListCode.OK, matched)


def discard_worker_list(context: Context, worker_list_id: UUID) -> PublishResult:
    """Throw a staged list away: its rows are deleted, its heading and errors stay on record.

    Codes: worker_list_not_found, already_published, discarded.
    """
    with db.transaction():
        found = _lock(worker_list_id)
        if found is None:
            return PublishResult(WorkerListCode.LIST_NOT_FOUND)
        if found[0] != "staged":
            published = found[0] == "published"
            return PublishResult(WorkerListCode.ALREADY_PUBLISHED if published else WorkerListCode.DISCARDED)
        db.execute("DELETE FROM worker_list_rows WHERE worker_list_id = %s", [worker_list_id])
        db.execute("UPDATE worker_lists SET state = 'discarded' WHERE id = %s", [worker_list_id])
        record_events(context, [Event("worker_list.discarded", worker_list_id)])
    return PublishResult(WorkerListCode.OK)


def _lock(worker_list_id: UUID) -> tuple[str, int] | None:
    """State and good rows, locked: of two people who publish at once, one does."""
    found = db.row("SELECT state, good_rows FROM worker_lists WHERE id = %s FOR UPDATE", [worker_list_id])
    return None if found is None else (found[0], found[1])
