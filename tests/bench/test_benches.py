"""Each benchmark runs to its last line with tiny sizes; nothing here looks at times."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SMALL = {
    "purchases": (
        "--cards 1500 --institutions 8 --schedules 20 --scale 1 --rounds 1 --calls 1 --single 3 --orm 6 --tpcb 3"
        " --workers 1 2 --threads 1 2"
    ),
    "cards": "--cards 400 --waves 2",
    "counter": (
        "--cards 3500 --institutions 8 --schedules 400 --rounds 1 --count 60 --single 3 --naive 8 --buyers 80 --seats 9"
        " --attempts 30"
    ),
    "check": "--cards 400 --purchases 100 --waves 2 --runs 1",
    "people": "--rows 3000 --holders 2000 --delta 400 --applicants 1500 --places 200 --joins 300",
    "draw": "--applicants 3000 --places 400 --joins 600",
    "catalogue": "--feed 700 --courses 200 --institutions 10 --searches 40",
}
FIGURES = {
    "purchases": {"ratio", "floor", "set_based_per_s", "single_per_s", "orm_per_s", "tpcb_per_s"},
    "cards": {"cards_per_s", "cards"},
    "counter": {
        "ratio",
        "p50_ms",
        "p99_ms",
        "authorize_per_s",
        "pgbench_per_s",
        "status_per_s",
        "naive_per_s",
        "hot_class_sold",
    },
    "check": {"seconds", "cards", "purchases"},
    "people": {"import_s", "import_mb", "rescreen_s", "joins_per_s", "draw_s", "verify_s", "verify_mb"},
    "draw": {"joins_per_s", "draw_s", "verify_s", "verify_mb", "random_s"},
    "catalogue": {
        "feed_s",
        "workbook_s",
        "call_feed_s",
        "call_again_s",
        "search_p50_ms",
        "search_p95_ms",
        "conflicts_s",
    },
}

pytestmark = pytest.mark.bench


def test_every_bench_is_tried() -> None:
    files = {path.stem for path in (ROOT / "bench").glob("[a-z]*.py")}
    assert files == set(SMALL)


@pytest.mark.parametrize("name", sorted(SMALL))
def test_a_bench_ends_with_one_json_object(name: str) -> None:
    # A process of its own: a bench sets Django up on a server of its own.
    command = [sys.executable, "-m", f"bench.{name}", *SMALL[name].split()]
    with subprocess.Popen(  # noqa: S603 - our own module
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as bench:
        said, complaints = bench.communicate(timeout=300)
    assert bench.returncode == 0, complaints[-3000:]
    figures = json.loads(said.splitlines()[-1])
    assert figures["bench"] == name
    assert figures.keys() >= FIGURES[name]
    assert not list((ROOT / ".prakerja").glob(f"bench-{bench.pid}-*")), "it left its database behind"
