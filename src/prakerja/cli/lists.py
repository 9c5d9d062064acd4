"""Worker lists of ministries: files of millions of rows."""

from pathlib import Path
from typing import Annotated

import typer

from prakerja.cli._errors import CommandError
from prakerja.cli._session import prepared, say

app = typer.Typer(no_args_is_help=True)


@app.callback()
def lists() -> None:
    """Worker lists of ministries: files of millions of rows."""


@app.command("import")
def import_list(
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a CSV file with the template's columns")],
    *,
    name: Annotated[str, typer.Option(help="name of the list")],
    source: Annotated[str, typer.Option(help="the ministry or office that sends it")],
    announced: Annotated[int | None, typer.Option(min=0, help="rows that were announced")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="processes that check and encrypt")] = 2,
) -> None:
    """Check a file and stage it; nothing is visible before it is published. After a kill, run it again: it goes on."""
    with prepared():
        from datetime import UTC, datetime

        from prakerja.kit.context import Context
        from prakerja.kit.ids import SystemIds
        from prakerja.participants.operations.worker_list_imports import Progress, import_worker_list
        from prakerja.participants.operations.worker_lists import ListOrigin
        from prakerja.programme.queries import programme_now

        context = Context("staff:command-line", programme_now(datetime.now(UTC)), SystemIds())

        def show(progress: Progress) -> None:
            if progress.parts_done % 10 == 0 or progress.parts_done == progress.parts:
                say(f"{progress.parts_done} of {progress.parts} parts, {progress.rows:,} rows in this run")

        origin = ListOrigin(name, source, announced)
        result = import_worker_list(context, path, origin, workers=workers, on_progress=show)
        if result.worker_list_id is None:
            missing = f" ({', '.join(result.missing_columns)})" if result.missing_columns else ""
            raise CommandError(f"the list was not staged: {result.code.value}{missing}")
        say(f"staged {result.worker_list_id}: {result.good_rows:,} good rows, {result.bad_rows:,} bad")
        say(f"publish it on its page, or: prakerja lists publish {result.worker_list_id}")


@app.command()
def publish(worker_list_id: Annotated[str, typer.Argument(help="the id that the import printed")]) -> None:
    """Make a staged list visible and match it with those who have signed up."""
    with prepared():
        from datetime import UTC, datetime
        from uuid import UUID

        from prakerja.kit.context import Context
        from prakerja.kit.ids import SystemIds
        from prakerja.participants.operations.worker_lists import publish_worker_list
        from prakerja.programme.queries import programme_now

        try:
            wanted = UUID(worker_list_id)
        except ValueError:
            raise CommandError(f"no list {worker_list_id}") from None
        context = Context("staff:command-line", programme_now(datetime.now(UTC)), SystemIds())
        result = publish_worker_list(context, wanted)
        if result.code.is_refusal:
            raise CommandError(f"the list was not published: {result.code.value}")
        say(f"published; {result.matched:,} people on it have already signed up")
