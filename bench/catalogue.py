"""Feeds, the search and the look for conflicts of interest.

    ./run bench catalogue [--feed 100000] [--courses 100000] [--classes 4] [--searches 600]

`feed_s`: one institution's CSV of so many courses checked and published; beside it as a workbook (`workbook_s`), the
same file again (`again_s`) and a file with a tenth of bad rows (`bad_tenth_s`); the same courses by the signed call
over HTTP, 500 a call on one connection (`call_feed_s`), and once more (`call_again_s`). `search_p50_ms`,
`search_p95_ms`: a page of courses × classes, by words, mode, place, price, date, platform, kind, channel and order,
mixed by a seed.
`conflicts_s`: the KPK's data set of 2020 within that catalogue, found and put on record. The last line is one JSON
object.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bench._database import bench_database
from bench._report import finish, say, stage

if TYPE_CHECKING:
    from uuid import UUID

    from prakerja.kit.context import Context
    from prakerja.programme.regimes import Regime


def main(arguments: Sequence[str] | None = None) -> dict[str, object]:
    """Build the world, measure, print and return the figures."""
    options = _options(arguments)
    with bench_database() as database:
        from bench._world import build_ground

        with stage("regimes"):
            context, regime = build_ground()
        figures: dict[str, object] = {"bench": "catalogue", "courses": options.courses}
        from bench._shop_window import build_catalogue

        with stage(f"{options.courses:,} courses with {options.classes} classes each"):
            build_catalogue(
                context,
                regime,
                institutions=options.institutions,
                courses=options.courses,
                classes_per_course=options.classes,
            )
        with stage("vacuum, checkpoint"):
            database.settle()
        figures |= _searches(context, options.searches)
        figures |= _conflicts(context, regime)
        figures |= _feeds(context, regime, options.feed)
    finish(figures)
    return figures


def _conflicts(context: "Context", regime: "Regime") -> dict[str, object]:
    from bench._kpk import load_replay
    from prakerja.catalogue import queries
    from prakerja.catalogue.operations import screen_sales

    with stage("the KPK's courses"):
        replay = load_replay(context, regime)
    began = time.perf_counter()
    found = queries.list_affiliated_sales(now=context.now)
    meetings = screen_sales(context, regime=regime)
    seconds = time.perf_counter() - began
    assert {one.course_id for one in found} == replay.affiliated, "other courses than those of affiliates"
    say(f"conflicts: {len(found)} of {replay.courses} courses, {meetings} pairs, {seconds:.2f} s")
    return {"conflicts_s": round(seconds, 3), "conflicts_found": len(found)}


def _searches(context: "Context", count: int) -> dict[str, object]:
    from prakerja.catalogue import queries

    wanted = _wishes(context, count)
    times: list[tuple[float, Any]] = []
    empty = 0
    for one in wanted[: count // 10]:
        queries.search(one, now=context.now)  # warm
    for one in wanted:
        began = time.perf_counter()
        found = queries.search(one, now=context.now)
        times.append((1_000 * (time.perf_counter() - began), one))
        empty += not found
    times.sort(key=lambda pair: pair[0])
    for milliseconds, one in times[-3:]:
        say(f"slow: {milliseconds:.1f} ms {one}")
    return {
        "search_p50_ms": round(times[len(times) // 2][0], 2),
        "search_p95_ms": round(times[len(times) * 95 // 100][0], 2),
        "search_max_ms": round(times[-1][0], 2),
        "searches": len(times),
        "searches_without_result": empty,
    }


def _wishes(context: "Context", count: int) -> list[Any]:
    """Searches as people make them: mostly words, one or two filters, sometimes another order or a further page."""
    from random import Random

    from bench._shop_window import WORDS
    from prakerja.catalogue import queries
    from prakerja.kit import db

    random = Random(23)  # noqa: S311 - a data set, no secret
    platforms = [row[0] for row in db.rows("SELECT id FROM platforms ORDER BY code")]
    institutions = [row[0] for row in db.rows("SELECT id FROM institutions ORDER BY id LIMIT 50")]
    # How many of a hundred name it, and what they name.
    habits: tuple[tuple[int, str, Callable[[], Any]], ...] = (
        (70, "words", lambda: " ".join(random.choices(WORDS, k=random.choice((1, 1, 2, 2, 3))))),
        (25, "channel", lambda: "regular"),
        (25, "mode", lambda: random.choice(("online", "offline"))),
        (25, "province_code", lambda: random.choice(("31", "32", "35", "12", "73", "81"))),
        (25, "price_max_idr", lambda: random.choice((150_000, 300_000, 500_000))),
        (20, "platform_id", lambda: random.choice(platforms)),
        (15, "institution_kind", lambda: random.choice(("government", "private", "industry"))),
        (5, "institution_id", lambda: random.choice(institutions)),
        (30, "starts_from", lambda: context.today + timedelta(days=random.randint(1, 120))),
        (15, "starts_until", lambda: context.today + timedelta(days=random.randint(130, 180))),
        (20, "order", lambda: "price"),
    )
    return [
        queries.Search(**{name: choose() for share, name, choose in habits if random.randrange(100) < share})
        for _ in range(count)
    ]


def _feeds(context: "Context", regime: "Regime", rows: int) -> dict[str, object]:
    from bench._feed_calls import send_feed
    from bench._shop_window import feed_file, workbook_of
    from prakerja.catalogue.operations import publish_course_feed, stage_course_feed
    from prakerja.kit import db

    first, second, third, fourth = (row[0] for row in db.rows("SELECT id FROM institutions ORDER BY id LIMIT 4"))
    content = feed_file(rows, seed=5)

    def feed(institution_id: "UUID", file: bytes) -> tuple[float, Any]:
        began = time.perf_counter()
        staged = stage_course_feed(context, institution_id=institution_id, content=file, name="bench.csv")
        checked = time.perf_counter()
        assert staged.feed_id is not None, staged
        publish_course_feed(context, staged.feed_id, institution_id=institution_id, regime=regime)
        done = time.perf_counter()
        say(f"feed: {staged.code}, checked in {checked - began:.1f} s, published in {done - checked:.1f} s, {staged}")
        return done - began, staged

    feed_s, whole = feed(first, content)
    again_s, again = feed(first, content)
    bad_s, bad = feed(second, feed_file(rows, seed=6, bad_every=10))
    workbook_s, workbook = feed(third, workbook_of(content))
    call_s, call_again_s = send_feed(context, fourth, content)
    assert workbook.new_rows == rows
    assert (whole.new_rows, again.unchanged_rows, bad.bad_rows) == (rows, rows, -(-rows // 10))
    seconds = {"feed_s": feed_s, "workbook_s": workbook_s, "again_s": again_s, "bad_tenth_s": bad_s}
    seconds |= {"call_feed_s": call_s, "call_again_s": call_again_s}
    return {**{name: round(value, 2) for name, value in seconds.items()}, "feed_rows": rows}


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench catalogue", description=__doc__)
    parser.add_argument("--feed", type=int, default=100_000)
    parser.add_argument("--courses", type=int, default=100_000)
    parser.add_argument("--classes", type=int, default=4)
    parser.add_argument("--institutions", type=int, default=540)
    parser.add_argument("--searches", type=int, default=600)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
