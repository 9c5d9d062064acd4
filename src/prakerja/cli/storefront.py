"""The reference shop and the reference institution: programs that know the partner API and their keys, nothing more."""

from pathlib import Path
from typing import Annotated

import typer

from prakerja.cli._errors import CommandError
from prakerja.cli._port import require_free

app = typer.Typer(no_args_is_help=True)
Settings = Annotated[Path, typer.Argument(help="the program's settings file (docs/tutorials/shop-and-institution.md)")]


@app.callback()
def storefront() -> None:
    """The reference shop and the reference institution, each until Ctrl-C."""


@app.command()
def shop(
    settings: Settings, *, port: Annotated[int, typer.Option(min=1, max=65535, help="where it is served")] = 8100
) -> None:
    """Serve the shop: choose a class, pay with card number and OTP."""
    _run("shop", settings, port)


@app.command()
def institution(
    settings: Settings, *, port: Annotated[int, typer.Option(min=1, max=65535, help="where it is served")] = 8200
) -> None:
    """Serve the institution: redeem codes, presence, practice tasks."""
    _run("institution", settings, port)


def _run(program: str, settings: Path, port: int) -> None:
    from prakerja.storefront.__main__ import HOST, run

    require_free(port, host=HOST)
    try:
        exit_code = run(program, settings, port=port)
    except (ValueError, OSError) as error:
        raise CommandError(f"{program}: {error}") from error
    raise typer.Exit(exit_code)
