"""The programs as processes: they end with their parent, and say what is missing."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from prakerja.cli._port import find_free
from prakerja.cli._served import find_served, served_at
from prakerja.cli.app import build
from prakerja.storefront.settings import read_settings

SETTINGS = {
    "name": "Toko",
    "url": "http://localhost:1",
    "api_url": "http://localhost:1",
    "pages_url": "http://localhost:1",
    "outbox_url": "http://localhost:1",
    "client_code": "toko-1",
    "key": "rahasia",
    "database": "toko.sqlite3",
    "classes": [],
}


def start(folder: Path, program: str, port: int) -> "subprocess.Popen[bytes]":
    (folder / "settings.json").write_text(json.dumps(SETTINGS))
    process = subprocess.Popen(  # noqa: S603 - ours
        [
            *(sys.executable, "-m", "prakerja.storefront", program, str(folder / "settings.json")),
            *("--port", str(port), "--with-parent"),
        ],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Neither a database nor a key of the house.
        env={name: text for name, text in os.environ.items() if name in {"PATH", "PYTHONPATH"}},
        cwd=folder,
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).status_code == 200:
                return process
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError(process.communicate()[1])


@pytest.mark.parametrize("program", ["shop", "institution"])
def test_a_program_ends_when_its_parent_is_gone(tmp_path: Path, program: str) -> None:
    process = start(tmp_path, program, find_free(8720))
    assert process.stdin
    process.stdin.close()
    assert process.wait(timeout=10) == 0
    assert process.stderr
    assert process.stderr.read() == b""
    process.stderr.close()
    assert (tmp_path / "toko.sqlite3").stat().st_mode & 0o077 == 0


def test_a_program_ends_on_a_signal(tmp_path: Path) -> None:
    process = start(tmp_path, "shop", find_free(8740))
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) in {0, -signal.SIGTERM}
    process.communicate()


@pytest.mark.parametrize(
    ("text", "says"), [("{", "Expecting"), ("{}", "'name'"), (json.dumps({**SETTINGS, "classes": [{}]}), "course_code")]
)
def test_settings_that_do_not_fit_are_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=says):
        read_settings(path)
    done = CliRunner().invoke(build(), ["storefront", "shop", str(path), "--port", str(find_free(8760))])
    assert says in str(done.exception)
    gone = CliRunner().invoke(build(), ["storefront", "institution", "nowhere.json", "--port", str(find_free(8760))])
    assert "nowhere.json" in str(gone.exception)


def test_the_address_of_the_running_demo(tmp_path: Path) -> None:
    assert find_served(tmp_path) is None
    with served_at(tmp_path, "http://localhost:8123"):
        assert find_served(tmp_path) == "http://localhost:8123"
    assert find_served(tmp_path) is None
    # A killed demo leaves its file behind; its process is gone.
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (tmp_path / "served.json").write_text(json.dumps({"base_url": "http://localhost:1", "pid": gone.pid}))
    assert find_served(tmp_path) is None
    (tmp_path / "served.json").write_text("{")
    assert find_served(tmp_path) is None
