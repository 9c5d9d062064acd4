"""Worker lists: loading by parts → staged → preview → publish or discard. Nobody is signed up by a list (SCHEME-11).

Nothing is half imported: parts stand aside until the last one is read, and nothing is visible before one publish.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.settings import get_settings
from prakerja.kit.workbooks import is_workbook
from prakerja.participants.errors import NikFault, RowReason, WorkerListCode
from prakerja.participants.operations.worker_list_parts import LoadedPart, Source, load_rows, take_rows
from prakerja.participants.worker_list_files import Heading, ListFile, read_part, survey_file
from prakerja.participants.worker_list_rows import BadRow, GoodRow, RowChecker, column_was_rounded
from prakerja.participants.worker_list_workbooks import check_rows, read_workbook


@dataclass(frozen=True, slots=True)
class ListOrigin:
    """Who sends a list and what it says about it: `announced_rows` is kept for reconciliation (programme.md §7)."""

    name: str
    source: str
    announced_rows: int | None = None
    labour_office_id: UUID | None = None


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


@dataclass(frozen=True, slots=True)
class Opened:
    """A list that is being loaded; `resumed` when parts of it may stand there from an import that was killed."""

    code: WorkerListCode
    worker_list_id: UUID | None = None
    resumed: bool = False


def stage_worker_list(
    context: Context,
    source: Source,
    *,
    name: str,
    source_name: str,
    announced_rows: int | None = None,
    labour_office_id: UUID | None = None,
) -> StageResult:
    """Read a file (CSV or workbook) and keep its good rows and its errors for the preview, in one transaction.

    `source_name` is the ministry or labour office. Millions of rows: `worker_list_imports.import_worker_list`.
    Codes: file_is_empty, file_is_no_text, workbook_not_readable, columns_missing, no_rows, file_already_imported,
    still_loading. Rule: SCHEME-11. Cost: a COPY a part of 2 MB; about 15 microseconds of Python a row.
    """
    origin = ListOrigin(name, source_name, announced_rows, labour_office_id)
    if isinstance(source, bytes) and is_workbook(source):
        return _stage_workbook(context, source, origin)
    file = survey_file(source)
    if file.code is not WorkerListCode.OK or file.heading is None:
        return StageResult(file.code, None, file.encoding, file.delimiter, missing_columns=file.missing)
    with db.transaction():
        opened = open_list(context, origin, file)
        if opened.worker_list_id is None or opened.resumed:
            code = WorkerListCode.STILL_LOADING if opened.resumed else opened.code
            return StageResult(code, None, file.encoding, file.delimiter)
        for part in file.parts:
            checker = RowChecker(file.heading, sandbox=is_sandbox(), open_row=file.open_row)
            rows = (
                checker.check_line(row_number, line)
                for row_number, line in read_part(source, part, file.encoding)
                if row_number > 1
            )
            load_rows(db.raw_connection(), opened.worker_list_id, part.number, checker, rows, context.uuid)
        result = finish_list(context, opened.worker_list_id)
        if result.code is WorkerListCode.NO_ROWS:
            _forget(opened.worker_list_id)
    return result


def _stage_workbook(context: Context, content: bytes, origin: ListOrigin) -> StageResult:
    workbook = read_workbook(content)
    if workbook.code is not WorkerListCode.OK or workbook.heading is None:
        return StageResult(workbook.code, missing_columns=workbook.missing)
    file = ListFile(WorkerListCode.OK, workbook.sha256, "xlsx", Heading(workbook.heading.columns, ""))
    with db.transaction():
        opened = open_list(context, origin, file, file_format="xlsx")
        if opened.worker_list_id is None or opened.resumed:
            return StageResult(WorkerListCode.STILL_LOADING if opened.resumed else opened.code)
        checker = RowChecker(workbook.heading, sandbox=is_sandbox())
        rows: Iterable[GoodRow | BadRow | None] = check_rows(workbook, checker)
        load_rows(db.raw_connection(), opened.worker_list_id, 0, checker, rows, context.uuid)
        result = finish_list(context, opened.worker_list_id)
        if result.code is WorkerListCode.NO_ROWS:
            _forget(opened.worker_list_id)
    return result


def is_sandbox() -> bool:
    """Whether synthetic NIKs are people here."""
    return get_settings().deployment == "sandbox"


def open_list(context: Context, origin: ListOrigin, file: ListFile, *, file_format: str = "csv") -> Opened:
    """Begin to load a file, or find the list that was begun with the same file. Joins the caller's transaction.

    Codes: file_already_imported.
    """
    worker_list_id = context.uuid()
    with db.transaction():
        created = db.execute(
            """
            INSERT INTO worker_lists
                (id, name, source, file_sha256, encoding, delimiter, format, labour_office_id, state, rows, good_rows,
                 bad_rows, announced_rows, staged_by, staged_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'loading', 0, 0, 0, %s, %s, %s)
            ON CONFLICT DO NOTHING
            """,
            [
                worker_list_id,
                origin.name,
                origin.source,
                file.sha256,
                file.encoding,
                file.delimiter,
                file_format,
                origin.labour_office_id,
                origin.announced_rows,
                context.actor,
                context.now,
            ],
        )
        if created:
            return Opened(WorkerListCode.OK, worker_list_id)
        found = db.row(
            "SELECT id, state FROM worker_lists WHERE file_sha256 = %s AND state <> 'discarded'", [file.sha256]
        )
    if found is not None and found[1] == "loading":
        return Opened(WorkerListCode.OK, found[0], resumed=True)
    return Opened(WorkerListCode.ALREADY_IMPORTED)


def list_loaded_parts(worker_list_id: UUID) -> dict[int, LoadedPart]:
    """The parts that stand there, by number."""
    return {
        row[0]: LoadedPart(*row)
        for row in db.rows(
            """
            SELECT number, good_rows, bad_rows, niks, zeros
            FROM worker_list_parts
            WHERE worker_list_id = %s
            ORDER BY number
            """,
            [worker_list_id],
        )
    }


def parts_were_rounded(parts: Iterable[LoadedPart]) -> bool:
    """Whether a spreadsheet held the NIKs of all parts together as numbers."""
    counts = [(part.niks, part.zeros) for part in parts]
    return column_was_rounded(sum(niks for niks, _ in counts), sum(zeros for _, zeros in counts))


def finish_list(context: Context, worker_list_id: UUID, *, taken: bool = False) -> StageResult:
    """Bring the parts of a list together when all are loaded: refuse a rounded column and repeated NIKs, count.

    `taken`: the rows that stay are in their table already (`take_rows` in shares).
    Codes: no_rows, already_published, discarded (somebody was first). Cost: one sort of the list's rows.
    """
    with db.transaction():
        found = lock_list(worker_list_id)
        if found is None:
            return StageResult(WorkerListCode.LIST_NOT_FOUND)
        if found.state != "loading":
            return StageResult(not_staged_code(found.state))
        parts = list_loaded_parts(worker_list_id).values()
        bad = sum(part.bad_rows for part in parts)
        rows = sum(part.good_rows for part in parts) + bad
        if not rows:
            return StageResult(WorkerListCode.NO_ROWS, None, found.encoding, found.delimiter)
        rounded = parts_were_rounded(parts)
        if not taken:
            take_rows(db.raw_connection(), worker_list_id, rounded=rounded)
        good = db.value("SELECT count(*) FROM worker_list_rows WHERE worker_list_id = %s", [worker_list_id])
        if bad + good < rows:
            _refuse_left_out(context, worker_list_id, rounded=rounded)
        figures = {"rows": rows, "good_rows": good, "bad_rows": rows - good}
        db.execute(
            """
            UPDATE worker_lists
            SET state = 'staged', rows = %(rows)s, good_rows = %(good_rows)s, bad_rows = %(bad_rows)s
            WHERE id = %(id)s
            """,
            figures | {"id": worker_list_id},
        )
        _forget_parts(worker_list_id)
        record_events(context, [Event("worker_list.staged", worker_list_id, figures)])
    return StageResult(WorkerListCode.OK, worker_list_id, found.encoding, found.delimiter, rows, good, rows - good)


def _refuse_left_out(context: Context, worker_list_id: UUID, *, rounded: bool) -> None:
    """Name the rows that were good alone and are not together: a repeated NIK, or a digit that a spreadsheet lost."""
    left_out = db.rows(
        """
        SELECT staged.row_number, staged.nik_ends_in_zero
        FROM worker_list_staged_rows AS staged
        WHERE staged.worker_list_id = %(id)s
            AND NOT EXISTS (
                SELECT FROM worker_list_rows AS taken
                WHERE taken.worker_list_id = %(id)s
                    AND taken.lane = staged.lane
                    AND taken.nik_index = staged.nik_index
                    AND taken.row_number = staged.row_number
            )
        ORDER BY staged.row_number
        """,
        {"id": worker_list_id},
    )
    db.copy_rows(
        "worker_list_errors",
        ["id", "worker_list_id", "row_number", "field", "reason"],
        (
            (
                context.uuid(),
                worker_list_id,
                row_number,
                "nik",
                # Two different people look like one when their last digit is gone: those rows say the same.
                (NikFault.ROUNDED if rounded and ends_in_zero else RowReason.NIK_REPEATED).value,
            )
            for row_number, ends_in_zero in left_out
        ),
    )


def publish_worker_list(context: Context, worker_list_id: UUID) -> PublishResult:
    """Make a staged list visible and match it with those who have signed up, in one transaction.

    Codes: worker_list_not_found, still_loading, already_published, discarded, no_good_rows.
    Rule: SCHEME-11 (matching exact by NIK; `worker_list_matches` proposes the others).
    """
    with db.transaction():
        found = lock_list(worker_list_id)
        if found is None:
            return PublishResult(WorkerListCode.LIST_NOT_FOUND)
        if found.state != "staged":
            return PublishResult(not_staged_code(found.state))
        if not found.good_rows:
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
        figures = {"rows": found.good_rows, "matched": matched}
        record_events(context, [Event("worker_list.published", worker_list_id, figures)])
    return PublishResult(WorkerListCode.OK, matched)


def discard_worker_list(context: Context, worker_list_id: UUID) -> PublishResult:
    """Throw away a list that is staged or still loading: its rows are deleted, its heading and errors stay on record.

    Codes: worker_list_not_found, already_published, discarded.
    """
    with db.transaction():
        found = lock_list(worker_list_id)
        if found is None:
            return PublishResult(WorkerListCode.LIST_NOT_FOUND)
        if found.state not in {"loading", "staged"}:
            return PublishResult(not_staged_code(found.state))
        _forget_parts(worker_list_id)
        db.execute("DELETE FROM worker_list_rows WHERE worker_list_id = %s", [worker_list_id])
        db.execute("UPDATE worker_lists SET state = 'discarded' WHERE id = %s", [worker_list_id])
        record_events(context, [Event("worker_list.discarded", worker_list_id)])
    return PublishResult(WorkerListCode.OK)


@dataclass(frozen=True, slots=True)
class LockedList:
    """What a decision about a list reads."""

    state: str
    good_rows: int
    encoding: str
    delimiter: str


def lock_list(worker_list_id: UUID) -> LockedList | None:
    """A list, locked: of two people who publish at once, one does."""
    found = db.row(
        "SELECT state, good_rows, encoding, delimiter FROM worker_lists WHERE id = %s FOR UPDATE", [worker_list_id]
    )
    return None if found is None else LockedList(*found)


def not_staged_code(state: str) -> WorkerListCode:
    """The answer about a list that is not staged."""
    if state == "loading":
        return WorkerListCode.STILL_LOADING
    return WorkerListCode.ALREADY_PUBLISHED if state == "published" else WorkerListCode.DISCARDED


def _forget_parts(worker_list_id: UUID) -> None:
    db.execute("DELETE FROM worker_list_staged_rows WHERE worker_list_id = %s", [worker_list_id])
    db.execute("DELETE FROM worker_list_parts WHERE worker_list_id = %s", [worker_list_id])


def _forget(worker_list_id: UUID) -> None:
    """A file without a row leaves nothing behind."""
    _forget_parts(worker_list_id)
    db.execute("DELETE FROM worker_lists WHERE id = %s", [worker_list_id])
