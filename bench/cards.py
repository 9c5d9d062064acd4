"""Issuing cards: decrees approved and cards issued for two million people, with accounts, transfers, every constraint.

    ./run bench cards [--cards 2000000] [--waves 8]

What is measured: the operations `approve_decree` (participants, two accounts and two transfers each, quota and budget)
and `issue_cards` (a numbered card each). Each of two connections approves a wave's decree, issues its cards and takes
the next one. Applicants and draws are made before and not counted. Last line: one JSON object, `cards_per_s`.
"""

import argparse
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from uuid import UUID

from bench._database import BenchDatabase, bench_database
from bench._report import finish, say, stage

if TYPE_CHECKING:
    from prakerja.kit.context import Context
    from prakerja.programme.regimes import Regime

# As the founding regime divides its places: 1,500,000 digital and 500,000 regular.
REGULAR_ONE_IN = 4


def main(arguments: Sequence[str] | None = None) -> dict[str, object]:
    """Draw the waves, then measure; print and return the figures."""
    options = _options(arguments)
    with bench_database() as database:
        from bench._world import build_ground

        context, regime = build_ground()
        decrees = draw_waves(context, regime, cards=options.cards, waves=options.waves)
        with stage("vacuum, checkpoint"):
            database.settle()
        figures = _measure(database, context, regime, decrees, options.workers)
    finish(figures)
    return figures


def draw_waves(context: "Context", regime: "Regime", *, cards: int, waves: int) -> list[UUID]:
    """Waves with their selected applicants and prepared decrees; as many cards will come out."""
    from bench._people import build_selected, prepare

    decrees = []
    for wave in range(waves):
        people = cards // waves + (wave < cards % waves)
        first = wave * (cards // waves) + min(wave, cards % waves) + 1
        with stage(f"wave {wave + 1} of {waves}: {people:,} drawn applicants, their decree prepared"):
            wave_id = build_selected(
                context, regime, wave=wave + 1, people=people, from_number=first, regular_one_in=REGULAR_ONE_IN
            )
            decrees.append(prepare(context, wave_id, regime))
    return decrees


def issue_all(context: "Context", regime: "Regime", decrees: Sequence[UUID], workers: int = 2) -> tuple[float, float]:
    """Approve each decree and issue its cards, on `workers` connections; the seconds spent at either, all together."""
    from django.db import connections

    from bench._people import approve, issue

    waiting = iter(decrees)

    def work(_: int) -> tuple[float, float]:
        approving = issuing = 0.0
        try:
            for decree_id in waiting:
                began = time.perf_counter()
                approve(context, decree_id, regime)
                approved = time.perf_counter()
                count = issue(context, decree_id)
                issued = time.perf_counter()
                say(f"  {count:,} cards: approved in {approved - began:.1f} s, issued in {issued - approved:.1f} s")
                approving += approved - began
                issuing += issued - approved
        finally:
            connections.close_all()
        return approving, issuing

    with ThreadPoolExecutor(workers) as pool:
        spent = list(pool.map(work, range(workers)))
    return sum(approving for approving, _ in spent), sum(issuing for _, issuing in spent)


def _measure(
    database: BenchDatabase, context: "Context", regime: "Regime", decrees: Sequence[UUID], workers: int
) -> dict[str, object]:
    from prakerja.kit import db

    cards = db.value("SELECT count(*) FROM joinings WHERE outcome = 'selected'")
    server_us, wal, client_s, began = (
        database.cpu_us(), database.wal_bytes(), time.process_time(), time.perf_counter(),
    )  # fmt: skip
    approving_s, issuing_s = issue_all(context, regime, decrees, workers)
    seconds = time.perf_counter() - began
    client_s = time.process_time() - client_s
    made = db.row(
        """
        SELECT
            (SELECT count(*) FROM cards),
            (SELECT count(*) FROM accounts WHERE kind IN ('training', 'incentive')),
            (SELECT count(*) FROM transfers WHERE kind IN ('reserve_training', 'reserve_incentive'))
        """
    )
    assert made == (cards, 2 * cards, 2 * cards), made
    return {
        "bench": "cards",
        "cards_per_s": round(cards / seconds),
        "cards": cards,
        "seconds": round(seconds, 1),
        "approving_s": round(approving_s, 1),
        "issuing_s": round(issuing_s, 1),
        "server_us_per_card": round((database.cpu_us() - server_us) / cards, 1),
        "client_us_per_card": round(client_s * 1_000_000 / cards, 1),
        "wal_bytes_per_card": round((database.wal_bytes() - wal) / cards),
    }


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench cards")
    parser.add_argument("--cards", type=int, default=2_000_000)
    parser.add_argument("--waves", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2, help="connections, each approves and issues wave after wave")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
