"""Keys, a sandbox world and the access log with something on them, in a browser at both widths, with axe."""

import os
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from prakerja.access.roles import Role
from tests.web.browser import DESK, PHONE, browse, press
from tests.web.nation import Nation
from tests.web.people import Cast
from tests.web.test_browser import barriers, wide

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
SHOTS = os.environ.get("SHOTS", "")


def look(page: Page, name: str) -> list[str]:
    problems = []
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)
        problems += [f"{name}-{width}: {one}" for one in (*wide(page, width), *barriers(page))]
    return problems


def test_the_way_of_a_key(client: Client, cast: Cast) -> None:
    client.force_login(cast.user(Role.INSTITUTION))

    def script(page: Page) -> list[str]:
        page.goto(reverse("keys"))
        problems = look(page, "keys-none")
        page.get_by_label("Kode redeem dan kehadiran").check()
        page.get_by_label("90 hari").check()
        press(page.get_by_role("button", name="Terbitkan kunci"))
        page.get_by_role("heading", name="Kunci baru Anda").wait_for()
        problems += look(page, "key-issued")
        press(page.get_by_role("link", name="Sudah saya simpan"))
        problems += look(page, "keys-one")
        press(page.get_by_role("button", name="Rotasi"))
        press(page.get_by_role("link", name="Sudah saya simpan"))
        problems += look(page, "keys-two")
        press(page.get_by_role("link", name="Cabut").last)
        page.get_by_role("heading", name="Cabut kunci ini?").wait_for()
        problems += look(page, "key-revoke")
        press(page.get_by_role("button", name="Cabut kunci"))
        page.get_by_text("Kunci dicabut").wait_for()
        return problems + look(page, "keys-rotated")

    assert browse(client, script) == []


def test_a_world_on_a_button_and_the_log(client: Client, nation: Nation, cast: Cast) -> None:
    institution = Client()
    institution.force_login(cast.user(Role.INSTITUTION))
    institution.get(reverse("class", args=[nation.running_schedule_id]))
    client.force_login(cast.user(Role.AUDITOR))

    def script(page: Page) -> list[str]:
        page.goto(reverse("page_accesses"))
        page.get_by_text("institution:test-institution").first.wait_for()
        problems = look(page, "accesses-some")
        page.goto(reverse("new_sandbox"))
        press(page.get_by_role("button", name="Buat dunia sandbox"))
        page.get_by_role("heading", name="Dunia sandbox Anda").wait_for()
        return problems + look(page, "sandbox-made")

    assert browse(client, script) == []


def test_who_looked_at_my_data(client: Client, nation: Nation, cast: Cast) -> None:
    auditor = Client()
    auditor.force_login(cast.user(Role.AUDITOR))
    auditor.get(reverse("trail", args=[cast.applicant_id]))
    client.force_login(cast.user(Role.PARTICIPANT))

    def script(page: Page) -> list[str]:
        page.goto(reverse("who_looked"))
        page.get_by_text("Auditor").first.wait_for()
        return look(page, "who-looked-some")

    assert browse(client, script) == []
