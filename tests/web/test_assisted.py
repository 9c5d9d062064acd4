"""Assisted registration over the pages of four roles (REG-01), and the office's queue of disputes and appeals."""

import io
import zipfile
from datetime import date
from uuid import UUID

import msgspec
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit import db as database
from prakerja.kit.context import Context
from prakerja.kit.crypto import decrypt_field
from prakerja.kit.workbooks import first_sheet
from prakerja.participants.operations.assisted import COLUMNS
from prakerja.participants.specimens import specimen
from prakerja.programme.operations import load_reference_data, load_regimes
from prakerja.web.answers import XLSX
from tests.participants.test_sign_up_steps import answers_of
from tests.web.founder import NOW
from tests.web.people import set_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db: None, context: Context) -> Context:
    """Rules, provinces, offices and the day."""
    ground = context.at(NOW)
    load_regimes(ground)
    load_reference_data(ground)
    set_clock(ground)
    return ground


def browser(context: Context, role: Role, name: str = "", office_id: UUID | None = None) -> Client:
    name = name or role.value
    create_users(context, [UserRequest(name, name, role, labour_office_id=office_id)])
    user = find_user(name)
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


def office_in(province: str) -> UUID:
    found = database.value("SELECT id FROM labour_offices WHERE province_code = %s", [province])
    assert isinstance(found, UUID)
    return found


def person(number: int, **changes: str) -> dict[str, str]:
    return answers_of(specimen(number), phone="") | changes


def csv_of(*people: dict[str, str]) -> SimpleUploadedFile:
    lines = [";".join(COLUMNS), *(";".join(one.get(code, "") for code in COLUMNS) for one in people)]
    return SimpleUploadedFile("orang.csv", "\n".join(lines).encode(), content_type="text/csv")


def test_a_sheet_goes_from_the_desk_to_the_office(here: Context) -> None:
    office_id = office_in("32")
    clerk = browser(here, Role.LABOUR_OFFICE, "clerk", office_id)
    head = browser(here, Role.LABOUR_OFFICE, "head", office_id)
    stranger = browser(here, Role.LABOUR_OFFICE, "lain", office_in("11"))
    ministry, office = browser(here, Role.MINISTRY), browser(here, Role.PROGRAMME_OFFICE)
    where = clerk.post(reverse("assisted_sheets")).headers["Location"]
    sheet_id = UUID(where.rstrip("/").rsplit("/", 1)[-1])
    form, step = reverse("add_assisted_person", args=[sheet_id]), reverse("move_assisted_sheet", args=[sheet_id])
    upload = reverse("upload_assisted_people", args=[sheet_id])
    assert clerk.get(form).content.decode().count("<label") >= 8
    refused = clerk.post(form, person(1, nik="123"))
    assert refused.status_code == 422
    assert 'href="#nik"' in refused.content.decode()
    assert clerk.post(form, person(1, phone="0812 3456 7890")).headers["Location"] == where
    assert "NIK ini sudah ada di lembar." in clerk.post(form, person(1)).content.decode()
    bad = clerk.post(upload, {"file": csv_of(person(2), person(3, birth_date="kemarin"))})
    assert bad.status_code == 422
    assert "Baris 2, kolom birth_date: Tanggal ini tidak terbaca." in bad.content.decode()
    assert "Tidak ada yang diambil." in bad.content.decode()
    good = clerk.post(upload, {"file": csv_of(person(1), person(2), person(3))}, follow=True).content.decode()
    assert "2 orang masuk lembar. NIK yang sudah ada di lembar tidak diambil lagi: baris 1." in good
    assert stranger.get(where).status_code == 404
    assert stranger.post(step, {"step": "verify"}).status_code == 404
    assert ministry.post(step, {"step": "verify"}).status_code == 404
    clerk.post(step, {"step": "remove", "row": "3"})
    assert "Centang setiap orang" in clerk.post(step, {"step": "verify", "row": "1"}, follow=True).content.decode()
    clerk.post(step, {"step": "verify", "row": ["1", "2"]})
    own = clerk.post(step, {"step": "sign", "minutes": "BA-7"}, follow=True).content.decode()
    assert "Petugas lain harus menandatangani berita acara." in own
    signed = head.post(step, {"step": "sign", "minutes": "BA-7"}, follow=True).content.decode()
    assert "BA-7" in signed
    assert "kementerian" in signed
    assert office.post(step, {"step": "forward"}).status_code == 404
    ministry.post(step, {"step": "forward"})
    assert "Penerimaan menanyakan 2 orang" in office.get(where).content.decode()
    accepted = office.post(step, {"step": "accept"}, follow=True).content.decode()
    assert accepted.count("terdaftar") == 2
    assert database.rows("SELECT state, eligibility FROM applicants ORDER BY applicant_id") == [
        ("ready", "eligible"),
        ("ready", "eligible"),
    ]


def test_a_sheet_comes_back_with_its_reason(here: Context) -> None:
    clerk = browser(here, Role.LABOUR_OFFICE, "clerk", office_in("32"))
    head = browser(here, Role.LABOUR_OFFICE, "head", office_in("32"))
    ministry = browser(here, Role.MINISTRY)
    where = clerk.post(reverse("assisted_sheets")).headers["Location"]
    step = where + "step/"
    clerk.post(where + "person/", person(1))
    clerk.post(step, {"step": "verify", "row": "1"})
    head.post(step, {"step": "sign", "minutes": "BA-8"})
    assert "Tulis mengapa lembar dikembalikan." in ministry.post(step, {"step": "return"}, follow=True).content.decode()
    ministry.post(step, {"step": "return", "reason": "Kolom KK kosong."})
    page = clerk.get(where).content.decode()
    assert "Kolom KK kosong." in page
    assert "Verifikasi lembar" in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Pakai judul kolom dari templat."),
        (b"x" * (1024 * 1024 + 1), "1 MB"),
        (b"nama;alamat\nA;B\n", "Pakai judul kolom dari templat."),
        (b"\xff\xfe\x00", "Pakai judul kolom dari templat."),
        (";".join(COLUMNS).encode(), "1 sampai 500 orang"),
    ],
)
def test_a_file_that_is_no_list_is_refused(here: Context, content: bytes, sentence: str) -> None:
    clerk = browser(here, Role.LABOUR_OFFICE, "clerk", office_in("32"))
    where = clerk.post(reverse("assisted_sheets")).headers["Location"]
    file = SimpleUploadedFile("x.csv", content, content_type="text/csv")
    answer = clerk.post(where + "upload/", {"file": file})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


HEADINGS = ";".join(COLUMNS)


def line(number: int, **changes: str) -> str:
    return ";".join(person(number, **changes).get(code, "") for code in COLUMNS)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        # Cut in the middle of its last row, and a row without all its cells in the middle.
        (f"{HEADINGS}\n{line(1)}\n{line(2)[:40]}", "Baris 2: Berkas berakhir di tengah baris ini"),
        (f"{HEADINGS}\n{line(1)[:40]}\n{line(2)}\n", "Baris 1: Jumlah kolom baris ini berbeda"),
        (f"{HEADINGS}\n{line(1)};lagi\n", "Baris 1: Jumlah kolom baris ini berbeda"),
        # An open quotation mark would swallow everybody behind it.
        (f"{HEADINGS}\n{line(1, address=chr(34) + 'Jalan')}\n{line(2)}\n", "Pakai judul kolom dari templat."),
        (
            f"{HEADINGS}\n{line(1, nik='9,93277E+15')}\n",
            "Baris 1, kolom nik: Lembar kerja menganggap NIK sebagai angka",
        ),
        (f"{HEADINGS}\n{line(1, nik='9932770101900000.0')}\n", "Baris 1, kolom nik: Lembar kerja menganggap NIK"),
        (f"{HEADINGS}\n{line(1, nik='993277010190000')}\n", "Baris 1, kolom nik: NIK tidak terdiri dari 16 angka."),
        (f"{HEADINGS}\n{line(1, nik='9932773002900001')}\n", "kolom nik: Tanggal lahir dalam NIK tidak mungkin."),
        (f"{HEADINGS}\n{line(1, nik='0032770101900001')}\n", "kolom nik: Dua angka pertama NIK bukan kode provinsi."),
        (f"{HEADINGS}\n{line(1, kk='')}\n", "Baris 1, kolom kk: "),
        (f"{HEADINGS}\n{line(1, birth_date='2002-09-02')}\n", "Baris 1, kolom birth_date: "),
        (f"{HEADINGS}\n{line(1, birth_date='31/12/70')}\n", "kolom birth_date: Tulis tahun dengan empat angka"),
        (f"{HEADINGS}\n{line(1, birth_date='12/31/1970')}\n", "kolom birth_date: Bulan tampaknya ditulis di depan"),
        (f"{HEADINGS}\n{line(1, birth_date='31/02/1970')}\n", "kolom birth_date: Tanggal itu tidak ada."),
    ],
)
def test_a_bad_row_names_its_place_and_nothing_is_taken(here: Context, content: str, sentence: str) -> None:
    clerk = browser(here, Role.LABOUR_OFFICE, "clerk", office_in("32"))
    where = clerk.post(reverse("assisted_sheets")).headers["Location"]
    file = SimpleUploadedFile("orang.csv", content.encode(), content_type="text/csv")
    answer = clerk.post(where + "upload/", {"file": file})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert database.value("SELECT count(*) FROM assisted_rows") == 0


def workbook_of(*rows: tuple[object, ...]) -> SimpleUploadedFile:
    """A workbook whose cells are what a spreadsheet makes of what is typed: texts, numbers, days."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page, as_day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        for place, heading in enumerate(COLUMNS):
            page.write_string(0, place, heading)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(number, place, cell, as_day)
                elif isinstance(cell, int):
                    page.write_number(number, place, cell)
                else:
                    page.write_string(number, place, str(cell))
    return SimpleUploadedFile("orang.xlsx", out.getvalue(), content_type=XLSX)


def births() -> list[str]:
    """The birth dates on the only sheet, as they are kept."""
    cell = {"table": "assisted_rows", "column": "answers_cipher"}
    rows = database.rows("SELECT id, answers_cipher FROM assisted_rows ORDER BY row_number")
    return [msgspec.json.decode(decrypt_field(bytes(cipher), row_id=key, **cell))["birth_date"] for key, cipher in rows]


def test_birth_dates_are_taken_as_officers_type_them(here: Context) -> None:
    clerk = browser(here, Role.LABOUR_OFFICE, "clerk", office_in("32"))
    where = clerk.post(reverse("assisted_sheets")).headers["Location"]
    forms = ("{:%d/%m/%Y}", "{:%d-%m-%Y}", "{:%d.%m.%Y}", "{:%Y-%m-%d}")
    born = [date.fromisoformat(person(number)["birth_date"]) for number in range(1, 7)]
    people = [person(n, birth_date=form.format(born[n - 1])) for n, form in enumerate(forms, start=1)]
    assert (
        "4 orang masuk lembar."
        in clerk.post(where + "upload/", {"file": csv_of(*people)}, follow=True).content.decode()
    )
    # A true day of a workbook; its telephone became a number and lost the zero in front.
    row = person(5) | {"birth_date": born[4], "phone": 81234567890}
    book = workbook_of(tuple(row.get(code, "") for code in COLUMNS), tuple("" for _ in COLUMNS))
    assert "1 orang masuk lembar." in clerk.post(where + "upload/", {"file": book}, follow=True).content.decode()
    typed = person(6, birth_date=f"{born[5]:%d/%m/%Y}")
    assert clerk.post(where + "person/", typed).headers["Location"] == where
    assert births() == [day.isoformat() for day in born]


def test_a_nik_that_a_workbook_holds_as_a_number_is_named(here: Context) -> None:
    clerk = browser(here, Role.LABOUR_OFFICE, "clerk", office_in("32"))
    where = clerk.post(reverse("assisted_sheets")).headers["Location"]
    row = person(1) | {"nik": int(specimen(1).person.nik)}
    answer = clerk.post(where + "upload/", {"file": workbook_of(tuple(row.get(code, "") for code in COLUMNS))})
    assert answer.status_code == 422
    assert "Baris 1, kolom nik: Lembar kerja menganggap NIK sebagai angka" in answer.content.decode()
    broken = SimpleUploadedFile("orang.xlsx", b"PK\x03\x04 no archive", content_type=XLSX)
    assert "Pakai judul kolom" in clerk.post(where + "upload/", {"file": broken}).content.decode()


def test_the_template_workbook_comes_back_filled(here: Context) -> None:
    clerk = browser(here, Role.LABOUR_OFFICE, "clerk", office_in("32"))
    content = clerk.get(reverse("assisted_template_workbook")).content
    rows = first_sheet(content)
    assert rows is not None
    assert [str(cell) for cell in rows[0]] == list(COLUMNS)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        notes = archive.read("xl/comments1.xml").decode()
    assert "31/12/1998" in notes


def test_a_sheet_that_was_verified_meanwhile_takes_nobody_and_says_so(here: Context) -> None:
    clerk = browser(here, Role.LABOUR_OFFICE, "clerk", office_in("32"))
    where = clerk.post(reverse("assisted_sheets")).headers["Location"]
    clerk.post(where + "person/", person(1))
    clerk.post(where + "step/", {"step": "verify", "row": "1"})
    page = clerk.post(where + "upload/", {"file": csv_of(person(2))}, follow=True).content.decode()
    assert "orang masuk lembar" not in page
    assert database.value("SELECT count(*) FROM assisted_rows") == 1


def test_the_desk_sees_what_the_civil_registry_has_otherwise(here: Context) -> None:
    office_id = office_in("32")
    clerk, head = (browser(here, Role.LABOUR_OFFICE, name, office_id) for name in ("clerk", "head"))
    where = clerk.post(reverse("assisted_sheets")).headers["Location"]
    clerk.post(where + "person/", person(1, name="Salah Ketik"))
    clerk.post(where + "step/", {"step": "verify", "row": "1"})
    head.post(where + "step/", {"step": "sign", "minutes": "BA-9"})
    browser(here, Role.MINISTRY).post(where + "step/", {"step": "forward"})
    browser(here, Role.PROGRAMME_OFFICE).post(where + "step/", {"step": "accept"})
    page = clerk.get(where).content.decode()
    assert ": nama" in page
    assert "masukkan orang itu di lembar lain" in page


def test_the_desk_opens_a_case_for_whoever_says_that_another_signed_up(here: Context) -> None:
    office_id = office_in("32")
    clerk, head = (browser(here, Role.LABOUR_OFFICE, name, office_id) for name in ("clerk", "head"))
    ministry, office = browser(here, Role.MINISTRY), browser(here, Role.PROGRAMME_OFFICE)
    for minutes in ("BA-1", "BA-2"):
        where = clerk.post(reverse("assisted_sheets")).headers["Location"]
        clerk.post(where + "person/", person(1))
        clerk.post(where + "step/", {"step": "verify", "row": "1"})
        head.post(where + "step/", {"step": "sign", "minutes": minutes})
        ministry.post(where + "step/", {"step": "forward"})
        office.post(where + "step/", {"step": "accept"})
    step = {"step": "dispute", "row": "1", "dispute_reason": "KTP asli dilihat, wajahnya cocok."}
    assert "Orang lain sudah mendaftar dengan NIK ini" in clerk.get(where).content.decode()
    assert office.post(where + "step/", step).status_code == 404
    empty = clerk.post(where + "step/", {**step, "dispute_reason": ""}, follow=True).content.decode()
    assert "Tulis apa kata orang itu, dan dokumen apa yang Anda lihat." in empty
    page = clerk.post(where + "step/", step, follow=True).content.decode()
    assert "Manajemen Pelaksana mencari tahu milik siapa NIK itu." in page
    assert "dua orang, satu NIK: dibuka" in page
    assert "Orang lain sudah mendaftar dengan NIK ini" not in page
    assert "sudah ada sengketa" in clerk.post(where + "step/", step, follow=True).content.decode()
    (case_id,) = (key for (key,) in database.rows("SELECT id FROM cases ORDER BY id"))
    seen = office.get(reverse("case", args=[case_id])).content.decode()
    assert "KTP asli dilihat, wajahnya cocok." in seen
    office.post(reverse("case", args=[case_id]), {"decision": "reject", "answer": "Orang yang sama."})
    assert "dua orang, satu NIK: keputusan tetap" in clerk.get(where).content.decode()


def test_the_template_is_what_the_upload_takes(here: Context) -> None:
    clerk = browser(here, Role.LABOUR_OFFICE, "clerk", office_in("32"))
    template = clerk.get(reverse("assisted_template")).content.decode("utf-8-sig")
    assert template.strip().split(";") == list(COLUMNS)
