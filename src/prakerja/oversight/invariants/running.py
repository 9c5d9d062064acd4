"""Running the invariants: all of them see one state of the books."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from django.db import connection

from prakerja.kit import db
from prakerja.oversight.invariants.base import Invariant, InvariantResult
from prakerja.oversight.invariants.parameters import read_parameters
from prakerja.oversight.invariants.registry import INVARIANTS

SAMPLE_ROWS = 20

# A check reads everything once, alone: it may use more than a page's query. Local to its transaction.
_SETTINGS = """
    SELECT set_config('work_mem', '256MB', true), set_config('max_parallel_workers_per_gather', '2', true),
        set_config('jit', 'off', true), set_config('statement_timeout', '0', true)
"""


def run_invariants(
    names: Collection[str] | None = None,
    *,
    sample: int = SAMPLE_ROWS,
    watch: Callable[[InvariantResult], None] | None = None,
) -> list[InvariantResult]:
    """Check all invariants, or those named, in the order of the registry; `watch` sees each result as it comes.

    Reads only, in one REPEATABLE READ transaction (in the caller's, when there is one already). Each result has the
    first `sample` rows that break the promise.

    Raises:
        LookupError: no invariant has one of the names.

    Cost: a statement each, which reads whole tables; sums and joins, no row by row.
    """
    chosen = _chosen(names)
    results = []
    with _one_state():
        parameters = read_parameters(sample=sample)
        for invariant in chosen:
            result = invariant.check(parameters)
            results.append(result)
            if watch is not None:
                watch(result)
    return results


def _chosen(names: Collection[str] | None) -> list[type[Invariant]]:
    if names is None:
        return list(INVARIANTS)
    unknown = set(names) - {invariant.name for invariant in INVARIANTS}
    if unknown:
        raise LookupError(f"no invariant is called {', '.join(sorted(unknown))}")
    return [invariant for invariant in INVARIANTS if invariant.name in names]


@contextmanager
def _one_state() -> Iterator[None]:
    if connection.in_atomic_block:
        # The caller's snapshot: its isolation can no longer be chosen, that nothing is written can.
        with db.attempt():
            db.execute("SET TRANSACTION READ ONLY")
            db.rows(_SETTINGS)
            yield
        return
    with db.transaction():
        db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        db.rows(_SETTINGS)
        yield
