"""The counter over HTTP: signed `payment/authorize` on distinct cards, beside pgbench's single purchase.

    ./run bench counter [--cards 120000] [--rounds 3] …

Both on the same tables; server, database and load generator share the machine; 64 connections. The last line is one
JSON object: `ratio` = authorize over HTTP / pgbench.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import psycopg

from bench._api_load import Figures, Key, Shot, run
from bench._database import BenchDatabase, bench_database
from bench._report import finish, say, stage
from bench._servers import API, NAIVE, Server, serving
from bench.purchases import CLIENTS, Bench, _build

if TYPE_CHECKING:
    from uuid import UUID

    from bench._purchases import ReadyPurchase

PATH = "/api/v1/integration/"
_LOADS = (0.3, 0.5, 0.7)
# Of both contenders: the view's encoder puts a space before it.
_SUCCESS = b'"SUCCESS"'


class Counter:
    """The contenders over one world."""

    def __init__(
        self, bench: Bench, server: Server, keys: "dict[UUID, Key]", institution: Key, codes: list[str]
    ) -> None:
        self.bench = bench
        self.server = server
        self.keys = keys
        self.institution = institution
        self.codes = codes

    def authorize(self, count: int, per_second: float | None = None) -> "Sample":
        """Distinct cards, each with its code."""
        return self.fire(self.shots(self.bench.ready.take(count)), [_SUCCESS], per_second)

    def naive(self, count: int) -> "Sample":
        """The same over a Django view and the ORM."""
        with serving(NAIVE) as server:
            contender = Counter(self.bench, server, self.keys, self.institution, self.codes)
            contender.authorize(max(1, count // 4))
            return contender.authorize(count)

    def status(self, count: int) -> "Sample":
        """Redeem codes that were sold before, seen by their institution."""
        path = f"{PATH}payment/redeem-code/status"
        shots = [
            Shot(path, self.institution, f'{{"redeem_code":"{self.codes[number % len(self.codes)]}"}}'.encode())
            for number in range(count)
        ]
        return self.fire(shots, [b'"status":0'])

    def shots(self, purchases: "Sequence[ReadyPurchase]") -> list[Shot]:
        """The purchases as requests of their platforms."""
        shots = []
        for one in purchases:
            body = (
                f'{{"otp":"{one.otp}","invoice_url":"https://toko.example.id/faktur/{one.number}",'
                f'"invoice_code":"{one.invoice_code}"}}'
            )
            token = f"Payment {one.request().payment_token}"
            shots.append(Shot(f"{PATH}payment/authorize", self.keys[one.platform_id], body.encode(), token))
        return shots

    def fire(self, shots: Sequence[Shot], must_hold: Sequence[bytes], per_second: float | None = None) -> "Sample":
        """Send them all, and account for the CPU of everybody."""
        database_us, api_us = self.bench.database.cpu_us(), self.server.cpu_us()
        figures = run(self.server.port, shots, must_hold=must_hold, per_second=per_second)
        database_us, api_us = self.bench.database.cpu_us() - database_us, self.server.cpu_us() - api_us
        return Sample(figures, database_us / figures.count, api_us / figures.count)


@dataclass(frozen=True, slots=True)
class Sample:
    """A run, with the microseconds of CPU that database and API used for each answer."""

    figures: Figures
    database_us: float
    api_us: float

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.figures.per_second


def _prepare(database: BenchDatabase, bench: Bench) -> "tuple[dict[UUID, Key], Key, list[str]]":
    """Codes that live for an hour on the machine's clock, the programme's clock, and keys for all partners."""
    from datetime import UTC, datetime, timedelta

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
        with serving(API) as server:
            counter = Counter(bench, server, keys, institution, codes)
            with stage("warming up"):
                counter.authorize(options.count // 4)
                counter.status(options.count // 4)
                bench.single(max(1, options.single // 4))
            figures = _measure(counter, options)
            figures |= _crowds(counter, options)
        naive = counter.naive(options.naive)
        _say("naive", naive)
        figures |= {"naive_per_s": round(naive.per_second), "naive_api_us": round(naive.api_us)}
    finish(figures)
    return figures


def _measure(counter: Counter, options: argparse.Namespace) -> dict[str, object]:
    authorized, single, status = [], [], []
    for number in range(1, options.rounds + 1):
        say(f"round {number} of {options.rounds}")
        authorized.append(counter.authorize(options.count))
        _say("authorize", authorized[-1])
        sample = counter.bench.single(options.single)
        single.append(sample)
        say(f"  pgbench    {sample.per_second:>8,.0f}/s   CPU: database {sample.server_us:,.0f} µs")
        status.append(counter.status(options.count))
        _say("status", status[-1])
    peak = median(one.per_second for one in authorized)
    pgbench = median(one.per_second for one in single)
    figures: dict[str, object] = {
        "bench": "counter",
        "ratio": round(peak / pgbench, 2),
        "authorize_per_s": round(peak),
        "pgbench_per_s": round(pgbench),
        "status_per_s": round(median(one.per_second for one in status)),
        "pgbench_database_us": round(median(one.server_us for one in single)),
    }
    for name, samples in (("authorize", authorized), ("status", status)):
        figures[f"{name}_database_us"] = round(median(one.database_us for one in samples))
        figures[f"{name}_api_us"] = round(median(one.api_us for one in samples))
        figures[f"{name}_client_us"] = round(median(one.figures.client_us for one in samples))
    for load in _LOADS:
        paced = counter.authorize(options.count, per_second=peak * load)
        _say(f"at {load:.0%}", paced)
        for percent in (50, 90, 99):
            figures[f"p{percent}_ms_at_{load * 100:.0f}"] = paced.figures.percentile_ms(percent)
    figures["p50_ms"] = figures["p50_ms_at_70"]
    figures["p99_ms"] = figures["p99_ms_at_70"]
    return figures


def _crowds(counter: Counter, options: argparse.Namespace) -> dict[str, object]:
    """A hot class and a hot card; what was told is compared with the books."""
    from bench._crowds import ALREADY_BOUGHT, BALANCE_TOO_LOW, SOLD_OUT, SUCCESS, make_hot_card, make_hot_schedule

    with psycopg.connect(counter.bench.database.server.url()) as owner:
        schedule = make_hot_schedule(counter.bench, owner, buyers=options.buyers, seats=options.seats)
        card = make_hot_card(counter.bench, owner, attempts=options.attempts)
    sold = counter.fire(counter.shots(schedule.purchases), [SUCCESS, SOLD_OUT])
    _say("hot class", sold)
    schedule.check(sold.figures.answers[SUCCESS])
    spent = counter.fire(counter.shots(card.purchases), [SUCCESS, BALANCE_TOO_LOW, ALREADY_BOUGHT])
    _say("hot card", spent)
    card.check(spent.figures.answers[SUCCESS])
    return {
        "hot_class_per_s": round(sold.per_second),
        "hot_class_sold": sold.figures.answers[SUCCESS],
        "hot_class_p99_ms": sold.figures.percentile_ms(99),
        "hot_card_per_s": round(spent.per_second),
        "hot_card_bought": spent.figures.answers[SUCCESS],
        "hot_card_p99_ms": spent.figures.percentile_ms(99),
    }


def _say(name: str, sample: Sample) -> None:
    figures = sample.figures
    say(
        f"  {name:<10} {figures.per_second:>8,.0f}/s   p50 {figures.percentile_ms(50)} ms, "
        f"p99 {figures.percentile_ms(99)} ms, slowest {figures.percentile_ms(100)} ms; CPU of database "
        f"{sample.database_us:,.0f} µs, API {sample.api_us:,.0f} µs, client {figures.client_us:,.0f} µs each"
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench counter")
    parser.add_argument("--cards", type=int, default=200_000)
    parser.add_argument("--institutions", type=int, default=200)
    parser.add_argument("--schedules", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=15_000, help="calls a round")
    parser.add_argument("--single", type=int, default=1_000, help=f"single purchases a round, for each of {CLIENTS}")
    parser.add_argument("--naive", type=int, default=1_500, help="calls of the Django view")
    parser.add_argument("--buyers", type=int, default=10_000, help="buyers of the hot class")
    parser.add_argument("--seats", type=int, default=500, help="seats of the hot class")
    parser.add_argument("--attempts", type=int, default=1_000, help="attempts on the hot card")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
