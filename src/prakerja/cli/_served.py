"""Where the running demo is served: written by it into its state folder, read by other commands."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_FILE: Final = "served.json"


@contextmanager
def served_at(folder: Path, base_url: str) -> Iterator[None]:
    """While it lasts, `find_served` tells the address."""
    path = folder / _FILE
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"base_url": base_url, "pid": os.getpid()}), encoding="utf-8")
    new.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def find_served(folder: Path) -> str | None:
    """The address of the demo that runs on the state; None when none does, also after one was killed."""
    try:
        found = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        os.kill(int(found["pid"]), 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(found["base_url"])
