"""Running the invariants: all of them see one state of the books."""

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import Empty, Queue

from django.db import connection

from prakerja.kit import db
from prakerja.oversight.invariants.base import Invariant, InvariantResult
from prakerja.oversight.invariants.parameters import read_parameters
from prakerja.oversight.invariants.registry import INVARIANTS

SAMPLE_ROWS = 20

CONNECTIONS = 2
"""So many invariants are checked at a time. Whole statements side by side keep the cores busy; parallel workers inside
one would build each big hash table twice and hand its rows over one by one."""

# A check reads everything once, alone: it may use more than a page's query. Local to its transaction.
_SETTINGS = """
    SELECT set_config('work_mem', '256MB', true), set_config('max_parallel_workers_per_gather', '0', true),
        set_config('jit', 'off', true), set_config('statement_timeout', '0', true)
"""
_ISOLATION = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


def run_invariants(names: Collection[str] | None = None, *, sample: int = SAMPLE_ROWS) -> list[InvariantResult]:
    """Check all invariants, or those named, in the order of the registry.

    Reads only, all in one snapshot: that of a REPEATABLE READ transaction, which the other connections share, or of the
    caller's transaction, when there is one. Each result has the first `sample` rows that break the promise.

    Raises:
        LookupError: no invariant has one of the names.

    Cost: a statement each, which reads whole tables; sums and joins, no row by row. `CONNECTIONS` + 1 connections.
    """
    chosen = _chosen(names)
    if connection.in_atomic_block:
        # The caller's snapshot: its isolation can no longer be chosen, that nothing is written can.
        with db.attempt():
            db.execute("SET TRANSACTION READ ONLY")
            db.rows(_SETTINGS)
            parameters = read_parameters(sample=sample)
            return [invariant.check(parameters) for invariant in chosen]
    with db.transaction():
        db.execute(_ISOLATION)
        snapshot = str(db.value("SELECT pg_export_snapshot()"))
        return _side_by_side(chosen, snapshot, read_parameters(sample=sample))


def _chosen(names: Collection[str] | None) -> list[type[Invariant]]:
    if names is None:
        return list(INVARIANTS)
    unknown = set(names) - {invariant.name for invariant in INVARIANTS}
    if unknown:
        raise LookupError(f"no invariant is called {', '.join(sorted(unknown))}")
    return [invariant for invariant in INVARIANTS if invariant.name in names]


def _side_by_side(
    chosen: list[type[Invariant]], snapshot: str, parameters: Mapping[str, object]
) -> list[InvariantResult]:
    waiting: Queue[type[Invariant]] = Queue()
    for invariant in chosen:
        waiting.put(invariant)

    def work() -> list[InvariantResult]:
        try:
            with _in_snapshot(snapshot):
                return [invariant.check(parameters) for invariant in _until_empty(waiting)]
        finally:
            # The thread's own: Django keeps one for each.
            connection.close()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        found = [pool.submit(work) for _ in range(min(CONNECTIONS, len(chosen)))]
        results = {result.name: result for future in found for result in future.result()}
    return [results[invariant.name] for invariant in chosen]


def _until_empty(waiting: "Queue[type[Invariant]]") -> Iterator[type[Invariant]]:
    while True:
        try:
            yield waiting.get_nowait()
        except Empty:
            return


@contextmanager
def _in_snapshot(snapshot: str) -> Iterator[None]:
    with db.transaction():
        db.execute(_ISOLATION)
        db.execute("SET TRANSACTION SNAPSHOT %s", (snapshot,))
        db.rows(_SETTINGS)
        yield
