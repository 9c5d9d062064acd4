"""Purchases: set-based, one at a time in SQL, one at a time through the ORM, beside pgbench's TPC-B on the same server.

    ./run bench purchases [--cards 300000] [--rounds 5] …

The last line is one JSON object: `ratio` = set-based / single, `floor` = single / TPC-B-like.
"""

import argparse
import os
import re
import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, TypeVar

from bench._database import LANES, BenchDatabase, bench_database
from bench._report import finish, say, stage
from prakerja.kit.postgres import APP_ROLE, binary

if TYPE_CHECKING:
    from bench._purchases import ReadyPurchases
    from prakerja.kit.context import Context
    from prakerja.programme.regimes import Regime

CLIENTS = 16
BATCH = 100
Item = TypeVar("Item")
_TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_FAILED = re.compile(r"number of failed transactions: ([0-9]+)")


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement: how many in how long, and the CPU of server and client for each."""

    count: int
    seconds: float
    server_us: float
    client_us: float
    wal_bytes: float

    @property
    def per_second(self) -> float:
        """Purchases (or transactions) a second."""
        return self.count / self.seconds


class Bench:
    """The four contenders over one world."""

    def __init__(
        self, database: BenchDatabase, context: "Context", regime: "Regime", ready: "ReadyPurchases", folder: Path
    ) -> None:
        self.database = database
        self.context = context
        self.regime = regime
        self.ready = ready
        self.folder = folder

    def set_based(self, calls: int, workers: int) -> Sample:
        """(a) The operation `authorize_purchases`, `BATCH` at a time, in this process, on `workers` connections.

        A call holds purchases of one lane, and no two connections work on the same lane.
        """
        from bench._purchases import MACHINE_NOW, queues_by_lane
        from prakerja.purchases.operations import authorize_purchases

        queues = [
            [[purchase.request() for purchase in batch] for batch in queue]
            for queue in queues_by_lane(self.ready.take(calls * BATCH), BATCH)
        ]

        def work(first: int) -> None:
            for queue in queues[first::workers]:
                for batch in queue:
                    results = authorize_purchases(self.context, batch, regime=self.regime, machine_now=MACHINE_NOW)
                    refused = [result for result in results if result.code != "ok"]
                    assert not refused, refused[0]

        return self._measure(calls * BATCH, lambda: _in_threads(work, range(workers), workers))

    def orm(self, count: int, threads: int) -> Sample:
        """(c) The same purchase as plain ORM code, one at a time in each of `threads` threads."""
        from bench._orm_purchase import authorize_purchase
        from bench._purchases import MACHINE_NOW
        from prakerja.purchases.operations import PurchaseRequest

        requests = [purchase.request() for purchase in self.ready.take(count)]

        def call(request: PurchaseRequest) -> None:
            code = authorize_purchase(self.context, request, regime=self.regime, machine_now=MACHINE_NOW)
            assert code == "ok", code

        return self._measure(count, lambda: _in_threads(call, requests, threads))

    def single(self, calls: int) -> Sample:
        """(b) pgbench with 16 clients calls the function with one item, each `calls` times."""
        from bench._purchases import MACHINE_NOW, copy_items
        from bench._world import NOW

        copy_items(self.context, self.regime, self.ready.take(calls * CLIENTS))
        script = self.folder / "single.sql"
        script.write_text(_SINGLE.format(now=NOW.isoformat(), machine_now=MACHINE_NOW.isoformat()))
        options = ["-M", "prepared", "-D", "i=0", "-D", f"clients={CLIENTS}", "-f", str(script)]
        sample = self._pgbench(self.database.server.url(), calls, options)
        from prakerja.kit import db

        made = db.value(
            """
            SELECT count(*)
            FROM bench_items AS i
            JOIN purchases AS p ON p.lane = i.lane AND p.purchase_id = (i.item).purchase_id
            """
        )
        assert made == calls * CLIENTS, f"{made} of {calls * CLIENTS} single purchases were made"
        return sample

    def tpcb(self, calls: int) -> Sample:
        """(d) pgbench's built-in TPC-B-like script with 16 clients."""
        return self._pgbench(self.database.server.url(database="tpcb"), calls, ["-M", "prepared", "-b", "tpcb-like"])

    def make_tpcb(self, scale: int) -> None:
        """The tables of TPC-B, in a database of their own on the same server."""
        import psycopg

        with psycopg.connect(self.database.server.url(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE tpcb")
        url = self.database.server.url(database="tpcb")
        _run([str(binary("pgbench")), "-i", "-q", "-s", str(scale), url])

    def _pgbench(self, url: str, calls: int, options: list[str]) -> Sample:
        # The vacuum before a run is for tables that this script may not have; both are settled before.
        command = [str(binary("pgbench")), "-n", "-c", str(CLIENTS), "-j", "2", "-t", str(calls), *options, url]
        said = ""

        def run() -> None:
            nonlocal said
            said = _run(command)

        sample = self._measure(calls * CLIENTS, run)
        failed, tps = _FAILED.search(said), _TPS.search(said)
        assert failed is not None, said
        assert tps is not None, said
        assert int(failed[1]) == 0, said
        # pgbench's own figure leaves out the time to connect.
        return Sample(sample.count, sample.count / float(tps[1]), sample.server_us, sample.client_us, sample.wal_bytes)

    def _measure(self, count: int, work: Callable[[], None]) -> Sample:
        server_us, wal, client_us, began = (
            self.database.cpu_us(), self.database.wal_bytes(), _client_us(), time.perf_counter(),
        )  # fmt: skip
        work()
        seconds = time.perf_counter() - began
        client_us = _client_us() - client_us
        return Sample(
            count,
            seconds,
            (self.database.cpu_us() - server_us) / count,
            client_us / count,
            (self.database.wal_bytes() - wal) / count,
        )


def _in_threads(call: Callable[[Item], None], items: Sequence[Item], threads: int) -> None:
    from django.db import connections

    if threads == 1:
        for item in items:
            call(item)
        return

    def work(first: int) -> None:
        try:
            for item in items[first::threads]:
                call(item)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))


def _client_us() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used) * 1_000_000


def _run(command: list[str]) -> str:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PG")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr[-2000:]}")
    return done.stdout


def _build(database: BenchDatabase, options: argparse.Namespace) -> Bench:
    import psycopg

    from bench._partners import build_partners
    from bench._people import build_cards
    from bench._purchases import send_codes
    from bench._world import build_ground

    with stage("regimes, partners, schedules"):
        context, regime = build_ground()
        build_partners(context, regime, institutions=options.institutions, schedules=options.schedules)
    build_cards(context, regime, cards=options.cards)
    with stage("a code for every card"):
        ready = send_codes(context)
    with psycopg.connect(database.server.url()) as connection:
        connection.execute(_BENCH_ITEMS)
        connection.execute(f"GRANT ALL ON bench_items TO {APP_ROLE}")
    return Bench(database, context, regime, ready, database.server.folder)


# pgbench can make neither ids nor keyed codes: the items are prepared, and a call fetches its own by one look-up in the
# primary key of a table that stands in memory.
_BENCH_ITEMS = """
CREATE TABLE bench_items (number integer PRIMARY KEY, lane smallint NOT NULL, item purchase_item NOT NULL)
"""
_SINGLE = """
\\set n :i * :clients + :client_id
\\set i :i + 1
SELECT answer
FROM bench_items
CROSS JOIN LATERAL authorize_purchases(lane, ARRAY[item], '{now}', '{machine_now}')
WHERE number = :n;
"""


def _print(name: str, sample: Sample) -> None:
    say(
        f"  {name:<12} {sample.per_second:>9,.0f}/s   CPU of the server {sample.server_us:>6,.0f} µs, "
        f"of the client {sample.client_us:>6,.0f} µs, WAL {sample.wal_bytes:>6,.0f} bytes each"
    )


def main(arguments: Sequence[str] | None = None) -> dict[str, object]:
    """Build the world, warm up, measure in interleaved rounds, print and return the figures."""
    options = _options(arguments)
    with bench_database() as database:
        bench = _build(database, options)
        with stage(f"TPC-B tables at scale {options.scale}"):
            bench.make_tpcb(options.scale)
        with stage("vacuum, checkpoint"):
            database.settle()
        with stage("warming up"):
            workers = _best(options.workers, lambda count: bench.set_based(max(1, options.calls // 3), count))
            threads = _best(options.threads, lambda count: bench.orm(max(1, options.orm // 3), count))
            bench.single(max(1, options.single // 3))
            bench.tpcb(max(1, options.tpcb // 3))
        contenders: dict[str, Callable[[], Sample]] = {
            "set_based": lambda: bench.set_based(options.calls, workers),
            "single": lambda: bench.single(options.single),
            "orm": lambda: bench.orm(options.orm, threads),
            "tpcb": lambda: bench.tpcb(options.tpcb),
        }
        samples: dict[str, list[Sample]] = {name: [] for name in contenders}
        for number in range(1, options.rounds + 1):
            say(f"round {number} of {options.rounds}")
            for name, measure in contenders.items():
                sample = measure()
                samples[name].append(sample)
                _print(name, sample)
    figures = _figures(samples)
    figures |= {"set_based_connections": workers, "orm_threads": threads, "cards": options.cards, "batch": BATCH}
    finish(figures)
    return figures


def _figures(samples: dict[str, list[Sample]]) -> dict[str, object]:
    rate = {name: median(sample.per_second for sample in taken) for name, taken in samples.items()}
    figures: dict[str, object] = {
        "bench": "purchases",
        "ratio": round(rate["set_based"] / rate["single"], 2),
        "floor": round(rate["single"] / rate["tpcb"], 2),
        "times_the_orm": round(rate["set_based"] / rate["orm"], 1),
    }
    for name, taken in samples.items():
        figures[f"{name}_per_s"] = round(rate[name])
        figures[f"{name}_server_us"] = round(median(sample.server_us for sample in taken))
        figures[f"{name}_client_us"] = round(median(sample.client_us for sample in taken))
        figures[f"{name}_wal_bytes"] = round(median(sample.wal_bytes for sample in taken))
    return figures


def _best(choices: Sequence[int], measure: Callable[[int], Sample]) -> int:
    return max(choices, key=lambda count: measure(count).per_second)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench purchases")
    parser.add_argument("--cards", type=int, default=300_000)
    parser.add_argument("--institutions", type=int, default=200)
    parser.add_argument("--schedules", type=int, default=2_000)
    parser.add_argument("--scale", type=int, default=50, help="of the TPC-B tables")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=150, help="set-based calls a round, 100 purchases each")
    parser.add_argument("--single", type=int, default=1_500, help="single purchases a round, for each of 16 clients")
    parser.add_argument("--orm", type=int, default=600, help="purchases through the ORM a round")
    parser.add_argument("--tpcb", type=int, default=1_500, help="TPC-B transactions a round, for each of 16 clients")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, LANES], help="connections to try for set-based")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2, 4], help="threads to try for the ORM")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
