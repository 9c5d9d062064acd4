"""The office's wave list when hundreds of thousands have joined: read from keys, never from all rows."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.test.utils import CaptureQueriesContext

from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.oversight.queries.waves import get_wave, list_waves
from prakerja.selection.operations import WavePlan, count_joinings, open_wave, plan_waves, void_wave
from prakerja.selection.rules import Quota
from tests.participants.people import april_context, founding

_ROWS = 300_000
_WAVES = 41

_JOIN_MANY = """
    INSERT INTO joinings (
        lane, wave_id, applicant_id, channel, province_code, priority_class, token, household_token, joined_at
    )
    SELECT 0, %s, gen_random_uuid(), 'digital', '32', 1, decode(md5('t' || n), 'hex'), decode(md5('h' || n), 'hex'), %s
    FROM generate_series(1, %s) AS n
"""

# A drawn wave has a result for each stratum and class.
_RESULTS = 304
_DRAW_THE_OTHERS = """
    INSERT INTO draws (
        id, wave_id, committed_at, rule_version, regime_version, kk_max, beacon, beacon_round, beacon_at, applicants,
        list_root, list_digest, commitment, commitment_hash
    )
    SELECT gen_random_uuid(), id, closes_at, '', '', 2, 'sandbox', number, closes_at, 0, '', 0, '', ''
    FROM waves
    WHERE id <> %s
"""
_RESULT_OF_EACH = """
    INSERT INTO draw_results (id, draw_id, channel, province_code, priority_class, applicants, selected)
    SELECT gen_random_uuid(), draws.id, 'digital', n::text, 1, 1, 1
    FROM draws, generate_series(1, %s) AS n
"""


def many_joinings(context: Context) -> UUID:
    """Forty-one waves, one of them open with all the rows, which the worker has counted; the others are drawn."""
    opens = context.now
    plans = [
        WavePlan(number, opens, opens + timedelta(days=3), (Quota("digital", None, 5),))
        for number in range(1, _WAVES + 1)
    ]
    waves = [one.wave_id for one in plan_waves(context, plans, founding())]
    assert waves[0] is not None
    open_wave(context, waves[0])
    # People without records of their own: what is tested is the reading.
    db.execute("SET session_replication_role = replica")
    db.execute(_JOIN_MANY, [waves[0], context.now, _ROWS])
    db.execute(_DRAW_THE_OTHERS, [waves[0]])
    db.execute(_RESULT_OF_EACH, [_RESULTS])
    db.execute("SET session_replication_role = origin")
    # The plan is that of these rows, whether or not the server's own cleaner has come by.
    db.execute("VACUUM ANALYZE joinings, draws, draw_results, waves")
    assert count_joinings(context) == 1
    return waves[0]


def nodes(plan: dict[str, Any]) -> list[tuple[str, str]]:
    """Every node of a plan that ran, with the table that it reads."""
    ran = [(plan["Node Type"], plan.get("Relation Name", ""))] if plan["Actual Loops"] else []
    return ran + [node for child in plan.get("Plans", []) for node in nodes(child)]


def plans_of(captured: CaptureQueriesContext) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for query in list(captured.captured_queries):
        (explained,) = db.rows(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}".replace("%", "%%"), [])[0]
        content = json.loads(explained) if isinstance(explained, str) else explained
        found += nodes(content[0]["Plan"])
    return found


def test_a_page_of_waves_never_reads_the_joinings(committed_db: None) -> None:
    context = april_context()
    open_id = many_joinings(context)
    with CaptureQueriesContext(connection) as captured:
        first = list_waves()
        last = list_waves(after=first[-2].number)
        one = get_wave(open_id)
    assert len(first) == 26
    assert (last[-1], one.number, one.joined, one.state) == (one, 1, _ROWS, "open")
    assert one.counted_at == context.now
    ran = plans_of(captured)
    assert "joinings" not in {table for _, table in ran}
    # A draw's results come by their keys.
    ways = {node for node, table in ran if table == "draw_results"}
    assert ways
    assert ways <= {"Index Scan", "Bitmap Heap Scan"}
    assert {one.selected for one in first[:25]} == {_RESULTS}


def test_a_count_waits_for_nobody_who_joins_and_a_closed_wave_keeps_its_last(committed_db: None) -> None:
    context = april_context()
    open_id = many_joinings(context)
    joiner = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        joiner.set_autocommit(False)
        with joiner.cursor() as cursor:
            cursor.execute("SELECT FROM waves WHERE id = %s FOR SHARE", [open_id])
        db.execute("SET lock_timeout = '1s'")
        assert count_joinings(context) == 1
    finally:
        joiner.rollback()
        joiner.close()
        db.execute("SET lock_timeout = 0")
    assert void_wave(context, open_id, reason="floods").code == "ok"
    assert count_joinings(context) == 0
    assert get_wave(open_id).joined == _ROWS


def test_pages_of_waves_follow_each_other_without_a_gap(committed_db: None) -> None:
    context = april_context()
    opens: datetime = context.now
    plan_waves(
        context,
        [WavePlan(n, opens, opens + timedelta(days=3), (Quota("digital", None, 5),)) for n in range(1, 61)],
        founding(),
    )
    seen: list[int] = []
    after = None
    while True:
        page = list_waves(after=after)
        seen += [wave.number for wave in page[:25]]
        if len(page) <= 25:
            break
        after = page[24].number
    assert seen == list(range(60, 0, -1))
