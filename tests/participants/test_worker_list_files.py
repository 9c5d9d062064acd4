"""Files of worker lists: encodings, parts, rows; what is wrong has its name."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from prakerja.kit import workbooks
from prakerja.kit.days import DayFault
from prakerja.participants import worker_list_files
from prakerja.participants.errors import NikFault, RowReason, WorkerListCode
from prakerja.participants.rules import nik_fault
from prakerja.participants.worker_list_files import ListFile, read_part, survey_file
from prakerja.participants.worker_list_rows import (
    BadRow,
    GoodRow,
    RowChecker,
    column_was_rounded,
    likeness_key,
    phone_of,
)
from prakerja.participants.worker_list_workbooks import check_rows, read_workbook
from tests.participants.people import person

HEADING = "nik;nama;tanggal_lahir;kode_provinsi;status\n"


def line(number: int, name: str = "Budi") -> str:
    return f"{person(number).nik};{name};{person(number).birth_date};32;phk\n"


def read(source: bytes | Path, *, sandbox: bool = True) -> tuple[ListFile, list[GoodRow], list[BadRow]]:
    """A file and its rows, each checked alone."""
    file = survey_file(source)
    assert file.heading is not None
    checker = RowChecker(file.heading, sandbox=sandbox, open_row=file.open_row)
    rows = [
        checker.check_line(row_number, text)
        for part in file.parts
        for row_number, text in read_part(source, part, file.encoding)
        if row_number > 1
    ]
    return file, [row for row in rows if isinstance(row, GoodRow)], [row for row in rows if isinstance(row, BadRow)]


@pytest.mark.parametrize(
    ("encoding", "name", "found"),
    [
        ("utf-8", "André", "utf-8"),
        ("utf-8-sig", "André", "utf-8-sig"),
        ("latin-1", "André", "latin-1"),
        ("cp1252", "André – Šimon", "cp1252"),
    ],
)
def test_the_encoding_is_detected_and_named(encoding: str, name: str, found: str) -> None:
    content = f"NIK,Nama Lengkap,Status\n{person(1).nik},{name},Pencari Kerja\n".encode(encoding)
    file, good, _ = read(content)
    assert (file.code, file.encoding, file.delimiter) == (WorkerListCode.OK, found, ",")
    assert [(row.name, row.employment_status) for row in good] == [(name, "job_seeker")]


def test_a_row_of_a_megabyte_and_an_open_quote_damage_only_themselves() -> None:
    content = HEADING + line(1) + "x" * 1_048_576 + "\n" + f'{person(2).nik};"Budi;;32;phk\n' + line(3)
    _, good, bad = read(content.encode())
    assert [row.row_number for row in good] == [2, 5]
    assert [(row.row_number, row.reason) for row in bad] == [
        (3, RowReason.ROW_TOO_LONG),
        (4, RowReason.COLUMN_COUNT),
    ]


def test_a_synthetic_nik_is_no_row_in_production() -> None:
    _, _, bad = read((HEADING + line(1)).encode(), sandbox=False)
    assert [row.reason for row in bad] == [NikFault.SYNTHETIC]


def test_a_file_is_read_in_parts_with_the_rows_of_the_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(worker_list_files, "PART_BYTES", 500)
    monkeypatch.setattr(worker_list_files, "_BLOCK_BYTES", 333)
    content = (HEADING + "".join(line(n, f"Warga {n}") for n in range(100))).encode()
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    for source in (content, path):
        file, good, bad = read(source)
        assert len(file.parts) > 5
        assert [part.start for part in file.parts[1:]] == [part.end for part in file.parts[:-1]]
        assert [(row.row_number, row.name) for row in good] == [(n + 2, f"Warga {n}") for n in range(100)]
        assert bad == []
    whole, _, _ = read(content)
    assert whole.sha256 == survey_file(path).sha256


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_break_counts_rows_alike(line_break: str) -> None:
    content = (HEADING + line(1) + "\n" + line(2)).replace("\n", line_break)
    _, good, bad = read(content.encode())
    assert [row.row_number for row in good] == [2, 4]
    assert bad == []


def test_a_file_that_was_cut_off_says_so_in_its_last_row() -> None:
    whole = HEADING + line(1) + line(2)
    cut = whole[: whole.rindex(";32")]
    _, good, bad = read(cut.encode())
    assert [row.row_number for row in good] == [2]
    assert bad == [BadRow(3, "row", RowReason.CUT_OFF)]
    # A cut through the NIK or through a letter of two bytes harms that row alone, and not the encoding.
    _, good, bad = read((HEADING + line(1) + "99320101").encode())
    assert (len(good), [row.reason for row in bad]) == (1, [RowReason.CUT_OFF])
    accent = (HEADING + line(1) + f"{person(2).nik};Andr\u00e9").encode()[:-1]
    file, good, bad = read(accent)
    assert (file.encoding, len(good), [row.reason for row in bad]) == ("utf-8", 1, [RowReason.CUT_OFF])


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ("32;3201;08123456789", None),
        (";3201;", None),
        ("31;3201;", ("regency_code", RowReason.REGENCY)),
        (";9999;", ("regency_code", RowReason.REGENCY)),
        ("32;32.01;+62 812-3456-789", None),
        ("32;;12", ("phone", RowReason.PHONE)),
        ("32;;bukan nomor", ("phone", RowReason.PHONE)),
    ],
)
def test_area_and_phone_are_checked(cells: str, fault: tuple[str, str] | None) -> None:
    heading = "nik;nama;status;kode_provinsi;kode_kabupaten;telepon\n"
    _, good, bad = read(f"{heading}{person(1).nik};Siti;phk;{cells}\n".encode())
    assert [(row.field, row.reason) for row in bad] == ([] if fault is None else [fault])
    assert [row.province_code for row in good] == ([] if fault else ["32"])


def test_phone_numbers_have_one_form() -> None:
    assert {phone_of(text) for text in ("0812 3456 789", "+62812-3456-789", "628123456789", "8123456789")} == {
        "+628123456789"
    }
    assert phone_of("08") is None


@pytest.mark.parametrize(
    "day", ["{:%Y-%m-%d}", "{:%d/%m/%Y}", "{:%d-%m-%Y}", "{:%d.%m.%Y}", "{0.day}/{0.month}/{0.year}"]
)
def test_a_birth_date_is_taken_in_each_form(day: str) -> None:
    someone = person(40)
    _, good, bad = read((HEADING + f"{someone.nik};Budi;{day.format(someone.birth_date)};32;phk\n").encode())
    assert bad == []
    assert [row.birth_date for row in good] == [someone.birth_date]


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        ("10/02/70", DayFault.YEAR_SHORT),
        ("02/28/1970", DayFault.MONTH_FIRST),
        # Both could be: the NIK of 10 February says that the month was put first.
        ("02/10/1970", DayFault.MONTH_FIRST),
        ("30/02/1970", DayFault.IMPOSSIBLE),
        ("10/02-1970", DayFault.NOT_READABLE),
        ("25609", DayFault.NOT_READABLE),
    ],
)
def test_a_day_that_could_be_another_is_refused_by_name(day: str, fault: DayFault) -> None:
    someone = person(40)
    assert someone.birth_date == date(1970, 2, 10)
    _, good, bad = read((HEADING + f"{someone.nik};Budi;{day};32;phk\n").encode())
    assert (good, bad) == ([], [BadRow(2, "birth_date", fault.value)])


def test_a_day_of_the_full_form_is_taken_whatever_the_nik_says() -> None:
    """Civil registries have such mistakes; 1970-10-02 can be read in one way only."""
    _, good, _ = read((HEADING + f"{person(40).nik};Budi;1970-10-02;32;phk\n").encode())
    assert [row.birth_date for row in good] == [date(1970, 10, 2)]


def test_the_quick_look_at_a_nik_refuses_what_the_rule_refuses() -> None:
    good = person(1).nik
    for place in range(16):
        for sign in "019x ":
            nik = good[:place] + sign + good[place + 1 :]
            _, rows, bad = read(f"nik;nama;status\n{nik};Siti;phk\n".encode())
            fault = nik_fault(nik.replace(" ", ""), sandbox=True)
            assert [row.reason for row in bad] == ([] if fault is NikFault.OK else [fault.value]), nik
            assert len(rows) + len(bad) == 1


def test_half_a_column_of_zeros_was_rounded() -> None:
    assert column_was_rounded(9, 8)
    assert column_was_rounded(10, 5)
    assert not column_was_rounded(20, 2)
    assert not column_was_rounded(4, 4)


def test_likeness_sees_through_the_order_of_names_case_and_diacritics() -> None:
    born = date(1990, 5, 1)
    keys = {likeness_key(name, born, "32") for name in ("Siti Aminah", "AMINAH, Siti", "aminah s\u00edti", "Siti A.")}
    assert len(keys) == 1
    assert likeness_key("Siti", born, "32") not in keys
    assert likeness_key("Siti Aminah", born, "31") not in keys


def sheet(rows: list[list[str | float]]) -> bytes:
    """A workbook of one sheet: texts as text, numbers as numbers."""

    def cell(value: str | float) -> str:
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    kind = "http://schemas.openxmlformats.org/package/2006/content-types"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{kind}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Daftar" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData></worksheet>'
        )
    return target.getvalue()


def test_a_nik_that_was_typed_as_a_number_is_refused_by_name() -> None:
    good, lost = person(1).nik, float(person(2).nik)
    workbook = read_workbook(sheet([["NIK", "Nama", "Status"], [good, "Siti", "phk"], [lost, "Budi", "phk"], []]))
    assert (workbook.code, workbook.heading is None) == (WorkerListCode.OK, False)
    assert workbook.heading is not None
    rows = list(check_rows(workbook, RowChecker(workbook.heading, sandbox=True)))
    assert rows == [
        GoodRow(2, good, "Siti", None, None, None, "laid_off", None),
        BadRow(3, "nik", NikFault.ROUNDED),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 no archive", WorkerListCode.WORKBOOK_NOT_READABLE),
        (sheet([["NIK", "Nama"], ["1", "Siti"]]), WorkerListCode.COLUMNS_MISSING),
        (sheet([]), WorkerListCode.FILE_IS_EMPTY),
    ],
)
def test_a_workbook_that_is_no_list_is_refused(content: bytes, code: WorkerListCode) -> None:
    assert read_workbook(content).code is code


def test_a_workbook_that_unpacks_to_gigabytes_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "UNPACKED_BYTES_MAX", 100)
    assert read_workbook(sheet([["NIK", "Nama", "Status"]])).code is WorkerListCode.WORKBOOK_NOT_READABLE
