"""What stands around every page: language, sandbox notice, headers, log-in, errors, a way without a script."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from prakerja.access.roles import Role
from prakerja.kit.context import Context
from prakerja.kit.settings import Settings, get_settings
from tests.kit.test_settings import PRODUCTION
from tests.web.browser import DESK, PHONE, browse, press
from tests.web.founder import NOW
from tests.web.nation import Nation
from tests.web.pages import pages_of
from tests.web.people import Cast, set_clock

pytestmark = pytest.mark.django_db


def test_indonesian_comes_first_whatever_the_browser_says(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "en-US,en;q=0.9"}).content.decode()
    assert '<html lang="id">' in page
    assert "Cara kerjanya" in page


def test_the_language_is_chosen_and_kept(client: Client) -> None:
    answer = client.post(reverse("set_language"), {"language": "en", "next": reverse("platforms")})
    assert answer.headers["Location"] == reverse("platforms")
    page = client.get("/").content.decode()
    assert '<html lang="en">' in page
    assert "How it works" in page


def test_a_sandbox_says_so_on_every_page(client: Client, nation: Nation, cast: Cast) -> None:
    for role in [None, *Role]:
        if role is not None:
            client.force_login(cast.user(role))
        for name, where in pages_of(role, nation).items():
            if not name.startswith("table"):
                assert "Lingkungan uji:" in client.get(where).content.decode(), name


def test_production_does_not_call_itself_a_sandbox(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.model_validate(PRODUCTION)
    monkeypatch.setattr("prakerja.web.context_processors.get_settings", lambda: settings)
    assert "Lingkungan uji:" not in client.get("/").content.decode()


def test_no_page_has_a_script_a_style_or_another_host_in_it(client: Client, nation: Nation, cast: Cast) -> None:
    for role in [None, *Role]:
        if role is not None:
            client.force_login(cast.user(role))
        for name, where in pages_of(role, nation).items():
            if name.startswith("table"):
                continue
            answer = client.get(where)
            # The own address, in a command to paste, is no other host.
            page = answer.content.decode().replace(get_settings().base_url.rstrip("/"), "")
            assert not re.search(r"<script|<style| style=| on[a-z]+=|javascript:|//[a-z]", page), name
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy


def test_the_style_sheet_is_small() -> None:
    from django.contrib.staticfiles import finders

    found = finders.find("web/prakerja.css")
    assert isinstance(found, str)
    assert Path(found).stat().st_size <= 13 * 1024


@pytest.mark.parametrize(
    ("where", "status", "sentence"),
    [("/tidak-ada/", 404, "Halaman tidak ditemukan"), ("/figures/tidak-ada/", 404, "Halaman tidak ditemukan")],
)
def test_an_error_page_says_what_to_do(client: Client, where: str, status: int, sentence: str) -> None:
    answer = client.get(where)
    assert answer.status_code == status
    assert sentence in answer.content.decode()


def test_a_form_without_its_token_changes_nothing(nation: Nation) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("set_language"), {"language": "en"})
    assert answer.status_code == 403
    assert "Formulir sudah kedaluwarsa" in answer.content.decode()


def test_small_counts_of_people_are_withheld_and_files_are_harmless(client: Client, nation: Nation) -> None:
    page = client.get(reverse("figure", args=["participants"])).content.decode()
    assert "kurang dari 10" in page
    file = client.get(reverse("figure_csv", args=["participants"])).content.decode("utf-8-sig")
    head, *rows = file.splitlines()
    assert head == "key,label,count,date"
    assert rows
    assert all(row.split(",")[2] == "" for row in rows)


def test_a_formula_in_a_file_is_made_harmless() -> None:
    from prakerja.web.answers import csv_file

    text = csv_file("x", ("a",), [("=1+1",), ("@sum",), ("plain",), (-5,)]).content.decode("utf-8-sig")
    assert text.split() == ["a", "'=1+1", "'@sum", "plain", "-5"]


@pytest.mark.browser
def test_a_code_is_redeemed_on_a_phone_without_a_script(client: Client, nation: Nation, cast: Cast) -> None:
    client.force_login(cast.user(Role.INSTITUTION))
    code = nation.bought[-1].redeem_code

    def script(page: object) -> str:
        from playwright.sync_api import Page

        assert isinstance(page, Page)
        page.goto(reverse("institution"))
        press(page.get_by_role("main").get_by_role("link", name="Tukar kode"))
        # On a phone the menu is one line that names the page, and unfolds; on a desk it stands open.
        fold, entry = page.get_by_text("Menu: Tukar kode"), page.get_by_role("link", name="Kode terjual")
        assert (fold.is_visible(), entry.is_visible()) == (True, False)
        fold.click()
        entry.wait_for()
        page.set_viewport_size({"width": DESK, "height": 800})
        assert (fold.is_visible(), entry.is_visible()) == (False, True)
        page.set_viewport_size({"width": PHONE, "height": 800})
        fold.click()
        entry.wait_for(state="hidden")
        page.get_by_label("Kode redeem peserta").fill(code.lower())
        press(page.get_by_role("button", name="Tukar", exact=True))
        page.get_by_text("sudah ditukar").wait_for()
        return page.get_by_role("status").inner_text()

    assert (
        browse(client, script, width=PHONE, scripts=False) == f"Kode {code} sudah ditukar. Peserta masuk di kelas Anda."
    )


def test_public_figures_are_counted_once_a_minute(client: Client, nation: Nation, context: Context) -> None:
    first = client.get(reverse("figure", args=["courses"])).content.decode()
    nation.market.course(title="Las dasar")
    set_clock(context.at(NOW + timedelta(hours=1)))
    kept = client.get(reverse("figure", args=["courses"])).content.decode()
    assert "Pelatihan disetujui: 1" in first
    # The figure and its moment stay together.
    assert "Pelatihan disetujui: 1" in kept
    assert "<dd>1 September 2020, 10.00 WIB</dd>" in kept
    cache.clear()
    counted = client.get(reverse("figure", args=["courses"])).content.decode()
    assert "Pelatihan disetujui: 2" in counted
    assert "<dd>1 September 2020, 11.00 WIB</dd>" in counted
