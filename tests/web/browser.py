"""Debian's Chromium against Django's test client: no port, no committed rows, the same transaction as the test.

Playwright works in a thread of its own; each request of the browser comes back to the test's thread, whose connection
sees the rows, and is answered there by the client.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from queue import Empty, Queue
from typing import TypeVar
from urllib.parse import urlsplit

from django.test import Client
from playwright.sync_api import Locator, Page, Route, sync_playwright

HOST = "http://testserver"
CHROMIUM = "/usr/bin/chromium"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = 320, 1280
_KEPT_HEADERS = ("content-type", "content-security-policy", "content-disposition")
_SECONDS = 0.05
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the browser, and where its answer goes: status, headers, body."""

    method: str
    path: str
    body: bytes
    content_type: str
    answer: "Future[tuple[int, dict[str, str], bytes]]"


def browse(client: Client, script: Callable[[Page], Result], *, width: int = DESK, scripts: bool = True) -> Result:
    """Run a script with a page; cookies stay in the client. A request to another host fails the script."""
    asked: Queue[Asked] = Queue()

    def handle(route: Route) -> None:
        request = route.request
        where = urlsplit(request.url)
        if f"{where.scheme}://{where.netloc}" != HOST:
            raise AssertionError(f"a page asked another host: {request.url}")
        answer: Future[tuple[int, dict[str, str], bytes]] = Future()
        path = where.path + (f"?{where.query}" if where.query else "")
        content_type = request.headers.get("content-type", "")
        asked.put(Asked(request.method, path, request.post_data_buffer or b"", content_type, answer))
        status, headers, body = answer.result(timeout=30)
        route.fulfill(status=status, headers=headers, body=body)

    def run() -> Result:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            context = browser.new_context(
                viewport={"width": width, "height": 800}, java_script_enabled=scripts, base_url=HOST, locale="en-US"
            )
            page = context.new_page()
            page.route("**/*", handle)
            try:
                return script(page)
            finally:
                browser.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        running = pool.submit(run)
        while not running.done():
            try:
                request = asked.get(timeout=_SECONDS)
            except Empty:
                continue
            try:
                request.answer.set_result(_answer(client, request))
            except Exception as error:  # noqa: BLE001 - the script must not wait for a page that failed
                request.answer.set_exception(error)
        return running.result()


def press(target: Locator) -> None:
    """Click what opens another page, and wait until that page stands there whole.

    A click returns as soon as the browser has taken it; what is read right behind it may be the old page, the new one,
    or nothing. So the old page's root is marked, and the wait is for a root without the mark that has a main part (a
    page that only sends on has none).
    """
    page = target.page
    page.locator("html").evaluate("root => root.setAttribute('data-left', '')")
    target.click()
    page.locator("html:not([data-left]) main").wait_for()
    page.wait_for_load_state()


def _answer(client: Client, asked: Asked) -> tuple[int, dict[str, str], bytes]:
    if asked.method == "POST":
        got = client.generic("POST", asked.path, asked.body, content_type=asked.content_type)
    else:
        got = client.get(asked.path)
    if "Location" in got.headers:
        # The browser would look for the redirect's host itself; a page that goes on at once is answered here again.
        onward = f'<!DOCTYPE html><meta http-equiv="refresh" content="0;url={escape(got.headers["Location"])}">'
        return 200, {"content-type": "text/html; charset=utf-8"}, onward.encode()
    body = b"".join(got) if got.streaming else got.content
    return got.status_code, {name: got.headers[name] for name in _KEPT_HEADERS if name in got.headers}, body
