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


class OneAddress:
    """An application that hands `/api/`, behind however many slashes, to the partner API and the rest to the pages.

    `app` is the API: the API's own protocol looks for its short way behind that name, and asks which limits a path has.
    """

    def __init__(self, pages: Application, api: Application | None) -> None:
        self.app = api
        self._pages = pages

    def is_page(self, path: str) -> bool:
        """Whether the pages answer an address."""
        return self.app is None or not _is_for_the_api(path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection event of ASGI."""
        if scope["type"] == "lifespan":
            # Django knows no lifespan; the API opens its pool and queues in it.
            if self.app is None:
                await _no_lifespan(receive, send)
            else:
                await self.app(scope, receive, send)
        elif self.app is not None and scope["type"] == "http" and not self.is_page(scope["path"]):
            await self.app(scope, receive, send)
        else:
            await self._pages(scope, receive, send)


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


application = OneAddress(web, _partner_api())
