"""The whole way as a person goes it, in a browser: shop, code by SMS, redeem code, class, presence, practice task."""

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from prakerja.kit import db
from tests.storefront.conftest import House
from tests.web.browser import CHROMIUM, DESK, PHONE, SWITCHES, press
from tests.web.test_browser import barriers, wide

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS", "")
Look = Callable[[str], None]


def walk(page: Page, house: House, look: Look, *, buyer: int) -> None:
    """From the shop's first page to the answered task."""
    person = house.programs.storefront.buyers[buyer]
    shop, institution = house.programs.shop.url, house.programs.institution.url
    page.goto(shop)
    look("shop-front")
    press(page.get_by_role("link", name=re.compile("Barista")).first)
    look("shop-class")
    press(page.get_by_role("button", name="Beli pelatihan ini"))
    look("shop-sign-in")
    if buyer:
        sign_in_with_prakerja(page, house, look, buyer=buyer)
    else:
        page.get_by_label("Nama akun").fill(f"Siti {buyer}")
        press(page.get_by_role("button", name="Masuk"))
    press(page.get_by_role("button", name="Beli pelatihan ini"))
    look("shop-order-new")
    pay(page, house, look, card=person.card)
    redeem_code = read_redeem_code(page, house, look, buyer=buyer)

    page.goto(institution)
    look("institution-front")
    page.get_by_label("Kode redeem").fill(redeem_code)
    page.get_by_label("Alamat email").fill(f"siti{buyer}@contoh.id")
    press(page.get_by_role("button", name="Masuk"))
    look("institution-class")
    press(page.get_by_role("button", name="Tukarkan kode"))
    assert "Kode sudah ditukar" in page.content()
    press(page.get_by_role("button", name="Tunjukkan kehadiran sesi 1"))
    page.get_by_role("heading", name="Tunjukkan bahwa Anda hadir").wait_for()
    assert page.url.startswith(f"{house.url}/hadir/")
    look("presence")
    press(page.get_by_role("button", name="Ini wajah saya"))
    page.get_by_role("heading", name="Anda hadir").wait_for()
    assert page.url.startswith(f"{institution}/hadir/kembali?state=")
    look("institution-back")
    press(page.get_by_role("link", name="Ke kelas saya"))
    look("institution-present")
    press(page.get_by_role("button", name="Tunjukkan kehadiran sesi 2"))
    assert "satu jam sebelum sesi mulai" in page.content()
    look("institution-too-early")
    page.get_by_label("Alamat tugas praktik sesi 1").fill("https://berkas.example/tugas.pdf")
    press(page.get_by_role("button", name="Kumpulkan tugas"))
    assert "Tugas sudah dikumpulkan" in page.content()
    page.goto(f"{institution}/pengajar")
    look("institution-trainer")
    page.get_by_label("Umpan balik").fill("Bagus, lanjutkan.")
    press(page.get_by_role("button", name="Kirim umpan balik"))
    assert "Umpan balik tersimpan" in page.content()
    page.goto(f"{institution}/kelas")
    assert "tugas sudah dinilai" in page.content()
    look("institution-answered")


def pay(page: Page, house: House, look: Look, *, card: str) -> None:
    """From a new order to a paid one, with a regular card, a short number and a wrong code on the way."""
    regular = house.programs.storefront.regular_card
    for number, said in (("123", "terdiri dari 16 angka"), (regular, "loket lembaga pelatihan")):
        page.get_by_label("Nomor kartu").fill(number)
        press(page.get_by_role("button", name="Kirim kode"))
        assert said in page.content()
    look("shop-order-refused")
    page.get_by_label("Nomor kartu").fill(f"{card[:4]} {card[4:8]} {card[8:12]} {card[12:]}")
    press(page.get_by_role("button", name="Kirim kode"))
    look("shop-order-code-sent")
    order = page.url
    page.goto(f"{house.url}/sandbox/sms/")
    page.get_by_label("Nomor kartu").fill(card)
    press(page.get_by_role("button", name="Tampilkan"))
    look("outbox")
    found = re.search(r"\b(\d{6})\b", page.get_by_role("main").inner_text().split("Isi")[-1])
    assert found, page.content()
    otp = found.group(1)
    page.goto(order)
    page.get_by_label("Kode OTP", exact=True).fill(f"{(int(otp) + 1) % 1_000_000:06d}")
    press(page.get_by_role("button", name="Bayar"))
    assert "Kode OTP salah" in page.content()
    look("shop-order-wrong-code")
    page.get_by_label("Kode OTP", exact=True).fill(otp)
    press(page.get_by_role("button", name="Bayar"))
    page.get_by_role("heading", name="Sudah dibayar").wait_for()
    look("shop-order-paid")


def sign_in_with_prakerja(page: Page, house: House, look: Look, *, buyer: int) -> None:
    """By way of the page of consent, and back to the class."""
    press(page.get_by_role("link", name="Masuk dengan Prakerja"))
    sign_in(page, house, buyer=buyer)
    page.get_by_role("heading", name="Toko Contoh").wait_for()
    assert page.url.startswith(f"{house.url}/izin/?")
    look("consent")
    press(page.get_by_role("button", name="Saya setuju"))
    page.get_by_role("heading", name="Barista").wait_for()
    assert page.url.startswith(f"{house.programs.shop.url}/kelas/")


def sign_in(page: Page, house: House, *, buyer: int) -> None:
    """To Prakerja's own pages, with a code to the person's e-mail address."""
    page.locator("input[name=contact]").fill(house.programs.storefront.buyers[buyer].email)
    press(page.locator("main button").first)
    shown = re.search(r"\b(\d{6})\b", page.get_by_role("main").inner_text())
    assert shown, page.content()
    page.locator("input[name=code]").fill(shown.group(1))
    press(page.locator("main button").first)


def read_redeem_code(page: Page, house: House, look: Look, *, buyer: int) -> str:
    """The redeem code, from the person's own page of the programme."""
    press(page.get_by_role("link", name="Ke kode redeem saya"))
    if page.locator("input[name=contact]").count():
        sign_in(page, house, buyer=buyer)
    press(page.get_by_role("link", name=re.compile("Barista")).first)
    look("my-purchase")
    return page.locator("dt", has_text="Kode redeem").locator("xpath=following-sibling::dd").inner_text().strip()


def test_from_the_shop_to_the_answered_task(house: House) -> None:
    """On a phone without scripts; then on a wide screen with axe looking at every page."""
    problems: list[str] = []

    def run() -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            for buyer, (width, scripts) in enumerate(((PHONE, False), (DESK, True))):
                context = browser.new_context(
                    viewport={"width": width, "height": 800}, java_script_enabled=scripts, locale="en-US"
                )
                page = context.new_page()
                look = looker(page, width, problems, axe=scripts)
                walk(page, house, look, buyer=buyer)
                page.goto(house.programs.shop.url)
                press(page.get_by_role("button", name="English"))
                look("shop-english")
                assert "Trainings for the Prakerja card" in page.content()
                context.close()
            browser.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(run).result()
    assert problems == []
    assert db.value("SELECT count(*) FROM purchases WHERE state = 'redeemed'") == 2
    assert db.value("SELECT count(*) FROM attendances") == 2


def looker(page: Page, width: int, problems: list[str], *, axe: bool) -> Look:
    """Looks at the page as it stands: a picture where somebody wants one, its width, what axe finds."""

    def look(name: str) -> None:
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)
        problems.extend(f"{name}-{width}: {problem}" for problem in wide(page, width))
        if axe:
            problems.extend(f"{name}-{width}: {problem}" for problem in barriers(page))

    return look
