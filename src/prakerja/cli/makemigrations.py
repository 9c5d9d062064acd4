"""`prakerja makemigrations`."""

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

    # Without the check of the history: it would ask a database.
    call_command("makemigrations", *(apps or []), check_changes=check, name=name)
