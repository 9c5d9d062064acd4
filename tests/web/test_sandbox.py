"""The sandbox's pages: what a phone would get, and new worlds; in production there is neither."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import escape

import pytest
from django.test import Client

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from prakerja.kit.settings import Settings
from prakerja.partner_api import messenger
from prakerja.partner_api.messenger import Message, SmsSandbox
from prakerja.partner_api.presence import LinkRequest, make_links
from prakerja.partner_api.queries import find_codes
from prakerja.partners.queries import find_api_key
from prakerja.programme.operations import set_programme_clock
from prakerja.web.sandbox import views
from tests.learning.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(context: Context) -> World:
    made = make_world(context, state="paid")
    SmsSandbox().send(
        [
            Message(person.lane, person.card_id, f"{number}23456 adalah kode OTP Anda.")
            for number, person in enumerate(made.people)
        ],
        ids=context.ids,
        machine_now=datetime(2026, 11, 25, tzinfo=UTC),
    )
    return made


def test_the_outbox_shows_all_messages_or_those_of_a_card(client: Client, world: World) -> None:
    everything = client.get("/sandbox/sms/").content.decode()
    assert "023456 adalah kode OTP Anda." in everything
    assert "123456 adalah kode OTP Anda." in everything
    assert everything.index("123456") < everything.index("023456")
    number = messenger.list_messages(2)[1].card_number
    one = client.post("/sandbox/sms/", {"card": f"{number[:4]} {number[4:]}"}).content.decode()
    assert "023456 adalah" in one
    assert "123456 adalah" not in one
    wrong = client.post("/sandbox/sms/", {"card": "12"}).content.decode()
    assert "terdiri dari 16 angka" in wrong
    assert "kode OTP Anda" not in wrong


def test_a_world_is_made_on_a_button_and_its_keys_are_shown_once(client: Client) -> None:
    context = Context("system:test", datetime(2020, 7, 15, 3, 30, tzinfo=UTC), SeededIds("page"))
    set_programme_clock(context, context.now, machine_now=datetime.now(UTC))
    assert client.get("/sandbox/new/").status_code == 200
    made = client.post("/sandbox/new/")
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    text = made.content.decode()
    codes = re.findall(r'<dt>client_code</dt><dd class="code">([^<]+)</dd>', text)
    assert len(codes) == 2
    for code in codes:
        key = find_api_key(code)
        assert key is not None
        assert key.secret in text
        assert key.secret not in client.get("/sandbox/new/").content.decode()
    assert text.count("PRAT-") == 2 * 12
    assert '<dt>redirect_uri</dt><dd class="code">http://localhost:8000/sandbox/back/</dd>' in text
    assert '<dt>redirect_uri</dt><dd class="code">http://localhost:8000/sandbox/signed-on/</dd>' in text


def test_worlds_have_a_budget_per_address(client: Client, monkeypatch: pytest.MonkeyPatch, context: Context) -> None:
    monkeypatch.setattr(views, "WORLDS_OF_AN_ADDRESS", replace(views.WORLDS_OF_AN_ADDRESS, most=0))
    refused = client.post("/sandbox/new/")
    assert refused.status_code == 429
    assert "terlalu banyak dunia sandbox" in refused.content.decode()
    assert "client_code" not in refused.content.decode()


@pytest.mark.parametrize("state", ["", "x", "0" * 40, "é", "\x00", "<b>", "A" * 40, "0" * 10_000])
def test_a_state_that_nobody_gave_is_told_so(client: Client, state: str) -> None:
    page = client.get("/sandbox/back/", {"state": state})
    assert page.status_code == 404
    assert "Tidak ada pemeriksaan kehadiran dengan state ini" in page.content.decode()
    assert client.post("/sandbox/back/").status_code == 405


@pytest.mark.parametrize(
    ("query", "status", "title"),
    [
        ({"code": "28K4", "state": "a&<b>"}, 200, "Orang itu setuju"),
        ({"error": "access_denied", "state": "a&b"}, 200, "Orang itu tidak setuju"),
        ({"code": "';id'", "state": "a"}, 404, "Tidak ada yang datang dari halaman persetujuan"),
        ({"code": "28K4"}, 404, "Tidak ada yang datang dari halaman persetujuan"),
        ({}, 404, "Tidak ada yang datang dari halaman persetujuan"),
    ],
)
def test_back_from_the_consent_page(client: Client, query: dict[str, str], status: int, title: str) -> None:
    page = client.get("/sandbox/signed-on/", query)
    text = page.content.decode()
    assert (page.status_code, page.headers["Cache-Control"]) == (status, "no-store")
    assert f"<h1>{title}</h1>" in text
    assert "<b>" not in text
    assert ";id" not in text
    if status == 200:
        for value in query.values():
            assert f'<dd class="code">{escape(value)}</dd>' in text


def test_a_state_of_another_address_is_none_here(client: Client, world: World) -> None:
    code = db.value("SELECT redeem_code FROM purchases WHERE purchase_id = %s", (world.people[0].purchase_id,))
    (facts,) = find_codes([(code, 1)])
    assert facts is not None
    asked = LinkRequest(facts=facts, sequence=1, redirect_uri="https://lpk.example.id/a", email="a@b.id", actor="x:y")
    here = replace(asked, redirect_uri="http://localhost:8000/sandbox/back/")
    other, own = make_links(world.context, [asked, here], machine_now=datetime.now(UTC))
    statuses = [client.get("/sandbox/back/", {"state": one.state}).status_code for one in (other, own)]
    assert statuses == [404, 200]


def test_production_has_neither(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    production = Settings.model_construct(deployment="production")
    monkeypatch.setattr(views, "get_settings", lambda: production)
    monkeypatch.setattr(messenger, "get_settings", lambda: production)
    for path in ("/sandbox/sms/", "/sandbox/new/", "/sandbox/back/", "/sandbox/signed-on/"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    with pytest.raises(RuntimeError, match="sandbox only"):
        messenger.list_messages(1)
    with pytest.raises(RuntimeError, match="sandbox only"):
        messenger.list_messages_of_card("1")
    with pytest.raises(RuntimeError, match="does not exist in production"):
        SmsSandbox()
