"""Rotation of the keys of encrypted fields and of blind indexes."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from prakerja.cli._errors import CommandError
from prakerja.cli._session import prepared, say

app = typer.Typer(no_args_is_help=True)
# A line each 8 MB of a table.
_SAY_EVERY_PAGES = 1_024


@app.callback()
def rotate() -> None:
    """Rotation of the keys of encrypted fields and of blind indexes."""


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


@app.command()
def index(
    *,
    check: Annotated[bool, typer.Option("--check", help="write nothing; exit 1 while a rotation is under way")] = False,
) -> None:
    """Make every blind index anew under PRAKERJA_INDEX_KEY_NEXT, beside everything else. May be stopped; goes on."""
    with prepared(as_owner=True):
        from prakerja.access.operations.index_rotation import NoRotationError, get_index_state, rotate_index_key
        from prakerja.access.operations.index_tables import TablesAreBusyError
        from prakerja.kit.context import Context
        from prakerja.kit.ids import SystemIds
        from prakerja.participants.lanes import lane_key_fits
        from prakerja.programme.queries import programme_now

        if not check:
            if not lane_key_fits():
                raise CommandError("PRAKERJA_LANE_KEY must be the first index key of this database")
            context = Context("staff:command-line", programme_now(datetime.now(UTC)), SystemIds())
            try:
                for step in rotate_index_key(context):
                    if step.done == step.of or step.done % _SAY_EVERY_PAGES == 0:
                        say(f"{step.step} {step.table}: {step.done:,} of {step.of:,} pages, {step.rows:,} rows")
            except NoRotationError as error:
                raise CommandError(str(error)) from error
            except TablesAreBusyError:
                raise CommandError("the tables were busy for a minute; what was done stays: run it again") from None
        state = get_index_state()
        for table, rows in state.rows_left.items():
            say(f"{table}: {rows:,} rows still to do")
        if state.state != "at_rest":
            say(f"Under way from key {state.current_key}: {state.state}.")
            raise typer.Exit(1)
        say(f"Every index stands under the key named {state.current_key}.")
        if not check:
            say("Now, everywhere: PRAKERJA_INDEX_KEY takes the value of PRAKERJA_INDEX_KEY_NEXT, which goes;")
            say("PRAKERJA_LANE_KEY is set to the first index key, unless it is already.")
