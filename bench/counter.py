"""The counter over HTTP: signed `payment/authorize` on distinct cards, beside pgbench's single purchase.

    ./run bench counter [--cards 120000] [--rounds 3] …

Both on the same tables; server, database and load generator share the machine; 64 connections. The last line is one
JSON object: `ratio` = authorize over HTTP / pgbench.
"""

import argparse
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING

from bench._api_load import Figures, Key, Shot, run
from bench._database import BenchDatabase, bench_database
from bench._report import finish, say, stage
from bench.purchases import CLIENTS, Bench, _build

if TYPE_CHECKING:
    from uuid import UUID

PATH = "/api/v1/integration/"
_LOADS = (0.3, 0.5, 0.7)


@contextmanager
def api_server() -> Iterator[int]:
    """A partner API of one process on a free port; its settings come from this process's environment."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "uvicorn", "prakerja.config.asgi_api:application", "--port", str(port)]
    command += ["--log-level", "warning", "--no-access-log", "--no-server-header", "--ws", "none"]
    with subprocess.Popen(command, env=os.environ.copy()) as server:  # noqa: S603 - ours
        try:
            _wait(port)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


class Counter:
    """The contenders over one world."""

    def __init__(self, bench: Bench, port: int, keys: "dict[UUID, Key]", institution: Key, codes: list[str]) -> None:
        self.bench = bench
        self.port = port
        self.keys = keys
        self.institution = institution
        self.codes = codes

    def authorize(self, count: int, per_second: float | None = None) -> Figures:
        """Distinct cards, each with its code."""
        shots = []
        for one in self.bench.ready.take(count):
            request = one.request()
            body = (
                f'{{"otp":"{one.otp}","invoice_url":"https://toko.example.id/faktur/{one.number}",'
                f'"invoice_code":"{one.invoice_code}"}}'
            )
            token = f"Payment {request.payment_token}"
            shots.append(Shot(f"{PATH}payment/authorize", self.keys[one.platform_id], body.encode(), token))
        return run(self.port, shots, must_hold=b'"status":"SUCCESS"', per_second=per_second)

    def status(self, count: int) -> Figures:
        """Redeem codes that were sold before, seen by their institution."""
        path = f"{PATH}payment/redeem-code/status"
        shots = [
            Shot(path, self.institution, f'{{"redeem_code":"{self.codes[number % len(self.codes)]}"}}'.encode())
            for number in range(count)
        ]
        return run(self.port, shots, must_hold=b'"status":0')


def _prepare(database: BenchDatabase, bench: Bench) -> "tuple[dict[UUID, Key], Key, list[str]]":
    """Codes that live for an hour on the machine's clock, the programme's clock, and keys for all partners."""
    from datetime import UTC, datetime, timedelta

    import psycopg

    from prakerja.kit import db
    from prakerja.partners.operations import ApiKeyRequest, issue_api_keys
    from prakerja.programme.operations import set_programme_clock

    with psycopg.connect(database.server.url()) as connection:
        connection.execute("UPDATE otps SET sent_at = now(), expires_at = now() + interval '2 hours'")
    set_programme_clock(bench.context, bench.context.now, machine_now=datetime.now(UTC))
    owner, codes = _sold_codes(bench)
    partners = [("platform", row[0]) for row in db.rows("SELECT id FROM platforms ORDER BY code")]
    partners.append(("institution", owner))
    until = bench.context.now + timedelta(days=30)
    issued = issue_api_keys(
        bench.context,
        [ApiKeyRequest(partner_role=role, partner_id=partner_id, expires_at=until) for role, partner_id in partners],
    )
    keys = {
        partner_id: Key(result.client_code, result.secret.encode())
        for (_, partner_id), result in zip(partners, issued, strict=True)
    }
    return keys, keys[owner], codes


def _sold_codes(bench: Bench) -> "tuple[UUID, list[str]]":
    """The institution with most purchases among the first ones, and their codes."""
    from bench._purchases import MACHINE_NOW
    from prakerja.kit import db
    from prakerja.purchases.operations import authorize_purchases

    requests = [purchase.request() for purchase in bench.ready.take(2_000)]
    authorize_purchases(bench.context, requests, regime=bench.regime, machine_now=MACHINE_NOW)
    owner = db.value(
        "SELECT institution_id FROM purchases GROUP BY institution_id ORDER BY count(*) DESC, institution_id LIMIT 1"
    )
    rows = db.rows("SELECT redeem_code FROM purchases WHERE institution_id = %s ORDER BY redeem_code", [owner])
    return owner, [code for (code,) in rows]


def main(arguments: Sequence[str] | None = None) -> dict[str, object]:
    """Build the world, measure in interleaved rounds, print and return the figures."""
    options = _options(arguments)
    with bench_database() as database:
        bench = _build(database, options)
        with stage("keys"):
            keys, institution, codes = _prepare(database, bench)
        with stage("vacuum, checkpoint"):
            database.settle()
        with api_server() as port:
            counter = Counter(bench, port, keys, institution, codes)
            with stage("warming up"):
                counter.authorize(options.count // 4)
                counter.status(options.count // 4)
                bench.single(max(1, options.single // 4))
            figures = _measure(counter, options)
    finish(figures)
    return figures


def _measure(counter: Counter, options: argparse.Namespace) -> dict[str, object]:
    authorized, single, status = [], [], []
    for number in range(1, options.rounds + 1):
        say(f"round {number} of {options.rounds}")
        authorized.append(counter.authorize(options.count))
        _say("authorize", authorized[-1])
        sample = counter.bench.single(options.single)
        single.append(sample.per_second)
        say(f"  pgbench    {sample.per_second:>8,.0f}/s")
        status.append(counter.status(options.count))
        _say("status", status[-1])
    peak = median(one.per_second for one in authorized)
    pgbench = median(single)
    figures: dict[str, object] = {
        "bench": "counter",
        "ratio": round(peak / pgbench, 2),
        "authorize_per_s": round(peak),
        "pgbench_per_s": round(pgbench),
        "status_per_s": round(median(one.per_second for one in status)),
    }
    for load in _LOADS:
        paced = counter.authorize(options.count, per_second=peak * load)
        _say(f"at {load:.0%}", paced)
        figures[f"p50_ms_at_{load * 100:.0f}"] = paced.percentile_ms(50)
        figures[f"p99_ms_at_{load * 100:.0f}"] = paced.percentile_ms(99)
    figures["p50_ms"] = figures["p50_ms_at_70"]
    figures["p99_ms"] = figures["p99_ms_at_70"]
    return figures


def _say(name: str, figures: Figures) -> None:
    say(
        f"  {name:<10} {figures.per_second:>8,.0f}/s   p50 {figures.percentile_ms(50)} ms, "
        f"p99 {figures.percentile_ms(99)} ms, slowest {figures.percentile_ms(100)} ms"
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench counter")
    parser.add_argument("--cards", type=int, default=200_000)
    parser.add_argument("--institutions", type=int, default=200)
    parser.add_argument("--schedules", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=15_000, help="calls a round")
    parser.add_argument("--single", type=int, default=1_000, help=f"single purchases a round, for each of {CLIENTS}")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
