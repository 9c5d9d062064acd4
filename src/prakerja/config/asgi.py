"""ASGI entry of a small deployment and of the demo: pages and partner API on one address."""

from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from typing import Any, cast

from prakerja.config.asgi_web import application as web
from prakerja.config.rooms import module_exists

# ASGI's own shapes: the messages have the types that its specification gives to their keys.
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# Some clients of the wire contract join base and path with a slash too many.
API_PREFIX = "api/"
# Asked by whoever watches the process; the API knows whether the database answers.
HEALTH_PATHS = ("/healthz", "/readyz")


def one_address(pages: Application, api: Application | None) -> Application:
    """An application that hands `/api/`, behind however many slashes, to the partner API and the rest to the pages."""

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            # Django knows no lifespan; the API opens its pool and queues in it.
            if api is None:
                await _no_lifespan(receive, send)
            else:
                await api(scope, receive, send)
        elif api is not None and scope["type"] == "http" and _is_for_the_api(scope["path"]):
            await api(scope, receive, send)
        else:
            await pages(scope, receive, send)

    return dispatch


def _is_for_the_api(path: str) -> bool:
    return path.lstrip("/").startswith(API_PREFIX) or path in HEALTH_PATHS


async def _no_lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _partner_api() -> Application | None:
    if not module_exists("prakerja.partner_api.app"):
        return None
    return cast("Application", import_module("prakerja.config.asgi_api").application)


application = one_address(web, _partner_api())
