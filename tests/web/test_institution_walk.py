"""A new institution in a browser: joins three platforms, sells on two; the third says what it still lacks.

Pages and API run as a process of their own. Everything is typed and pressed; pages are looked at on a phone and a desk,
with axe. Agreements are signed with the offline command; a participant buys through both platforms' own programs.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from playwright.sync_api import Page, sync_playwright

from prakerja.access.operations import UserRequest, create_users
from prakerja.access.roles import Role
from prakerja.cli._port import find_free
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from prakerja.partner_api.integration import start_integration_run
from prakerja.partner_api.integration_queries import list_runs
from prakerja.partners import queries
from prakerja.partners.operations import load_sample_platforms
from prakerja.programme.operations import load_reference_data, load_regimes, open_budgets, set_programme_clock
from prakerja.programme.queries import get_regime_book
from tests.partner_api.world import Caller, Key, otp_of
from tests.partners.papers import PDF
from tests.storefront.conftest import serving
from tests.web.browser import CHROMIUM, SWITCHES, press
from tests.web.stage import Stage, form_of, says, send, sign, signing_key, type_in
from tests.web.test_catalogue import PROPOSAL
from tests.web.ways_in import LETTER, PASSWORD, app_of

pytestmark = pytest.mark.browser
# In the third regime nobody waits for the end of a first course to buy a second one (CARD-04).
NOW = datetime(2023, 2, 1, 3, 0, tzinfo=UTC)
OFFICE = ("pmo-1", "pmo-2", "pmo-3", "pmo-4", "pmo-5")
SELLERS, THIRD = ("tokopedia", "pijar"), "skillacademy"
ANSWERS = {
    "licence_number": "503/2019",
    "curriculum": "SKKNI",
    "attendance_system": "yes",
    "certified_trainers": "1",
    "accreditation": "A",
    "delivery.online": "yes",
    "delivery.offline": "yes",
}


@pytest.fixture
def house(committed_db: None, app_url: str) -> Iterator[tuple[Context, str]]:
    """Rules, eight sample platforms with a user each, five people of the office; no institution but that of the run."""
    context = Context("system:test", NOW, SeededIds("institution walk"))
    set_programme_clock(context, NOW, machine_now=datetime.now(UTC))
    open_budgets(context, load_regimes(context))
    load_reference_data(context)
    load_sample_platforms(context, regime=get_regime_book().on(context.today))
    platforms = {one.code: one.id for one in queries.list_platforms() if one.code in (*SELLERS, THIRD)}
    create_users(
        context,
        [
            *[UserRequest(name, name, Role.PROGRAMME_OFFICE) for name in OFFICE],
            *[UserRequest(code, code, Role.PLATFORM, partner_id=one) for code, one in platforms.items()],
        ],
    )
    with serving(app_url, find_free(8330)) as url:
        yield context, url


def test_an_institution_joins_three_platforms_and_sells_on_two(house: tuple[Context, str], tmp_path: Path) -> None:
    context, url = house
    problems: list[str] = []
    with ThreadPoolExecutor(max_workers=1) as books, ThreadPoolExecutor(max_workers=1) as pool:
        try:
            pool.submit(in_a_browser, context, url, tmp_path, books, problems).result()
        finally:
            books.submit(shut).result()
    assert problems == []
    sold = db.rows(
        """
        SELECT platform.code, purchase.state
        FROM purchases AS purchase
        JOIN platforms AS platform ON platform.id = purchase.platform_id
        JOIN institutions AS institution ON institution.id = purchase.institution_id
        WHERE institution.code = 'lpk-terampil'
        ORDER BY platform.code
        """
    )
    assert sold == [("pijar", "paid"), ("tokopedia", "paid")]


def shut() -> None:
    """The connection of the thread that asks."""
    connection.close()


def in_a_browser(context: Context, url: str, folder: Path, books: ThreadPoolExecutor, problems: list[str]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        walk(Stage(context, url, folder, browser, books, problems))
        browser.close()


def walk(stage: Stage) -> None:
    budi = entered(stage)
    on_record(stage, budi)
    applied(stage, budi)
    agreed(stage, budi)
    decreed(stage, budi)
    payable(stage, budi)
    course_code, classes = on_sale(stage, budi)
    bought(stage, course_code, classes)
    budi.goto("/institution/codes/")
    assert budi.get_by_text("WALK-tokopedia").is_visible()
    assert budi.get_by_text("WALK-pijar").is_visible()
    stage.look(budi, "sales")
    # Two agreements, and the third platform still says what it lacks.
    budi.goto("/institution/platforms/")
    assert budi.get_by_text("dalam perjanjian").count() == len(SELLERS)
    stage.look(budi, "platforms")
    press(budi.get_by_role("link", name="Skill Academy"))
    assert budi.get_by_text("Belum terpenuhi: Paling sedikit 2 pengajar bersertifikat").is_visible()
    stage.look(budi, "third-platform")


def entered(stage: Stage) -> Page:
    """By the public page, the letter, the account and the second factor."""
    page = stage.page()
    page.goto("/institutions/join/")
    stage.look(page, "join")
    send(
        page,
        "join",
        name="LPK Terampil",
        code="lpk-terampil",
        kind="private",
        province="32",
        owner="PT Terampil",
        person="Budi",
        email="budi@terampil.example",
    )
    says(page, "Periksa surel Anda")
    page.goto("/sandbox/sms/")
    letter = LETTER.search(page.content())
    assert letter is not None, page.content()
    page.goto(f"/invitations/{letter.group(1)}/")
    send(page, "accept", code=letter.group(2), username="budi", password=PASSWORD, again=PASSWORD)
    press(page.locator("main form button").first)
    app = app_of(page.content())
    code = app.generate(int(datetime.now(UTC).timestamp())).decode()
    page.locator("[name=code]").fill(code)
    press(page.locator("main form button").first)
    says(page, "Kode pemulihan")
    return page


def on_record(stage: Stage, budi: Page) -> None:
    """What platforms look at: identity, accreditation, premises, trainers, owners, and one document."""
    until = (stage.context.today + timedelta(days=700)).isoformat()
    for act, fields in (
        ("identity", {"legal_form": "pt", "founded": "2010-01-02", "offline": "yes"}),
        ("accreditation", {"grade": "A", "number": "LA-1", "from": "2021-01-01", "until": until}),
        ("premises", {"place": "Gedung A", "address": "Jl. Merdeka 1", "province": "32", "places": "40"}),
        ("trainer", {"trainer": "Ibu Ani", "subject": "Menjahit"}),
        ("trainer", {"trainer": "Pak Joko", "subject": "Menjahit"}),
    ):
        budi.goto("/institution/record/")
        send(budi, act, **fields)
        says(budi, "Sudah dicatat.")
    # One was entered by mistake: it ends, and stays to be read.
    press(budi.get_by_role("link", name="Pak Joko"))
    stage.look(budi, "end-record")
    send(budi, "end", until=stage.context.today.isoformat(), reason="Salah masuk")
    says(budi, "Sudah berakhir. Catatannya tetap ada.")
    stage.look(budi, "record")
    for kind, fields in (
        ("tax_number", {"value": "02.345.678.9-012.000", "source": "kartu NPWP"}),
        ("owner", {"name": "Rina", "value": "9912011708450001", "source": "akta 1", "from": "2015-03-01"}),
    ):
        budi.goto(f"/owners/add/{kind}/")
        send(budi, "add", **fields)
        says(budi, "Sudah dicatat.")
    budi.goto("/institution/documents/")
    send(budi, "upload", kind="business_licence", file=PDF)
    says(budi, "sudah masuk daftar")


def applied(stage: Stage, budi: Page) -> None:
    """To three at once: answers are typed once, the document handed in once."""
    for place, code in enumerate((*SELLERS, THIRD)):
        budi.goto("/institution/platforms/")
        press(budi.get_by_role("link", name=name_of(stage, code), exact=True))
        asked = {name: value for name, value in ANSWERS.items() if budi.locator(f'[name="{name}"]').count()}
        if place:
            # What was answered before stands there already.
            assert budi.locator("[name=licence_number]").input_value() == ANSWERS["licence_number"]
        if code == "pijar":
            assert "file.pdf" in budi.locator("[name=document-licence_letter]").inner_text()
        stage.look(budi, f"apply-{code}")
        send(budi, "submit", **{name.replace(".", "__"): value for name, value in asked.items()})
        says(budi, f"Terkirim ke {name_of(stage, code)}.")
    for code in (*SELLERS, THIRD):
        seller = stage.page(code)
        seller.goto("/platform/registrations/")
        press(seller.get_by_role("link", name="LPK Terampil"))
        stage.look(seller, f"registration-{code}")
        send(seller, "verify")
        says(seller, "terverifikasi, belum ada perjanjian" if code in SELLERS else "tidak semua persyaratan terpenuhi")
        seller.context.close()


def agreed(stage: Stage, budi: Page) -> None:
    """Each side signs the downloaded text with the command on its own machine."""
    mine = signing_key(stage, budi, "budi")
    for code, fee in (("tokopedia", ("share", "12,5")), ("pijar", ("tiered_by_price", "0: 15\n500.000: 10"))):
        seller = stage.page(code)
        theirs = signing_key(stage, seller, code)
        seller.goto("/platform/propose/")
        institution = form_of(seller, "propose").locator("[name=institution]")
        institution.select_option(label="LPK Terampil")
        send(seller, "propose", fee_kind=fee[0], fee=fee[1], term="14")
        says(seller, "Diusulkan.")
        sign(stage, seller, theirs)
        says(seller, "Tanda tangan Anda sah.")
        stage.look(seller, f"proposal-{code}")
        budi.goto("/proposals/")
        press(budi.get_by_role("link", name=name_of(stage, code)))
        sign(stage, budi, mine)
        says(budi, "perjanjian terbentuk")
        seller.context.close()
    budi.goto("/institution/agreements/")
    stage.look(budi, "agreements")


def decreed(stage: Stage, budi: Page) -> None:
    """Each step by whoever was drawn, the decree by somebody who reviewed none."""
    budi.goto("/institution/admission/")
    send(budi, "submit")
    says(budi, "sudah di manajemen pelaksana")
    institution_id = institution_of(stage)
    reviewed = set()
    for step in range(4):
        steps = stage.ask(lambda: queries.list_admission_steps(institution_id))
        name = steps[-1].reviewer.removeprefix("staff:")
        reviewed.add(name)
        office = stage.page(name)
        office.goto(f"/office/institutions/{institution_id}/")
        if not step:
            stage.look(office, "office-institution")
        send(office, "pass", text="berkas.pdf")
        says(office, "Diputuskan dan dicatat.")
        office.context.close()
    signer = stage.page(next(name for name in OFFICE if name not in reviewed))
    signer.goto(f"/office/institutions/{institution_id}/")
    send(signer, "decree", number="SK-1/2023")
    says(signer, "ditetapkan")
    signer.context.close()
    budi.goto("/institution/admission/")
    stage.look(budi, "admission")


def payable(stage: Stage, budi: Page) -> None:
    """The account is entered with the bank's paper and typed anew by the office."""
    budi.goto("/account/")
    stage.look(budi, "account")
    send(budi, "enter", bank="BRI", holder="PT Terampil", number="0012 3456 7890", file=PDF)
    says(budi, "Terkirim.")
    office = stage.page("pmo-1")
    office.goto("/office/accounts/")
    stage.look(office, "office-accounts")
    press(office.get_by_role("link", name="LPK Terampil"))
    send(office, "confirm", number="0012 3456 7890")
    says(office, "Disahkan")
    stage.look(office, "office-account")
    office.context.close()


def on_sale(stage: Stage, budi: Page) -> tuple[str, list[tuple[str, int]]]:
    """A course is proposed, assessed, given two classes, and listed on both platforms."""
    budi.goto("/institution/courses/propose/")
    for name, value in PROPOSAL.items():
        if value:
            type_in(budi, name, value)
    press(budi.locator("main form button").last)
    office = stage.page("pmo-2")
    office.goto("/office/courses/")
    press(office.get_by_role("link", name=PROPOSAL["title"]))
    press(office.locator("button[name=decision][value=approve]"))
    office.context.close()
    for days in (20, 40):
        budi.goto("/institution/courses/")
        press(budi.get_by_role("link", name=PROPOSAL["title"]))
        press(budi.get_by_role("link", name="Buka kelas"))
        first: date = stage.context.today + timedelta(days=days)
        hours = {"first_day": first.isoformat(), "days": "7", "from": "09:00", "until": "12:00"}
        for name, value in {"seats": "20", "trainers": "2", **hours}.items():
            type_in(budi, name, value)
        press(budi.locator("main form button").last)
        says(budi, "Kelas dibuka")
    stage.look(budi, "course")
    for code in SELLERS:
        seller = stage.page(code)
        seller.goto("/platform/listings/add/")
        seller.get_by_role("checkbox").first.check()
        press(seller.locator("main form button").last)
        says(seller, PROPOSAL["title"])
        seller.context.close()
    found = stage.ask(classes_on_sale)
    return found[0][0], [(code, price) for _, code, price in found]


def classes_on_sale() -> list[db.Row]:
    return db.rows(
        """
        SELECT c.code, s.code, s.price_idr
        FROM schedules AS s
        JOIN courses AS c ON c.id = s.course_id
        WHERE c.title = %s
        ORDER BY s.starts_at, s.id
        """,
        [PROPOSAL["title"]],
    )


def bought(stage: Stage, course_code: str, classes: list[tuple[str, int]]) -> None:
    """One card, two platforms, each with its own key from its own page; a class each."""
    card = stage.ask(lambda: a_card(stage.context))
    for code, (schedule_code, price) in zip(SELLERS, classes, strict=True):
        seller = stage.page(code)
        seller.goto("/keys/")
        press(seller.locator("main form button").last)
        facts = dict(re.findall(r'<dt>([^<]+)</dt><dd class="code">([^<]+)</dd>', seller.content()))
        caller = Caller(stage.url, Key(facts["client_code"], facts["Kunci"]))
        course = {"course_code": course_code, "schedule_code": schedule_code}
        asked = {"user_platform_id": f"akun-{code}", "prakerja_id": card, "amount": price, **course}
        token = caller.data("payment/send-otp", asked)["payment_token"]
        payment = {
            "otp": stage.ask(lambda: otp_of(card)),
            "invoice_url": "https://b.example/1",
            "invoice_code": f"WALK-{code}",
        }
        assert caller.data("payment/authorize", payment, token=token)["amount"] == price
        caller.http.close()
        seller.goto("/platform/sales/")
        says(seller, f"WALK-{code}")
        stage.look(seller, f"sales-{code}")
        seller.context.close()


def a_card(context: Context) -> str:
    """A participant's card of the sandbox, with money on it."""
    platform = queries.find_platform("bukalapak")
    assert platform is not None
    started = start_integration_run(context, platform.id, machine_now=datetime.now(UTC))
    assert started.code == "ok"
    return list_runs(platform.id)[0].cards[0]


def institution_of(stage: Stage) -> UUID:
    found = stage.ask(lambda: queries.find_institution("lpk-terampil"))
    assert found is not None
    return found.id


def name_of(stage: Stage, code: str) -> str:
    found = stage.ask(lambda: queries.find_platform(code))
    assert found is not None
    return found.name
