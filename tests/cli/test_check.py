"""`prakerja check`: what a person sees when the books are in order, and when they are not."""

import json
from contextlib import nullcontext
from pathlib import Path

import pytest
import typer

from prakerja.cli import check
from prakerja.cli._errors import CommandError
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.oversight.invariants import INVARIANTS
from prakerja.programme.operations import load_regimes, open_budgets
from tests.cli.test_sandbox import run


@pytest.fixture
def books(context: Context, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Budgets are open; the command works on the test's own database."""
    open_budgets(context, load_regimes(context))
    monkeypatch.setattr(check, "prepared", nullcontext)


def lose_money() -> None:
    db.execute("SET LOCAL session_replication_role = replica")
    db.execute(
        """
        INSERT INTO accounts (lane, holder_id, kind, budget_number, balance_idr)
        SELECT 0, id, 'unspent', number, 100 FROM budgets WHERE number <= 3
        """
    )


def test_prints_each_invariant_with_its_rules_and_ends_well(books: None, capsys: pytest.CaptureFixture[str]) -> None:
    check.command()
    lines = capsys.readouterr().out.splitlines()
    table = [line.split() for line in lines[: len(INVARIANTS)]]
    assert [row[0] for row in table] == [invariant.name for invariant in INVARIANTS]
    assert {row[1] for row in table} == {"ok"}
    assert [row[4:] for row in table] == [list(invariant.rules) for invariant in INVARIANTS]
    assert lines[-1].startswith(f"{len(INVARIANTS)} of {len(INVARIANTS)} invariants are kept")


def test_shows_the_rows_and_the_explanation_and_exits_with_1(books: None, capsys: pytest.CaptureFixture[str]) -> None:
    lose_money()
    with pytest.raises(typer.Exit) as ended:
        check.command(["every_budget_adds_up", "no_kept_balance_is_negative"], rows=2)
    assert ended.value.exit_code == 1
    shown = capsys.readouterr().out
    assert "every_budget_adds_up (MONEY-01, MONEY-02, MONEY-03, SETTLE-01) is broken by 3 rows" in shown
    assert "Allocated = unspent + reserved" in shown
    assert "Alokasi = belum dipakai + dicadangkan" in shown
    assert "  1 | 0 | 100 | 0 | 0 | 0 | 0 | 0 | 0\n" in shown
    assert "  … and 1 more\n" in shown
    assert "1 of 2 invariants are kept" in shown


def test_json_says_the_same(books: None, capsys: pytest.CaptureFixture[str]) -> None:
    lose_money()
    with pytest.raises(typer.Exit):
        check.command(["every_budget_adds_up"], as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is False
    (invariant,) = found["invariants"]
    assert invariant["name"] == "every_budget_adds_up"
    assert invariant["offending"] == 3
    assert invariant["columns"][:3] == ["budget_number", "allocated_idr", "unspent_idr"]
    assert [row[:3] for row in invariant["rows"]] == [[1, 0, 100], [2, 0, 100], [3, 0, 100]]


def test_refuses_a_name_that_no_invariant_has(books: None) -> None:
    with pytest.raises(CommandError, match="nothing_at_all"):
        check.command(["nothing_at_all"])


def test_checks_a_state_of_its_own(tmp_path: Path) -> None:
    run(tmp_path, "migrate")
    run(tmp_path, "sandbox", "new", "--json", "--base-url", "http://localhost:9/")
    found = json.loads(run(tmp_path, "check", "--json")[-1])
    assert [invariant["name"] for invariant in found["invariants"] if not invariant["ok"]] == []
    assert found["ok"] is True
    assert len(found["invariants"]) == len(INVARIANTS)
