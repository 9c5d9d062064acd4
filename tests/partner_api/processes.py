"""The API as it runs in production: processes of its own over a PostgreSQL of its own, which tests may kill."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import httpx
import psycopg
from psycopg.conninfo import conninfo_to_dict

from prakerja.kit.postgres import APP_ROLE, PrivatePostgres

ROOT = Path(__file__).resolve().parents[2]
DRAIN_SECONDS = 4.0
_KEYS = ("SECRET", "INDEX", "FIELD", "CODE", "OTP")
COMMAND = ["-m", "uvicorn", "prakerja.config.asgi_api:application", "--no-access-log", "--log-level", "warning"]
COMMAND += ["--http", "prakerja.partner_api.protocol:CounterProtocol", "--ws", "none", "--no-server-header"]


@dataclass(slots=True)
class Process:
    """One process of the API on a port that it keeps when it is started again."""

    port: int
    environment: dict[str, str]
    log: IO[bytes]
    running: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, wait: bool = True) -> None:
        command = [sys.executable, *COMMAND, "--port", str(self.port)]
        self.running = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=self.log, stdout=self.log)  # noqa: S603
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self) -> None:
        until = time.monotonic() + 60
        while True:
            try:
                if httpx.get(f"{self.base_url}/readyz", trust_env=False, timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            assert time.monotonic() < until, "the API does not get ready"
            time.sleep(0.05)

    def signal(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end; the exit status."""
        assert self.running is not None
        self.running.send_signal(number)
        return self.running.wait(timeout=40)


@dataclass(slots=True)
class Deployment:
    """A database with a shop, and processes over it."""

    postgres: PrivatePostgres
    processes: list[Process]
    known: dict[str, Any]
    _links: list[Path] = field(default_factory=list)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of `prakerja` on this deployment."""
        environment = {**self.processes[0].environment, "DATABASE_URL": self.postgres.url()}
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "prakerja", *arguments],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    def outside(self, what: str, *arguments: str) -> dict[str, Any]:
        """What `kill_world` does, in a process of its own, with the application's rights."""
        environment = self.processes[0].environment
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "tests.partner_api.kill_world", what, *arguments],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return said

    def logs(self) -> str:
        """All that the processes wrote."""
        return "".join(Path(process.log.name).read_text(encoding="utf-8") for process in self.processes)

    def logs_of_the_database(self) -> str:
        """What PostgreSQL wrote."""
        return (self.postgres.folder / "postgres.log").read_text(encoding="utf-8")

    def kill_database(self) -> None:
        """SIGKILL for the server; its remaining processes follow by themselves."""
        assert self.postgres.pid is not None
        os.kill(self.postgres.pid, signal.SIGKILL)

    def restart_database(self) -> None:
        """Start it again where its clients look for it: a new server has a new folder for its socket."""
        known = self._socket_folder()
        self.postgres.start()
        shutil.rmtree(known, ignore_errors=True)
        known.symlink_to(str(conninfo_to_dict(self.postgres.url())["host"]))
        self._links.append(known)

    def forget_links(self) -> None:
        """Remove what `restart_database` left."""
        for link in self._links:
            link.unlink(missing_ok=True)

    def _socket_folder(self) -> Path:
        return Path(str(conninfo_to_dict(self.processes[0].environment["PRAKERJA_DATABASE_URL"])["host"]))

    def execute(self, statement: str, *parameters: object) -> None:
        """Around the operations, triggers included."""
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(statement, parameters)

    def rows(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.postgres.url(), autocommit=True) as connection:
            return connection.execute(statement, parameters).fetchall()


@contextmanager
def deployed(folder: Path, *, people: int, processes: int) -> Iterator[Deployment]:
    """Everything running; all of it is stopped behind it."""
    environment = {
        name: text for name, text in os.environ.items() if not name.startswith(("PRAKERJA_", "DATABASE_URL"))
    }
    environment |= {f"PRAKERJA_{name}_KEY": secrets.token_hex(32) for name in _KEYS}
    environment["PRAKERJA_DRAIN_SECONDS"] = str(DRAIN_SECONDS)
    environment["PRAKERJA_STATE_DIR"] = str(folder / "state")
    environment["PYTHONPATH"] = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    postgres = PrivatePostgres(folder / "postgres")
    made = [
        Process(_free_port(), environment, (folder / f"api-{number}.log").open("wb")) for number in range(processes)
    ]
    try:
        postgres.start()
        environment["PRAKERJA_OWNER_DATABASE_URL"] = postgres.url()
        environment["PRAKERJA_DATABASE_URL"] = postgres.url(role=APP_ROLE)
        world = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "tests.partner_api.kill_world", "make", str(people)],
            cwd=ROOT,
            # Its owner: what a world writes around the operations needs more than the application's role has.
            env={**environment, "PRAKERJA_DATABASE_URL": postgres.url()},
            capture_output=True,
            text=True,
            check=False,
        )
        assert world.returncode == 0, world.stderr[-3000:]
        for process in made:
            process.start(wait=False)
        for process in made:
            process.wait_until_ready()
        deployment = Deployment(postgres, made, json.loads(world.stdout.splitlines()[-1]))
        try:
            yield deployment
        finally:
            deployment.forget_links()
    finally:
        for process in made:
            if process.running is not None and process.running.poll() is None:
                process.running.kill()
                process.running.wait(timeout=20)
            process.log.close()
        postgres.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
