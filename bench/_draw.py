"""Joining, drawing and verifying at the size of a nation, and what `ORDER BY random()` would cost instead.

`bench/draw.py` is the command; `bench/people.py` takes `build_wave`, `measure_joins`, `measure_draw` and
`measure_verify` into a longer story. All of them work on the database that Django is set up on.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from bench._database import BenchDatabase
from bench._report import say, stage

if TYPE_CHECKING:
    from prakerja.kit.context import Context
    from prakerja.programme.regimes import Regime

# The 38 provinces.
PROVINCES = tuple(
    f"{code}"
    for first, last in ((11, 19), (21, 21), (31, 36), (51, 53), (61, 65), (71, 76), (81, 82), (91, 96))
    for code in range(first, last + 1)
)
_ROWS_AT_ONCE = 250_000
_JOINS_AT_ONCE = 500
_CONNECTIONS = 2


@dataclass(frozen=True, slots=True)
class BuiltWave:
    """A wave of the bench and when it is closed."""

    wave_id: UUID
    number: int
    closes_at_context: "Context"


def build_wave(context: "Context", regime: "Regime", *, number: int, applicants: int, places: int) -> BuiltWave:
    """An open wave with so many eligible people in it, in 2 × 38 strata and 4 classes, by INSERT, constraints on.

    A quarter is regular. One household in eight has two people in the wave, one in sixteen three. Tokens are hashes as
    long as real ones: joining makes those (see `measure_joins`).
    """
    wave_id = _open_wave(context, regime, number=number, places=places)
    with stage(f"{applicants:,} people of wave {number}"):
        _insert_people(context, regime, number=number, people=applicants, wave_id=wave_id)
    return BuiltWave(wave_id, number, context.at(context.now + timedelta(days=3)))


def _open_wave(context: "Context", regime: "Regime", *, number: int, places: int) -> UUID:
    from prakerja.selection.operations import WavePlan, open_wave, plan_waves
    from prakerja.selection.rules import Quota

    each = places // (4 * len(PROVINCES))
    quotas = [Quota("digital", code, 3 * each) for code in PROVINCES]
    quotas += [Quota("regular", code, places // len(PROVINCES) - 3 * each) for code in PROVINCES]
    plan = WavePlan(number, context.now, context.now + timedelta(days=3), tuple(quotas))
    (planned,) = plan_waves(context, [plan], regime)
    assert planned.wave_id is not None, planned
    assert open_wave(context, planned.wave_id).code == "ok"
    return planned.wave_id


def _insert_people(
    context: "Context", regime: "Regime", *, number: int, people: int, wave_id: UUID | None = None
) -> None:
    """Eligible applicants, and their joinings when a wave is given, by as many connections as there are cores."""
    from prakerja.kit.settings import get_settings

    spans = [(first, min(first + _ROWS_AT_ONCE, people + 1) - 1) for first in range(1, people + 1, _ROWS_AT_ONCE)]

    def insert(span: tuple[int, int]) -> None:
        from prakerja.kit import db

        parameters = {
            "wave": number,
            "wave_id": wave_id,
            "regime": regime.version,
            "now": context.now,
            "first": span[0],
            "last": span[1],
            "lanes": get_settings().lanes,
            "provinces": list(PROVINCES),
        }
        db.execute(_PEOPLE if wave_id is None else _PEOPLE_IN_A_WAVE, parameters)

    _on_connections(insert, spans)


def measure_joins(context: "Context", regime: "Regime", *, number: int, people: int) -> dict[str, object]:
    """`join_waves` with all of its validation, 500 people a call on two connections, into an open wave of its own."""
    from prakerja.kit import db
    from prakerja.selection.operations import Join, join_waves

    wave_id = _open_wave(context, regime, number=number, places=max(people, 4 * len(PROVINCES)))
    _insert_people(context, regime, number=number, people=people)
    keys = [
        key
        for (key,) in db.rows(
            "SELECT applicant_id FROM applicants WHERE name LIKE %s ORDER BY nik_index", [f"Warga {number} %"]
        )
    ]
    _write_family_cards(keys)
    batches = [keys[at : at + _JOINS_AT_ONCE] for at in range(0, len(keys), _JOINS_AT_ONCE)]

    def join(batch: Sequence[UUID]) -> None:
        requests = [Join(key, wave_id, "regular" if key.int % 4 == 0 else "digital") for key in batch]
        codes = {result.code for result in join_waves(context, requests, regime)}
        assert codes == {"ok"}, codes

    began = time.perf_counter()
    _on_connections(join, batches)
    seconds = time.perf_counter() - began
    say(f"  {len(keys):,} joined in {seconds:.1f} s")
    return {"joins_per_s": round(len(keys) / seconds), "joined": len(keys), "joins": "operation with its validation"}


def _write_family_cards(applicant_ids: "Sequence[UUID]") -> None:
    """Joining makes the household's token from the family card: those who join have a cell that can be read."""
    from prakerja.kit import db
    from prakerja.kit.crypto import ColumnCipher

    cipher = ColumnCipher(table="applicants", column="kk_cipher")
    cells = [
        cipher.encrypt(f"{3201000000000000 + number}".encode(), str(key).encode())
        for number, key in enumerate(applicant_ids)
    ]
    db.execute(
        """
        UPDATE applicants
        SET kk_cipher = given.cell
        FROM unnest(%s::uuid[], %s::bytea[]) AS given (applicant_id, cell)
        WHERE applicants.applicant_id = given.applicant_id
        """,
        [list(applicant_ids), cells],
    )


def measure_draw(built: BuiltWave, regime: "Regime", database: BenchDatabase) -> dict[str, object]:
    """Closing is not measured; list, root, chunks (commit), then ranking, selection, recording (reveal) are.

    `draw_cpu_s` is what both acts took of all cores, server and helpers included: it says more on a busy machine.
    """
    from prakerja.selection.beacon import SandboxBeacon
    from prakerja.selection.operations import close_wave, commit_draw, reveal_draw

    context, beacon = built.closes_at_context, SandboxBeacon("bench")
    with stage("closing, with the re-check of everybody"):
        closed = close_wave(context, built.wave_id)
        assert closed.code == "ok", closed
    began, cpu_s = time.perf_counter(), _cpu_s(database)
    committed = commit_draw(context, built.wave_id, regime, beacon)
    commit_s = time.perf_counter() - began
    assert committed.code == "ok", committed
    say(f"  committed {committed.applicants:,} in {commit_s:.1f} s")
    began = time.perf_counter()
    revealed = reveal_draw(context.at(context.now + timedelta(hours=1)), built.wave_id, beacon)
    reveal_s = time.perf_counter() - began
    cpu_s = _cpu_s(database) - cpu_s
    assert revealed.code == "ok", revealed
    say(f"  revealed, ranked and recorded {revealed.selected:,} in {reveal_s:.1f} s")
    return {
        "draw_s": round(commit_s + reveal_s, 1),
        "draw_cpu_s": round(cpu_s, 1),
        "commit_s": round(commit_s, 1),
        "reveal_s": round(reveal_s, 1),
        "applicants": revealed.applicants,
        "selected": revealed.selected,
    }


def _cpu_s(database: BenchDatabase) -> float:
    helpers = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + helpers.ru_utime + helpers.ru_stime + database.cpu_us() / 1_000_000


def measure_verify(built: BuiltWave, folder: Path) -> dict[str, object]:
    """Write what is published into a folder, and let `verify_draw.py` judge it; its seconds and its memory."""
    from prakerja.selection import queries, verify_draw

    draw = queries.find_draw(built.wave_id)
    assert draw is not None
    assert draw.randomness is not None
    with stage("the published files"):
        (folder / "commitment.json").write_text(draw.commitment)
        _write(folder / "list.csv", queries.iterate_list_lines(draw.draw_id))
        _write(folder / "result.csv", queries.iterate_result_lines(draw.draw_id))
    files = [str(folder / name) for name in ("commitment.json", "list.csv", "result.csv")]
    command = [sys.executable, "-c", _WITH_MEMORY, verify_draw.__file__, *files, draw.randomness.hex()]
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    seconds = time.perf_counter() - began
    assert done.returncode == 0, done.stderr
    say("  " + done.stdout.splitlines()[0])
    memory_kb = int(done.stderr.split()[-1])
    return {"verify_s": round(seconds, 1), "verify_mb": round(memory_kb / 1024)}


def measure_yardstick(built: BuiltWave) -> dict[str, object]:
    """The same wave by `ORDER BY random()` in each stratum: nobody can check it, and households are not looked at."""
    from django.db import transaction

    from prakerja.kit import db

    began = time.perf_counter()
    with transaction.atomic():
        db.execute(_YARDSTICK, [built.wave_id])
        ranked_s = time.perf_counter() - began
        chosen = db.execute(_YARDSTICK_RECORD, {"wave": built.wave_id})
        seconds = time.perf_counter() - began
        transaction.set_rollback(True)
    say(f"  ORDER BY random(): ranked in {ranked_s:.1f} s, {chosen:,} recorded, {seconds:.1f} s")
    return {"random_s": round(seconds, 1), "random_ranked_s": round(ranked_s, 1)}


def _write(path: Path, parts: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        for part in parts:
            file.write(part)


def _on_connections(work: "object", items: Sequence[object]) -> None:
    from django.db import connections

    queue = list(reversed(items))

    def one() -> None:
        try:
            while queue:
                work(queue.pop())  # type: ignore[operator]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        for done in [pool.submit(one) for _ in range(_CONNECTIONS)]:
            done.result()


# The program as it is run by anybody, with its largest memory as the last word on standard error.
_WITH_MEMORY = """
import runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    status = open("/proc/self/status").read()
    print(status.partition("VmHWM:")[2].split()[0], file=sys.stderr)
"""
# The lane seed is the blind index's first eight bytes modulo 10,000, as kit.lanes computes it: 2^32 mod 10,000 = 7,296.
_PEOPLE = """
    INSERT INTO applicants (
        lane, applicant_id, lane_seed, nik_index, nik_cipher, kk_index, kk_cipher, name, sex, birth_date,
        province_code, education, employment_status, state, eligibility, regime_version, signed_up_at,
        identity_verified_at, decided_at, email_index, phone_index, worker_list_matched, receives_social_aid
    )
    SELECT
        hashed.seed %% %(lanes)s, uuidv7(), hashed.seed,
        decode(hashed.nik, 'hex'), decode(repeat(hashed.nik, 3), 'hex'),
        -- Of sixteen, two have a household of two and three one of three.
        decode(
            md5('kk' || %(wave)s || ' ' || n - CASE n %% 16 WHEN 1 THEN 1 WHEN 3 THEN 1 WHEN 4 THEN 2 ELSE 0 END), 'hex'
        ),
        decode(repeat(hashed.nik, 3), 'hex'), 'Warga ' || %(wave)s || ' ' || n,
        CASE WHEN n %% 2 = 0 THEN 'female' ELSE 'male' END, DATE '1970-01-01' + n %% 11000,
        (%(provinces)s::text[])[1 + n %% 38], 'senior_secondary', 'job_seeker', 'ready', 'eligible', %(regime)s,
        %(now)s, %(now)s, %(now)s, decode(md5('email' || %(wave)s || ' ' || n), 'hex'),
        decode(md5('phone' || %(wave)s || ' ' || n), 'hex'), n %% 3 = 0, n %% 5 = 0
    FROM generate_series(%(first)s, %(last)s) AS n
    CROSS JOIN LATERAL (
        SELECT
            given.nik,
            ((('x' || substr(given.nik, 1, 8))::bit(32)::bigint & 4294967295) %% 10000 * 7296
                + (('x' || substr(given.nik, 9, 8))::bit(32)::bigint & 4294967295)) %% 10000 AS seed
        FROM (SELECT md5('nik' || %(wave)s || ' ' || n) AS nik) AS given
    ) AS hashed
"""
_PEOPLE_IN_A_WAVE = f"""
    WITH made AS (
        {_PEOPLE}
        RETURNING lane, applicant_id, nik_index, kk_index, province_code, worker_list_matched, receives_social_aid
    )
    INSERT INTO joinings (
        lane, wave_id, applicant_id, channel, province_code, priority_class, token, household_token, joined_at
    )
    SELECT
        lane, %(wave_id)s, applicant_id, CASE WHEN get_byte(nik_index, 7) < 64 THEN 'regular' ELSE 'digital' END,
        province_code, 1 + 2 * (NOT worker_list_matched)::integer + receives_social_aid::integer,
        substring(sha256('token'::bytea || nik_index) FOR 16), substring(sha256('household'::bytea || kk_index) FOR 16),
        %(now)s
    FROM made
"""
_YARDSTICK = """
    CREATE TEMPORARY TABLE random_draw ON COMMIT DROP AS
    SELECT lane, applicant_id, channel, province_code,
        row_number() OVER (PARTITION BY channel, province_code ORDER BY priority_class, random()) AS rank
    FROM joinings
    WHERE wave_id = %s
"""
_YARDSTICK_RECORD = """
    UPDATE joinings AS j
    SET outcome = 'selected', rank = drawn.rank
    FROM random_draw AS drawn
    JOIN wave_quotas AS quota
        ON quota.wave_id = %(wave)s AND quota.channel = drawn.channel AND quota.province_code = drawn.province_code
    WHERE j.wave_id = %(wave)s AND j.lane = drawn.lane AND j.applicant_id = drawn.applicant_id
        AND drawn.rank <= quota.places
"""
