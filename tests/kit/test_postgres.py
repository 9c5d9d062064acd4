import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from prakerja.kit.postgres import APP_ROLE, PostgresError, PrivatePostgres, app_url, binary


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PrivatePostgres]:
    private = PrivatePostgres(tmp_path / "private")
    private.start()
    yield private
    private.stop()


def write_note(server: PrivatePostgres) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE notes AS SELECT 1 AS id")


def notes(server: PrivatePostgres) -> int:
    with psycopg.connect(server.url()) as connection:
        row = connection.execute("SELECT count(*) FROM notes").fetchone()
    assert row
    return int(row[0])


def test_listens_on_a_short_private_socket_only(server: PrivatePostgres) -> None:
    folder = Path(server.url().split("host=")[1])
    assert len(str(folder / ".s.PGSQL.5432.lock")) <= 100
    assert folder.stat().st_mode & 0o777 == 0o700
    with psycopg.connect(server.url(role=APP_ROLE)) as connection:
        row = connection.execute("SELECT current_setting('listen_addresses'), current_setting('fsync')").fetchone()
    assert row == ("", "on")


def test_the_owner_may_become_the_applications_role(server: PrivatePostgres) -> None:
    with psycopg.connect(app_url(server.url())) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (APP_ROLE,)


def test_keeps_its_data_and_leaves_no_process_when_stopped(server: PrivatePostgres) -> None:
    write_note(server)
    pid = server.pid
    assert pid is not None
    server.stop()
    assert server.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    server.start()
    assert notes(server) == 1


def test_the_last_user_stops_it(server: PrivatePostgres) -> None:
    second = PrivatePostgres(server.folder)
    second.start()
    pid = server.pid
    server.stop()
    assert second.pid == pid
    second.stop()
    assert second.pid is None


def test_loses_nothing_when_the_server_is_killed(server: PrivatePostgres) -> None:
    write_note(server)
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    again = PrivatePostgres(server.folder)
    again.start()
    assert notes(again) == 1
    again.stop()


def test_a_server_that_was_started_again_is_stopped_too(server: PrivatePostgres) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    server.start()
    assert server.pid is not None
    server.stop()
    assert server.pid is None


def test_uses_and_stops_the_server_of_a_killed_process(tmp_path: Path) -> None:
    folder = tmp_path / "private"
    code = (
        "import sys, time; from pathlib import Path; from prakerja.kit.postgres import PrivatePostgres;"
        f"PrivatePostgres(Path({str(folder)!r})).start(); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:  # noqa: S603 - our own code
        assert child.stdout
        assert child.stdout.readline() == b"up\n"
        child.kill()
    server = PrivatePostgres(folder)
    orphan = server.pid
    assert orphan is not None
    server.start()
    assert server.pid == orphan
    server.stop()
    assert server.pid is None


def test_a_half_made_folder_is_made_anew(tmp_path: Path) -> None:
    data = tmp_path / "private" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("18\n")
    with PrivatePostgres(tmp_path / "private") as server:
        write_note(server)


def test_a_strangers_process_is_not_taken_for_the_server(server: PrivatePostgres) -> None:
    server.stop()
    lines = [str(os.getpid()), str(server.folder / "data"), "0", "5432", "/nowhere", "", "0 0", "ready   "]
    (server.folder / "data" / "postmaster.pid").write_text("\n".join(lines) + "\n")
    server.start()
    assert server.pid != os.getpid()


def test_data_of_another_version_are_named(server: PrivatePostgres) -> None:
    server.stop()
    (server.folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(PostgresError, match="PostgreSQL 17, this one is 18"):
        server.start()


def test_a_server_for_tests_ends_with_its_process(tmp_path: Path) -> None:
    folder = tmp_path / "private"
    code = (
        "import time; from pathlib import Path; from prakerja.kit.postgres import PrivatePostgres;"
        f"s = PrivatePostgres(Path({str(folder)!r}), durable=False); s.start();"
        "print(s.url(), flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:  # noqa: S603 - our own code
        assert child.stdout
        socket_folder = Path(child.stdout.readline().decode().strip().split("host=")[1])
        child.kill()
    server = PrivatePostgres(folder)
    deadline = time.monotonic() + 60
    while server.pid is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert server.pid is None
    shutil.rmtree(socket_folder, ignore_errors=True)


def test_the_wheel_has_the_programs_that_benches_need() -> None:
    assert binary("pgbench").exists()
    with pytest.raises(PostgresError, match="no program nothing"):
        binary("nothing")
