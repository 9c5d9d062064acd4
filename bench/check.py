"""`prakerja check` over the founding scheme: two million cards and a million purchases, every invariant.

    ./run bench check [--cards 2000000] [--purchases 1000000]

The world is made by the operations (decrees, cards, purchases) over people and partners written by INSERT, all
constraints on, and its events are sealed. What is measured is `run_invariants` as the command runs it, from tables at
rest; it must find nothing. The last line is one JSON object: `seconds`, and `slowest` by invariant.
"""

import argparse
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from bench._database import bench_database
from bench._report import finish, say, stage
from bench.cards import draw_waves, issue_all

if TYPE_CHECKING:
    from prakerja.kit.context import Context
    from prakerja.programme.regimes import Regime

_BATCH = 500
_SLOWEST = 8


def main(arguments: Sequence[str] | None = None) -> dict[str, object]:
    """Build the world, check it, print and return the figures."""
    options = _options(arguments)
    with bench_database() as database:
        build_world(cards=options.cards, purchases=options.purchases, waves=options.waves)
        with stage("vacuum, checkpoint"):
            database.settle()
        figures = measure(runs=options.runs)
    finish(figures)
    return figures


def build_world(*, cards: int, purchases: int, waves: int) -> None:
    """People with cards, their purchases, the event log sealed."""
    from bench._partners import build_partners
    from bench._world import build_ground
    from prakerja.audit.operations import seal_events

    with stage("regimes, partners, schedules"):
        context, regime = build_ground()
        build_partners(context, regime, institutions=200, schedules=2_000)
    decrees = draw_waves(context, regime, cards=cards, waves=waves)
    _publish_draws(context, regime)
    with stage(f"{cards:,} cards"):
        issue_all(context, regime, decrees)
    with stage(f"{purchases:,} purchases"):
        _buy(context, regime, purchases)
    with stage("events sealed"):
        while seal_events():
            continue


def measure(*, runs: int) -> dict[str, object]:
    """The best of a few runs; the first one also warms up."""
    from prakerja.kit import db
    from prakerja.oversight.invariants import INVARIANTS, run_invariants

    best: dict[str, float] = {}
    taken = []
    for number in range(1, runs + 1):
        began = time.perf_counter()
        results = run_invariants()
        taken.append(time.perf_counter() - began)
        broken = [(result.name, result.rows) for result in results if not result.ok]
        assert not broken, broken
        say(f"  run {number}: {len(results)} invariants in {taken[-1]:.1f} s")
        if taken[-1] == min(taken):
            best = {result.name: result.seconds for result in results}
    for name, spent in sorted(best.items(), key=lambda item: -item[1]):
        say(f"  {spent:6.2f} s  {name}")
    slowest = sorted(best, key=lambda name: -best[name])[:_SLOWEST]
    counts = db.row(
        "SELECT (SELECT count(*) FROM cards), (SELECT count(*) FROM purchases), (SELECT count(*) FROM transfers)"
    )
    assert counts is not None
    return {
        "bench": "check",
        "seconds": round(min(taken), 1),
        "seconds_first": round(taken[0], 1),
        "invariants": len(INVARIANTS),
        "cards": counts[0],
        "purchases": counts[1],
        "transfers": counts[2],
        "slowest": {name: round(best[name], 2) for name in slowest},
    }


def _publish_draws(context: "Context", regime: "Regime") -> None:
    """What the drawn waves of `_people` leave out, because nothing of it is measured there: places, draw, results."""
    from prakerja.kit import db

    parameters = {"now": context.now, "regime": regime.version, "kk_max": regime.kk_max_recipients}
    with db.transaction():
        for statement in _DRAWS:
            db.execute(statement, parameters)


def _buy(context: "Context", regime: "Regime", purchases: int) -> None:
    from django.db import connections

    from bench._purchases import MACHINE_NOW, ReadyPurchase, queues_by_lane, send_codes
    from prakerja.purchases.operations import authorize_purchases

    ready = send_codes(context, most=purchases)
    queues = queues_by_lane(ready.take(ready.left), _BATCH)

    def work(queue: list[list[ReadyPurchase]]) -> None:
        try:
            for batch in queue:
                requests = [purchase.request() for purchase in batch]
                results = authorize_purchases(context, requests, regime=regime, machine_now=MACHINE_NOW)
                refused = [result for result in results if result.code != "ok"]
                assert not refused, refused[0]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(queues)) as pool:
        list(pool.map(work, queues))


_DRAWS = (
    """
    INSERT INTO wave_quotas (id, wave_id, channel, places)
    SELECT uuidv7(), wave_id, channel, count(*)
    FROM joinings
    GROUP BY wave_id, channel
    """,
    """
    INSERT INTO draws (
        id, wave_id, committed_at, rule_version, regime_version, kk_max, beacon, beacon_round, applicants, list_root,
        commitment, commitment_hash, beacon_at, list_digest
    )
    SELECT uuidv7(), id, %(now)s, 'bench', %(regime)s, %(kk_max)s, 'bench', number, 1, '', '', '', %(now)s, 0
    FROM waves
    """,
    """
    INSERT INTO draw_results (
        id, draw_id, channel, province_code, priority_class, applicants, selected, cut_off_rank
    )
    SELECT uuidv7(), d.id, j.channel, j.province_code, j.priority_class, count(*), count(*), max(j.rank)
    FROM joinings AS j
    JOIN draws AS d ON d.wave_id = j.wave_id
    GROUP BY d.id, j.channel, j.province_code, j.priority_class
    """,
)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench check")
    parser.add_argument("--cards", type=int, default=2_000_000)
    parser.add_argument("--purchases", type=int, default=1_000_000)
    parser.add_argument("--waves", type=int, default=8)
    parser.add_argument("--runs", type=int, default=2)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
