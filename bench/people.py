"""People by the million: a worker list comes in, a register's delta is screened.

    ./run bench people [--rows 2800000] [--holders 2000000] [--delta 100000] [--only import,rescreen]

Everything goes through the operations that pages and commands call. The last line is one JSON object: `import_s` and
`import_mb` (process tree without PostgreSQL), `rescreen_s`, and the CPU of both sides, since a shared machine's clock
says little.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench._database import bench_database
from bench._report import finish, stage

_PARTS = ("import", "rescreen")


def main(arguments: Sequence[str] | None = None) -> dict[str, object]:
    """Measure the parts that were asked for, print and return the figures."""
    options = _options(arguments)
    figures: dict[str, object] = {}
    with bench_database() as database, tempfile.TemporaryDirectory(prefix="prakerja-bench-") as folder:
        from bench._people_import import measure_import
        from bench._people_rescreen import measure_rescreen
        from bench._world import build_ground

        with stage("regimes, budgets, provinces"):
            context, regime = build_ground()
        if "import" in options.only:
            figures |= measure_import(database, context, Path(folder), rows=options.rows)
        if "rescreen" in options.only:
            figures |= measure_rescreen(
                database, context, regime, Path(folder), holders=options.holders, delta=options.delta
            )
    finish(figures)
    return figures


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench people")
    parser.add_argument("--rows", type=int, default=2_800_000, help="rows of the worker list")
    parser.add_argument("--holders", type=int, default=2_000_000, help="people who hold a card")
    parser.add_argument("--delta", type=int, default=100_000, help="rows of the register's delta")
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(_PARTS), help="parts, by commas")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
