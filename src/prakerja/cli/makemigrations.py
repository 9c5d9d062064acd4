"""`prakerja makemigrations`."""

import warnings
from typing import Annotated

import typer

from prakerja.cli._session import set_up_django


def command(
    apps: Annotated[list[str] | None, typer.Argument(help="the rooms; all of them when none is named")] = None,
    *,
    name: Annotated[str | None, typer.Option(help="what the migration does, in a few words")] = None,
    check: Annotated[bool, typer.Option(help="write nothing; exit 1 when a model has no migration yet")] = False,
) -> None:
    """Write the migrations that the models lack."""
    set_up_django()
    from django.core.management import call_command

    # What a database has applied does not matter here, and there may be none.
    warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
    call_command("makemigrations", *(apps or []), check_changes=check, name=name)
