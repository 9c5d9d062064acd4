"""A platform's first user comes in by the office's invitation; an institution that nobody knows enters itself."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.queries import find_user, list_invitations, list_partner_users
from prakerja.kit.context import Context
from prakerja.partners import queries
from prakerja.partners.models import Institution
from prakerja.web import users_shown
from tests.web.test_cooperation import Stage, page, post, stage
from tests.web.ways_in import PASSWORD, come_in, last_letter

__all__ = ["stage"]
pytestmark = pytest.mark.django_db

SARI = {"act": "invite", "name": "Sari", "email": "sari@contoh.id"}
ENTRY = {
    "act": "join",
    "name": "LPK Baru",
    "code": "lpk-baru",
    "kind": "private",
    "province": "32",
    "owner": "PT Baru",
    "person": "Budi",
    "email": "budi@contoh.id",
}


def test_the_first_user_of_a_platform_comes_in_by_an_invitation(stage: Stage) -> None:
    office, platform_id = stage.as_("pmo-1"), stage.world.platforms["pijar"]
    where = ("office_users", "platform", platform_id)
    wrong = post(office, *where, act="invite", name="Sari", email="sari")
    assert "<title>Kesalahan: " in wrong
    assert 'value="Sari"' in wrong
    sent = post(office, *where, **SARI)
    assert "Undangan terkirim." in sent
    assert "s•••@contoh.id" in sent
    assert "sari@contoh.id" not in sent
    invitation_id, code = last_letter()
    # The office never sees the code.
    assert code not in sent
    client = come_in("sari", invitation_id, code)
    assert "Pijar Mahir" in page(client, "own_users")
    found = find_user("sari")
    assert found is not None
    assert (found.role, found.partner_id) == ("platform", platform_id)
    assert "diterima" in page(office, *where)
    # Who comes to the address again finds it closed.
    again = page(Client(), "invitation", invitation_id)
    assert "Undangan ini sudah berakhir." in again
    assert "<form" not in again.partition("<main")[2].partition("</main>")[0]


def test_what_was_typed_stays_but_for_the_password(stage: Stage) -> None:
    post(stage.as_("pmo-1"), "office_users", "platform", stage.world.platforms["pijar"], **SARI)
    invitation_id, code = last_letter()
    where, client = reverse("invitation", args=[invitation_id]), Client()
    typed = {"act": "accept", "code": code, "username": "sari", "password": PASSWORD, "again": "lain"}
    found = client.post(where, typed).content.decode()
    assert "Kedua kata sandi berbeda." in found
    assert f'value="{code}"' in found
    assert PASSWORD not in found
    found = client.post(where, {**typed, "again": PASSWORD, "username": "Sari!"}).content.decode()
    assert "Gunakan 3 sampai 50 huruf kecil" in found
    found = client.post(where, {**typed, "code": "X" * 12, "again": PASSWORD}).content.decode()
    assert "Kodenya tidak benar." in found
    # A session is opened by the second factor only.
    assert client.get(reverse("own_users")).status_code == 302


def test_a_partner_invites_and_ends_its_own_people_and_nobody_elses(stage: Stage) -> None:
    client = stage.as_("institution")
    assert "Undangan terkirim." in post(client, "own_users", **SARI)
    come_in("sari", *last_letter())
    assert "Undangan terkirim." in post(client, "own_users", act="invite", name="Budi", email="budi@contoh.id")
    (waiting, _) = list_invitations(stage.world.institution_id, machine_now=datetime.now(UTC))
    assert "Undangan ditarik." in post(client, "own_users", act="take_back", invitation=str(waiting.id))
    users = {one.username: one.id for one in list_partner_users(stage.world.institution_id)}
    assert "Ini akun Anda sendiri" in post(client, "own_users", act="end", user=str(users["institution"]))
    other = stage.as_("tokopedia")
    assert "Akun itu tidak ada" in post(other, "own_users", act="end", user=str(users["sari"]))
    sari = stage.as_("sari")
    assert sari.get(reverse("own_users")).status_code == 200
    assert "Akun diakhiri." in post(client, "own_users", act="end", user=str(users["sari"]))
    assert sari.get(reverse("own_users")).status_code == 302


def test_without_a_courier_the_code_is_shown_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users_shown, "find_courier", lambda: None)
    office = stage.as_("pmo-1")
    answer = office.post(reverse("office_users", args=["platform", stage.world.platforms["pijar"]]), SARI)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Serahkan undangan" in answer.content.decode()


def test_an_institution_enters_itself(stage: Stage, context: Context) -> None:
    stranger = Client()
    assert "Bergabung sebagai lembaga pelatihan" in page(stranger, "institutions")
    for changes, sentence in (
        ({"code": "LPK Baru"}, "Gunakan hanya huruf kecil, angka, dan tanda hubung."),
        ({"code": "lpk-maju"}, "Kode ini sudah dipakai."),
        ({"email": "budi"}, "Ketik alamat surel"),
        ({"province": ""}, "Kode provinsi"),
        ({"person": ""}, "Isi nama"),
    ):
        found = post(stranger, "join_programme", **{**ENTRY, **changes})
        assert "<title>Kesalahan: " in found, changes
        assert sentence in found, (changes, found)
        assert Institution.objects.filter(code="lpk-baru").count() == 0
    assert "Periksa surel Anda" in post(stranger, "join_programme", **ENTRY)
    client = come_in("budi", *last_letter())
    made = Institution.objects.get(code="lpk-baru")
    assert (made.state, made.sample, made.owner_entity) == ("draft", False, "PT Baru")
    assert "belum mendaftar" in page(client, "institution_platforms")
    # A draft is in no public register.
    assert "LPK Baru" not in page(stranger, "institutions")
    assert queries.get_institution(made.id).decreed_at is None


def test_nobody_enters_hundreds_of_institutions(stage: Stage) -> None:
    client = Client()
    for place in range(10):
        assert "Periksa surel Anda" in post(client, "join_programme", **{**ENTRY, "code": f"lpk-{place}"})
    assert "Terlalu banyak lembaga" in post(client, "join_programme", **{**ENTRY, "code": "lpk-11"})
    assert Institution.objects.filter(name="LPK Baru").count() == 10
