import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from prakerja.config.asgi import Application, OneAddress, Receive, Scope, Send
from prakerja.config.middleware import CONTENT_SECURITY_POLICY, security_headers


def named(name: str, seen: list[tuple[str, str]]) -> Application:
    async def application(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append((name, str(scope.get("path", scope["type"]))))

    return application


async def nothing() -> Mapping[str, Any]:
    return {}


async def ignore(_message: Mapping[str, Any]) -> None:
    return None


def run(answer: Awaitable[None]) -> None:
    async def wait() -> None:
        await answer

    asyncio.run(wait())


@pytest.mark.parametrize(
    ("path", "application"),
    [
        ("/", "pages"),
        ("/api/v1/integration/payment/authorize", "api"),
        ("//api/v1/integration/payment/authorize", "api"),
        ("///api/v1/integration/payment/authorize", "api"),
        ("/healthz", "api"),
        ("/readyz", "api"),
        ("/metrics", "pages"),
        ("/apiary", "pages"),
        ("/office/api/", "pages"),
    ],
)
def test_calls_of_partners_go_to_the_api_and_the_rest_to_the_pages(path: str, application: str) -> None:
    seen: list[tuple[str, str]] = []
    both = OneAddress(named("pages", seen), named("api", seen))
    run(both({"type": "http", "path": path}, nothing, ignore))
    assert seen == [(application, path)]


def test_the_api_gets_the_lifespan() -> None:
    seen: list[tuple[str, str]] = []
    both = OneAddress(named("pages", seen), named("api", seen))
    run(both({"type": "lifespan"}, nothing, ignore))
    assert seen == [("api", "lifespan")]


def test_the_protocol_of_the_api_finds_its_short_way() -> None:
    from prakerja.config.asgi import application
    from prakerja.partner_api.app import PartnerApi
    from prakerja.partner_api.short_way import short_way

    assert isinstance(short_way(application), PartnerApi)
    assert short_way(OneAddress(named("pages", []), None)) is None


def test_pages_alone_start_and_stop() -> None:
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent: list[str] = []

    async def receive() -> Mapping[str, Any]:
        return next(messages)

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message["type"])

    run(OneAddress(named("pages", []), None)({"type": "lifespan"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_every_answer_forbids_inline_scripts() -> None:
    response = security_headers(lambda _request: HttpResponse())(HttpRequest())
    policy = response.headers["Content-Security-Policy"]
    assert policy == CONTENT_SECURITY_POLICY
    assert "unsafe-inline" not in policy
    assert "script-src 'self'" in policy
