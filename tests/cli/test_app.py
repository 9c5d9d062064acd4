import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from typer.testing import CliRunner

from prakerja.cli._errors import sentence_of
from prakerja.cli.app import build
from prakerja.kit.postgres import PostgresError


def test_commands_are_found_by_their_modules() -> None:
    shown = CliRunner().invoke(build(), ["--help"])
    assert shown.exit_code == 0
    for name in ("demo", "migrate", "makemigrations", "settings", "shell"):
        assert f"\n  {name} " in shown.output


def test_help_loads_neither_django_nor_the_driver() -> None:
    code = (
        "import sys; from prakerja.cli.app import build; build();"
        "print([name for name in ('django', 'psycopg', 'uvicorn', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout == "[]\n"


def test_settings_are_shown_without_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAKERJA_STATE_DIR", str(tmp_path))
    monkeypatch.setenv("PRAKERJA_OTP_KEY", "ab" * 32)
    shown = CliRunner().invoke(build(), ["settings", "show"])
    assert shown.exit_code == 0
    assert "otp_key        set\n" in shown.output
    assert "abab" not in shown.output
    assert os.environ["DATABASE_URL"] not in shown.output


def test_the_demo_refuses_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRAKERJA_DEPLOYMENT", "production")
    result = CliRunner().invoke(build(), ["demo"])
    assert "the demo is a sandbox" in str(result.exception)


def test_what_a_person_can_mend_is_one_sentence() -> None:
    assert "no space left" in str(sentence_of(errors.DiskFull("could not extend file")))
    assert "no space left" in str(sentence_of(OSError(28, "No space left on device")))
    lost = psycopg.OperationalError("server closed the connection unexpectedly\n\tmore")
    assert sentence_of(lost) == (
        "the database does not answer (server closed the connection unexpectedly): "
        "what was confirmed is kept; start again"
    )
    assert sentence_of(PostgresError("PostgreSQL did not start: x")) == "PostgreSQL did not start: x"
    assert sentence_of(ZeroDivisionError()) is None
