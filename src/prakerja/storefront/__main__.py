"""`python -m prakerja.storefront shop|institution SETTINGS --port PORT`: one program until a signal comes."""

import argparse
import sys
import threading
from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette

from prakerja.storefront.settings import read_settings

HOST: Final = "127.0.0.1"
PROGRAMS: Final = ("shop", "institution")


def run(program: str, settings_file: Path, *, port: int, with_parent: bool = False) -> int:
    """Serve a program; the exit code. `with_parent`: end when standard input ends, as it does when the parent dies.

    Raises:
        ValueError, OSError: the settings cannot be read.
    """
    server = uvicorn.Server(
        uvicorn.Config(
            make(program, settings_file),
            host=HOST,
            port=port,
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=2,
            server_header=False,
        )
    )
    if with_parent:

        def wait() -> None:
            sys.stdin.buffer.read()
            server.should_exit = True

        threading.Thread(target=wait, daemon=True).start()
    try:
        server.run()
    except KeyboardInterrupt:
        return 130
    return 0 if server.started else 1


def make(program: str, settings_file: Path) -> Starlette:
    """One of the two programs."""
    settings = read_settings(settings_file)
    if program == "shop":
        from prakerja.storefront.shop import make_shop

        return make_shop(settings)
    from prakerja.storefront.institution import make_institution

    return make_institution(settings)


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m prakerja.storefront")
    parser.add_argument("program", choices=PROGRAMS)
    parser.add_argument("settings", type=Path)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--with-parent", action="store_true", help="end when standard input ends")
    given = parser.parse_args()
    try:
        return run(given.program, given.settings, port=given.port, with_parent=given.with_parent)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{given.program}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
