"""What a command works in: the state, a running PostgreSQL, the settings in the environment, Django set up."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

from prakerja.cli._state import State, default_folder, open_state


@contextmanager
def prepared(
    *,
    people: int | None = None,
    seed: int | None = None,
    fresh: bool = False,
    demo: bool = False,
    as_owner: bool = False,
) -> Iterator[State | None]:
    """Everything that a command of the database needs; all that was started is stopped behind it, also on a signal.

    A production deployment has its database and keys in the environment and no state: it gets None.
    Variables that are set already win over the state's. `as_owner`: everything runs as the owner of the tables.

    Raises:
        CommandError: the state does not fit.
        PostgresError: the private PostgreSQL does not start.
    """
    stop_on_signals()
    with ExitStack() as stack:
        state = None
        if os.environ.get("PRAKERJA_DEPLOYMENT") != "production":
            state = open_state(default_folder(), people=people, seed=seed, fresh=fresh)
            _use_keys(state)
            _use_database(state, stack)
        if demo:
            os.environ["PRAKERJA_DEMO"] = "true"
        if as_owner and os.environ.get("PRAKERJA_OWNER_DATABASE_URL"):
            os.environ["PRAKERJA_DATABASE_URL"] = os.environ["PRAKERJA_OWNER_DATABASE_URL"]
        set_up_django()
        stack.callback(_close_connections)
        yield state


def say(text: str) -> None:
    """Tell the person at the keyboard."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def set_up_django() -> None:
    """Load Django's settings and models; asks no database."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "prakerja.config.settings"
    django.setup()


def stop_on_signals() -> None:
    """SIGTERM and SIGHUP end the command like Ctrl-C does: in order, with everything stopped behind it."""

    def stop(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def _use_keys(state: State) -> None:
    os.environ["PRAKERJA_STATE_DIR"] = str(state.folder)
    for name, key in state.keys.items():
        os.environ.setdefault(f"PRAKERJA_{name.upper()}", key)


def _use_database(state: State, stack: ExitStack) -> None:
    from prakerja.kit.postgres import APP_ROLE, PrivatePostgres, app_url

    given = os.environ.get("DATABASE_URL")
    if given:
        # The person's PostgreSQL: their role owns the tables, the pages work as the role with granted rights.
        os.environ.setdefault("PRAKERJA_OWNER_DATABASE_URL", given)
        os.environ.setdefault("PRAKERJA_DATABASE_URL", app_url(given))
        return
    server = PrivatePostgres(state.postgres_folder)
    stack.callback(server.stop)
    server.start()
    os.environ["PRAKERJA_OWNER_DATABASE_URL"] = server.url()
    os.environ["PRAKERJA_DATABASE_URL"] = server.url(role=APP_ROLE)


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()
