"""Addresses of partners' programs: registered and taken out on a page, and no other is ever gone to."""

import pytest
from django.test import Client
from django.urls import reverse

from prakerja.access.roles import Role
from prakerja.kit import db
from prakerja.partner_api.callbacks import ADDRESSES_MAX, is_fit, list_callbacks
from prakerja.partner_api.queries import is_registered
from tests.web.nation import Nation
from tests.web.people import Cast
from tests.web.test_portal import text_of

pytestmark = pytest.mark.django_db
BACK = "https://lpk.example.id/hadir?kelas=1"


@pytest.fixture
def institution(client: Client, nation: Nation, cast: Cast) -> Client:
    client.force_login(cast.user(Role.INSTITUTION))
    return client


def send(client: Client, **fields: str) -> tuple[int, str]:
    answer = client.post(reverse("addresses"), fields)
    return answer.status_code, answer.content.decode()


def test_an_institution_registers_an_address_and_takes_it_out(institution: Client, nation: Nation) -> None:
    institution_id = nation.market.world.institution_id
    where = reverse("addresses")
    assert "Belum ada alamat terdaftar" in text_of(institution, where)
    assert send(institution, act="add", uri=f" {BACK} ")[0] == 302
    assert is_registered(institution_id, "presence", BACK)
    assert not is_registered(institution_id, "presence", BACK + "0")
    assert BACK in institution.get(where).content.decode()
    status, page = send(institution, act="add", uri=BACK)
    assert (status, "Alamat ini sudah terdaftar." in page, f'value="{BACK}"' in page) == (422, True, True)
    (mine,) = list_callbacks(institution_id)
    assert send(institution, act="remove", address=str(mine.id))[0] == 302
    assert not is_registered(institution_id, "presence", BACK)
    assert db.rows("SELECT kind FROM events WHERE subject_id = %s ORDER BY event_id", (mine.id,)) == [
        ("callback.registered",),
        ("callback.removed",),
    ]


def test_a_platform_says_what_an_address_is_for(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.PLATFORM))
    assert send(client, act="add", uri=BACK)[0] == 422
    assert send(client, act="add", uri=BACK, purpose="presence")[0] == 422
    assert send(client, act="add", uri=BACK, purpose="sign_on")[0] == 302
    assert send(client, act="add", uri=BACK, purpose="login")[0] == 302
    platform_id = nation.market.world.platforms["tokopedia"]
    assert [(one.purpose, one.uri) for one in list_callbacks(platform_id)] == [("login", BACK), ("sign_on", BACK)]


def test_nobody_takes_out_what_is_anothers(institution: Client, nation: Nation, cast: Cast) -> None:
    assert send(institution, act="add", uri=BACK)[0] == 302
    (mine,) = list_callbacks(nation.market.world.institution_id)
    platform = Client()
    platform.force_login(cast.user(Role.PLATFORM))
    for address in (str(mine.id), "", "x"):
        status, page = send(platform, act="remove", address=address)
        assert (status, "Pilih alamat yang terdaftar." in page) == (422, True)
    assert len(list_callbacks(nation.market.world.institution_id)) == 1
    assert send(institution, act="other")[0] == 404


def test_there_are_twenty_at_most(institution: Client) -> None:
    for number in range(ADDRESSES_MAX):
        assert send(institution, act="add", uri=f"{BACK}{number}")[0] == 302
    status, page = send(institution, act="add", uri=BACK)
    assert (status, "Dua puluh alamat sudah terdaftar." in page) == (422, True)


@pytest.mark.parametrize(
    ("uri", "fit"),
    [
        ("https://lpk.example.id", True),
        ("https://lpk.example.id:8443/a/b?x=1&y=%20", True),
        ("http://localhost:9000/kembali", True),
        ("http://127.0.0.1/kembali", True),
        ("http://lpk.example.id/", False),
        ("ftp://lpk.example.id/", False),
        ("javascript:alert(1)", False),
        ("//lpk.example.id/", False),
        ("https://", False),
        ("https:///x", False),
        ("https://a:b@lpk.example.id/", False),
        ("https://lpk.example.id@jahat.example/", False),
        ("https://lpk.example.id/#x", False),
        ("https://lpk.example.id/a b", False),
        ("https://lpk.example.id/\\@jahat.example", False),
        ("https://lpk.example.id/\n", False),
        ("https://lpk.example.id:99999/", False),
        ("https://[::1/", False),
        ("https://lpk.example.id/'\"", False),
        ("https://lpk.exämple.id/", False),
        ("https://lpk.example.id/" + "x" * 500, False),
        ("", False),
    ],
)
def test_an_address_is_whole_and_safe(uri: str, fit: bool) -> None:  # noqa: FBT001 - a parameter
    assert is_fit(uri) is fit


def test_outside_a_sandbox_no_own_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    class Production:
        deployment = "production"

    monkeypatch.setattr("prakerja.partner_api.callbacks.get_settings", Production)
    assert not is_fit("http://localhost:9000/kembali")
    assert is_fit("https://lpk.example.id")
