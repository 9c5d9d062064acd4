"""Every page in a browser at 320 and 1280 px: WCAG by axe, nothing wider than the screen, small."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, Response

from prakerja.access.roles import Role
from prakerja.kit.context import Context
from prakerja.participants.operations import publish_worker_list
from tests.web.browser import DESK, PHONE, browse, press
from tests.web.founder import NOW
from tests.web.nation import Nation
from tests.web.pages import pages_of
from tests.web.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

# Where to put pictures of every page, to be looked at; nothing is compared with them.
SHOTS = os.environ.get("SHOTS", "")
FIRST_VIEW_BYTES_MAX = 60 * 1024
REQUESTS_MAX = 10
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: "stranger" if role is None else role.value)
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_pages_are_accessible_and_fit(
    client: Client, context: Context, nation: Nation, cast: Cast, role: Role | None, width: int
) -> None:
    if role is Role.LABOUR_OFFICE:
        publish_worker_list(context.at(NOW), nation.worker_list_id)
    if role is not None:
        client.force_login(cast.user(role))
    pages = pages_of(role, nation)

    def look(page: Page) -> list[str]:
        problems = []
        for name, where in pages.items():
            sizes = load(page, where)
            if name == "english":
                press(page.get_by_role("button", name="English"))
                page.get_by_role("heading", name="How it works").wait_for()
            if SHOTS:
                page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)
            problems += [f"{name}: {problem}" for problem in wide(page, width)]
            # Django's own tables are looked at for their width only: their markup is not ours.
            if not name.startswith("table"):
                problems += [f"{name}: {problem}" for problem in (*heavy(sizes), *barriers(page))]
        return problems

    assert browse(client, look, width=width) == []


def load(page: Page, where: str) -> list[int]:
    """Open a page; the sizes of what it loaded."""
    sizes: list[int] = []

    def remember(response: Response) -> None:
        sizes.append(int(response.headers.get("content-length", "0")))

    page.on("response", remember)
    page.goto(where)
    page.remove_listener("response", remember)
    return sizes


def wide(page: Page, width: int) -> Iterator[str]:
    """Nothing is wider than the screen."""
    found = 0
    for _ in range(100):  # a page that is just being replaced has no root
        found = page.evaluate("document.documentElement?.scrollWidth ?? 0")
        if found:
            break
        page.wait_for_timeout(100)
    if not 0 < found <= width:
        yield f"{found} px wide on a screen of {width}"


def heavy(sizes: list[int]) -> Iterator[str]:
    """A first view in few bytes and requests."""
    if len(sizes) > REQUESTS_MAX:
        yield f"{len(sizes)} requests"
    if sum(sizes) > FIRST_VIEW_BYTES_MAX:
        yield f"{sum(sizes)} bytes before compression"


def barriers(page: Page) -> Iterator[str]:
    """What axe finds; of what it does not find it need not say where, which takes it half of its time."""
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    results = Axe().run(page, options=options)
    for violation in results.response["violations"]:
        targets = [node["target"] for node in violation["nodes"]][:3]
        yield f"{violation['id']} ({violation['impact']}): {targets}"
