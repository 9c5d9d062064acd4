"""What README and docs say is there."""

import re
from pathlib import Path

import pytest
import typer

from prakerja.cli.app import build
from prakerja.ledger.rules import KEPT_KINDS, TRANSFER_SIDES

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
# Written so that this file does not name what it looks for.
FOREIGN = re.compile(
    r"\.\./[s]hared|/[w]ork/\w|/[h]ome/\w|/[r]oot/\w|[p]ypi\.|[r]egistry\.(?:npm|go)|[n]pmjs|[a]rtifactory|://[n]exus"
)
FOLDERS = (".ci", "bench", "docs", "src", "tests")


def _rows(page: str, heading: str) -> list[list[str]]:
    section = (ROOT / page).read_text().split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    targets = [target.split("#")[0] for target in LINK.findall(page.read_text())]
    local = [target for target in targets if target and not re.match(r"[a-z]+:|/", target)]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_package_is_named() -> None:
    said = "\n".join(page.read_text() for page in PAGES)
    packages = sorted(path.parent.name for path in (ROOT / "src/prakerja").glob("*/__init__.py"))
    assert packages
    assert [name for name in packages if f"`{name}`" not in said] == []


def test_every_command_has_a_line() -> None:
    page = (ROOT / "docs/reference/commands.md").read_text()
    said = {match.group(1) for match in re.finditer(r"^\| `([a-z]+(?: [a-z-]+)?)", page, re.MULTILINE)}
    top = typer.main.get_command(build())
    assert isinstance(top, typer.core.TyperGroup)
    names = set()
    for name, command in top.commands.items():
        names |= {f"{name} {sub}" for sub in getattr(command, "commands", {})} or {name}
    assert names == said


def test_the_chart_of_accounts_is_the_ledgers() -> None:
    rows = _rows("docs/reference/chart-of-accounts.md", "Kinds of transfer")
    assert [(row[0], (row[1], row[2])) for row in rows] == list(TRANSFER_SIDES.items())
    kinds = _rows("docs/reference/chart-of-accounts.md", "Kinds of account")
    assert {row[0] for row in kinds} == {kind for sides in TRANSFER_SIDES.values() for kind in sides}
    assert {row[0] for row in kinds if row[2].startswith("kept")} == KEPT_KINDS


def test_no_file_speaks_of_another_machine() -> None:
    files = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]
    files += [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    texts = {path: path.read_bytes().decode("utf-8", "replace") for path in files if "__pycache__" not in path.parts}
    found = [f"{path.relative_to(ROOT)}: {hit[0]}" for path, text in texts.items() for hit in FOREIGN.finditer(text)]
    assert len(texts) > len(FOLDERS)
    assert found == []


@pytest.mark.parametrize("parts", [("..", "shared"), ("", "work", "main"), ("", "home", "somebody")])
def test_a_path_of_another_machine_is_seen(parts: tuple[str, ...]) -> None:
    assert FOREIGN.search(f"see {'/'.join(parts)} for more")


def test_locks_name_no_source() -> None:
    locks = sorted(ROOT.glob("*.lock"))
    assert locks
    named = [path.name for path in locks if re.search(r"://|--(?:extra-)?index-url|--find-links", path.read_text())]
    assert named == []
