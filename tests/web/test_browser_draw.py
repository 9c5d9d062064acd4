"""Pages of the draw, of its keepers and of cards in a browser at three widths, each with something on it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.cards.custody_queries import list_cards_at_office, list_manifests
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.selection import queries
from prakerja.selection.tokens import receipt_of, wave_key
from prakerja.web.desk import cards as desk_cards
from tests.cards.test_cards import issued
from tests.web.browser import PHONE, browse, press
from tests.web.founder import DAY, NOW
from tests.web.nation import Nation
from tests.web.people import Cast, set_clock, work
from tests.web.test_browser_people import browser, ground, in_three_widths, looked_at
from tests.web.test_portal import sign_in_as
from tests.web.test_seals import plan

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


def of_keeper(context: Context) -> Client:
    keeper_id = next(one.keeper_id for one in queries.list_keepers() if one.code == "bps")
    create_users(context, [UserRequest("of-bps", "bps", Role.SEAL_KEEPER, seal_keeper_id=keeper_id)])
    user = find_user("of-bps")
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


def test_pages_of_a_wave_from_its_plan_to_its_decree(nation: Nation, cast: Cast, context: Context) -> None:
    wave_id = nation.open_wave_id
    office = Client()
    office.force_login(cast.user(Role.PROGRAMME_OFFICE))
    pages = {"plan-wave": reverse("plan_wave"), "wave-open": reverse("wave", args=[wave_id])}
    assert browse(office, looked_at(pages), width=PHONE) == []
    person = Client()
    sign_in_as(person, context, nation.joiner_id, nation.lane)
    person.post(reverse("join_wave", args=[wave_id]), {"channel": "digital"})
    set_clock(context.at(NOW + 5 * DAY))
    where = reverse("wave", args=[wave_id])
    for act in ("close", "commit"):
        office.post(reverse("wave_act", args=[wave_id, act]))
        assert browse(office, looked_at({f"wave-{act}-at-work": where}), width=PHONE) == []
        assert work() == 1
    draw = reverse("draw", args=[3])
    assert browse(Client(), looked_at({"draw-committed": draw}), width=PHONE) == []
    set_clock(context.at(NOW + 6 * DAY))
    for act in ("reveal", "prepare"):
        office.post(reverse("wave_act", args=[wave_id, act]))
        assert work() == 1
    assert browse(office, looked_at({"wave-drawn": where}), width=PHONE) == []
    token = bytes(db.value("SELECT token FROM joinings WHERE applicant_id = %s", [nation.joiner_id]))
    receipt = receipt_of(wave_key(wave_id), token)
    for typed, name in ((receipt, "draw-receipt"), ("x", "draw-no-receipt")):
        assert browse(Client(), receipt_typed(draw, typed, name), width=PHONE) == []
    mine = {"my-result": reverse("my_wave", args=[wave_id]), "my-appeals": reverse("my_appeals")}
    assert browse(person, looked_at(mine), width=PHONE) == []
    decree_id = db.value("SELECT id FROM decrees WHERE wave_id = %s", [wave_id])
    approver = Client()
    approver.force_login(cast.user(Role.APPROVER))
    decree = reverse("decree", args=[decree_id])
    assert browse(approver, looked_at({"decree-to-sign": decree}), width=PHONE) == []
    approver.post(reverse("approve_decree", args=[decree_id]))
    assert browse(approver, looked_at({"decree-at-work": decree}), width=PHONE) == []


def test_pages_of_keepers_and_of_a_fallback(nation: Nation, cast: Cast, context: Context) -> None:
    office = Client()
    office.force_login(cast.user(Role.PROGRAMME_OFFICE))
    plan(office, nation.open_wave_id)
    pages = {"fallback-named": reverse("wave_fallback", args=[nation.open_wave_id])}
    assert browse(office, looked_at(pages), width=PHONE) == []
    pages = {"kept-seal": reverse("kept_seal", args=[nation.open_wave_id]), "kept-seals": reverse("kept_seals")}
    assert browse(of_keeper(context), looked_at(pages), width=PHONE) == []


def receipt_typed(where: str, receipt: str, name: str) -> Callable[[Page], list[str]]:
    """Type a receipt into a draw's public page, and look at what it answers; the receipt stands in no address."""

    def look(page: Page) -> list[str]:
        page.goto(where)
        page.locator("#receipt").fill(receipt)
        press(page.get_by_role("button", name="Cari"))
        page.locator("main form + .notice").wait_for()
        assert page.url.endswith(where)
        return in_three_widths(page, name)

    return look


def looked_for(where: str, number: str, name: str) -> Callable[[Page], list[str]]:
    """Type a number, spaced as on the card, into the search of the desk, and look at what it answers."""

    def look(page: Page) -> list[str]:
        page.goto(where)
        page.locator("#number").fill(f"{number[:4]} {number[4:8]} {number[8:12]} {number[12:]}")
        press(page.get_by_role("button", name="Cari"))
        page.locator("main .notice").get_by_role("link", name=name).wait_for()
        assert page.url.endswith(where)
        return in_three_widths(page, "desk-found")

    return look


def test_pages_of_a_cards_later_life(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    here = ground(context)
    decreed = issued(here, digital=1, regular=2)
    set_clock(decreed.context)
    office = browser(here, Role.PROGRAMME_OFFICE)
    office.post(reverse("office_cards"))
    (manifest,) = list_manifests()
    office.post(reverse("office_manifest", args=[manifest.manifest_id]), {"waybill": "RESI-1"})
    desk = browser(here, Role.LABOUR_OFFICE, labour_office_id=manifest.labour_office_id)
    arrival = reverse("desk_manifest", args=[manifest.manifest_id])
    with monkeypatch.context() as patch:
        patch.setattr(desk_cards, "_TICKS_MOST", 1)
        assert browse(desk, looked_at({"arrival-long": arrival}), width=PHONE) == []
        desk.post(arrival, {"places": "2"})
    (card,) = list_cards_at_office(manifest.labour_office_id)
    page = reverse("desk_card", args=[card.card_id])
    pages = {"desk-cards": reverse("desk_cards")}
    assert browse(desk, looked_at(pages), width=PHONE) == []
    assert browse(desk, looked_for(pages["desk-cards"], card.number, card.name), width=PHONE) == []
    desk.post(page, {"seen": "1", "signed": "1"})
    pages = {"desk-later": page, "desk-pin": reverse("desk_card_step", args=[card.card_id, "pin"])}
    assert browse(desk, looked_at(pages), width=PHONE) == []
    people = reverse("office_users", args=["labour_office", manifest.labour_office_id])
    pages = {"labour-offices": reverse("labour_offices"), "officers": people}
    assert browse(office, looked_at(pages), width=PHONE) == []
    pages = {"office-cards": reverse("office_cards"), "office-card": reverse("office_card", args=[card.card_id])}
    assert browse(office, looked_at(pages), width=PHONE) == []
    holder = browser(here, Role.PARTICIPANT, applicant_id=card.applicant_id, applicant_lane=card.lane)
    pages = {"my-card": reverse("my_card"), "my-pin": reverse("my_pin"), "card-lost": reverse("lose_my_card")}
    assert browse(holder, looked_at(pages), width=PHONE) == []
    db.execute(
        "UPDATE cards SET pin_hash = '\\x00', state = 'active', activated_at = now() WHERE state = 'handed_over'"
    )
    holder.post(reverse("block_my_card"))
    pages = {"my-blocked-card": reverse("my_card"), "pin-code": reverse("my_pin_code")}
    assert browse(holder, looked_at(pages), width=PHONE) == []
