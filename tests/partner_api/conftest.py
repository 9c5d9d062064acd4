"""A real server on a free port, in this process: what clients see is what came over a socket."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from prakerja.kit.context import Context

if TYPE_CHECKING:
    from tests.partner_api.world import Caller, Shop


def _validators() -> dict[tuple[str, str, int], object]:
    """A validator for each method, path and status of the OpenAPI document."""
    import jsonschema_rs

    from prakerja.partner_api.openapi import document

    known = document()
    made: dict[tuple[str, str, int], object] = {}
    for path, methods in known["paths"].items():
        for method, operation in methods.items():
            for status, found in operation["responses"].items():
                name = found.get("$ref", "").rpartition("/")[2]
                response = known["components"]["responses"][name] if name else found
                schema = response["content"]["application/json"]["schema"]
                whole = {**schema, "components": {"schemas": known["components"]["schemas"]}}
                made[method.upper(), path, int(status)] = jsonschema_rs.Draft202012Validator(whole)
    return made


@pytest.fixture(scope="session")
def answers_fit_the_document() -> Callable[[str, str, int, object], str]:
    """What is wrong with an answer, by method, path, status and body; empty when nothing is."""
    validators = _validators()

    def wrong(method: str, path: str, status: int, body: object) -> str:
        if not any(known[:2] == (method, path) for known in validators):
            return ""
        validator = validators.get((method, path, status))
        if validator is None:
            return f"{method} {path}: {status} is not in the document"
        return "; ".join(error.message for error in validator.iter_errors(body))  # type: ignore[attr-defined]

    return wrong


@pytest.fixture(autouse=True)
def every_answer_fits_the_document(
    monkeypatch: pytest.MonkeyPatch, answers_fit_the_document: Callable[[str, str, int, object], str]
) -> None:
    """Whatever answer a test sees is one that the OpenAPI document describes."""
    import httpx

    send = httpx.Client.send

    def checked(client: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:  # noqa: ANN401
        response = send(client, request, **options)
        path = "/" + request.url.path.lstrip("/")
        if (
            path.startswith("/api/v1/")
            and response.headers.get("content-type") == "application/json"
            and response.content
        ):
            wrong = answers_fit_the_document(request.method, path, response.status_code, response.json())
            assert not wrong, f"{wrong}: {response.text[:500]}"
        return response

    monkeypatch.setattr(httpx.Client, "send", checked)


@pytest.fixture
def running(committed_db: None) -> Iterator[tuple[str, Callable[[], None]]]:
    """The address of a running partner API, and what asks it to stop."""
    import uvicorn

    from prakerja.config.asgi_api import application

    listener = socket.create_server(("127.0.0.1", 0))
    from prakerja.partner_api.protocol import CounterProtocol

    config = uvicorn.Config(
        application, http=CounterProtocol, log_level="warning", lifespan="on", ws="none", server_header=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < until, "the server does not start"
        time.sleep(0.01)

    def stop() -> None:
        server.should_exit = True

    yield f"http://127.0.0.1:{listener.getsockname()[1]}", stop
    stop()
    thread.join(timeout=20)
    assert not thread.is_alive()
    listener.close()


@pytest.fixture
def base_url(running: tuple[str, Callable[[], None]]) -> str:
    """The address of a running partner API."""
    return running[0]


@pytest.fixture
def stop_server(running: tuple[str, Callable[[], None]]) -> Callable[[], None]:
    """Asks the server to stop."""
    return running[1]


@pytest.fixture
def shop(committed_db: None, context: Context) -> "Shop":
    from tests.partner_api.world import make_shop

    return make_shop(context)


@pytest.fixture
def platform(base_url: str, shop: "Shop") -> "Iterator[Caller]":
    """A program of the platform."""
    from tests.partner_api.world import Caller

    caller = Caller(base_url, shop.platform)
    yield caller
    caller.http.close()


@pytest.fixture
def institution(base_url: str, shop: "Shop") -> "Iterator[Caller]":
    """A program of the institution."""
    from tests.partner_api.world import Caller

    caller = Caller(base_url, shop.institution)
    yield caller
    caller.http.close()
