"""`prakerja demo`."""

import os
import socket
import time
from collections.abc import Callable
from typing import Annotated

import typer

from prakerja.cli._errors import CommandError
from prakerja.cli._port import require_free
from prakerja.cli._session import prepared, say
from prakerja.cli.migrate import migrate_database

HOST = "127.0.0.1"


def command(
    *,
    people: Annotated[int | None, typer.Option(min=1, help="people of the nation; 20,000 when it is made")] = None,
    seed: Annotated[int | None, typer.Option(help="seed of the nation; 1 when it is made")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="where pages and partner API are served")] = 8000,
    fresh: Annotated[bool, typer.Option("--fresh", help="throw the state away first")] = False,
) -> None:
    """Serve a sandbox with pages and partner API on one address, until Ctrl-C."""
    if os.environ.get("PRAKERJA_DEPLOYMENT") == "production":
        raise CommandError("the demo is a sandbox; this deployment is production")
    require_free(port, host=HOST)
    began = time.monotonic()
    os.environ.setdefault("PRAKERJA_BASE_URL", f"http://localhost:{port}")
    with prepared(people=people, seed=seed, fresh=fresh, demo=True):
        migrate_database()
        serve(
            port,
            ready=lambda: say(
                f"Ready after {time.monotonic() - began:.1f} s: http://localhost:{port}/ (Ctrl-C stops everything)"
            ),
        )
    say("Stopped.")


def serve(port: int, *, ready: Callable[[], None]) -> None:
    """Serve pages and partner API in this process until a signal comes; `ready` is called once they answer."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready()

    config = uvicorn.Config(
        "prakerja.config.asgi:application",
        host=HOST,
        port=port,
        log_level="warning",
        lifespan="on",
        timeout_graceful_shutdown=5,
        server_header=False,
    )
    try:
        Server(config).run()
    except KeyboardInterrupt:
        # Ctrl-C is how a demo ends.
        return
