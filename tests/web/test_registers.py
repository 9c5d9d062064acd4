"""Registers' files on the pages: dry run, second person, findings; pairs and totals at the desk."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.crypto import decrypt_field
from prakerja.participants.operations.worker_lists import publish_worker_list, stage_worker_list
from prakerja.participants.queries.registry_deltas import FindingView, list_open_findings, list_registry_deltas
from prakerja.participants.queries.worker_lists import list_open_matches
from prakerja.participants.registry_delta_files import TEMPLATE
from tests.participants.people import april_context
from tests.web.nation import Nation
from tests.web.people import Cast
from tests.web.test_portal import text_of

pytestmark = pytest.mark.django_db


def nik_of(state: str) -> tuple[str, str]:
    """NIK and name of somebody in a state."""
    applicant_id, cipher, name = db.row(
        "SELECT applicant_id, nik_cipher, name FROM applicants WHERE state = %s ORDER BY applicant_id LIMIT 1", [state]
    ) or ("", b"", "")
    return decrypt_field(cipher, table="applicants", column="nik_cipher", row_id=applicant_id), name


@pytest.fixture
def office(nation: Nation, cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.user(Role.PROGRAMME_OFFICE))
    return client


@pytest.fixture
def approver(nation: Nation, cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.user(Role.APPROVER))
    return client


def load(client: Client, content: str, **fields: str) -> str:
    file = SimpleUploadedFile("delta.csv", content.encode(), content_type="text/csv")
    form = {"source": "pddikti", "name": "Semester ganjil", **fields, "file": file}
    return client.post(reverse("registers"), form, follow=True).content.decode()


def test_a_file_is_run_dry_confirmed_by_a_second_person_and_decided_after_the_time_to_answer(
    office: Client, approver: Client
) -> None:
    nik, _ = nik_of("decreed")
    page = load(office, f"{TEMPLATE}{nik};pddikti;;2019-01-01\n123;pddikti;;\n")
    assert "Semester ganjil" in page
    (delta,) = list_registry_deltas()
    move = reverse("move_register", args=[delta.delta_id])
    page = office.post(move, {"decision": "screen"}, follow=True).content.decode()
    assert "Ini akan mengenai 1 orang." in page
    assert "ELIG-03" in page
    assert nik not in page
    assert list_open_findings() == []
    # The office that loaded it has no button to confirm, and no right either.
    page = office.post(move, {"decision": "confirm"}, follow=True).content.decode()
    assert "Langkah ini dilakukan peran lain." in page
    page = approver.post(move, {"decision": "confirm"}, follow=True).content.decode()
    assert "1 orang diberi tahu." in page
    (finding,) = list_open_findings()
    decide = reverse("decide_finding", args=[finding.finding_id])
    assert "university" not in text_of(approver, reverse("finding", args=[finding.finding_id]))
    page = approver.post(decide, {"decision": "uphold", "reason": "benar"}, follow=True).content.decode()
    assert "masih punya waktu menjawab" in page
    page = approver.post(decide, {"decision": "dismiss", "reason": "data lama"}, follow=True).content.decode()
    assert "tetap memiliki semuanya" in page


def test_a_file_that_is_no_delta_is_refused_with_its_reason(office: Client) -> None:
    assert "Ada kolom yang kurang." in load(office, "a;b\n")
    assert "Beri nama berkas ini" in load(office, TEMPLATE, name="")
    assert list_registry_deltas() == []


def test_a_pair_is_found_and_decided_at_the_desk(nation: Nation, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.user(Role.LABOUR_OFFICE))
    nik, name = nik_of("ready")
    born, province = db.row("SELECT birth_date, province_code FROM applicants WHERE name = %s", [name]) or ("", "")
    other = f"{nik[:4]}88{nik[6:]}"
    staged = stage_worker_list(
        april_context("pairs"),
        f"nik;nama;tanggal_lahir;kode_provinsi;status\n{other};{name};{born};{province};phk\n".encode(),
        name="Daftar pasangan",
        source_name="Kemnaker",
    )
    assert staged.worker_list_id is not None
    publish_worker_list(april_context("publish"), staged.worker_list_id)
    decide = reverse("decide_match")
    assert "1 pasangan baru" in client.post(decide, {"decision": "search"}, follow=True).content.decode()
    page = client.get(reverse("matches")).content.decode()
    assert name in page
    assert nik not in page
    assert other not in page
    (pair,) = list_open_matches()
    form = {"applicant_id": pair.applicant_id, "worker_list_id": pair.worker_list_id, "row_number": pair.row_number}
    page = client.post(decide, {**form, "decision": "accept", "reason": ""}, follow=True).content.decode()
    assert "Tulis alasannya" in page
    page = client.post(decide, {**form, "decision": "accept", "reason": "KTP dilihat"}, follow=True).content.decode()
    assert "terhitung ada di daftar" in page
    assert "Pasangan itu tidak ada." in client.post(decide, {"decision": "accept"}, follow=True).content.decode()


def test_totals_show_what_does_not_add_up(nation: Nation, cast: Cast) -> None:
    client = Client()
    client.force_login(cast.user(Role.LABOUR_OFFICE))
    text = text_of(client, reverse("list_totals"))
    assert "2.800.000" in text
    assert "2.690.585 (selisih -109.415)" in text


def as_new_user(name: str, role: Role, applicant_id: UUID | None = None) -> Client:
    """Signed in anew; an applicant leaves the earlier account."""
    db.execute("UPDATE users SET applicant_id = NULL, applicant_lane = NULL WHERE applicant_id = %s", [applicant_id])
    lane = None if applicant_id is None else 0
    create_users(april_context(name), [UserRequest(name, "x", role, applicant_id=applicant_id, applicant_lane=lane)])
    user = find_user(name)
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def asked(office: Client, approver: Client) -> FindingView:
    """A participant whom a register names, and who has been told."""
    nik, _ = nik_of("decreed")
    load(office, f"{TEMPLATE}{nik};pddikti;;2019-01-01\n")
    (delta,) = list_registry_deltas()
    move = reverse("move_register", args=[delta.delta_id])
    office.post(move, {"decision": "screen"})
    approver.post(move, {"decision": "confirm"})
    (finding,) = list_open_findings()
    return finding


def test_the_person_answers_on_the_own_page_and_the_office_reads_it(asked: FindingView, approver: Client) -> None:
    person = as_new_user("asked", Role.PARTICIPANT, asked.applicant_id)
    own = reverse("my_finding", args=[asked.finding_id])
    assert f'href="{own}"' in person.get(reverse("me")).content.decode()
    page = person.get(own).content.decode()
    assert "ELIG-03" in page
    assert "hari lagi" in page
    empty = person.post(own, {"answer": " "})
    assert empty.status_code == 422
    assert "Kesalahan:" in empty.content.decode()
    page = person.post(own, {"answer": "Saya lulus tahun 2018."}, follow=True).content.decode()
    assert "Jawaban Anda sudah ada pada manajemen pelaksana." in page
    assert "Saya lulus tahun 2018." in page
    assert "Saya lulus tahun 2018." in text_of(approver, reverse("finding", args=[asked.finding_id]))
    # Somebody else's finding does not exist for a person.
    other = db.value(
        "SELECT applicant_id FROM applicants WHERE applicant_id <> %s ORDER BY applicant_id LIMIT 1",
        [asked.applicant_id],
    )
    assert as_new_user("other", Role.PARTICIPANT, other).get(own).status_code == 404


def test_an_upheld_finding_leads_to_a_decree_that_is_signed_or_prepared_again(
    asked: FindingView, approver: Client
) -> None:
    days = "interval '15 days'"
    db.execute(f"UPDATE eligibility_findings SET noticed_at = noticed_at - {days}, deadline_at = deadline_at - {days}")
    person = as_new_user("asked", Role.PARTICIPANT, asked.applicant_id)
    own, decide = reverse("my_finding", args=[asked.finding_id]), reverse("decide_finding", args=[asked.finding_id])
    late = person.post(own, {"answer": "Terlambat."})
    assert late.status_code == 422
    assert "Waktu menjawab sudah berakhir." in late.content.decode()
    page = approver.post(decide, {"decision": "uphold", "reason": "Masih terdaftar."}, follow=True).content.decode()
    assert "Pencabutan sudah disusun." in page
    decree_id = db.value("SELECT decree_id FROM eligibility_findings")
    assert reverse("decree", args=[decree_id]) in page
    assert "pencabutan disusun" in person.get(own).content.decode()
    # Not signed: it can be prepared again, and the person has still lost nothing.
    signer = as_new_user("signer", Role.APPROVER)
    signer.post(reverse("reject_decree", args=[decree_id]), {"reason": "Bukti kurang."})
    page = approver.get(reverse("finding", args=[asked.finding_id])).content.decode()
    assert "Susun pencabutan sekali lagi" in page
    page = approver.post(decide, {"decision": "again"}, follow=True).content.decode()
    assert "Pencabutan sudah disusun." in page
    assert db.value("SELECT count(*) FROM revocations WHERE reason = 'ineligible'") == 0
