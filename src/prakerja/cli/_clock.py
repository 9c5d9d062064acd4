"""The demo's programme clock: it runs while the demo is served and stands still while it is stopped."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Final

HEARTBEAT_SECONDS: Final = 10


@contextmanager
def running_programme_clock() -> Iterator[None]:
    """Let the clock run; a heartbeat keeps its place, so that a killed demo goes on from there. Inside `prepared()`."""
    from prakerja.kit.clock import SystemClock
    from prakerja.kit.context import Context
    from prakerja.kit.ids import SystemIds
    from prakerja.programme.operations import recover_programme_clock, run_programme_clock, stop_programme_clock

    clock, ids = SystemClock(), SystemIds()

    def context() -> Context:
        now = clock.now()
        return Context(actor="system:demo", now=now, ids=ids)

    recover_programme_clock(context(), machine_now=clock.now(), allowance=timedelta(seconds=HEARTBEAT_SECONDS))
    run_programme_clock(context(), machine_now=clock.now())
    stop = Event()
    beating = Thread(target=_beat, args=(stop,), name="programme clock", daemon=True)
    beating.start()
    try:
        yield
    finally:
        stop.set()
        beating.join(timeout=HEARTBEAT_SECONDS)
        stop_programme_clock(context(), machine_now=clock.now())


def _beat(stop: Event) -> None:
    from django.db import DatabaseError, connection

    from prakerja.kit.clock import SystemClock
    from prakerja.programme.operations import keep_programme_clock

    clock = SystemClock()
    try:
        while not stop.wait(HEARTBEAT_SECONDS):
            try:
                keep_programme_clock(machine_now=clock.now())
            except DatabaseError:
                # PostgreSQL is gone or restarts: the pages say so; the next beat tries a new connection.
                connection.close()
    finally:
        connection.close()
