"""The page of colleagues: the office invites by role, an approver lets in, either ends an account."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.queries import find_user, list_staff_invitations
from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.selection.operations import KeeperRequest, add_seal_keepers
from prakerja.web.office import people
from tests.web.test_browser_people import browser, ground
from tests.web.ways_in import come_in, last_letter

pytestmark = pytest.mark.django_db
WHERE = "office_people"


@pytest.fixture
def office(context: Context) -> Client:
    return browser(ground(context), Role.PROGRAMME_OFFICE)


@pytest.fixture
def signer(office: Client, context: Context) -> Client:
    return browser(context, Role.APPROVER)


def post(client: Client, **data: str) -> str:
    return client.post(reverse(WHERE), data, follow=True).content.decode()


def invite(client: Client, role: str, name: str = "Sari") -> str:
    return post(client, act="invite", role=role, name=name, email=f"{name.lower()}@contoh.id")


def acts(client: Client) -> set[str]:
    """What a visitor may do there."""
    return set(re.findall(r'name="act" value="(\w+)"', client.get(reverse(WHERE)).content.decode()))


def test_an_auditor_comes_in_by_one_person(office: Client) -> None:
    wrong = office.post(reverse(WHERE), {"act": "invite", "role": "", "name": "Sari", "email": "sari@contoh.id"})
    assert wrong.status_code == 422
    assert "Pilih peran." in wrong.content.decode()
    assert 'value="Sari"' in wrong.content.decode()
    assert "Isi namanya." in invite(office, "auditor", " ")
    page = invite(office, "auditor")
    assert "Undangan terkirim." in page
    assert "sari@contoh.id" not in page
    client = come_in("sari", *last_letter())
    assert client.get(reverse("checks")).status_code == 200
    assert acts(client) == set()


def test_an_approver_is_asked_for_by_one_and_let_in_by_another(office: Client, signer: Client) -> None:
    assert "Orang itu baru masuk setelah seorang penyetuju mengizinkan" in invite(office, "approver")
    assert db.value("SELECT count(*) FROM sandbox_letters") == 0
    assert acts(office) == {"invite", "take_back", "end"}
    assert acts(signer) == {"approve", "decline", "end"}
    (waiting,) = list_staff_invitations(machine_now=db.value("SELECT now()"))
    # The one who asked does not let in, whatever is sent.
    assert "Langkah ini dilakukan peran lain." in post(office, act="approve", waiting=str(waiting.id))
    assert "Pilih undangan." in post(signer, act="approve", waiting="")
    assert "Diizinkan masuk: undangan terkirim." in post(signer, act="approve", waiting=str(waiting.id))
    client = come_in("sari", *last_letter())
    page = client.get(reverse(WHERE)).content.decode()
    assert "staff:b-approver" in page
    assert "diterima" in page
    # Ended at once: the open session sees nothing more.
    user = find_user("sari")
    assert user is not None
    assert "Akun diakhiri." in post(office, act="end", user=str(user.id))
    assert client.get(reverse(WHERE)).status_code == 302


def test_not_let_in(office: Client, signer: Client) -> None:
    invite(office, "programme_office")
    (waiting,) = list_staff_invitations(machine_now=db.value("SELECT now()"))
    assert "Tidak diizinkan masuk." in post(signer, act="decline", waiting=str(waiting.id))
    assert db.value("SELECT count(*) FROM sandbox_letters") == 0
    again = post(signer, act="approve", waiting=str(waiting.id))
    assert "Undangan ini sudah berakhir." in again
    kinds = db.rows("SELECT kind, actor FROM events WHERE subject_id = %s ORDER BY event_id", [waiting.id])
    assert kinds == [
        ("user.invitation_asked", "staff:b-programme_office"),
        ("user.invitation_declined", "staff:b-approver"),
    ]


def test_a_keeper_is_invited_to_its_body(office: Client, signer: Client, context: Context) -> None:
    add_seal_keepers(context, [KeeperRequest("bps", "Badan Pusat Statistik")])
    keeper_id = db.value("SELECT id FROM seal_keepers")
    assert "Pilih peran." in invite(office, "seal_keeper")
    invite(office, f"seal_keeper:{keeper_id}")
    (waiting,) = list_staff_invitations(machine_now=db.value("SELECT now()"))
    post(signer, act="approve", waiting=str(waiting.id))
    stranger = Client().get(reverse("invitation", args=[waiting.id])).content.decode()
    assert "Badan Pusat Statistik" in stranger
    client = come_in("kunci", *last_letter())
    assert client.get(reverse("kept_seals")).status_code == 200
    assert client.get(reverse(WHERE)).status_code == 403


def test_taken_back_and_the_last_of_a_role(office: Client, signer: Client) -> None:
    invite(office, "ministry")
    (waiting,) = list_staff_invitations(machine_now=db.value("SELECT now()"))
    assert "Undangan ditarik." in post(office, act="take_back", invitation=str(waiting.id))
    approver = find_user("b-approver")
    assert approver is not None
    assert "akun terakhir dari perannya" in post(office, act="end", user=str(approver.id))
    assert "Ini akun Anda sendiri" in post(signer, act="end", user=str(approver.id))
    # Somebody of a labour office is none of these.
    assert "Pilih akun." in post(office, act="end", user="x")


def test_without_a_courier_who_lets_in_hands_the_code_over(
    office: Client, signer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "find_courier", lambda: None)
    invite(office, "approver")
    (waiting,) = list_staff_invitations(machine_now=db.value("SELECT now()"))
    answer = signer.post(reverse(WHERE), {"act": "approve", "waiting": str(waiting.id)})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Serahkan undangan" in answer.content.decode()
