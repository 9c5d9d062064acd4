"""Millions of rows: parts in processes, a kill in between, one publish that makes it visible."""

from pathlib import Path

import pytest

from prakerja.kit import db
from prakerja.participants import queries, worker_list_files
from prakerja.participants.errors import RowReason, WorkerListCode
from prakerja.participants.operations import discard_worker_list, publish_worker_list, sign_up_applicants
from prakerja.participants.operations.worker_list_imports import Progress, import_worker_list
from prakerja.participants.operations.worker_list_parts import ListIsNotLoadingError, load_rows
from prakerja.participants.operations.worker_lists import ListOrigin, open_list, stage_worker_list
from prakerja.participants.worker_list_files import survey_file
from prakerja.participants.worker_list_rows import RowChecker
from tests.participants.people import april_context, person, sign_up_of
from tests.participants.test_worker_list_files import HEADING, line

ORIGIN = ListOrigin("Kementerian", "Kemnaker", announced_rows=410)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of 400 rows in ten parts: two of them bad, one NIK twice, far apart."""
    monkeypatch.setattr(worker_list_files, "PART_BYTES", 2_000)
    target = tmp_path / "list.csv"
    rows = [line(number, f"Warga {number}") for number in range(397)]
    target.write_text(
        HEADING + "".join([*rows[:5], "123;Pendek;;32;phk\n", *rows[5:], rows[0], "456;Pendek;;32;phk\n"])
    )
    return target


class Killed(BaseException):
    """What ends a process in the middle."""


def test_an_import_in_processes_stages_what_one_process_stages(committed_db: None, path: Path) -> None:
    context = april_context()
    seen: list[Progress] = []
    result = import_worker_list(context, path, ORIGIN, workers=2, on_progress=seen.append)
    assert (result.code, result.rows, result.good_rows, result.bad_rows) == (WorkerListCode.OK, 400, 397, 3)
    assert result.worker_list_id is not None
    assert [step.parts_done for step in seen] == list(range(1, seen[-1].parts + 1))
    assert (seen[-1].parts > 5, seen[-1].rows) == (True, 400)
    preview = queries.get_worker_list_preview(result.worker_list_id)
    assert preview.state == "staged"
    assert preview.first_names[:2] == ("Warga 0", "Warga 1")
    assert [(e.row_number, e.reason) for e in preview.errors] == [
        (7, "nik_has_not_16_digits"),
        (400, RowReason.NIK_REPEATED),
        (401, "nik_has_not_16_digits"),
    ]
    assert import_worker_list(context, path, ORIGIN).code is WorkerListCode.ALREADY_IMPORTED


def test_a_killed_import_goes_on_where_it_was_and_shows_nothing_before(committed_db: None, path: Path) -> None:
    context = april_context()

    def kill(progress: Progress) -> None:
        if progress.parts_done == 3:
            raise Killed

    with pytest.raises(Killed):
        import_worker_list(context, path, ORIGIN, workers=1, on_progress=kill)
    (list_id, state) = db.row("SELECT id, state FROM worker_lists") or ()
    assert state == "loading"
    there = db.value("SELECT count(*) FROM worker_list_parts")
    assert there >= 3
    assert db.value("SELECT count(*) FROM worker_list_rows") == 0
    assert publish_worker_list(context, list_id).code is WorkerListCode.STILL_LOADING
    assert stage_worker_list(context, path, name="x", source_name="x").code is WorkerListCode.STILL_LOADING
    (early,) = sign_up_applicants(context, [sign_up_of(person(3))])
    assert early.applicant_id is not None
    assert not queries.get_applicant(early.applicant_id).worker_list_matched

    seen: list[Progress] = []
    result = import_worker_list(context, path, ORIGIN, workers=1, on_progress=seen.append)
    assert seen[0].parts_done == there + 1
    assert (result.worker_list_id, result.good_rows, result.bad_rows) == (list_id, 397, 3)
    assert publish_worker_list(context, list_id).matched == 1
    assert db.value("SELECT count(*) FROM worker_list_staged_rows") == 0


def test_a_crash_of_the_database_forgets_parts_and_rows_together(committed_db: None, path: Path) -> None:
    context = april_context()

    def kill(progress: Progress) -> None:
        if progress.parts_done == 2:
            raise Killed

    with pytest.raises(Killed):
        import_worker_list(context, path, ORIGIN, workers=1, on_progress=kill)
    # What a crash does to UNLOGGED tables; the errors of the parts are still there.
    db.execute("TRUNCATE worker_list_staged_rows, worker_list_parts")
    assert db.value("SELECT count(*) FROM worker_list_errors") == 1
    result = import_worker_list(context, path, ORIGIN, workers=1)
    assert (result.rows, result.good_rows, result.bad_rows) == (400, 397, 3)
    assert result.worker_list_id is not None
    assert len(queries.get_worker_list_preview(result.worker_list_id).errors) == 3


def test_a_list_that_is_loading_can_be_thrown_away(committed_db: None, path: Path) -> None:
    context = april_context()

    def kill(_progress: Progress) -> None:
        raise Killed

    with pytest.raises(Killed):
        import_worker_list(context, path, ORIGIN, workers=1, on_progress=kill)
    (list_id,) = db.row("SELECT id FROM worker_lists") or ()
    assert discard_worker_list(context, list_id).code is WorkerListCode.OK
    assert db.value("SELECT count(*) FROM worker_list_staged_rows") == 0
    assert import_worker_list(context, path, ORIGIN, workers=1).code is WorkerListCode.OK


def test_both_staging_tables_are_unlogged(committed_db: None) -> None:
    found = db.rows(
        "SELECT relpersistence FROM pg_class WHERE relname IN ('worker_list_staged_rows', 'worker_list_parts')"
    )
    assert found == [("u",), ("u",)]


def test_a_part_that_comes_after_the_list_was_thrown_away_leaves_nothing(committed_db: None, path: Path) -> None:
    context = april_context()
    file = survey_file(path)
    assert file.heading is not None
    opened = open_list(context, ORIGIN, file)
    assert opened.worker_list_id is not None
    discard_worker_list(context, opened.worker_list_id)
    checker = RowChecker(file.heading, sandbox=True)
    with pytest.raises(ListIsNotLoadingError), db.transaction():
        load_rows(db.raw_connection(), opened.worker_list_id, 0, checker, [], context.uuid)
    assert db.value("SELECT count(*) FROM worker_list_parts") == 0
