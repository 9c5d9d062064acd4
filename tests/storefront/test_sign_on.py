"""Signing in to the shop with Prakerja: only the browser that went there comes back as somebody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from prakerja.storefront.client import Answered, Client, Outcome, Refused, sign
from prakerja.storefront.shop import make_shop
from prakerja.storefront.sign_on import AUTHORIZE, SignOn
from tests.storefront.programs import LOST, ScriptedApi, TestClient, settings_in

PERSON = Answered({"user_id": "f00d", "name": "Siti"})


@dataclass(slots=True)
class Prakerja:
    """Agrees to everything, unless told otherwise."""

    begun: Outcome | None = None
    finished: Outcome = PERSON
    states: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def begin(self, state: str) -> Outcome:
        self.states.append(state)
        return self.begun or Answered({"redirect_url": "http://localhost:8000/izin/?x=1"})

    def finish(self, code: str) -> Outcome:
        self.codes.append(code)
        return self.finished


def open_shop(tmp_path: Path, prakerja: Prakerja) -> TestClient:
    api = ScriptedApi({"payment/quota-schedule": Answered({"quota": 5})})
    return TestClient(make_shop(settings_in(tmp_path), client=api, sign_on=prakerja), follow_redirects=False)


def test_to_the_consent_and_back_to_the_class(tmp_path: Path) -> None:
    prakerja = Prakerja()
    shop = open_shop(tmp_path, prakerja)
    assert shop.get("/masuk/prakerja?ke=j-1").headers["Location"] == "http://localhost:8000/izin/?x=1"
    back = shop.get("/masuk/kembali", params={"state": prakerja.states[0], "code": "C"})
    assert back.headers["Location"] == "/kelas/j-1"
    assert prakerja.codes == ["C"]
    order = shop.post("/kelas/j-1/pesan").headers["Location"]
    assert order.startswith("/pesanan/TOKO-")
    # A state works once.
    assert shop.get("/masuk/kembali", params={"state": prakerja.states[0], "code": "C"}).status_code == 400


@pytest.mark.parametrize("state", ["", "x", "0" * 32 + ".j-1"])
def test_another_browsers_way_back_signs_nobody_in(tmp_path: Path, state: str) -> None:
    prakerja = Prakerja()
    shop = open_shop(tmp_path, prakerja)
    shop.get("/masuk/prakerja")
    page = shop.get("/masuk/kembali", params={"state": state, "code": "C"})
    assert page.status_code == 400
    assert "tidak dimulai di peramban ini" in page.text
    other = TestClient(shop.app, follow_redirects=False)
    assert other.get("/masuk/kembali", params={"state": prakerja.states[0], "code": "C"}).status_code == 400
    assert prakerja.codes == []


def test_who_does_not_agree_can_go_on(tmp_path: Path) -> None:
    prakerja = Prakerja()
    shop = open_shop(tmp_path, prakerja)
    shop.get("/masuk/prakerja?ke=j-1")
    page = shop.get("/masuk/kembali", params={"state": prakerja.states[0], "error": "access_denied"})
    assert "Anda tidak menyetujui" in page.text
    assert 'name="ke" value="j-1"' in page.text
    assert shop.post("/kelas/j-1/pesan").headers["Location"] == "/masuk?ke=j-1"


@pytest.mark.parametrize("outcome", [LOST, Refused("ERROAUTH4031", "Unauthorized"), Answered({})])
def test_a_programme_that_does_not_answer(tmp_path: Path, outcome: Outcome) -> None:
    prakerja = Prakerja(finished=outcome)
    shop = open_shop(tmp_path, prakerja)
    shop.get("/masuk/prakerja")
    assert shop.get("/masuk/kembali", params={"state": prakerja.states[0], "code": "C"}).status_code == 503
    assert open_shop(tmp_path, Prakerja(begun=LOST)).get("/masuk/prakerja").status_code == 503


def test_a_class_that_we_do_not_sell_is_no_way_on(tmp_path: Path) -> None:
    prakerja = Prakerja()
    shop = open_shop(tmp_path, prakerja)
    shop.get("/masuk/prakerja", params={"ke": "//jahat.example"})
    back = shop.get("/masuk/kembali", params={"state": prakerja.states[0], "code": "C"})
    assert back.headers["Location"] == "/"


def test_the_first_call_is_signed_without_its_query() -> None:
    sent: list[tuple[str, str, Mapping[str, str]]] = []

    class Recording(Client):
        def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
            assert body == b""
            sent.append((method, path, headers))
            return LOST

    client = Recording("http://x", "toko-1", "rahasia", clock=lambda: 1_516_239_022.4)
    SignOn(client, "http://shop/masuk/kembali", "http://shop/masuk").begin("s")
    ((method, path, headers),) = sent
    parts = urlsplit(path)
    assert (method, parts.path) == ("GET", AUTHORIZE)
    assert parse_qs(parts.query) == {
        "state": ["s"],
        "scope": ["name"],
        "client_id": ["toko-1"],
        "redirect_uri": ["http://shop/masuk/kembali"],
        "login_uri": ["http://shop/masuk"],
    }
    assert headers["X-Signature"] == sign("rahasia", "toko-1", "1516239022", AUTHORIZE, "", b"", method="GET")
