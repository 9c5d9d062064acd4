"""Waves and the draw: people join, a national wave is drawn, and anybody verifies it.

    ./run bench draw [--applicants 6000000] [--places 800000] [--joins 60000]

`joins_per_s` is the operation with all of its validation, 500 people a call on two connections; `draw_s` is commitment
and reveal together (list, root, ranking, selection, recording); `verify_s` and `verify_mb` are `verify_draw.py` on the
published files. `random_s` is the yardstick: the same wave ranked by ORDER BY random() in each stratum, and recorded.
The last line is one JSON object.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench._database import ROOT, bench_database
from bench._report import finish, stage


def main(arguments: Sequence[str] | None = None) -> dict[str, object]:
    """Build the world, measure, print and return the figures."""
    options = _options(arguments)
    with bench_database() as database, tempfile.TemporaryDirectory(dir=ROOT / ".prakerja") as folder:
        from bench._draw import build_wave, measure_draw, measure_joins, measure_verify, measure_yardstick
        from bench._world import build_ground

        context, regime = build_ground()
        built = build_wave(context, regime, number=1, applicants=options.applicants, places=options.places)
        with stage("vacuum, checkpoint"):
            database.settle()
        figures: dict[str, object] = {"bench": "draw"}
        figures |= measure_joins(context, regime, number=2, people=options.joins)
        with stage("checkpoint"):
            database.settle()
        figures |= measure_yardstick(built)
        with stage("vacuum, checkpoint"):
            database.settle()
        figures |= measure_draw(built, regime, database)
        figures |= measure_verify(built, Path(folder))
    finish(figures)
    return figures


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench draw")
    parser.add_argument("--applicants", type=int, default=6_000_000)
    parser.add_argument("--places", type=int, default=800_000)
    parser.add_argument("--joins", type=int, default=60_000)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
