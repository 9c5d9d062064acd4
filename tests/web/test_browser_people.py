"""The person-facing pages in a browser at 320, 768 and 1280 px: sign-up, cards, assisted registration, appeals."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.queries import find_user
from prakerja.access.roles import Role
from prakerja.cards.custody_queries import list_cards_at_office, list_manifests
from prakerja.cards.operations import make_print_manifests, receive_manifest, ship_manifest
from prakerja.kit import db as database
from prakerja.kit.context import Context
from prakerja.participants.operations.assisted import add_assisted_rows, open_assisted_sheet
from prakerja.participants.specimens import specimen
from prakerja.programme.operations import load_reference_data, load_regimes
from tests.cards.test_cards import issued
from tests.participants.people import APRIL, founding
from tests.participants.test_sign_up_steps import answers_of
from tests.web.browser import DESK, PHONE, browse
from tests.web.people import set_clock
from tests.web.test_browser import barriers, heavy, load, wide
from tests.web.test_sign_up import answered

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

TABLET = 768
SHOTS = os.environ.get("SHOTS", "")


def in_three_widths(page: Page, name: str) -> list[str]:
    """What axe and the screen's width say of the page as it is; with SHOTS= a picture of each."""
    problems = []
    for width in (PHONE, TABLET, DESK):
        page.set_viewport_size({"width": width, "height": 800})
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"people-{name}-{width}.png"), full_page=True)
        problems += [f"{name} {width}: {one}" for one in (*wide(page, width), *barriers(page))]
    return problems


def looked_at(pages: dict[str, str]) -> Callable[[Page], list[str]]:
    """Open each page once, and look at it in three widths; what axe and the screen's width say."""

    def look(page: Page) -> list[str]:
        problems = []
        for name, where in pages.items():
            sizes = load(page, where)
            problems += [f"{name}: {one}" for one in heavy(sizes)]
            problems += in_three_widths(page, name)
        return problems

    return look


def ground(context: Context) -> Context:
    here = Context("system:test", APRIL, context.ids)
    load_regimes(here)
    load_reference_data(here)
    set_clock(here)
    return here


def browser(context: Context, role: Role, **more: object) -> Client:
    create_users(context, [UserRequest(f"b-{role.value}", role.value, role, **more)])  # type: ignore[arg-type]
    user = find_user(f"b-{role.value}")
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


def test_pages_of_a_newcomer(context: Context) -> None:
    ground(context)
    client = Client()
    answered(client)
    stranger = Client()
    stranger.post(reverse("sign_in"), {"contact": "orang@contoh.id"})
    pages = {"code": reverse("sign_in_code")}
    assert browse(stranger, looked_at(pages), width=PHONE) == []
    questions = {code: reverse("sign_up_question", args=[code]) for code in ("nik", "birth_date")}
    pages = {
        "tasks": reverse("sign_up"),
        "check": reverse("sign_up_check"),
        **questions,
    }
    assert browse(client, looked_at(pages), width=PHONE) == []
    client.post(reverse("sign_up_check"))
    for state in ("presence_verified", "phone_verified"):
        database.execute(f"UPDATE applicants SET state = '{state}', {state}_at = now()")
    client.post(reverse("sign_up_test"), {"begin": "1"})
    assert browse(client, looked_at({"test": reverse("sign_up_test")}), width=PHONE) == []


def test_pages_of_a_card_and_of_the_desk(context: Context) -> None:
    here = ground(context)
    decreed = issued(here, digital=1, regular=2)
    make_print_manifests(decreed.context)
    (manifest,) = list_manifests()
    desk = browser(here, Role.LABOUR_OFFICE, labour_office_id=manifest.labour_office_id)
    office = browser(here, Role.PROGRAMME_OFFICE)
    batch = reverse("office_manifest", args=[manifest.manifest_id])
    pages = {"batch": batch, "cases": reverse("cases")}
    assert browse(office, looked_at(pages), width=PHONE) == []
    ship_manifest(decreed.context, manifest.manifest_id, "RESI-1")
    arrival = {"arrival": reverse("desk_manifest", args=[manifest.manifest_id])}
    assert browse(desk, looked_at(arrival), width=PHONE) == []
    receive_manifest(decreed.context, manifest.manifest_id, [])
    card = list_cards_at_office(manifest.labour_office_id)[0]
    opened = open_assisted_sheet(here, manifest.labour_office_id, founding())
    assert opened.sheet_id is not None
    add_assisted_rows(here, opened.sheet_id, [answers_of(specimen(n), phone="") for n in (1, 2)])
    pages = {
        "desk-card": reverse("desk_card", args=[card.card_id]),
        "sheet": reverse("assisted_sheet", args=[opened.sheet_id]),
        "person": reverse("add_assisted_person", args=[opened.sheet_id]),
    }
    assert browse(desk, looked_at(pages), width=PHONE) == []
    holder = browser(here, Role.PARTICIPANT, applicant_id=decreed.applicants[0], applicant_lane=0)
    pages = {"card": reverse("my_card"), "appeals": reverse("my_appeals")}
    assert browse(holder, looked_at(pages), width=PHONE) == []
