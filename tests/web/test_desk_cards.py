"""What people come back to the labour office for with a card, and what the programme office sees of each card."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.messages import list_sandbox_letters
from prakerja.access.queries import list_partner_users
from prakerja.access.roles import Role
from prakerja.cards.custody_queries import DeskCard, list_cards_at_office, list_manifests
from prakerja.kit import db
from prakerja.participants.operations.sign_up import note_phone
from prakerja.web.desk import cards as desk_cards
from tests.participants.people import person
from tests.selection.world import Decreed
from tests.web.test_cards import SignIn, decreed, holder, sign_in
from tests.web.test_sign_in import code_on
from tests.web.ways_in import come_in, last_letter

__all__ = ["decreed", "sign_in"]

pytestmark = pytest.mark.django_db

PIN = "730418"
Desk = Callable[..., tuple[Client, DeskCard]]


def arrived(sign_in: SignIn, *, missing: str = "") -> tuple[Client, Client]:
    """The office makes and ships the batches, the desk counts: both browsers."""
    office = sign_in(Role.PROGRAMME_OFFICE)
    office.post(reverse("office_cards"))
    (manifest,) = list_manifests()
    office.post(reverse("office_manifest", args=[manifest.manifest_id]), {"waybill": "RESI-1"})
    desk = sign_in(Role.LABOUR_OFFICE, labour_office_id=manifest.labour_office_id)
    desk.post(reverse("desk_manifest", args=[manifest.manifest_id]), {"missing": missing})
    return office, desk


def handed_over(sign_in: SignIn) -> tuple[Client, DeskCard]:
    _office, desk = arrived(sign_in)
    (manifest,) = list_manifests()
    (card,) = list_cards_at_office(manifest.labour_office_id)
    desk.post(reverse("desk_card", args=[card.card_id]), {"seen": "1", "signed": "1"})
    return desk, card


def take(desk: Client, card: DeskCard, name: str, **typed: str) -> str:
    """One step for the person at the desk; the page afterwards."""
    where = reverse("desk_card_step", args=[card.card_id, name])
    return desk.post(where, {"seen": "1", **typed}, follow=True).content.decode()


def state_of(card: DeskCard) -> str:
    return str(db.value("SELECT state FROM cards WHERE card_id = %s", [card.card_id]))


def test_an_officer_comes_in_by_invitation_and_hands_out_cards(sign_in: SignIn, decreed: Decreed) -> None:
    """From nothing, by pages alone: no account of the labour office exists before."""
    office = sign_in(Role.PROGRAMME_OFFICE)
    office.post(reverse("office_cards"))
    (manifest,) = list_manifests()
    people = reverse("office_users", args=["labour_office", manifest.labour_office_id])
    assert people in office.get(reverse("labour_offices")).content.decode()
    auditor = sign_in(Role.AUDITOR)
    invitation = {"act": "invite", "name": "Sari", "email": "sari@contoh.id"}
    assert auditor.post(people, invitation).status_code == 404
    assert office.get(reverse("office_users", args=["labour_office", UUID(int=0)])).status_code == 404
    assert "Undangan terkirim." in office.post(people, invitation, follow=True).content.decode()
    desk = come_in("sari", *last_letter())
    office.post(reverse("office_manifest", args=[manifest.manifest_id]), {"waybill": "RESI-1"})
    desk.post(reverse("desk_manifest", args=[manifest.manifest_id]))
    (card,) = list_cards_at_office(manifest.labour_office_id)
    desk.post(reverse("desk_card", args=[card.card_id]), {"seen": "1", "signed": "1"})
    assert state_of(card) == "handed_over"
    assert db.value("SELECT actor FROM events WHERE kind = 'card.handed_over'") == "labour_office:sari"
    assert "sari" in office.get(people).content.decode()
    (sari,) = list_partner_users(manifest.labour_office_id)
    assert "Akun diakhiri." in office.post(people, {"act": "end", "user": str(sari.id)}, follow=True).content.decode()
    assert desk.get(reverse("desk_cards")).status_code == 302


def test_who_has_no_telephone_sets_the_pin_at_the_desk(sign_in: SignIn, decreed: Decreed) -> None:
    desk, card = handed_over(sign_in)
    where = reverse("desk_card_step", args=[card.card_id, "pin"])
    assert "Minta pemegang mengetik PIN" in desk.get(reverse("desk_card", args=[card.card_id])).content.decode()
    assert "Serahkan papan ketik kepada pemegang" in desk.get(where).content.decode()
    unseen = desk.post(where, {"pin": PIN, "again": PIN})
    assert (unseen.status_code, state_of(card)) == (422, "handed_over")
    assert "Cocokkan dulu wajah orang itu" in unseen.content.decode()
    assert "Kedua PIN berbeda." in take(desk, card, "pin", pin=PIN, again="730419")
    assert "terlalu mudah" in take(desk, card, "pin", pin="123456", again="123456")
    assert state_of(card) == "handed_over"
    done = take(desk, card, "pin", pin=PIN, again=PIN)
    assert "PIN berlaku mulai sekarang" in done
    assert PIN not in done
    assert state_of(card) == "active"
    # Forgotten, or typed wrong three times at a counter.
    db.execute("UPDATE cards SET pin_tries_left = 0 WHERE card_id = %s", [card.card_id])
    note_phone(decreed.context, lane=card.lane, applicant_id=card.applicant_id, phone="628123456789")
    assert "PIN berlaku mulai sekarang" in take(desk, card, "pin", pin="604173", again="604173")
    assert db.value("SELECT pin_tries_left FROM cards WHERE card_id = %s", [card.card_id]) == 3
    # Whoever did not stand there reads of it, and blocks the card.
    assert [one.text for one in list_sandbox_letters()] == [
        "PIN kartu Anda dibuat di Dinas. Jika bukan oleh Anda, segera blokir kartu itu."
    ]
    assert db.value("SELECT actor FROM events WHERE kind = 'card.pin_changed'") == "labour_office:labour_office"


def test_a_card_is_blocked_opened_lost_and_printed_anew_at_the_desk(sign_in: SignIn, decreed: Decreed) -> None:
    desk, card = handed_over(sign_in)
    take(desk, card, "pin", pin=PIN, again=PIN)
    assert "Kartu diblokir." in take(desk, card, "block")
    assert desk.get(reverse("desk_card_step", args=[card.card_id, "block"])).status_code == 404
    assert "Kartu sudah dibuka lagi." in take(desk, card, "unblock")
    assert state_of(card) == "active"
    assert "kartu baru menggantikannya" in take(desk, card, "lost")
    assert state_of(card) == "replaced"
    assert desk.get(reverse("desk_card_step", args=[card.card_id, "return"])).status_code == 404
    office = sign_in(Role.PROGRAMME_OFFICE, "lain")
    office.post(reverse("office_cards"))
    assert [one.cards for one in list_manifests()] == [1, 1]


def test_a_damaged_card_is_taken_in_and_replaced(sign_in: SignIn, decreed: Decreed) -> None:
    desk, card = handed_over(sign_in)
    take(desk, card, "pin", pin=PIN, again=PIN)
    assert (
        "Ambil kartu itu dan gunting."
        in desk.get(reverse("desk_card_step", args=[card.card_id, "damaged"])).content.decode()
    )
    assert "kartu baru menggantikannya" in take(desk, card, "damaged")
    assert db.rows("SELECT state FROM cards WHERE channel = 'regular' ORDER BY issued_at, state DESC") == [
        ("replaced",),
        ("printed",),
    ]


def test_a_card_is_withdrawn_when_the_participation_is_over(sign_in: SignIn, decreed: Decreed) -> None:
    desk, card = handed_over(sign_in)
    assert desk.get(reverse("desk_card_step", args=[card.card_id, "return"])).status_code == 404
    db.execute("UPDATE participants SET state = 'expired' WHERE participant_id = %s", [card.participant_id])
    page = desk.get(reverse("desk_card", args=[card.card_id])).content.decode()
    assert "Tarik kartu untuk seterusnya" in page
    assert "Minta pemegang mengetik PIN" not in page
    assert "Kartu ditarik." in take(desk, card, "return")
    assert state_of(card) == "withdrawn"


def test_another_office_does_nothing_with_a_card(sign_in: SignIn, decreed: Decreed) -> None:
    _desk, card = handed_over(sign_in)
    other = db.value("SELECT id FROM labour_offices WHERE province_code = '11'")
    stranger = sign_in(Role.LABOUR_OFFICE, "lain", labour_office_id=other)
    where = reverse("desk_card_step", args=[card.card_id, "lost"])
    assert stranger.get(where).status_code == 404
    assert stranger.post(where, {"seen": "1"}).status_code == 404
    found = stranger.post(reverse("desk_cards"), {"number": card.number}).content.decode()
    assert "Dinas ini tidak punya kartu dengan nomor atau NIK ini." in found
    assert card.name not in found
    assert state_of(card) == "handed_over"


def test_a_person_without_the_card_is_found_by_nik(sign_in: SignIn, decreed: Decreed) -> None:
    desk, card = handed_over(sign_in)
    found = desk.post(reverse("desk_cards"), {"number": person(1).nik}).content.decode()
    assert reverse("desk_card", args=[card.card_id]) in found
    seen = "SELECT count(*) FROM page_accesses WHERE applicant_id = %s"
    assert db.value(seen, [card.applicant_id]) > 0


def test_what_is_missing_on_arrival_is_printed_again_without_anybody_asking(sign_in: SignIn, decreed: Decreed) -> None:
    office, _desk = arrived(sign_in, missing="1")
    (lost,) = list_manifests()
    assert (lost.state, lost.missing) == ("received", 1)
    assert "Buat kelompok cetak" in office.get(reverse("office_cards")).content.decode()
    office.post(reverse("office_cards"))
    assert [(one.state, one.cards) for one in list_manifests()] == [("printed", 1), ("received", 1)]


@pytest.mark.parametrize("places", ["0", "2", "1-2", "x", "1 3", "-1", "3-1"])
def test_places_of_missing_cards_are_typed_in_a_long_batch(
    places: str, sign_in: SignIn, decreed: Decreed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_cards, "_TICKS_MOST", 0)
    office = sign_in(Role.PROGRAMME_OFFICE)
    office.post(reverse("office_cards"))
    (manifest,) = list_manifests()
    office.post(reverse("office_manifest", args=[manifest.manifest_id]), {"waybill": "RESI-1"})
    desk = sign_in(Role.LABOUR_OFFICE, labour_office_id=manifest.labour_office_id)
    where = reverse("desk_manifest", args=[manifest.manifest_id])
    assert "Urutan kartu yang tidak ada" in desk.get(where).content.decode()
    wrong = desk.post(where, {"places": places})
    assert wrong.status_code == 422
    assert "Ketik urutan antara 1 dan 1" in wrong.content.decode()
    assert f'value="{places}"' in wrong.content.decode()
    desk.post(where, {"places": " 1 ,"})
    assert [one.missing for one in list_manifests()] == [1]


def test_the_programme_office_finds_a_card_and_its_way(sign_in: SignIn, decreed: Decreed) -> None:
    desk, card = handed_over(sign_in)
    auditor = sign_in(Role.AUDITOR)
    where = reverse("office_card", args=[card.card_id])
    for number in (person(1).nik, card.number, f"{card.number[:4]} {card.number[4:]}"):
        answer = auditor.post(reverse("office_cards"), {"number": number})
        assert answer.headers["Location"] == where
    unknown = auditor.post(reverse("office_cards"), {"number": "1234567890123456"}).content.decode()
    # What an address carries stands in logs and histories: it finds nobody.
    assert auditor.get(reverse("office_cards"), {"number": card.number}).status_code == 200
    at_desk = desk.get(reverse("desk_cards"), {"number": card.number}).content.decode()
    assert reverse("desk_card", args=[card.card_id]) not in at_desk
    assert "Tidak ada kartu dengan nomor atau NIK ini." in unknown
    page = auditor.get(where).content.decode()
    for word in ("percetakan", "kurir", "Dinas", "peserta"):
        assert word in page
    assert auditor.post(where).status_code == 404
    # Lost while nothing could take its place: the office gives the other one later.
    office = sign_in(Role.PROGRAMME_OFFICE, "lain")
    db.execute("UPDATE participants SET state = 'suspended' WHERE participant_id = %s", [card.participant_id])
    take(desk, card, "lost")
    assert state_of(card) == "lost"
    assert "tidak ada kartu baru" in office.post(where, follow=True).content.decode()
    db.execute("UPDATE participants SET state = 'active' WHERE participant_id = %s", [card.participant_id])
    assert "Beri kartu baru" in office.get(where).content.decode()
    new = office.post(where, follow=True).content.decode()
    assert "Kartu baru sudah ada" in new
    assert where in new
    assert state_of(card) == "replaced"


def test_a_revocation_is_proposed_by_one_and_signed_by_another_who_sees_why(sign_in: SignIn, decreed: Decreed) -> None:
    _desk, card = handed_over(sign_in)
    office = sign_in(Role.PROGRAMME_OFFICE, "lain")
    where = reverse("office_card", args=[card.card_id])
    propose = reverse("propose_revocation", args=[card.card_id])
    assert "Usulkan pencabutan kepesertaan" in office.get(where).content.decode()
    for reason in ("", "ineligible", "no_first_purchase"):
        assert "Pilih alasan" in office.post(propose, {"reason": reason}, follow=True).content.decode()
    answer = office.post(propose, {"reason": "own_request"})
    decree = answer.headers["Location"]
    assert "sudah diusulkan" in office.post(propose, {"reason": "fraud"}, follow=True).content.decode()
    approver = sign_in(Role.APPROVER)
    shown = approver.get(decree).content.decode()
    assert card.name in shown
    assert where in shown
    assert "Rp3.550.000" in shown
    # Nothing has happened yet.
    assert state_of(card) == "handed_over"
    approver.post(f"{decree}approve/")
    assert state_of(card) == "withdrawn"
    assert db.value("SELECT reason FROM blacklist WHERE lifted_at IS NULL") == "own_request"
    assert "ditarik" in office.get(where).content.decode()
    assert "Usulkan pencabutan kepesertaan" not in office.get(where).content.decode()
    owner = holder(sign_in, decreed, 1)
    assert "Pencabutan: " in owner.get(reverse("my_appeals")).content.decode()


def test_a_holder_blocks_the_card_and_opens_it_with_a_code(sign_in: SignIn, decreed: Decreed) -> None:
    owner = holder(sign_in, decreed, 0)
    mine = reverse("my_card")
    assert "Blokir kartu sementara" in owner.get(mine).content.decode()
    assert "Kartu diblokir." in owner.post(reverse("block_my_card"), follow=True).content.decode()
    assert db.value("SELECT state FROM cards WHERE channel = 'digital'") == "blocked"
    unblock = reverse("unblock_my_card")
    assert owner.get(unblock).headers["Location"] == reverse("my_pin_code")
    assert owner.post(unblock).headers["Location"] == reverse("my_pin_code")
    owner.post(reverse("sign_up_contact", args=["phone"]), {"contact": "081234567890"})
    letter = db.value("SELECT text FROM sandbox_letters ORDER BY id DESC LIMIT 1")
    owner.post(reverse("sign_up_contact_code", args=["phone"]), {"code": code_on(letter)})
    page = owner.post(reverse("my_pin_code")).content.decode()
    assert owner.post(reverse("my_pin_code"), {"code": code_on(page)}).headers["Location"] == unblock
    assert "Buka lagi kartu" in owner.get(unblock).content.decode()
    assert "Kartu sudah dibuka lagi." in owner.post(unblock, follow=True).content.decode()
    assert db.value("SELECT state FROM cards WHERE channel = 'digital'") == "active"
    assert owner.get(unblock).status_code == 404
