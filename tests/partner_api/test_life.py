"""What the process says about itself before it has started and behind its end."""

import asyncio
from typing import Any

import httpx
import pytest

from prakerja.partner_api.app import PartnerApi
from tests.partner_api.world import INTEGRATION


def ask(api: PartnerApi, method: str, path: str) -> httpx.Response:
    async def run() -> httpx.Response:
        # The transport knows no lifespan: the process has not begun to serve.
        transport = httpx.ASGITransport(app=api)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path)

    return asyncio.run(run())


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_a_process_that_has_not_started_is_alive_and_not_ready(path: str) -> None:
    api = PartnerApi()
    assert ask(api, "GET", "/healthz").json() == {"status": "alive"}
    assert (ask(api, "GET", path).status_code, ask(api, "GET", path).json()) == (503, {"status": "not serving"})


def test_a_call_before_the_start_is_told_to_come_again() -> None:
    response = ask(PartnerApi(), "POST", f"{INTEGRATION}payment/status")
    assert (response.status_code, response.json()["code"]) == (503, "ERRPLT50301")
    assert response.headers["retry-after"] == "1"


def test_the_short_way_is_closed_before_the_start() -> None:
    api = PartnerApi()
    assert api.find_short_call(f"{INTEGRATION}payment/status".encode()) is None
    answered: list[bytes] = []
    api.answer_short(object(), [], b"", answered.append, close=False)
    assert b"ERRPLT50301" in answered[0]


def test_a_database_that_is_away_makes_it_unready(base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def away(*_: Any) -> None:  # noqa: ANN401 - whatever is asked
        raise OperationalError("gone")

    monkeypatch.setattr("prakerja.partner_api.server.db.value", away)
    response = httpx.get(f"{base_url}/readyz", trust_env=False)
    assert (response.status_code, response.json()) == (503, {"status": "no database"})
    assert httpx.get(f"{base_url}/healthz", trust_env=False).status_code == 200
