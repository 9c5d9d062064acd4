"""The commands on a state of their own, as a person runs them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from prakerja.cli.app import build


def run(folder: Path, *arguments: str, code: int = 0) -> list[str]:
    """A command in a process of its own; the lines that it wrote."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-m", "prakerja", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**kept, "PRAKERJA_STATE_DIR": str(folder)},
    )
    assert done.returncode == code, done.stderr
    return (done.stdout + done.stderr).splitlines()


def test_a_sandbox_its_keys_and_its_outbox(tmp_path: Path) -> None:
    run(tmp_path, "migrate")
    shown = json.loads(run(tmp_path, "sandbox", "new", "--json", "--base-url", "http://localhost:9/")[-1])
    assert shown["base_url"] == "http://localhost:9"
    assert set(shown) == {
        *("base_url", "platform", "institution", "cards", "courses", "redeem_codes", "accounts", "holders")
    }
    assert set(shown["institution"]) == {"client_code", "key", "redirect_uri"}
    assert set(shown["courses"][0]) == {"course_code", "schedule_code", "mode", "amount"}
    assert len(shown["redeem_codes"]) >= 12
    assert all(code.startswith("PRAT-") for code in shown["redeem_codes"])
    assert {len(card) for cards in shown["cards"].values() for card in cards} == {16}
    partner = shown["platform"]["client_code"].rpartition("-")[0]
    issued = json.loads(run(tmp_path, "keys", "issue", partner, "--scope", "payment", "--json")[-1])
    assert len(issued["key"]) == 64
    assert "has two live keys" in run(tmp_path, "keys", "issue", partner, code=1)[-1]
    assert run(tmp_path, "keys", "revoke", issued["client_code"]) == ["The key is revoked."]
    lines = run(tmp_path, "keys", "list", partner)
    assert len(lines) == 2
    assert not any(issued["key"] in line or shown["platform"]["key"] in line for line in lines)
    assert "nothing was sent" in run(tmp_path, "sandbox", "otp", shown["cards"]["digital"][0], code=1)[-1]


@pytest.mark.parametrize("arguments", [["sandbox", "new"], ["sandbox", "otp", "1"]])
def test_there_is_no_sandbox_in_production(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    from typer.testing import CliRunner

    monkeypatch.setenv("PRAKERJA_DEPLOYMENT", "production")
    assert "production" in str(CliRunner().invoke(build(), arguments).exception)
