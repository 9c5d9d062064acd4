"""The house as a process of its own, and shop and institution beside it: three programs that meet over HTTP only."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from prakerja.cli._port import find_free
from prakerja.kit.context import Context
from prakerja.kit.ids import SeededIds
from tests.fixtures.answers import look_at

if TYPE_CHECKING:
    from prakerja.cli._storefront import Running

# The founding scheme: enrolment is open until a class begins.
NOW = datetime(2020, 7, 15, 3, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class House:
    """Pages and API at `url`, and the two programs with their log-ins."""

    url: str
    programs: "Running"
    folder: Path


@contextmanager
def serving(app_url: str, port: int) -> Iterator[str]:
    """Pages and API on one address, as the demo serves them, on the test database with granted rights."""
    url = f"http://localhost:{port}"
    process = subprocess.Popen(  # noqa: S603 - ours
        [
            *(sys.executable, "-m", "uvicorn", "prakerja.config.asgi:application", "--port", str(port)),
            *("--lifespan", "on", "--http", "prakerja.partner_api.protocol:CounterProtocol"),
        ],
        env={**os.environ, "DATABASE_URL": app_url, "PRAKERJA_BASE_URL": url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 30
        while not _is_ready(url):
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


class SeenConnection(HTTPConnection):
    """The programs' own client in this process: what it is answered is looked at like all answers."""

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **more: Any) -> None:  # noqa: ANN401
        self._asked = (method, url, body or b"")
        super().request(method, url, body, headers or {}, **more)

    def getresponse(self) -> HTTPResponse:
        response = super().getresponse()
        method, url, body = self._asked
        received = response.read()
        look_at(method, url, body, response.status, response.headers["content-type"], received)
        response.read = lambda amt=None: received  # type: ignore[method-assign]  # noqa: ARG005
        return response


@pytest.fixture
def house(committed_db: None, app_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr("prakerja.storefront.client.HTTPConnection", SeenConnection)
    from prakerja.cli._storefront import running_storefront
    from prakerja.programme.operations import load_reference_data, load_regimes, open_budgets, set_programme_clock

    context = Context("system:test", NOW, SeededIds("storefront"))
    set_programme_clock(context, NOW, machine_now=datetime.now(UTC))
    open_budgets(context, load_regimes(context))
    load_reference_data(context)
    port = find_free(8310)
    with (
        serving(app_url, port) as url,
        running_storefront(tmp_path, url, port=port) as programs,
    ):
        programs.wait()
        yield House(url, programs, tmp_path)
