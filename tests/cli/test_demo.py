"""The demo as a person runs it: a process, a port, a signal."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from prakerja.cli._port import is_free
from prakerja.kit.postgres import PrivatePostgres


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def surroundings(state: Path) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if name not in {"DATABASE_URL", "PRAKERJA_DEPLOYMENT"}}
    return kept | {"PRAKERJA_STATE_DIR": str(state)}


def start(state: Path, port: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "prakerja", "demo", "--port", str(port), "--people", "200"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=surroundings(state),
    )


def wait_until_ready(process: "subprocess.Popen[str]") -> None:
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Ready"):
            return
    pytest.fail("the demo ended: " + "".join(said))


def addresses(process: "subprocess.Popen[str]") -> dict[str, int]:
    """The ports of shop and institution, as the demo says them behind its first line."""
    assert process.stdout
    ports = {}
    for line in process.stdout:
        found = re.search(r"http://localhost:(\d+)/ +the reference (shop|institution)", line)
        if found:
            ports[found[2]] = int(found[1])
        if len(ports) == 2:
            return ports
    pytest.fail("the demo ended")


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


def status(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
        return int(answer.status)


def stylesheet(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/static/admin/css/base.css") as answer:
        return int(answer.status)


@pytest.mark.parametrize(("sent", "exit_code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_serves_and_stops_everything_on_a_signal(
    demo: "subprocess.Popen[str]", port: int, tmp_path: Path, sent: signal.Signals, exit_code: int
) -> None:
    assert stylesheet(port) == 200
    ports = addresses(demo)
    assert {name: status(one) for name, one in ports.items()} == {"shop": 200, "institution": 200}
    demo.send_signal(sent)
    assert demo.wait(timeout=30) == exit_code
    assert PrivatePostgres(tmp_path / "state/postgres").pid is None
    assert all(is_free(one) for one in ports.values())


def test_a_killed_demo_starts_again(demo: "subprocess.Popen[str]", port: int, tmp_path: Path) -> None:
    ports = addresses(demo)
    sandbox = subprocess.run(
        [sys.executable, "-m", "prakerja", "sandbox", "new", "--json"],
        capture_output=True,
        text=True,
        check=True,
        env=surroundings(tmp_path / "state"),
    )
    # Where the running demo is served, without being told.
    assert json.loads(sandbox.stdout.splitlines()[-1])["base_url"] == f"http://localhost:{port}"
    demo.kill()
    demo.wait()
    # Shop and institution go with it.
    until = time.monotonic() + 60
    while not all(is_free(one) for one in ports.values()):
        assert time.monotonic() < until
        time.sleep(0.05)
    again = start(tmp_path / "state", port)
    try:
        wait_until_ready(again)
        assert stylesheet(port) == 200
    finally:
        again.terminate()
        again.communicate()
    assert PrivatePostgres(tmp_path / "state/postgres").pid is None
