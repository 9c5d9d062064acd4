"""A real server on a free port, in this process: what clients see is what came over a socket."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import pytest

from prakerja.kit.context import Context

if TYPE_CHECKING:
    import httpx

    from tests.partner_api.world import Caller, Shop


@contextmanager
def serving(application: Any, *, lifespan: Literal["on", "off"] = "on") -> Iterator[tuple[str, Callable[[], None]]]:  # noqa: ANN401 - ASGI
    """The address of an application that is served with the API's protocol, and what asks the server to stop."""
    import uvicorn

    from prakerja.partner_api.protocol import CounterProtocol

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        application, http=CounterProtocol, log_level="warning", lifespan=lifespan, ws="none", server_header=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
    thread.start()
    until = time.monotonic() + 60
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
def running(committed_db: None) -> Iterator[tuple[str, Callable[[], None]]]:
    """The address of a running partner API, and what asks it to stop."""
    from prakerja.config.asgi_api import application

    with serving(application) as served:
        yield served


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
def partner(base_url: str, shop: "Shop") -> "Iterator[httpx.Client]":
    """The platform's server, which signs its users on."""
    from tests.partner_api.sign_on_client import signing_on

    with signing_on(shop, base_url) as http:
        yield http


@pytest.fixture
def institution(base_url: str, shop: "Shop") -> "Iterator[Caller]":
    """A program of the institution."""
    from tests.partner_api.world import Caller

    caller = Caller(base_url, shop.institution)
    yield caller
    caller.http.close()
