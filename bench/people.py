"""People by the million: a worker list comes in, a register's delta is screened, a wave is joined and drawn.

    ./run bench people [--rows 2800000] [--holders 2000000] [--delta 100000] [--only import,rescreen,draw]

The draw is `./run bench draw` in a process and on a server of its own, with `--applicants` and `--places`.

Everything goes through the operations that pages and commands call. The last line is one JSON object: `import_s` and
`import_mb` (process tree without PostgreSQL), `rescreen_s`, with the CPU of both sides, since a shared machine's clock
says little; and what the draw's bench says.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench._database import bench_database
from bench._report import finish, say, stage

_PARTS = ("import", "rescreen", "draw")


def main(arguments: Sequence[str] | None = None) -> dict[str, object]:
    """Measure the parts that were asked for, print and return the figures."""
    options = _options(arguments)
    figures: dict[str, object] = {"bench": "people"}
    if "draw" in options.only:
        figures |= _measure_draw(options.applicants, options.places, options.joins)
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


def _measure_draw(applicants: int, places: int, joins: int) -> dict[str, object]:
    """The figures of the draw's bench, which says its own lines meanwhile."""
    sizes = {"--applicants": applicants, "--places": places, "--joins": joins}
    command = [sys.executable, "-m", "bench.draw", *(str(word) for pair in sizes.items() for word in pair)]
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as bench:  # noqa: S603 - our own module
        for line in bench.stdout or ():
            last = line
            say(line.rstrip())
    if bench.returncode:
        raise RuntimeError(f"the draw's bench ended with {bench.returncode}")
    figures: dict[str, object] = json.loads(last)
    for name in ("bench", "machine"):
        figures.pop(name, None)
    return figures


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench people")
    parser.add_argument("--rows", type=int, default=2_800_000, help="rows of the worker list")
    parser.add_argument("--holders", type=int, default=2_000_000, help="people who hold a card")
    parser.add_argument("--delta", type=int, default=100_000, help="rows of the register's delta")
    parser.add_argument("--applicants", type=int, default=6_000_000, help="people who join the drawn wave")
    parser.add_argument("--places", type=int, default=800_000, help="places of the drawn wave")
    parser.add_argument("--joins", type=int, default=60_000, help="people whose joining is timed")
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(_PARTS), help="parts, by commas")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
