"""`prakerja docs rules` writes the pages, and says when they are stale."""

from pathlib import Path

import pytest

from prakerja.cli._errors import CommandError
from prakerja.cli.docs import rules
from prakerja.programme.rules_page import PAGES


def test_writes_both_pages_and_then_finds_them_fresh(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules(folder=tmp_path)
    assert capsys.readouterr().out.splitlines() == [f"{name}: written" for name in PAGES.values()]
    rules(folder=tmp_path, check=True)
    assert capsys.readouterr().out.splitlines() == [f"{name}: fresh" for name in PAGES.values()]


def test_check_writes_nothing_and_names_the_stale_page(tmp_path: Path) -> None:
    rules(folder=tmp_path)
    page = tmp_path / PAGES["en"]
    page.write_text("stale", encoding="utf-8")
    with pytest.raises(CommandError, match=r"rules\.md is stale"):
        rules(folder=tmp_path, check=True)
    assert page.read_text(encoding="utf-8") == "stale"
