"""Worker lists: bad input is named, good rows are previewed, nothing is half imported."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from prakerja.kit import db
from prakerja.kit.crypto import UnreadableFieldError, blind_indexes, decrypt_field
from prakerja.kit.days import DayFault
from prakerja.participants import queries
from prakerja.participants.errors import NikFault, RowReason, WorkerListCode
from prakerja.participants.operations import (
    StageResult,
    discard_worker_list,
    publish_worker_list,
    sign_up_applicants,
    stage_worker_list,
)
from prakerja.participants.worker_list_rows import likeness_key
from tests.fixtures.database import Race
from tests.participants.people import april_context, person, sign_up_of, signed_up
from tests.participants.test_worker_list_files import sheet

HEADING = "nik;nama;tanggal_lahir;kode_provinsi;status\n"


def line(number: int, name: str = "Budi") -> str:
    return f"{person(number).nik};{name};{person(number).birth_date};32;phk\n"


def stage(content: bytes | str | Path, name: str = "list", announced: int | None = None) -> StageResult:
    source = content.encode() if isinstance(content, str) else content
    return stage_worker_list(april_context(name), source, name=name, source_name="Kemnaker", announced_rows=announced)


@pytest.mark.django_db
def test_good_rows_are_previewed_and_bad_rows_named() -> None:
    result = stage(
        HEADING
        + line(1)
        + line(1)
        + "123;Pendek;;32;phk\n"
        + "9932013202900001;Tanggal;;32;phk\n"
        + "2232010101900001;Provinsi;;32;phk\n"
        + "3,27301E+15;Excel;;32;phk\n"
        + f"{person(2).nik};;;32;phk\n"
        + f"{person(3).nik};Lahir;31-02-1990;32;phk\n"
        + f"{person(4).nik};Wilayah;;99;phk\n"
        + f"{person(5).nik};Status;;32;kaya\n"
        + f"{person(6).nik};Kolom;;32\n"
        + f"{person(7).nik};{'N' * 201};;32;phk\n"
        + "\n;;;;\n"
        + f"'{person(8).nik};Siti;31/12/1990;;PHK\n",
        announced=20,
    )
    assert (result.code, result.encoding, result.delimiter) == (WorkerListCode.OK, "utf-8", ";")
    assert (result.rows, result.good_rows, result.bad_rows) == (13, 2, 11)
    assert result.worker_list_id is not None
    preview = queries.get_worker_list_preview(result.worker_list_id)
    assert preview.state == "staged"
    assert preview.first_names == ("Budi", "Siti")
    assert [(e.row_number, e.field, e.reason) for e in preview.errors] == [
        (3, "nik", RowReason.NIK_REPEATED),
        (4, "nik", NikFault.NOT_16_DIGITS),
        (5, "nik", NikFault.DATE),
        (6, "nik", NikFault.PROVINCE),
        (7, "nik", NikFault.ROUNDED),
        (8, "name", RowReason.NAME_MISSING),
        (9, "birth_date", DayFault.IMPOSSIBLE),
        (10, "province_code", RowReason.PROVINCE),
        (11, "status", RowReason.STATUS),
        (12, "row", RowReason.COLUMN_COUNT),
        (13, "name", RowReason.NAME_TOO_LONG),
    ]
    file = queries.worker_list_error_file(result.worker_list_id, explain=str).decode("utf-8-sig").splitlines()
    assert file[:2] == ["baris;kolom;alasan;penjelasan", "3;nik;nik_repeated_in_file;nik_repeated_in_file"]
    assert len(file) == 12
    coverage = queries.get_worker_list_coverage(result.worker_list_id)
    assert (coverage.listed, coverage.signed_up, coverage.rows, coverage.announced_rows) == (2, 0, 13, 20)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "code", "missing"),
    [
        (b"", WorkerListCode.FILE_IS_EMPTY, ()),
        (b" \n\n", WorkerListCode.FILE_IS_EMPTY, ()),
        (b"PK\x03\x04workbook", WorkerListCode.WORKBOOK_NOT_READABLE, ()),
        ("nik;nama;status\n".encode("utf-16"), WorkerListCode.FILE_IS_NO_TEXT, ()),
        (b"nama;status\nBudi;phk\n", WorkerListCode.COLUMNS_MISSING, ("nik",)),
        (b"nik|nama|status\n", WorkerListCode.COLUMNS_MISSING, ("nik", "name", "status")),
        (b"nik;nik;nama;status\n", WorkerListCode.COLUMNS_MISSING, ("nik",)),
        (HEADING.encode(), WorkerListCode.NO_ROWS, ()),
        (HEADING.encode() + b";;;;\n\n", WorkerListCode.NO_ROWS, ()),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    content: bytes, code: WorkerListCode, missing: tuple[str, ...]
) -> None:
    result = stage(content)
    assert (result.code, result.worker_list_id, result.missing_columns) == (code, None, missing)
    assert db.value("SELECT count(*) FROM worker_lists") == 0


@pytest.mark.django_db
def test_only_a_published_list_matches_and_nobody_is_signed_up_by_it(tmp_path: Path) -> None:
    """SCHEME-11: being on the list is no registration."""
    context = april_context()
    early, _ = signed_up(context, [person(1), person(2)])
    path = tmp_path / "list.csv"
    path.write_text(HEADING + line(1) + line(3))
    staged = stage(path)
    assert staged.worker_list_id is not None
    assert stage(path, "again").code is WorkerListCode.ALREADY_IMPORTED
    assert not queries.get_applicant(early).worker_list_matched
    result = publish_worker_list(context, staged.worker_list_id)
    assert (result.code, result.matched) == (WorkerListCode.OK, 1)
    assert queries.get_applicant(early).worker_list_matched
    assert db.value("SELECT count(*) FROM applicants") == 2
    (late,) = sign_up_applicants(context, [sign_up_of(person(3))])
    assert late.applicant_id is not None
    assert queries.get_applicant(late.applicant_id).worker_list_matched
    coverage = queries.get_worker_list_coverage(staged.worker_list_id)
    assert (coverage.listed, coverage.signed_up, coverage.not_yet) == (2, 2, 0)
    assert publish_worker_list(context, staged.worker_list_id).code is WorkerListCode.ALREADY_PUBLISHED
    assert discard_worker_list(context, staged.worker_list_id).code is WorkerListCode.ALREADY_PUBLISHED


@pytest.mark.django_db
def test_a_discarded_list_leaves_no_rows_and_can_come_again() -> None:
    context = april_context()
    staged = stage(HEADING + line(1))
    assert staged.worker_list_id is not None
    assert discard_worker_list(context, staged.worker_list_id).code is WorkerListCode.OK
    assert db.value("SELECT count(*) FROM worker_list_rows") == 0
    assert publish_worker_list(context, staged.worker_list_id).code is WorkerListCode.DISCARDED
    assert discard_worker_list(context, staged.worker_list_id).code is WorkerListCode.DISCARDED
    assert stage(HEADING + line(1), "again").code is WorkerListCode.OK


@pytest.mark.django_db
def test_a_list_of_bad_rows_cannot_be_published_and_an_unknown_one_not_found() -> None:
    context = april_context()
    staged = stage(HEADING + "1;Budi;;32;phk\n")
    assert staged.worker_list_id is not None
    assert publish_worker_list(context, staged.worker_list_id).code is WorkerListCode.NO_GOOD_ROWS
    assert publish_worker_list(context, UUID(int=1)).code is WorkerListCode.LIST_NOT_FOUND
    assert discard_worker_list(context, UUID(int=1)).code is WorkerListCode.LIST_NOT_FOUND


def test_of_two_who_publish_at_once_one_does(race: Race[object]) -> None:
    staged = stage(HEADING + line(1))
    assert staged.worker_list_id is not None
    list_id = staged.worker_list_id

    def publish(seed: int) -> object:
        return publish_worker_list(april_context(f"thread {seed}"), list_id).code

    answers = race([lambda seed=seed: publish(seed) for seed in range(6)])  # type: ignore[misc]
    assert sorted(map(str, answers)) == ["already_published"] * 5 + ["ok"]


def test_of_two_who_stage_one_file_at_once_one_does(race: Race[object]) -> None:
    content = HEADING + "".join(line(n) for n in range(200))
    answers = race([lambda seed=seed: stage(content, f"thread {seed}").code for seed in range(4)])  # type: ignore[misc]
    assert sorted(map(str, answers)) == ["file_already_imported"] * 3 + ["ok"]
    assert db.value("SELECT count(*) FROM worker_list_rows") == 200


@pytest.mark.django_db
def test_a_column_that_a_spreadsheet_rounded_is_refused_row_by_row() -> None:
    rounded = [person(n).nik[:15] + "0" for n in range(3000 * 9, 3000 * 9 + 8)]
    rows = "".join(f"{nik};Budi;phk\n" for nik in [*rounded, rounded[0]])
    result = stage(f"nik;nama;status\n{rows}{person(1).nik};Siti;phk\n")
    assert (result.code, result.good_rows, result.bad_rows) == (WorkerListCode.OK, 1, 9)
    assert result.worker_list_id is not None
    preview = queries.get_worker_list_preview(result.worker_list_id)
    assert preview.first_names == ("Siti",)
    assert {error.reason for error in preview.errors} == {NikFault.ROUNDED.value}


@pytest.mark.django_db
def test_some_niks_that_end_in_zero_are_no_rounding() -> None:
    niks = [person(3000 * 9 + n).nik for n in range(2)] + [person(n).nik for n in range(18)]
    result = stage("nik;nama;status\n" + "".join(f"{nik};Budi;phk\n" for nik in niks))
    assert (result.good_rows, result.bad_rows) == (20, 0)


@pytest.mark.django_db
def test_a_workbook_goes_the_same_way() -> None:
    content = sheet([["NIK", "Nama", "Status"], [person(1).nik, "Siti", "phk"], [float(person(2).nik), "Budi", "phk"]])
    result = stage(content)
    assert (result.code, result.encoding, result.good_rows, result.bad_rows) == (WorkerListCode.OK, "xlsx", 1, 1)
    assert stage(content, "again").code is WorkerListCode.ALREADY_IMPORTED
    assert stage(sheet([["NIK", "Nama", "Status"]]), "empty").code is WorkerListCode.NO_ROWS


@pytest.mark.django_db
def test_what_is_stored_of_a_row_is_encrypted_and_bound_to_it() -> None:
    heading = "nik;nama;status;tanggal_lahir;kode_kabupaten;telepon\n"
    result = stage(f"{heading}{person(1).nik};Siti Aminah;phk;1970-01-02;3201;0812 3456 7890\n")
    list_id = result.worker_list_id
    (row,) = db.rows(
        """
        SELECT nik_index, nik_cipher, name_cipher, phone_cipher, province_code, regency_code, birth_date::text,
            likeness_index, worker_list_rows::text
        FROM worker_list_rows
        """
    )
    place = {"table": "worker_list_rows", "row_id": f"{list_id}/2"}
    assert [row[0]] == blind_indexes(person(1).nik, purpose="nik")
    assert decrypt_field(row[1], column="nik_cipher", **place) == person(1).nik
    assert decrypt_field(row[2], column="name_cipher", **place) == "Siti Aminah"
    assert decrypt_field(row[3], column="phone_cipher", **place) == "+6281234567890"
    assert row[4:7] == ("32", "3201", "1970-01-02")
    assert [row[7]] == blind_indexes(likeness_key("Siti Aminah", date(1970, 1, 2), "32"), purpose="likeness")
    for value in (b"Siti", person(1).nik.encode(), b"8123456"):
        assert value.hex() not in row[8]
        assert value.decode() not in row[8]
    with pytest.raises(UnreadableFieldError):
        decrypt_field(row[2], table="worker_list_rows", column="name_cipher", row_id=f"{list_id}/3")


@pytest.mark.django_db
def test_nothing_stays_aside_when_a_list_is_staged_discarded_or_empty() -> None:
    staged = stage(HEADING + line(1) + line(2))
    assert staged.worker_list_id is not None
    assert stage(HEADING, "empty").code is WorkerListCode.NO_ROWS
    assert db.value("SELECT count(*) FROM worker_list_staged_rows") == 0
    assert db.value("SELECT count(*) FROM worker_list_parts") == 0
    assert db.value("SELECT count(*) FROM worker_lists") == 1
