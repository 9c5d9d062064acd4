"""The script at the root: it talks to people whose machine lacks something."""

import errno
import importlib.util
import json
import os
import shutil
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "run"


@pytest.fixture
def run(tmp_path: Path) -> ModuleType:
    """The script, in a folder of its own."""
    shutil.copy(SCRIPT, tmp_path / "run")
    loader = SourceFileLoader("run_script", str(tmp_path / "run"))
    spec = importlib.util.spec_from_loader("run_script", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    for name in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_text("one==1 \\\n")
    return module


@pytest.fixture
def environment(run: ModuleType, tmp_path: Path) -> Path:
    """An environment as the script leaves it."""
    site = tmp_path / ".prakerja/env/lib/python3.11/site-packages"
    (site / "one").mkdir(parents=True)
    (tmp_path / ".prakerja/env/bin").mkdir()
    (tmp_path / ".prakerja/env/bin/python").symlink_to(sys.executable)
    stamp = {"runtime": run.digest("requirements.lock"), "entries": ["one"]}
    (tmp_path / ".prakerja/env/stamp.json").write_text(json.dumps(stamp))
    return site


def test_a_whole_environment_is_used(run: ModuleType, environment: Path) -> None:
    assert run.stamped("runtime")
    assert not run.stamped("dev")


def test_an_environment_of_another_lock_is_made_anew(run: ModuleType, environment: Path, tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("one==2 \\\n")
    assert not run.stamped("runtime")


def test_a_half_made_environment_is_made_anew(run: ModuleType, environment: Path, tmp_path: Path) -> None:
    (environment / "one").rmdir()
    assert not run.stamped("runtime")
    (environment / "one").mkdir()
    (tmp_path / ".prakerja/env/bin/python").unlink()
    assert not run.stamped("runtime")
    (tmp_path / ".prakerja/env/stamp.json").write_text("{")
    assert not run.stamped("runtime")


def test_a_moved_clone_finds_its_source_again(run: ModuleType, environment: Path, tmp_path: Path) -> None:
    (environment / "prakerja.pth").write_text("/elsewhere/src\n")
    run.say_source(str(environment))
    assert (environment / "prakerja.pth").read_text() == f"{tmp_path}/src\n"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "no disk space left"),
        ("WARNING: NewConnectionError: Failed to resolve\nERROR: No matching distribution", "no network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "differs from the lock's hash"),
        ("Collecting x\nERROR: something else\n", "cannot be made: ERROR: something else"),
    ],
)
def test_what_pip_says_becomes_one_line(
    run: ModuleType, capsys: pytest.CaptureFixture[str], said: str, sentence: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        run.explain(said)
    assert ended.value.code == 1
    shown = capsys.readouterr().err
    assert sentence in shown
    assert shown.count("\n") == 1


def test_no_disk_space_is_said_before_anything_is_made(
    run: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".prakerja").mkdir()
    run.SPACE_MB["runtime"] = 10**9
    with pytest.raises(SystemExit):
        run.make_environment("runtime")
    assert "no disk space" in capsys.readouterr().err
    assert not (tmp_path / ".prakerja/env").exists()


def test_an_old_python_is_named(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "OLDEST", (99, 0))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SystemExit):
        run.use_new_python()
    assert "run: old Python: this is 3." in capsys.readouterr().err


def test_words_become_commands(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench/purchases.py").touch()
    assert run.command_line(["test", "-k", "x"]) == ["-m", "pytest", "-k", "x"]
    assert run.command_line(["bench", "purchases", "--fast"]) == ["-m", "bench.purchases", "--fast"]
    assert run.command_line(["check"]) == ["-m", "prakerja", "check"]
    with pytest.raises(SystemExit):
        run.command_line(["bench", "nothing"])
    assert "bench NAME: one of purchases" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EROFS, "read-only folder: /clone/.prakerja cannot be written"),
        (errno.EACCES, "read-only folder: /clone/.prakerja cannot be written"),
        (errno.ENOSPC, "no disk space left"),
    ],
)
def test_a_folder_that_cannot_be_written_is_one_line(
    run: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: int,
    sentence: str,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), "/clone/.prakerja")

    monkeypatch.setattr(run.os, "makedirs", refuse)
    with pytest.raises(SystemExit) as ended:
        run.main(["check"])
    assert ended.value.code == 1
    shown = capsys.readouterr().err
    assert sentence in shown
    assert shown.count("\n") == 1
