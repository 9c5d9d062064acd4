"""The second person takes single cards off a proposed revocation, on its page and on the page of a card."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.roles import Role
from prakerja.cards.operations import prepare_revocation
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.web import shown
from prakerja.web.office import decrees
from tests.cards.test_cards import issued
from tests.participants.people import founding
from tests.web.people import set_clock
from tests.web.test_browser_people import browser, ground

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(context: Context) -> tuple[UUID, list[UUID]]:
    """A revocation of three people for a missed deadline, and their ids in the order of the page."""
    here = ground(context)
    decreed = issued(here, digital=3)
    late = decreed.context.at(decreed.context.now.replace(month=12)).acting_as("system:clock")
    ids = [key for (key,) in db.rows("SELECT participant_id FROM participants ORDER BY participant_id")]
    result = prepare_revocation(late, ids, founding())
    assert result.decree_id is not None
    set_clock(late)
    return result.decree_id, ids


@pytest.fixture
def signer(context: Context) -> Client:
    return browser(context, Role.APPROVER)


def test_one_is_taken_off_with_a_reason_and_the_rest_is_signed(
    proposed: tuple[UUID, list[UUID]], signer: Client
) -> None:
    decree_id, ids = proposed
    where, take_off = reverse("decree", args=[decree_id]), reverse("take_off_decree", args=[decree_id])
    page = signer.get(where).content.decode()
    assert page.count('name="participant"') == 3
    assert "mencabut kepesertaan 3 orang" in page
    # Without a reason nothing happens, and what was ticked stays.
    wrong = signer.post(take_off, {"participant": str(ids[1])})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "Kesalahan:" in page
    assert f'value="{ids[1]}" checked' in page
    wrong = signer.post(take_off, {"off_reason": "Kartu hilang di jalan."})
    assert wrong.status_code == 422
    assert 'value="Kartu hilang di jalan."' in wrong.content.decode()
    assert "Centang siapa yang dikeluarkan." in wrong.content.decode()
    done = signer.post(take_off, {"participant": str(ids[1]), "off_reason": "Kartu hilang di jalan."}, follow=True)
    page = done.content.decode()
    assert "Orang yang dikeluarkan dari SK: 1." in page
    assert page.count('name="participant"') == 2
    assert "Kartu hilang di jalan." in page
    assert "mencabut kepesertaan 2 orang dan mengembalikan Rp7.100.000" in page
    again = signer.post(take_off, {"participant": str(ids[1]), "off_reason": "x"}, follow=True)
    assert "Orang ini sudah dikeluarkan." in again.content.decode()
    # Whoever bought in the meantime stays, and the decree says of each what became of it.
    db.execute("UPDATE participants SET first_purchase_at = decreed_at WHERE participant_id = %s", [ids[2]])
    signer.post(reverse("approve_decree", args=[decree_id]))
    page = signer.get(where).content.decode()
    assert page.count("<span>dicabut</span>") == 1
    assert page.count("<span>tetap: tidak terlambat lagi, atau sudah berakhir</span>") == 1
    assert db.rows("SELECT state, count(*) FROM participants GROUP BY state ORDER BY state") == [
        ("active", 2),
        ("revoked", 1),
    ]


def test_whoever_was_taken_off_reads_so(proposed: tuple[UUID, list[UUID]], signer: Client, context: Context) -> None:
    decree_id, ids = proposed
    lane, applicant_id = db.rows("SELECT lane, applicant_id FROM participants WHERE participant_id = %s", [ids[0]])[0]
    person = browser(context, Role.PARTICIPANT, applicant_id=applicant_id, applicant_lane=lane)
    assert "Anda tidak dicabut" not in person.get(reverse("me")).content.decode()
    data = {"participant": str(ids[0]), "off_reason": "Kartu hilang di jalan."}
    signer.post(reverse("take_off_decree", args=[decree_id]), data)
    page = person.get(reverse("me")).content.decode()
    assert "Anda tidak dicabut" in page
    assert "kembali ke kas negara setelah 15 Desember 2020, 23.59 WIB" in page
    # The reason is the office's; a new deadline that is still to come ends the notice.
    assert "Kartu hilang di jalan." not in page
    db.execute("UPDATE participants SET first_purchase_deadline_at = balance_until_at")
    assert "Anda tidak dicabut" not in person.get(reverse("me")).content.decode()


def test_from_the_page_of_a_card(proposed: tuple[UUID, list[UUID]], signer: Client, context: Context) -> None:
    decree_id, ids = proposed
    card_id = db.value("SELECT card_id FROM cards WHERE participant_id = %s", [ids[0]])
    where = reverse("office_card", args=[card_id])
    page = signer.get(where).content.decode()
    assert reverse("decree", args=[decree_id]) in page
    assert f'name="participant" value="{ids[0]}"' in page
    # The programme office sees that it is proposed, and cannot take it off.
    office = browser(context, Role.PROGRAMME_OFFICE)
    assert reverse("decree", args=[decree_id]) in office.get(where).content.decode()
    data = {"participant": str(ids[0]), "off_reason": "Dinas belum menyerahkan kartu."}
    take_off = reverse("take_off_decree", args=[decree_id])
    assert office.post(take_off, data).status_code == 403
    signer.post(take_off, data)
    page = office.get(where).content.decode()
    assert "Dinas belum menyerahkan kartu." in page
    assert "Usulkan pencabutan" in page


def test_declined_as_a_whole_keeps_why_for_each(proposed: tuple[UUID, list[UUID]], signer: Client) -> None:
    decree_id, _ = proposed
    answer = signer.post(reverse("reject_decree", args=[decree_id]), {"reason": "Daftar keliru."}, follow=True)
    page = answer.content.decode()
    assert page.count("Daftar keliru.") >= 3
    assert 'name="participant"' not in page
    assert db.rows("SELECT DISTINCT reason FROM revocation_removals") == [("Daftar keliru.",)]


def test_the_page_stays_where_it_was_when_it_has_many_people(
    proposed: tuple[UUID, list[UUID]], signer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    decree_id, ids = proposed
    for module in (shown, decrees):
        monkeypatch.setattr(module, "PAGE_ROWS", 1)
    second = f"{reverse('decree', args=[decree_id])}?after={ids[0]}"
    page = signer.get(second).content.decode()
    take_off = f"{reverse('take_off_decree', args=[decree_id])}?after={ids[0]}"
    assert f'action="{take_off}"' in page
    wrong = signer.post(take_off, {"participant": str(ids[1])}).content.decode()
    assert f"{reverse('decree', args=[decree_id])}?after={ids[1]}" in wrong
    answer = signer.post(take_off, {"participant": str(ids[1]), "off_reason": "Keliru."})
    assert answer.headers["Location"] == second
