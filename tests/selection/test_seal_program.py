"""The program that keepers of sealed seeds run on machines of their own."""

import json
import subprocess
import sys
from pathlib import Path

from prakerja.selection import seal_draw

PROGRAM = Path(seal_draw.__file__)


def program(*arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-I", str(PROGRAM), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program


def test_it_stands_alone_and_makes_what_the_others_check(tmp_path: Path) -> None:
    names = "ui,bps,kpk"
    for name in names.split(","):
        done = program("make", name, "--keepers", names, "--threshold", 2, "--folder", tmp_path)
        assert done.returncode == 0, done.stderr
        assert f"Keep {name}.seed.json secret" in done.stdout
        # What it tells is no secret.
        assert json.loads((tmp_path / f"{name}.seed.json").read_text())["value"] not in done.stdout
    seals = tmp_path / "seals.json"
    contents = [json.loads((tmp_path / f"{name}.seal.json").read_text()) for name in sorted(names.split(","))]
    seals.write_text(json.dumps(contents))
    given = [tmp_path / f"{name}.share-2-kpk.json" for name in ("bps", "ui")]
    assert program("check", seals, *given).stdout == "All shares fit their seals.\n"
    given[0].write_text(json.dumps(json.loads(given[0].read_text()) | {"holder": 1}))
    wrong = program("check", seals, *given)
    assert (wrong.returncode, wrong.stdout) == (1, "These do not fit, refuse them: bps\n")
    lines = [line.split() for line in PROGRAM.read_text().splitlines()]
    imports = {words[1].split(".")[0] for words in lines if words[:1] in (["import"], ["from"])}
    assert imports <= set(sys.stdlib_module_names)


def test_it_refuses_in_one_line(tmp_path: Path) -> None:
    share = tmp_path / "share.json"
    share.write_text('{"keeper": "bps", "holder": 1, "value": "5"}')
    for arguments in (
        ("make", "bps", "--keepers", "kpk,ui,ugm", "--threshold", 2),
        ("make", "bps", "--keepers", "bps,bps,ui", "--threshold", 2),
        ("make", "bps", "--keepers", "bps,kpk,ui", "--threshold", 3),
        ("check", tmp_path / "nothing.json", share),
        ("check", share, share),
    ):
        refused = program(*arguments)
        assert refused.returncode == 1
        assert refused.stderr.startswith("refused: ")
        assert "Traceback" not in refused.stderr


def test_two_seals_of_one_keeper_have_nothing_in_common(tmp_path: Path) -> None:
    """It takes its randomness from the machine, not from a seed."""
    made = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        assert program("make", "bps", "--keepers", "bps,kpk,ui", "--threshold", 2, "--folder", folder).returncode == 0
        made.append(set(json.loads((folder / "bps.seal.json").read_text())["commitments"]))
    assert not made[0] & made[1]
