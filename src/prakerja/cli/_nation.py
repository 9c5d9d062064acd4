"""The nation of a state: whether one lives there, and making one."""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prakerja.cli._errors import CommandError
from prakerja.cli._session import say

if TYPE_CHECKING:
    from prakerja.simulation.nation import Nation

_MARK: Final = "nation.json"


def half_made(folder: Path) -> bool:
    """Whether a command was killed while it made the nation."""
    mark = folder / _MARK
    return mark.exists() and not json.loads(mark.read_text())["finished"]


def lives_here() -> bool:
    """Whether the database holds a nation already. Inside `prepared()`, after migrating."""
    from prakerja.kit import db

    return bool(db.value("SELECT EXISTS (SELECT FROM budgets)"))


def make_nation(people: int, seed: int, *, until: datetime | None, folder: Path | None) -> "Nation":
    """Let a nation live in the empty database, with progress; `until` None: to the closing of the books.

    Raises:
        CommandError: the database is not empty.
    """
    from prakerja.simulation.story import END, tell

    if lives_here():
        raise CommandError("a nation lives in this database already; --fresh throws the state away and makes yours")
    _mark(folder, finished=False)
    began = time.monotonic()
    nation = tell(people, seed, until=until or END, each_day=_progress(began))
    _end_progress()
    _mark(folder, finished=True)
    say(f"{people:,} people lived until {nation.today.isoformat()} in {time.monotonic() - began:.1f} s.")
    return nation


def _mark(folder: Path | None, *, finished: bool) -> None:
    if folder is not None:
        (folder / _MARK).write_text(json.dumps({"finished": finished}))


def _progress(began: float) -> Callable[[date], None]:
    if not sys.stderr.isatty() and not os.environ.get("PRAKERJA_PROGRESS"):
        return lambda _: None

    def show(day: date) -> None:
        sys.stderr.write(f"\r  the nation lives: {day.isoformat()}  {time.monotonic() - began:5.1f} s ")
        sys.stderr.flush()

    return show


def _end_progress() -> None:
    if sys.stderr.isatty() or os.environ.get("PRAKERJA_PROGRESS"):
        sys.stderr.write("\r" + " " * 60 + "\r")
