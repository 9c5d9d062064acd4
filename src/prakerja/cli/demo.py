"""`prakerja demo`."""

import os
import shutil
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Annotated

import typer

from prakerja.cli._clock import running_programme_clock
from prakerja.cli._errors import CommandError
from prakerja.cli._nation import half_made, lives_here, make_nation
from prakerja.cli._port import require_free
from prakerja.cli._served import served_at
from prakerja.cli._session import prepared, say
from prakerja.cli._state import State, default_folder
from prakerja.cli._storefront import Running, running_storefront
from prakerja.cli._worker import running_worker
from prakerja.cli.check import check_everything
from prakerja.cli.migrate import migrate_database

HOST = "127.0.0.1"


def command(
    *,
    people: Annotated[int | None, typer.Option(min=200, help="people of the nation; 20,000 when it is made")] = None,
    seed: Annotated[int | None, typer.Option(help="seed of the nation; 1 when it is made")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="where pages and partner API are served")] = 8000,
    once: Annotated[
        bool, typer.Option("--once", help="the whole year to the closing of the books, check, and end; keeps no state")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="throw the state away first")] = False,
) -> None:
    """Let a small nation live, tell its story, and serve pages and partner API on one address, until Ctrl-C."""
    if os.environ.get("PRAKERJA_DEPLOYMENT") == "production":
        raise CommandError("the demo is a sandbox; this deployment is production")
    if once:
        live_once(people, seed)
        return
    require_free(port, host=HOST)
    began = time.monotonic()
    os.environ.setdefault("PRAKERJA_BASE_URL", f"http://localhost:{port}")
    if half_made(default_folder()):
        if os.environ.get("DATABASE_URL"):
            raise CommandError(
                "an earlier start was killed while it made the nation: give DATABASE_URL an empty database"
            )
        say("An earlier start was killed while it made the nation: it is made again.")
        fresh = True
    with prepared(people=people, seed=seed, fresh=fresh, demo=True) as state:
        migrate_database()
        if state is not None and not lives_here():
            populate(state)
        with ExitStack() as stack:
            stack.enter_context(running_programme_clock())
            if state is not None:
                stack.enter_context(running_worker(state.folder))
            storefront = None if state is None else _storefront(state, port, stack)
            serve(port, ready=lambda: _welcome(port, began, storefront))
    say("Stopped.")


def populate(state: State) -> None:
    """Let the state's nation live up to a working day, set the programme clock there, and tell the story."""
    from prakerja.kit.clock import SystemClock
    from prakerja.programme.operations import set_programme_clock
    from prakerja.simulation.report import tell_story
    from prakerja.simulation.story import WORKING_MOMENT

    say(f"Making a nation of {state.nation.people:,} people with seed {state.nation.seed} ...")
    nation = make_nation(state.nation.people, state.nation.seed, until=WORKING_MOMENT, folder=state.folder)
    set_programme_clock(nation.context("system:demo"), WORKING_MOMENT, machine_now=SystemClock().now())
    story = tell_story(nation)
    (state.folder / "story.txt").write_text(story, encoding="utf-8")
    say(story)


def live_once(people: int | None, seed: int | None) -> None:
    """The whole year of a nation in a state of its own, which is thrown away; exit 1 when a promise is broken."""
    folder = default_folder().with_name("once")
    os.environ["PRAKERJA_STATE_DIR"] = str(folder)
    try:
        with prepared(people=people, seed=seed, fresh=True) as state:
            if state is None:
                raise CommandError("the demo is a sandbox; this deployment is production")
            migrate_database()
            from prakerja.simulation.report import tell_story

            nation = make_nation(state.nation.people, state.nation.seed, until=None, folder=None)
            say(tell_story(nation))
            kept = check_everything()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not kept:
        raise typer.Exit(1)


def _storefront(state: State, port: int, stack: ExitStack) -> Running | None:
    """The reference shop and institution; a state that does not allow them is served without."""
    from prakerja.partner_api.sandbox_people import SandboxRefusedError

    base_url = os.environ["PRAKERJA_BASE_URL"].rstrip("/")
    stack.enter_context(served_at(state.folder, base_url))
    try:
        return stack.enter_context(running_storefront(state.folder, base_url, port=port))
    except SandboxRefusedError as error:
        say(f"Without shop and institution: {error}")
        return None


def _welcome(port: int, began: float, storefront: Running | None) -> None:
    address = f"http://localhost:{port}"
    text = (
        f"  {address}/            the public pages\n"
        f"  {address}/demo/       sign in with one click, in any role\n"
        f"  {address}/api/v1/     the partner API (prakerja sandbox new makes keys)"
    )
    if storefront is not None:
        storefront.wait()
        text += "\n" + storefront.describe(address)
    seconds = time.monotonic() - began
    say(
        f"Ready after {seconds:.1f} s (Ctrl-C stops everything). SANDBOX: all people and partners are invented.\n{text}"
    )


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
        # Slow and silent connections end, and what is no HTTP is answered as the contract says.
        http="prakerja.partner_api.protocol:CounterProtocol",
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
