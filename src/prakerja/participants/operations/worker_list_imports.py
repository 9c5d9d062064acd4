"""A worker list of millions of rows: several processes check, encrypt and copy its parts; a killed import goes on.

Each part is a transaction of its own and stands aside until the last is there; then the list is staged as every other.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection as django_connection

from prakerja.kit.context import Context
from prakerja.kit.ids import SystemIds
from prakerja.participants.errors import WorkerListCode
from prakerja.participants.operations.worker_list_parts import (
    ListIsNotLoadingError,
    LoadedPart,
    load_rows,
    take_rows,
)
from prakerja.participants.operations.worker_lists import (
    ListOrigin,
    StageResult,
    finish_list,
    is_sandbox,
    list_loaded_parts,
    open_list,
    parts_were_rounded,
)
from prakerja.participants.worker_list_files import ListFile, Part, read_part, survey_file
from prakerja.participants.worker_list_rows import RowChecker

# A part's worth of bytes waits in each process; more in the queue would only be memory.
_WAITING_PER_WORKER = 2


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: parts that stand there, of all; rows of those of this run."""

    parts_done: int
    parts: int
    rows: int


@dataclass(frozen=True, slots=True)
class _Job:
    """What a process needs to load parts; the keys come from its environment."""

    path: Path
    worker_list_id: UUID
    file: ListFile
    sandbox: bool
    connection: dict[str, Any]


def import_worker_list(
    context: Context,
    path: Path,
    origin: ListOrigin,
    *,
    workers: int = 2,
    on_progress: Callable[[Progress], None] | None = None,
) -> StageResult:
    """Stage a CSV file of any length. Run again with the same file after a kill: parts that are there are not read.

    Not inside a transaction: every part commits alone. Codes as `stage_worker_list`.
    Cost: two COPYs a part of 2 MB; memory of a few parts per process, whatever the length of the file.

    Raises:
        OSError: the file cannot be read.
        psycopg.Error: the database went away; the parts that are there stay.
    """
    file = survey_file(path)
    if file.code is not WorkerListCode.OK or file.heading is None:
        return StageResult(file.code, None, file.encoding, file.delimiter, missing_columns=file.missing)
    opened = open_list(context, origin, file)
    if opened.worker_list_id is None:
        return StageResult(opened.code, None, file.encoding, file.delimiter)
    there = list_loaded_parts(opened.worker_list_id)
    job = _Job(path, opened.worker_list_id, file, is_sandbox(), _parameters())
    missing = [part for part in file.parts if part.number not in there]
    done, rows = len(there), 0
    with ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn")) as pool:
        for loaded in _load(pool, job, missing, workers):
            done, rows = done + 1, rows + loaded.good_rows + loaded.bad_rows
            if on_progress is not None:
                on_progress(Progress(done, len(file.parts), rows))
        rounded = parts_were_rounded(list_loaded_parts(opened.worker_list_id).values())
        # Sorting and indexing is PostgreSQL's work, in as many of its processes.
        shares = [pool.submit(_take_share, job, rounded, share, workers) for share in range(workers)]
        for taken in shares:
            taken.result()
    return finish_list(context, opened.worker_list_id, taken=True)


def _load(pool: ProcessPoolExecutor, job: _Job, parts: list[Part], workers: int) -> Iterator[LoadedPart]:
    """Load parts in the pool's processes, a few at a time; the first that fails stops the import."""
    waiting: set[Future[LoadedPart]] = set()
    if parts:
        try:
            for part in parts:
                waiting.add(pool.submit(_load_part, job, part))
                while len(waiting) >= workers * _WAITING_PER_WORKER:
                    finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in finished)
            while waiting:
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in finished)
        except BaseException:
            # Parts that are under way are finished: what was begun is not thrown away.
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _parameters() -> dict[str, Any]:
    """How this process reaches the database, for a driver without Django."""
    parameters = django_connection.get_connection_params()
    kept = ("host", "port", "dbname", "user", "password", "options", "sslmode", "sslrootcert")
    return {name: parameters[name] for name in kept if parameters.get(name)}


_connection: "psycopg.Connection[Any] | None" = None


def _connected(job: _Job) -> "psycopg.Connection[Any]":
    global _connection  # noqa: PLW0603 - one connection a process, for as long as it lives
    if _connection is None or _connection.closed:
        _connection = psycopg.connect(**job.connection)
    return _connection


def _take_share(job: _Job, rounded: bool, share: int, shares: int) -> None:  # noqa: FBT001 - sent to another process
    """In a process of the pool: the rows of a share of all NIKs, one transaction."""
    connection = _connected(job)
    with suppress(ListIsNotLoadingError), connection.transaction():
        take_rows(connection, job.worker_list_id, rounded=rounded, share=share, shares=shares)


def _load_part(job: _Job, part: Part) -> LoadedPart:
    """In a process of the pool: one part, one transaction."""
    connection = _connected(job)
    heading = job.file.heading
    if heading is None:
        raise RuntimeError("a file without a heading has no parts")
    checker = RowChecker(heading, sandbox=job.sandbox, open_row=job.file.open_row)
    rows = (
        checker.check_line(row_number, line)
        for row_number, line in read_part(job.path, part, job.file.encoding)
        if row_number > 1
    )
    ids = SystemIds()
    # The id of an error says when it was found, by the machine's clock: nothing is decided by it.
    found_at = datetime.now(UTC)
    try:
        with connection.transaction():
            return load_rows(connection, job.worker_list_id, part.number, checker, rows, lambda: ids.uuid(found_at))
    except (psycopg.errors.UniqueViolation, ListIsNotLoadingError):
        # Somebody else imports the same file, and its part is as good as ours; or threw the list away meanwhile.
        return LoadedPart(part.number, 0, 0, 0, 0)
