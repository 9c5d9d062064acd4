"""Worker lists: upload, preview, publish; nothing is half imported."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.oversight.queries import desk
from prakerja.participants.operations import stage_worker_list
from prakerja.participants.worker_list_files import TEMPLATE
from prakerja.web.desk.views import FILE_BYTES_MAX
from tests.participants.test_worker_list_files import sheet
from tests.web.founder import NOW
from tests.web.nation import Nation
from tests.web.people import Cast
from tests.web.test_portal import text_of

HEADING = "nik;nama;tanggal_lahir;kode_provinsi;status\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client, nation: Nation, cast: Cast) -> Client:
    client.force_login(cast.user(Role.LABOUR_OFFICE))
    return client


def upload(client: Client, content: bytes, **fields: str) -> HttpResponse:
    file = SimpleUploadedFile("list.csv", content, content_type="text/csv")
    return client.post(reverse("upload_worker_list"), {"name": "Daftar", **fields, "file": file}, follow=True)  # type: ignore[return-value]


def test_good_rows_are_previewed_and_bad_ones_named(officer: Client) -> None:
    rows = (
        "9912011705950002;Warga 2;1995-05-17;32;laid_off\n"
        "9,91201E+15;Angka;1995-05-17;32;laid_off\n"
        "9912011705950003;;1995-05-17;32;laid_off\n"
    )
    answer = upload(officer, (HEADING + rows).encode(), announced="1.000")
    page = answer.content.decode()
    assert "Warga 2" in page
    assert "lembar kerja menganggap nik sebagai angka" in page.lower()
    assert "Nama kosong." in page
    assert "selisih -997" in page
    (newest,) = [found for found in desk.list_worker_lists() if found.name == "Daftar"]
    assert (newest.state, newest.good_rows, newest.bad_rows) == ("staged", 1, 2)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Berkas kosong."),
        (b"nama;alamat\nA;B\n", "Ada kolom yang kurang."),
        (TEMPLATE.encode(), "tidak punya baris"),
        (b"\x00\x01\x02\xff\xfe" * 50, "bukan teks"),
        (b"x" * (FILE_BYTES_MAX + 1), "lebih besar dari 5 MB"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_its_reason(officer: Client, content: bytes, sentence: str) -> None:
    before = len(desk.list_worker_lists())
    answer = upload(officer, content)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert len(desk.list_worker_lists()) == before


def test_a_refused_form_keeps_what_was_typed(officer: Client) -> None:
    page = upload(officer, b"x", name="", announced="banyak").content.decode()
    assert "<title>Kesalahan: " in page
    assert 'value="banyak"' in page
    assert '<a href="#name">' in page


def test_publishes_once_and_counts_whom_it_found(officer: Client, nation: Nation) -> None:
    where = reverse("publish_worker_list", args=[nation.worker_list_id])
    assert "Belum ada daftar pekerja yang terbit." in text_of(officer, reverse("coverage"))
    answer = officer.post(where, {"decision": "publish"}, follow=True)
    assert "1 orang di dalamnya sudah mendaftar." in answer.content.decode()
    (row,) = desk.list_coverage()
    assert (row.province_code, row.listed, row.signed_up, row.participants) == ("32", 1, 1, 1)
    assert row.office_name is not None
    # The own labour office stands first, the others can be narrowed, and all leave as a file.
    page = text_of(officer, reverse("coverage"))
    assert page.index("Dinas Anda") < page.index("Semua dinas")
    assert page.count(row.office_name) >= 2
    assert row.office_name in text_of(officer, reverse("coverage") + "?province=32")
    assert officer.get(reverse("coverage"), {"province": "99"}).status_code == 404
    lines = officer.get(reverse("coverage_csv")).content.decode("utf-8-sig").splitlines()
    assert lines[1:] == [f"{row.office_name},32,{row.province_name},1,1,0,0,1"]
    again = officer.post(where, {"decision": "publish"}, follow=True)
    assert "Daftar ini sudah terbit." in again.content.decode()


def test_discards_a_list_whole(officer: Client, nation: Nation) -> None:
    officer.post(reverse("publish_worker_list", args=[nation.worker_list_id]), {"decision": "discard"})
    assert desk.get_worker_list(nation.worker_list_id).state == "discarded"
    assert db.value("SELECT count(*) FROM worker_list_rows") == 0


def test_the_files_of_the_desk(officer: Client, nation: Nation) -> None:
    template = officer.get(reverse("worker_list_template"))
    assert template.content.decode("utf-8-sig") == TEMPLATE
    book = CalamineWorkbook.from_filelike(io.BytesIO(officer.get(reverse("worker_list_template_workbook")).content))
    assert book.get_sheet_by_index(0).to_python() == [TEMPLATE.strip().split(";")]
    errors = officer.get(reverse("worker_list_errors", args=[nation.worker_list_id])).content.decode("utf-8-sig")
    assert len(errors.splitlines()) == 2


def test_the_filled_template_is_taken_and_a_nik_that_became_a_number_is_named(officer: Client) -> None:
    # Typed into the template a NIK is text; pasted with its format from elsewhere it is a number, short of a digit.
    heading = TEMPLATE.strip().split(";")
    text_row: list[str | float] = ["9912011705950002", "Warga 2", "1995-05-17", "32", "phk", "", "", ""]
    lost_row: list[str | float] = [9912011705950003, "Warga 3", "1995-05-17", "32", "phk", "", "", ""]
    page = upload(officer, sheet([[*heading], text_row, lost_row])).content.decode()
    sentence = (
        "Lembar kerja menganggap NIK sebagai angka sehingga digit terakhirnya hilang. "
        "Jadikan kolom itu teks lalu ketik lagi."
    )
    assert "Warga 2" in page
    assert sentence in page
    (newest,) = [found for found in desk.list_worker_lists() if found.name == "Daftar"]
    assert (newest.state, newest.good_rows, newest.bad_rows) == ("staged", 1, 1)
    errors = officer.get(reverse("worker_list_errors", args=[newest.worker_list_id]))
    assert errors.headers["Content-Disposition"] == 'attachment; filename="baris-salah.csv"'
    assert errors.content.decode("utf-8-sig").splitlines() == [
        "baris;kolom;alasan;penjelasan",
        f"3;nik;nik_rounded_by_spreadsheet;{sentence}",
    ]


def test_worker_lists_go_on_behind_the_first_page(officer: Client, context: Context) -> None:
    for number in range(60):
        content = f"{HEADING}99120117059500{number:02};Warga;1995-05-17;32;laid_off\n".encode()
        staged = stage_worker_list(
            context.at(NOW + timedelta(minutes=number // 2)), content, name=f"Daftar {number}", source_name="Disnaker"
        )
        assert staged.code == "ok"
    seen: list[str] = []
    where = reverse("desk")
    while where:
        page = officer.get(where).content.decode()
        seen += re.findall(r">(Daftar \d+)</a>", page)
        following = re.search(r'<p class="pages"><a href="([^"]+)">Halaman berikutnya', page)
        where = unescape(following.group(1)) if following else ""
    # Two of each minute: the order of equal moments holds over the pages.
    assert sorted(seen, key=lambda name: int(name.split()[1])) == [f"Daftar {number}" for number in range(60)]
    assert seen[0] in ("Daftar 58", "Daftar 59")
