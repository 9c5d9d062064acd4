"""The demo as a person runs it: a process, a port, a signal."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from prakerja.kit.postgres import PrivatePostgres


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(state: Path, port: int) -> "subprocess.Popen[str]":
    inherited = {name: text for name, text in os.environ.items() if name not in {"DATABASE_URL", "PRAKERJA_DEPLOYMENT"}}
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "prakerja", "demo", "--port", str(port), "--people", "200"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=inherited | {"PRAKERJA_STATE_DIR": str(state)},
    )


def wait_until_ready(process: "subprocess.Popen[str]") -> None:
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Ready"):
            return
    pytest.fail("the demo ended: " + "".join(said))


@pytest.fixture
def demo(tmp_path: Path, port: int) -> "Iterator[subprocess.Popen[str]]":
    process = start(tmp_path / "state", port)
    try:
        wait_until_ready(process)
        yield process
    finally:
        process.kill()
        process.communicate()
        server = PrivatePostgres(tmp_path / "state/postgres")
        server.start()
        server.stop()


def stylesheet(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/static/admin/css/base.css") as answer:
        return int(answer.status)


@pytest.mark.parametrize(("sent", "exit_code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_serves_and_stops_everything_on_a_signal(
    demo: "subprocess.Popen[str]", port: int, tmp_path: Path, sent: signal.Signals, exit_code: int
) -> None:
    assert stylesheet(port) == 200
    demo.send_signal(sent)
    assert demo.wait(timeout=30) == exit_code
    assert PrivatePostgres(tmp_path / "state/postgres").pid is None


def test_a_killed_demo_starts_again(demo: "subprocess.Popen[str]", port: int, tmp_path: Path) -> None:
    demo.kill()
    demo.wait()
    again = start(tmp_path / "state", port)
    try:
        wait_until_ready(again)
        assert stylesheet(port) == 200
    finally:
        again.terminate()
        again.communicate()
    assert PrivatePostgres(tmp_path / "state/postgres").pid is None
