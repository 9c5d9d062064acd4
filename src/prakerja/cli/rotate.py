"""Rotation of the keys of encrypted fields."""

from typing import Annotated

import typer

from prakerja.cli._errors import CommandError
from prakerja.cli._session import prepared, say

app = typer.Typer(no_args_is_help=True)


@app.callback()
def rotate() -> None:
    """Rotation of the keys of encrypted fields."""


@app.command()
def field(
    *, check: Annotated[bool, typer.Option("--check", help="write nothing; exit 1 when cells are left")] = False
) -> None:
    """Write every encrypted field under PRAKERJA_FIELD_KEY; PRAKERJA_FIELD_KEY_BEFORE is read. May be stopped."""
    with prepared():
        from prakerja.kit.rotation import count_cells_left, rotate_field_key
        from prakerja.kit.settings import get_settings

        if not check:
            if get_settings().key_or_none("field_key_before") is None:
                raise CommandError("set PRAKERJA_FIELD_KEY_BEFORE to the key that is rotated out")
            for step in rotate_field_key():
                if step.pages_done == step.pages:
                    say(f"{step.table}.{step.column}: {step.cells:,} cells written")
        left = {place: cells for place, cells in count_cells_left().items() if cells}
        for (table, column), cells in left.items():
            say(f"{table}.{column}: {cells:,} cells under another key")
        if left:
            raise typer.Exit(1)
        say("Every field stands under the current key: the key before it can go.")
