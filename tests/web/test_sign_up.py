"""A walk as an applicant, from nothing to joining: one question a page, kept, checked, sent; and what goes wrong."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from prakerja.kit import db as database
from prakerja.kit.context import Context
from prakerja.participants.item_bank import form_of
from prakerja.participants.specimens import Specimen, specimen
from prakerja.programme.operations import load_reference_data, load_regimes
from prakerja.web.portal.sign_up_tasks import Progressed, sign_up_tasks
from prakerja.web.portal.steps import Progress
from tests.web.founder import NOW
from tests.web.nation import Nation
from tests.web.people import set_clock
from tests.web.test_sign_in import code_on, enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(db: None, context: Context) -> Context:
    """Rules, provinces and the day: all that a sign-up needs before there is anybody else."""
    here = context.at(NOW)
    load_regimes(here)
    load_reference_data(here)
    set_clock(here)
    return here


def question(client: Client, code: str, back: str = "", **answer: str) -> HttpResponse:
    where = reverse("sign_up_question", args=[code]) + (f"?back={back}" if back else "")
    return client.post(where, answer or {code: ""})  # type: ignore[return-value]


def answers(someone: Specimen) -> list[tuple[str, dict[str, str]]]:
    born = someone.person.birth_date
    nik = someone.person.nik
    return [
        ("nik", {"nik": f"{nik[:4]} {nik[4:8]} {nik[8:12]} {nik[12:]}"}),
        ("kk", {"kk": someone.person.kk}),
        ("name", {"name": someone.person.name}),
        ("birth_date", {"day": str(born.day), "month": str(born.month), "year": str(born.year)}),
        ("province_code", {"province_code": "32"}),
        ("employment_status", {"employment_status": "laid_off"}),
        ("education", {"education": "senior_secondary"}),
    ]


def answered(client: Client, number: int = 1, contact: str = "baru@contoh.id") -> None:
    """In, agreed, all questions answered."""
    enter(client, contact)
    assert client.post(reverse("sign_up_consent")).headers["Location"] == reverse("sign_up")
    places = []
    for code, answer in answers(specimen(number)):
        places.append(question(client, code, **answer).headers["Location"])
    assert places[0] == reverse("sign_up_question", args=["kk"])
    assert places[3] == places[6] == reverse("sign_up")


def page_of(client: Client, name: str, *args: str) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def tags(client: Client) -> list[str]:
    return re.findall(r'<span class="tag tag-\w+">([^<]+)</span></div></li>', page_of(client, "sign_up"))


def test_a_newcomer_signs_up_from_nothing_and_joins(client: Client, nation: Nation, context: Context) -> None:
    enter(client)
    assert client.get(reverse("sign_up")).headers["Location"] == reverse("sign_up_consent")
    client.post(reverse("sign_up_consent"))
    assert tags(client) == ["selesai", "belum mulai", "belum mulai", *["terkunci"] * 5]
    someone = specimen(1)
    question(client, "nik", nik=someone.person.nik)
    assert tags(client)[1] == "sedang diisi"
    client.post(reverse("sign_out"))
    enter(client)
    assert tags(client)[1] == "sedang diisi"
    for code, answer in answers(someone):
        question(client, code, **answer)
    assert tags(client)[:4] == ["selesai", "selesai", "selesai", "belum mulai"]
    check = page_of(client, "sign_up_check")
    assert check.count(">Ubah</a>") == 7
    assert someone.person.name in check
    sent = client.post(reverse("sign_up_check"), follow=True).content.decode()
    assert "Identitas Anda dibenarkan" in sent
    assert "Nomor rujukan" in sent
    assert client.post(reverse("sign_up_presence"), {"face": "mine"}).headers["Location"] == reverse("sign_up")
    phone = client.post(reverse("sign_up_contact", args=["phone"]), {"contact": "0812-3456-7890"}, follow=True)
    client.post(reverse("sign_up_contact_code", args=["phone"]), {"code": code_on(phone.content.decode())})
    assert tags(client)[4:] == ["selesai", "selesai", "belum mulai", "terkunci"]
    client.post(reverse("sign_up_test"), {"begin": "1"})
    questions = form_of(database.value("SELECT seed FROM basic_tests"))
    for number, asked in enumerate(questions, 1):
        page = page_of(client, "sign_up_test")
        assert f"Soal {number} dari 10" in page
        done = client.post(reverse("sign_up_test"), {"number": str(number), "option": str(asked.right)})
    assert done.headers["Location"] == reverse("sign_up_done")
    assert "Anda sudah mendaftar" in page_of(client, "sign_up_done")
    assert "Ikut gelombang" in page_of(client, "sign_up")
    client.post(reverse("join_wave", args=[nation.open_wave_id]), {"channel": "digital"}, follow=True)
    assert tags(client) == ["selesai"] * 8
    state = database.row("SELECT state, eligibility, test_score FROM applicants ORDER BY applicant_id DESC LIMIT 1")
    assert state == ("ready", "eligible", 100)


def test_a_refused_answer_says_why_and_stays_typed(client: Client, ground: Context) -> None:
    enter(client)
    client.post(reverse("sign_up_consent"))
    answer = question(client, "nik", nik="3277 0101 90")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "<title>Kesalahan: Berapa NIK Anda?" in page
    assert '<a href="#nik">NIK tidak terdiri atas 16 angka.</a>' in page or 'href="#nik"' in page
    assert 'value="3277 0101 90"' in page
    assert 'aria-describedby="nik-hint nik-error"' in page
    page = question(client, "birth_date", day="31", month="2", year="1990").content.decode()
    assert "Tanggal itu tidak ada." in page
    assert 'value="31"' in page
    assert 'href="#day"' in page
    assert question(client, "employment_status").status_code == 422
    assert client.get(reverse("sign_up_question", args=["agama"])).status_code == 404


@pytest.mark.parametrize(
    ("province", "until"),
    [
        ("32", "2 September 2020, 00.00 WIB"),
        ("51", "2 September 2020, 01.00 WITA"),
        ("91", "2 September 2020, 02.00 WIT"),
    ],
)
def test_who_is_18_tomorrow_is_told_from_when(client: Client, ground: Context, province: str, until: str) -> None:
    enter(client)
    client.post(reverse("sign_up_consent"))
    question(client, "province_code", province_code=province)
    tomorrow = question(client, "birth_date", day="2", month="9", year="2002")
    assert until in tomorrow.content.decode()
    assert question(client, "birth_date", day="1", month="9", year="2002").status_code == 302


def test_a_mismatch_marks_the_answers_and_is_corrected(client: Client, ground: Context) -> None:
    answered(client)
    question(client, "name", "check", name="Orang Lain")
    page = client.post(reverse("sign_up_check"))
    assert page.status_code == 422
    text = page.content.decode()
    assert text.count("Data Dukcapil berbeda di sini.") == 1
    assert "<title>Kesalahan: Periksa jawaban" in text
    back = question(client, "name", "check", name=specimen(1).person.name.upper())
    assert back.headers["Location"] == reverse("sign_up_check")
    assert client.post(reverse("sign_up_check")).headers["Location"] == reverse("sign_up_sent")


def test_who_waits_for_the_registry_sees_until_when(client: Client, ground: Context) -> None:
    answered(client, 8)
    page = client.post(reverse("sign_up_check"), follow=True).content.decode()
    assert "Dukcapil belum menjawab." in page
    assert "3 September 2020, 23.59 WIB" in page
    assert client.get(reverse("sign_up_question", args=["nik"])).headers["Location"] == reverse("sign_up")


def test_the_second_with_a_nik_sees_a_case_with_its_deadline(client: Client, ground: Context) -> None:
    answered(client)
    client.post(reverse("sign_up_check"))
    other = Client()
    answered(other, contact="lain@contoh.id")
    page = other.post(reverse("sign_up_check"), follow=True).content.decode()
    assert "Sudah ada yang mendaftar dengan NIK ini." in page
    assert "10 September 2020, 23.59 WIB" in page
    assert tags(other)[3] == "sedang berjalan"


def test_a_pupil_is_refused_by_rule_with_a_way_to_go_on(client: Client, ground: Context) -> None:
    answered(client, 6)
    client.post(reverse("sign_up_check"))
    client.post(reverse("sign_up_presence"), {"face": "mine"})
    phone = client.post(reverse("sign_up_contact", args=["phone"]), {"contact": "081234567890"}, follow=True)
    client.post(reverse("sign_up_contact_code", args=["phone"]), {"code": code_on(phone.content.decode())})
    client.post(reverse("sign_up_test"), {"begin": "1"})
    assert client.post(reverse("sign_up_test"), {"number": "1"}).status_code == 422
    for number in range(1, 11):
        client.post(reverse("sign_up_test"), {"number": str(number), "option": "0"})
    assert "ELIG-03" in page_of(client, "sign_up_done")
    assert "terlewat" in tags(client)[7]


def test_another_face_goes_no_further(client: Client, ground: Context) -> None:
    answered(client)
    client.post(reverse("sign_up_check"))
    page = client.post(reverse("sign_up_presence"), {"face": "other"}, follow=True).content.decode()
    assert "Wajah Anda tidak dikenali." in page
    assert database.value("SELECT state FROM applicants ORDER BY applicant_id DESC LIMIT 1") == "identity_verified"
    assert client.get(reverse("sign_up_test")).headers["Location"] == reverse("sign_up")


def test_who_came_by_phone_needs_an_e_mail_address_first(client: Client, ground: Context) -> None:
    enter(client, "0812 3456 7890")
    client.post(reverse("sign_up_consent"))
    assert tags(client)[:3] == ["belum mulai", "terkunci", "terkunci"]
    mail = client.post(reverse("sign_up_contact", args=["email"]), {"contact": "baru@contoh.id"}, follow=True)
    client.post(reverse("sign_up_contact_code", args=["email"]), {"code": code_on(mail.content.decode())})
    for code, answer in answers(specimen(1)):
        question(client, code, **answer)
    client.post(reverse("sign_up_check"))
    client.post(reverse("sign_up_presence"), {"face": "mine"})
    assert "sudah terverifikasi" in page_of(client, "sign_up_contact", "phone")
    client.post(reverse("sign_up_contact", args=["phone"]), {"known": "1"})
    assert tags(client)[4:7] == ["selesai", "selesai", "belum mulai"]


def test_a_contact_of_another_account_is_refused(client: Client, ground: Context) -> None:
    answered(client)
    other = Client()
    enter(other, "0812 3456 7890")
    other.post(reverse("sign_up_consent"))
    mail = other.post(reverse("sign_up_contact", args=["email"]), {"contact": "baru@contoh.id"}, follow=True)
    code = {"code": code_on(mail.content.decode())}
    page = other.post(reverse("sign_up_contact_code", args=["email"]), code, follow=True).content.decode()
    assert "Kontak ini milik akun lain." in page


def test_invented_people_are_shown_in_a_sandbox(client: Client, ground: Context) -> None:
    enter(client)
    page = page_of(client, "specimens")
    assert page.count("<dt>NIK</dt>") == 9
    assert "ELIG-03" in page


def test_the_deadline_of_a_wait_follows_working_days(client: Client, ground: Context) -> None:
    answered(client, 8)
    client.post(reverse("sign_up_check"))
    waits = database.value("SELECT waits_until_at FROM sign_up_drafts")
    assert waits - NOW < timedelta(days=3)


def test_the_consent_sets_a_device_cookie_that_no_script_and_no_other_page_reads(
    client: Client, ground: Context
) -> None:
    enter(client, "baru@contoh.id")
    assert "180 hari" in client.get(reverse("sign_up_consent")).content.decode()
    assert "perangkat" not in client.cookies
    client.post(reverse("sign_up_consent"))
    cookie = client.cookies["perangkat"]
    assert len(cookie.value) == 32
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/sign-up/", True, "Lax")
    assert cookie["max-age"] == 180 * 24 * 60 * 60
    kept = database.value("SELECT device_hash FROM sign_up_drafts")
    assert cookie.value not in bytes(kept).hex()
    # The same device, another person: the number stays.
    client.post(reverse("sign_up_consent"))
    assert client.cookies["perangkat"].value == cookie.value


def test_who_refuses_cookies_of_the_device_signs_up_all_the_same(client: Client, ground: Context) -> None:
    answered(client)
    del client.cookies["perangkat"]
    answer = client.post(reverse("sign_up_check"))
    assert answer.headers["Location"] == reverse("sign_up_sent")


def test_who_has_no_number_of_the_own_is_asked_for_it_whatever_was_done_before() -> None:
    """A sign-up that came back from a stranger, by a granted dispute, has all its steps and nobody's number."""
    tasks = sign_up_tasks(Progressed(None, frozenset({"email"}), "ready"))
    assert [(task.progress, bool(task.href)) for task in tasks][5] == (Progress.NOT_STARTED, True)
    assert {task.progress for task in tasks[:5]} == {Progress.DONE}
    assert sign_up_tasks(Progressed(None, frozenset({"email", "phone"}), "ready"))[5].progress is Progress.DONE
