"""The report chain in a browser: without scripts on a phone, and each answer of its forms with axe at both widths."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from prakerja.access.roles import Role
from prakerja.kit import db
from tests.web.browser import DESK, PHONE, browse, press
from tests.web.test_browser import barriers, wide
from tests.web.test_reports import Chain, chain, forward, report

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
SHOTS = os.environ.get("SHOTS", "")
# A fixture of the module that tests the same pages without a browser.
__all__ = ["chain"]


def button(page: Page, name: str) -> None:
    press(page.get_by_role("button", name=name, exact=True))


def look(page: Page, name: str, width: int) -> list[str]:
    """What is wrong with the page as it stands."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)
    return [f"{name}-{width}: {one}" for one in (*wide(page, width), *barriers(page))]


def test_three_hops_on_a_phone_without_scripts(chain: Chain) -> None:
    there, absent = chain.code_of(chain.there), chain.code_of(chain.absent)

    def institution(page: Page) -> None:
        page.goto(reverse("reports_due"))
        press(page.locator("td a").first)
        page.fill(f"#score-{there}", "85")
        page.check(f"#absent-{absent}")
        button(page, "Periksa laporan")
        page.get_by_role("heading", name="Periksa laporan").wait_for()
        assert page.locator(".tag", has_text="tidak selesai").count() == 1
        button(page, "Kirim laporan ke platform")
        page.get_by_text("2 hasil dilaporkan. Platform meneruskannya.").wait_for()

    def platform(page: Page) -> None:
        page.goto(reverse("reports_to_forward"))
        press(page.locator("td a").first)
        button(page, "Teruskan 2 laporan")
        page.get_by_text("2 laporan diteruskan.").wait_for()

    def office(page: Page) -> None:
        page.goto(reverse("reports_to_check"))
        press(page.locator("td a").first)
        press(page.locator("td a").first)
        page.get_by_text("Kehadiran", exact=True).wait_for()
        press(page.locator(".trail a"))
        button(page, "Verifikasi 2 laporan")
        page.get_by_text("2 laporan diverifikasi. 1 sertifikat diterbitkan.").wait_for()

    browse(chain[Role.INSTITUTION], institution, width=PHONE, scripts=False)
    browse(chain[Role.PLATFORM], platform, width=PHONE, scripts=False)
    browse(chain[Role.PROGRAMME_OFFICE], office, width=PHONE, scripts=False)
    assert db.value("SELECT count(*) FROM certificates WHERE purchase_id = %s", (chain.there.purchase_id,)) == 1


def test_each_answer_is_accessible_and_fits(chain: Chain) -> None:
    there, absent = chain.code_of(chain.there), chain.code_of(chain.absent)
    file = {
        "name": "hasil.csv",
        "mimeType": "text/csv",
        "buffer": f"kode_transaksi;nilai\n{there};90\n{absent};sembilan puluh\nTIDAKADA;1\n".encode(),
    }

    def institution(page: Page) -> list[str]:
        problems = []
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 800})
            where = reverse("report_class", args=[chain.schedule_id])
            page.goto(where)
            page.fill(f"#score-{there}", "999")
            button(page, "Periksa laporan")
            page.get_by_role("heading", name="Ada masalah").wait_for()
            problems += look(page, "report-errors", width)
            page.goto(where)
            page.fill(f"#score-{there}", "85")
            button(page, "Periksa laporan")
            page.get_by_role("heading", name="Periksa laporan").wait_for()
            problems += look(page, "report-check", width)
            page.goto(where)
            page.set_input_files("#file", file)  # type: ignore[arg-type]
            button(page, "Periksa berkas")
            page.get_by_role("heading", name="Periksa laporan").wait_for()
            problems += look(page, "report-file", width)
        return problems

    def office(page: Page) -> list[str]:
        problems = []
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(reverse("check_class", args=[chain.schedule_id]))
            button(page, "Kembalikan 2 laporan")
            page.get_by_role("heading", name="Ada masalah").wait_for()
            problems += look(page, "check-errors", width)
            page.goto(reverse("settlements"))
            problems += look(page, "settlements", width)
        return problems

    problems = browse(chain[Role.INSTITUTION], institution)
    report(chain)
    forward(chain)
    problems += browse(chain[Role.PROGRAMME_OFFICE], office)
    assert problems == []
