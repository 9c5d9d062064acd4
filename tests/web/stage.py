"""Who looks at pages in a browser, signs in as somebody, fills forms and signs agreements; what looks wrong is kept."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Locator, Page
from typer.testing import CliRunner

from prakerja.access.queries import find_user
from prakerja.cli import agreement
from prakerja.kit.context import Context
from tests.partners.papers import PDF
from tests.web.browser import DESK, PHONE, press
from tests.web.test_browser import barriers, wide

Found = TypeVar("Found")
SHOTS = os.environ.get("SHOTS", "")


@dataclass(slots=True)
class Stage:
    """The house at `url`; who looks, and what they found wrong."""

    context: Context
    url: str
    folder: Path
    browser: Browser
    books: ThreadPoolExecutor
    problems: list[str]

    def ask(self, question: Callable[[], Found]) -> Found:
        """What the database says: in a thread of its own, since the browser's has a loop that Django does not enter."""
        return self.books.submit(question).result()

    def cookie(self, name: str) -> str:
        """A session in which somebody has signed in."""
        client, user = Client(), find_user(name)
        assert user is not None
        client.force_login(user)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def page(self, name: str = "") -> Page:
        """A browser of its own, signed in as somebody."""
        context = self.browser.new_context(base_url=self.url, viewport={"width": DESK, "height": 800}, locale="id-ID")
        if name:
            cookie = self.ask(lambda: self.cookie(name))
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.url}])
        return context.new_page()

    def look(self, page: Page, name: str) -> None:
        """A picture where somebody wants one, the width on a phone and a desk, what axe finds."""
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 800})
            if SHOTS:
                page.screenshot(path=str(Path(SHOTS) / f"walk-{name}-{width}.png"), full_page=True)
            self.problems += [f"{name}-{width}: {problem}" for problem in wide(page, width)]
        self.problems += [f"{name}: {problem}" for problem in barriers(page)]


def form_of(page: Page, act: str) -> Locator:
    return page.locator(f'form:has(button[name=act][value="{act}"])')


def send(page: Page, act: str, button: str = "", /, **typed: object) -> None:
    """Fill the form of an act and press its button, or another one of the same form."""
    form = form_of(page, act)
    for name, value in typed.items():
        field = form.locator(f'[name="{name.replace("__", ".")}"]')
        kind = field.first.get_attribute("type")
        if kind == "radio":
            form.locator(f'[name="{name.replace("__", ".")}"][value="{value}"]').check()
        elif kind == "file":
            field.set_input_files({"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": PDF})
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))
    press(form.locator(f'button[name=act][value="{button or act}"]'))


def says(page: Page, text: str) -> None:
    found = page.get_by_role("main").inner_text()
    assert text in " ".join([found, page.locator("body").inner_text()]), found


def type_in(page: Page, name: str, value: str) -> None:
    field = page.locator(f'main [name="{name}"]')
    if field.first.get_attribute("type") == "radio":
        page.locator(f'main [name="{name}"][value="{value}"]').check()
    elif field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


def signing_key(stage: Stage, page: Page, name: str) -> Path:
    path = stage.folder / f"{name}.json"
    made = CliRunner().invoke(agreement.app, ["new-key", str(path)])
    assert made.exit_code == 0, made.output
    page.goto("/signing-keys/")
    public_key = made.output.split()[-1]
    send(page, "register", label="utama", public_key=public_key)
    says(page, "Kunci terdaftar.")
    return path


def sign(stage: Stage, page: Page, key: Path) -> None:
    with page.expect_download() as waiting:
        page.locator('a[href$="agreement.json"]').click()
    text = stage.folder / waiting.value.suggested_filename
    waiting.value.save_as(text)
    signed = CliRunner().invoke(agreement.app, ["sign", str(text), "--key", str(key)])
    assert signed.exit_code == 0, signed.output
    form = form_of(page, "sign")
    form.locator("[name=signature]").set_input_files(text.with_suffix(agreement.ENDING))
    press(form.locator("button[name=act]"))
