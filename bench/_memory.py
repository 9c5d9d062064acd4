"""Memory of a process and all that it started, PostgreSQL left out: the highest sum that was seen."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_EVERY_S = 0.2
_KILOBYTES_A_MEGABYTE = 1_024


@dataclass(slots=True)
class Peak:
    """The highest sum of the tree, in megabytes; shared pages count once (proportional set size)."""

    megabytes: float = 0.0


@contextmanager
def tree_memory(*, without: int | None) -> Iterator[Peak]:
    """Watch this process and its descendants; `without` is the process id of PostgreSQL's postmaster."""
    peak, stop = Peak(), threading.Event()

    def watch() -> None:
        while not stop.wait(_EVERY_S):
            peak.megabytes = max(peak.megabytes, _sum_of_tree(without))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        stop.set()
        watcher.join()
        peak.megabytes = max(peak.megabytes, _sum_of_tree(without))


def _sum_of_tree(without: int | None) -> float:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    waiting, kilobytes = [os.getpid()], 0
    while waiting:
        pid = waiting.pop()
        if pid == without:
            continue
        kilobytes += _pss_kb(pid)
        waiting.extend(children.get(pid, []))
    return kilobytes / _KILOBYTES_A_MEGABYTE


def _pss_kb(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return 0
