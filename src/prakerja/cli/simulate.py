"""`prakerja simulate`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from prakerja.cli._errors import CommandError
from prakerja.cli._nation import make_nation
from prakerja.cli._session import prepared, say
from prakerja.cli.migrate import migrate_database


def command(
    *,
    people: Annotated[
        int | None, typer.Option(min=200, help="people who sign up; 20,000 when the state is made")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="seed of the nation; 1 when the state is made")] = None,
    until: Annotated[str | None, typer.Option(help="a day to stop before, such as 2020-07-15")] = None,
    report: Annotated[Path | None, typer.Option(help="write the story to this file, too")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="throw the state away first")] = False,
) -> None:
    """Let a small nation live through the whole scheme in the empty state, and tell its story with figures."""
    moment = _moment(until)
    with prepared(people=people, seed=seed, fresh=fresh) as state:
        if state is None:
            raise CommandError("a nation is simulated in a sandbox; this deployment is production")
        migrate_database()
        nation = make_nation(state.nation.people, state.nation.seed, until=moment, folder=state.folder)
        from prakerja.simulation.report import tell_story

        story = tell_story(nation)
    say(story)
    if report is not None:
        report.write_text(story, encoding="utf-8")


def _moment(day: str | None) -> datetime | None:
    if day is None:
        return None
    from prakerja.kit.clock import JAKARTA

    try:
        return datetime.fromisoformat(day).replace(tzinfo=JAKARTA)
    except ValueError as error:
        raise CommandError(f"--until {day} is no day; write it as 2020-07-15") from error
