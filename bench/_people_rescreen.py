"""Living eligibility at full size: a register's delta against everybody who holds a card."""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench._people_import import cpu_s
from bench._report import say, stage

if TYPE_CHECKING:
    from bench._database import BenchDatabase
    from prakerja.kit.context import Context
    from prakerja.programme.regimes import Regime

_DAYS = 16_000
# Of the delta's rows: every second is about a holder, the others about people who never signed up.
_HOLDERS_ONE_IN = 2
_FACTS = ("pddikti", "dapodik", "civil_servant", "gone")


def nik_of(number: int) -> str:
    """The NIK of a synthetic holder."""
    day = date(1960, 1, 1) + timedelta(days=number % _DAYS)
    area, serial = divmod(number // _DAYS, 9_000)
    return f"9931{area:02d}{day.day:02d}{day.month:02d}{day.year % 100:02d}{serial + 1:04d}"


def measure_rescreen(
    database: "BenchDatabase", context: "Context", regime: "Regime", folder: Path, *, holders: int, delta: int
) -> dict[str, object]:
    """Load a delta and run it dry over all holders; wall time and CPU of both sides, from file to named people."""
    from prakerja.kit import db
    from prakerja.participants.operations.registry_deltas import load_registry_delta, screen_holders

    with stage(f"{holders:,} holders"):
        _build_holders(context, regime, holders)
        database.settle()
    path = folder / "delta.csv"
    about_holders = _write_delta(path, holders=holders, rows=delta)
    cpu, server_cpu, began = cpu_s(), database.cpu_us(), time.perf_counter()
    loaded = load_registry_delta(context, path.read_bytes(), source="pddikti", name="bench")
    assert loaded.delta_id is not None, loaded
    loaded_s = time.perf_counter() - began
    screened = screen_holders(context, loaded.delta_id, regime)
    took = time.perf_counter() - began
    here, there = cpu_s() - cpu, (database.cpu_us() - server_cpu) / 1e6
    # One fact in four says that somebody is in no register any more, and one in eight began after the decision.
    assert loaded.good_rows == delta, loaded
    assert 0 < screened.found < about_holders, screened
    assert db.value("SELECT count(*) FROM eligibility_findings WHERE state = 'proposed'") == screened.found
    say(
        f"  {delta:,} rows against {holders:,} holders in {took:.1f} s (loaded after {loaded_s:.1f} s): "
        f"{screened.found:,} would be affected, {dict(screened.by_rule)}; "
        f"CPU {here:.1f} s here and {there:.1f} s in PostgreSQL"
    )
    return {
        "rescreen_holders": holders,
        "rescreen_rows": delta,
        "rescreen_s": round(took, 1),
        "rescreen_cpu_s": round(here, 1),
        "rescreen_postgres_cpu_s": round(there, 1),
    }


def _write_delta(path: Path, *, holders: int, rows: int) -> int:
    from prakerja.participants.registry_delta_files import TEMPLATE

    about_holders = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(TEMPLATE)
        step = max(holders // rows, 1)
        for number in range(rows):
            is_holder = number % _HOLDERS_ONE_IN == 0
            about_holders += is_holder
            nik = nik_of(number * step % holders) if is_holder else nik_of(number + holders)
            since = "2021-01-01" if number % 8 == 2 else "2019-08-01"
            file.write(f"{nik};{_FACTS[number // 2 % len(_FACTS)]};;{since}\n")
    return about_holders


def _build_holders(context: "Context", regime: "Regime", holders: int) -> None:
    """Decreed applicants whose NIKs are known; encrypted fields hold bytes of their length, for nobody reads them."""
    from prakerja.access.index_keys import index_writer
    from prakerja.kit import db
    from prakerja.participants.lanes import nik_placer

    place = nik_placer(index_writer())

    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(holders):
            lane, (index, _) = place(nik_of(number).encode())
            yield (number, lane, index)

    with db.transaction():
        db.execute("CREATE TEMPORARY TABLE bench_holders (n integer, lane smallint, nik_index bytea) ON COMMIT DROP")
        db.copy_rows("bench_holders", ["n", "lane", "nik_index"], rows(), binary_types=("int4", "int2", "bytea"))
        db.execute(
            """
            INSERT INTO applicants (
                lane, applicant_id, lane_seed, nik_index, nik_cipher, kk_index, kk_cipher, name, sex, birth_date,
                province_code, education, employment_status, state, eligibility, regime_version, signed_up_at,
                identity_verified_at, decided_at, registers_asked_at
            )
            SELECT
                lane, uuidv7(), lane, nik_index, nik_index || nik_index || nik_index, nik_index, nik_index || nik_index,
                'Warga ' || n, 'male', DATE '1970-01-01' + n %% 11000, '31', 'senior_secondary', 'job_seeker',
                'decreed', 'eligible', %(regime)s, %(now)s, %(now)s, %(now)s, %(now)s
            FROM bench_holders
            ORDER BY lane, nik_index
            """,
            {"regime": regime.version, "now": context.now},
        )
