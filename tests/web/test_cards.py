"""The way of a physical card over the pages of three roles, and what its holder can do with it."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.cards.custody_queries import list_cards_at_office, list_manifests
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.programme.operations import load_reference_data, load_regimes
from tests.cards.test_cards import issued
from tests.participants.people import APRIL
from tests.selection.world import Decreed
from tests.web.people import set_clock
from tests.web.test_sign_in import code_on

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]


@pytest.fixture
def decreed(db: None, context: Context) -> Decreed:
    """One holder of a digital and one of a regular card, on the day after their decree."""
    here = Context("system:test", APRIL, context.ids)
    load_regimes(here)
    load_reference_data(here)
    made = issued(here, digital=1, regular=1)
    set_clock(made.context)
    return made


@pytest.fixture
def sign_in(context: Context) -> SignIn:
    """A browser of a user in a role."""

    def as_role(role: Role, name: str = "", **more: object) -> Client:
        name = name or role.value
        create_users(context, [UserRequest(name, name, role, **more)])  # type: ignore[arg-type]
        client = Client()
        found = find_user(name)
        assert found is not None
        client.force_login(found)
        return client

    return as_role


def holder(sign_in: SignIn, decreed: Decreed, place: int) -> Client:
    return sign_in(Role.PARTICIPANT, applicant_id=decreed.applicants[place], applicant_lane=0)


def test_a_physical_card_from_the_press_to_the_first_pin(sign_in: SignIn, decreed: Decreed) -> None:
    office = sign_in(Role.PROGRAMME_OFFICE)
    assert "Buat kelompok cetak" in office.get(reverse("office_cards")).content.decode()
    office.post(reverse("office_cards"))
    (manifest,) = list_manifests()
    where = reverse("office_manifest", args=[manifest.manifest_id])
    assert "sesuai yang ditandatangani" in office.get(where).content.decode()
    file = office.get(reverse("manifest_file", args=[manifest.manifest_id]))
    assert file.content.decode().splitlines()[0] == "posisi;nomor_kartu;nama"
    assert "Ketik nomor resi." in office.post(where, {"waybill": ""}, follow=True).content.decode()
    office.post(where, {"waybill": "RESI-1"})
    auditor = sign_in(Role.AUDITOR)
    assert auditor.post(where, {"waybill": "x"}).status_code == 404

    desk = sign_in(Role.LABOUR_OFFICE, labour_office_id=manifest.labour_office_id)
    other = db.value("SELECT id FROM labour_offices WHERE province_code = '11'")
    stranger = sign_in(Role.LABOUR_OFFICE, "lain", labour_office_id=other)
    arrival = reverse("desk_manifest", args=[manifest.manifest_id])
    assert stranger.get(arrival).status_code == 404
    assert "Kartu yang tidak ada ditutup selamanya" in desk.get(arrival).content.decode()
    desk.post(arrival)
    (card,) = list_cards_at_office(manifest.labour_office_id)
    page = reverse("desk_card", args=[card.card_id])
    assert stranger.get(page).status_code == 404
    found = desk.post(reverse("desk_cards"), {"number": f"{card.number[:4]} {card.number[4:]}"}).content.decode()
    assert card.name in found
    assert desk.post(page, {"seen": "1"}).status_code == 422
    receipt = desk.get(reverse("desk_receipt", args=[card.card_id]))
    assert receipt.content.startswith(b"%PDF-")
    assert desk.post(page, {"seen": "1", "signed": "1"}).headers["Location"] == reverse("desk_cards")

    owner = holder(sign_in, decreed, 1)
    mine = owner.get(reverse("my_card")).content.decode()
    assert "BAST-1-1" in mine or "BAST-" in mine
    assert "Buat PIN dan aktifkan kartu" in mine
    pin = reverse("my_pin")
    assert "Kedua PIN berbeda." in owner.post(pin, {"pin": "730418", "again": "730419"}).content.decode()
    assert "terlalu mudah" in owner.post(pin, {"pin": "123456", "again": "123456"}).content.decode()
    assert owner.post(pin, {"pin": "730418", "again": "730418"}).headers["Location"] == reverse("my_card")
    assert db.value("SELECT state FROM cards WHERE card_id = %s", [card.card_id]) == "active"
    text = owner.get(reverse("my_card")).content.decode()
    for word in ("percetakan", "kurir", "Dinas", "peserta"):
        assert word in text


def test_a_pin_is_changed_after_a_code_only(sign_in: SignIn, decreed: Decreed) -> None:
    test_a_physical_card_from_the_press_to_the_first_pin(sign_in, decreed)
    owner = Client()
    user = find_user(Role.PARTICIPANT.value)
    assert user is not None
    owner.force_login(user)
    assert owner.get(reverse("my_pin")).headers["Location"] == reverse("my_pin_code")
    assert owner.post(reverse("my_pin"), {"pin": "604173", "again": "604173"}).status_code == 302
    assert "Datangi Dinas dengan KTP Anda." in owner.get(reverse("my_pin_code")).content.decode()
    owner.post(reverse("sign_up_contact", args=["phone"]), {"contact": "081234567890"})
    letter = db.value("SELECT text FROM sandbox_letters ORDER BY id DESC LIMIT 1")
    owner.post(reverse("sign_up_contact_code", args=["phone"]), {"code": code_on(letter)})
    page = owner.post(reverse("my_pin_code")).content.decode()
    assert owner.post(reverse("my_pin_code"), {"code": "000000"}).status_code == 422
    assert owner.post(reverse("my_pin_code"), {"code": code_on(page)}).headers["Location"] == reverse("my_pin")
    assert owner.post(reverse("my_pin"), {"pin": "604173", "again": "604173"}).headers["Location"] == reverse("my_card")
    assert owner.get(reverse("my_pin")).headers["Location"] == reverse("my_pin_code")


def test_a_lost_digital_card_gets_a_new_number_at_once(sign_in: SignIn, decreed: Decreed) -> None:
    owner = holder(sign_in, decreed, 0)
    before = re.findall(r"\d{4} \d{4} \d{4} \d{4}", owner.get(reverse("my_card")).content.decode())
    assert "Anda langsung mendapat nomor baru." in owner.get(reverse("lose_my_card")).content.decode()
    owner.post(reverse("lose_my_card"))
    after = re.findall(r"\d{4} \d{4} \d{4} \d{4}", owner.get(reverse("my_card")).content.decode())
    assert before[0] != after[0]
    assert db.rows("SELECT state FROM cards WHERE channel = 'digital' ORDER BY issued_at, state") == [
        ("active",),
        ("replaced",),
    ]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_letter_is_a_pdf_in_both_languages(sign_in: SignIn, decreed: Decreed, language: str) -> None:
    owner = holder(sign_in, decreed, 0)
    owner.post(reverse("set_language"), {"language": language, "next": "/"})
    answer = owner.get(reverse("my_card_pdf"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")
    assert len(answer.content) < 100_000
    title = b"Your training card" if language == "en" else b"Kartu pelatihan Anda"
    assert title in answer.content


def test_who_has_no_card_has_no_page_of_one(sign_in: SignIn, decreed: Decreed) -> None:
    db.execute("DELETE FROM cards")
    assert holder(sign_in, decreed, 0).get(reverse("my_card")).status_code == 404
