"""Make the pages of the documentation that are generated."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from prakerja.cli._errors import CommandError

app = typer.Typer(no_args_is_help=True)

# The clone: this file is src/prakerja/cli/docs.py in it.
ROOT = Path(__file__).resolve().parents[3]


@app.callback()
def docs() -> None:
    """Make the pages of the documentation that are generated."""


@app.command()
def rules(
    *,
    check: Annotated[bool, typer.Option(help="write nothing; exit 1 when a page is stale")] = False,
    folder: Annotated[Path, typer.Option(help="the root of the clone")] = ROOT,
) -> None:
    """Write the rules pages, Indonesian and English, from the regime files."""
    from prakerja.programme.errors import RegimeFilesRefusedError
    from prakerja.programme.regime_files import load_regime_files
    from prakerja.programme.rules_page import PAGES, rules_page

    try:
        book = load_regime_files()
    except RegimeFilesRefusedError as error:
        raise CommandError(f"the regime files are refused\n{error}") from error
    pages = {name: rules_page(book, language) for language, name in PAGES.items()}
    _write(pages, folder, check=check, command="rules")


@app.command()
def api(
    *,
    check: Annotated[bool, typer.Option(help="write nothing; exit 1 when a page is stale")] = False,
    folder: Annotated[Path, typer.Option(help="the root of the clone")] = ROOT,
) -> None:
    """Write the reference of the partner API, English and Indonesian, from its types and its table of refusals."""
    from prakerja.cli._session import set_up_django

    set_up_django()
    from prakerja.partner_api.reference import pages

    _write(pages(), folder, check=check, command="api")


def _write(pages: Mapping[str, str], folder: Path, *, check: bool, command: str) -> None:
    for name, page in pages.items():
        path = folder / name
        if path.is_file() and path.read_text(encoding="utf-8") == page:
            typer.echo(f"{name}: fresh")
            continue
        if check:
            raise CommandError(f"{name} is stale: run `./run docs {command}` and commit it")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
        typer.echo(f"{name}: written")
