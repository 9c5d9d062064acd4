"""The demo's worker: the process that production runs, beside the pages."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prakerja.cli._children import end_children, start_child


@contextmanager
def running_worker(folder: Path) -> Iterator[None]:
    """Run `prakerja worker` on the same database; its log stands in the state folder. Inside `prepared()`."""
    child = start_child(
        ["-m", "prakerja", "worker", "--with-parent"], log=folder / "worker.log", env=os.environ, cwd=Path.cwd()
    )
    try:
        yield
    finally:
        end_children([child])
