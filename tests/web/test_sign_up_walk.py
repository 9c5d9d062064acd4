"""One person from nothing to the card, in a browser on a phone without scripts; pages and API are another process.

She makes an account, signs up, loses one draw with rank, cut-off and proof, joins the next wave with one tap, wins, and
has her card. The office's acts and the days between are done by the operations, as the worker would.
"""

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest
from django.db import connection
from playwright.sync_api import Page, sync_playwright

from prakerja.cards.operations import issue_cards
from prakerja.cli._port import find_free
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from prakerja.participants.specimens import specimen
from prakerja.programme.operations import load_reference_data, load_regimes, set_programme_clock
from prakerja.selection.beacon import Randomness, SandboxBeacon
from prakerja.selection.operations import approve_decree, close_wave, commit_draw, prepare_decree, reveal_draw
from prakerja.selection.queries import find_draw
from prakerja.selection.rules import Quota, draw_seed
from tests.participants.people import APRIL, eligible, founding, person
from tests.selection.world import DAYS_OPEN, fund, join, open_new_wave
from tests.storefront.conftest import serving
from tests.web.browser import CHROMIUM, PHONE, SWITCHES, press
from tests.web.test_browser import wide

pytestmark = pytest.mark.browser
Found = TypeVar("Found")
SHOTS = os.environ.get("SHOTS", "")
RIVALS, PLACES = 8, 2
HERSELF = specimen(12).person
CODE = re.compile(r"\b(\d{6})\b")


@dataclass(slots=True)
class Stage:
    """The phone, and the days that go by."""

    context: Context
    page: Page
    books: ThreadPoolExecutor
    problems: list[str]
    shots: int = 0

    def ask(self, question: Callable[[], Found]) -> Found:
        """What happens beside the phone: in a thread of its own, whose loop is not the browser's."""
        return self.books.submit(question).result()

    def look(self, name: str) -> None:
        """A picture where somebody wants one; nothing is wider than the phone."""
        self.shots += 1
        if SHOTS:
            path = Path(SHOTS) / f"sign-up-{self.shots:02}-{name}.png"
            self.page.screenshot(path=str(path), full_page=True)
        self.problems += [f"{name}: {problem}" for problem in wide(self.page, PHONE)]

    def says(self, *texts: str) -> None:
        """The page says all of it."""
        said = " ".join(self.page.get_by_role("main").inner_text().split())
        missing = [text for text in texts if text not in said]
        assert not missing, (missing, said)

    def press(self, name: str) -> None:
        """A button or a link, by what stands on it."""
        button = self.page.get_by_role("main").get_by_role("button", name=name, exact=True)
        press(button if button.count() else self.page.get_by_role("link", name=name, exact=True).first)

    def type_in(self, **typed: str) -> None:
        """Fill fields by their names; a radio or a choice is chosen."""
        for name, value in typed.items():
            field = self.page.locator(f'main [name="{name}"]')
            if field.first.get_attribute("type") == "radio":
                self.page.locator(f'main [name="{name}"][value="{value}"]').check()
            elif field.first.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def tags(self) -> list[str]:
        """The states of the task list."""
        return self.page.locator("ol.tasks .tag").all_inner_texts()


@pytest.fixture
def house(committed_db: None, app_url: str) -> Iterator[tuple[Context, str]]:
    """Rules, areas, money and an open wave that eight others have joined; of the person who comes nobody knows."""
    context = Context("system:test", APRIL, SeededIds("sign-up walk"))
    set_programme_clock(context, APRIL, machine_now=datetime.now(UTC))
    load_regimes(context)
    load_reference_data(context)
    fund(context, {"digital": RIVALS + 1})
    wave_id = open_new_wave(context, [Quota("digital", None, PLACES), Quota("regular", None, 1)])
    join(context, wave_id, eligible(context, [person(number) for number in range(RIVALS)]))
    with serving(app_url, find_free(8350)) as url:
        yield context, url


def test_one_person_from_nothing_to_the_card(house: tuple[Context, str]) -> None:
    context, url = house
    problems: list[str] = []
    with ThreadPoolExecutor(max_workers=1) as books, ThreadPoolExecutor(max_workers=1) as pool:
        try:
            pool.submit(on_a_phone, context, url, books, problems).result()
        finally:
            books.submit(lambda: connection.close()).result()  # noqa: PLW0108 - of that thread
    assert problems == []
    held = db.row(
        """
        SELECT a.state, a.eligibility, c.channel, c.state
        FROM applicants AS a
        JOIN participants AS p ON (p.lane, p.applicant_id) = (a.lane, a.applicant_id)
        JOIN cards AS c ON (c.lane, c.participant_id) = (p.lane, p.participant_id)
        WHERE a.name = %s
        """,
        [HERSELF.name],
    )
    assert held == ("decreed", "eligible", "digital", "active")


def on_a_phone(context: Context, url: str, books: ThreadPoolExecutor, problems: list[str]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        phone = browser.new_context(
            base_url=url, viewport={"width": PHONE, "height": 640}, java_script_enabled=False, locale="id-ID"
        )
        page = phone.new_page()
        stage = Stage(context, page, books, problems)
        account(stage)
        answers(stage)
        checks(stage)
        joined(stage, wave=1)
        lost(stage)
        won(stage)
        browser.close()


def account(stage: Stage) -> None:
    page = stage.page
    page.goto("/")
    stage.look("home")
    stage.press("Masuk atau daftar")
    stage.look("sign-in")
    stage.type_in(contact="siti.baru@contoh.id")
    stage.press("Kirim kode")
    stage.look("code")
    stage.type_in(code="000000")
    stage.press("Lanjutkan")
    stage.says("Kode tidak benar")
    stage.look("code-wrong")
    stage.type_in(code=code_of(stage))
    stage.press("Lanjutkan")
    stage.says("Sebelum mulai")
    stage.look("consent")
    stage.press("Saya setuju dan mulai")
    stage.look("tasks-new")
    assert stage.tags() == ["selesai", "belum mulai", "belum mulai", *["terkunci"] * 5]


def code_of(stage: Stage) -> str:
    """The six digits that the sandbox shows on the page, in place of a phone."""
    found = CODE.search(stage.page.locator("main .notice .code").last.inner_text())
    assert found is not None, stage.page.content()
    return found[1]


def answers(stage: Stage) -> None:
    born = HERSELF.birth_date
    stage.press("Data diri")
    stage.look("nik")
    stage.type_in(nik=HERSELF.nik[:15])
    stage.press("Lanjutkan")
    stage.says("16 angka")
    stage.look("nik-short")
    nik = HERSELF.nik
    stage.type_in(nik=f"{nik[:4]} {nik[4:8]} {nik[8:12]} {nik[12:]}")
    stage.press("Lanjutkan")
    stage.look("kk")
    stage.type_in(kk=HERSELF.kk)
    stage.press("Lanjutkan")
    stage.look("name")
    stage.type_in(name=f"{HERSELF.name} Keliru")
    stage.press("Lanjutkan")
    stage.look("birth-date")
    stage.type_in(day=str(born.day), month=str(born.month), year=str(born.year))
    stage.press("Lanjutkan")
    # She stops here, and goes on later.
    assert stage.tags()[:3] == ["selesai", "selesai", "belum mulai"]
    stage.page.goto("/sign-up/")
    stage.press("Pekerjaan dan pendidikan")
    for name, value in (
        ("province_code", "32"),
        ("employment_status", "laid_off"),
        ("education", "senior_secondary"),
    ):
        stage.look(name)
        stage.type_in(**{name: value})
        stage.press("Lanjutkan")
    stage.look("tasks-answered")
    stage.press("Periksa jawaban dan kirim")
    stage.look("check")
    stage.press("Jawaban saya benar: kirim")
    # The civil registry has another name: the line says so, everything else stays.
    stage.says("Siapa nama Anda?", "Data Dukcapil berbeda.")
    stage.look("check-mismatch")
    press(stage.page.locator("main dl a", has_text="Ubah").nth(2))
    assert stage.page.locator("[name=name]").input_value() == f"{HERSELF.name} Keliru"
    stage.type_in(name=HERSELF.name)
    stage.press("Lanjutkan")
    assert "Data Dukcapil berbeda" not in stage.page.content()
    stage.look("check-again")
    stage.press("Jawaban saya benar: kirim")
    stage.says("Identitas Anda dibenarkan", "Nomor rujukan")
    stage.look("confirmed")


def checks(stage: Stage) -> None:
    press(stage.page.locator("main a.button"))
    stage.look("face")
    stage.press("Coba dengan wajah lain")
    stage.look("face-other")
    stage.page.goto("/sign-up/presence/")
    stage.press("Ini wajah saya")
    stage.look("tasks-face")
    stage.press("Nomor ponsel")
    stage.look("phone")
    stage.type_in(contact="0812-3456-7890")
    stage.press("Lanjutkan")
    stage.look("phone-code")
    stage.type_in(code=code_of(stage))
    stage.press("Lanjutkan")
    stage.press("Tes dasar")
    stage.look("test-begin")
    press(stage.page.locator("main form button").first)
    for number in range(1, 11):
        stage.says(f"Soal {number} dari 10")
        if number == 1:
            stage.press("Lanjutkan")
            stage.look("test-empty")
            stage.says("Soal 1 dari 10")
        stage.page.locator("main [type=radio]").first.check()
        if number in (1, 10):
            stage.look(f"test-{number}")
        stage.press("Lanjutkan")
    stage.says("Anda sudah mendaftar")
    stage.look("done")


def joined(stage: Stage, *, wave: int) -> None:
    stage.page.goto("/sign-up/")
    assert stage.tags() == [*["selesai"] * 7, "belum mulai"]
    stage.look(f"wave-{wave}-tasks")
    stage.page.goto("/me/waves/")
    stage.look(f"wave-{wave}-open")
    stage.type_in(channel="digital")
    stage.press("Lanjutkan")
    stage.look(f"wave-{wave}-check")
    stage.press("Ikuti gelombang")
    stage.says("Tanda terima Anda")
    stage.look(f"wave-{wave}-receipt")
    stage.page.goto("/me/")
    stage.says(f"Gelombang {wave}: menunggu undian", "Anda sudah ikut.")
    stage.look(f"wave-{wave}-me")


class LosingBeacon(SandboxBeacon):
    """The sandbox's beacon with a value by which a certain token is behind the places: the rest of the draw is real."""

    value: bytes = b""

    def randomness(self, beacon_round: int, *, now: datetime) -> Randomness | None:
        return Randomness(self.value) if now >= self.time_of(beacon_round) else None


def closed_and_committed(stage: Stage, wave_id: UUID) -> Context:
    """The wave's last day has passed, its list is committed; the phone's clock is that day's."""
    closing = stage.context.at(stage.context.now + DAYS_OPEN)
    assert not close_wave(closing, wave_id).code.is_refusal
    assert not commit_draw(closing, wave_id, founding(), LosingBeacon()).code.is_refusal
    set_programme_clock(closing, closing.now, machine_now=datetime.now(UTC))
    return closing


def revealed(closing: Context, wave_id: UUID, *, she_loses: bool) -> Context:
    beacon, draw = LosingBeacon(), find_draw(wave_id)
    assert draw is not None
    own = bytes(
        db.value(
            "SELECT j.token FROM joinings AS j JOIN applicants AS a USING (lane, applicant_id)"
            " WHERE a.name = %s AND j.wave_id = %s",
            [HERSELF.name, wave_id],
        )
    )
    tokens = [
        bytes(token) for (token,) in db.rows("SELECT token FROM joinings WHERE wave_id = %s ORDER BY token", [wave_id])
    ]
    for number in range(1000):
        beacon.value = sha256(b"walk %d" % number).digest()
        seed = draw_seed(draw.commitment, beacon.value)
        place = sorted(tokens, key=lambda token: sha256(seed + token).digest()).index(own)
        if she_loses == (place >= PLACES):
            break
    later = closing.at(closing.now + timedelta(minutes=2))
    assert not reveal_draw(later, wave_id, beacon).code.is_refusal
    set_programme_clock(later, later.now, machine_now=datetime.now(UTC))
    return later


def wave_of(number: int) -> UUID:
    return UUID(str(db.value("SELECT id FROM waves WHERE number = %s", [number])))


def lost(stage: Stage) -> None:
    wave_id = stage.ask(lambda: wave_of(1))
    closing = stage.ask(lambda: closed_and_committed(stage, wave_id))
    stage.page.goto("/me/waves/")
    stage.look("committed-waves")
    stage.page.goto(f"/me/waves/{wave_id}/")
    stage.says("Sampai saat itu tidak seorang pun tahu siapa yang terpilih.")
    stage.look("committed")
    stage.context = stage.ask(lambda: revealed(closing, wave_id, she_loses=True))
    stage.page.goto("/me/")
    stage.says("Gelombang 1: tidak terpilih", "peringkat Anda, batas, dan buktinya")
    stage.look("lost-me")
    stage.page.goto("/me/waves/")
    stage.look("lost-waves")
    stage.press("peringkat Anda, batas, dan buktinya")
    stage.says("Peringkat Anda", "yang terakhir berperingkat", "Ajukan keberatan")
    stage.page.locator("main details summary").click()
    stage.says("Akar daftar")
    stage.look("lost-proof")
    receipt = stage.page.locator("dd.code").first.inner_text()
    stage.press("Periksa sendiri undiannya")
    stage.look("draw")
    stage.type_in(receipt=receipt)
    stage.press("Cari")
    stage.says("Tidak terpilih.")
    stage.look("draw-receipt")


def opened(context: Context) -> UUID:
    return open_new_wave(context, [Quota("digital", None, RIVALS)], number=2)


def decreed(closing: Context, wave_id: UUID) -> Context:
    later = revealed(closing, wave_id, she_loses=False)
    prepared = prepare_decree(later.acting_as("staff:maker"), wave_id, founding())
    assert prepared.decree_id is not None
    assert not approve_decree(later.acting_as("staff:approver"), prepared.decree_id, founding()).code.is_refusal
    assert not issue_cards(later, prepared.decree_id).code.is_refusal
    return later


def won(stage: Stage) -> None:
    wave_id = stage.ask(lambda: opened(stage.context))
    joined(stage, wave=2)
    closing = stage.ask(lambda: closed_and_committed(stage, wave_id))
    stage.context = stage.ask(lambda: decreed(closing, wave_id))
    stage.page.goto("/me/")
    assert stage.page.locator(".tasks li:has(.tag:text-is('terkunci'))").count() == 4
    assert stage.page.locator(".tasks li:has(.tag:text-is('terkunci')) a").count() == 0
    stage.look("won-me")
    stage.page.goto(f"/me/waves/{wave_id}/")
    stage.look("won-wave")
    stage.page.goto("/me/card/")
    number = stage.page.locator("dd.code").first.inner_text()
    assert len(number.replace(" ", "")) == 16
    stage.says("digital", "aktif")
    stage.look("card")
    stage.page.goto("/me/money/")
    stage.says("Rp1.000.000")
    stage.look("money")
    letter = stage.page.request.get("/me/card/letter.pdf")
    assert letter.ok
    assert letter.body().startswith(b"%PDF")
