"""The import of a ministry's worker list: a file of millions of rows, checked, encrypted, indexed, published."""

import resource
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench._memory import tree_memory
from bench._report import say, stage

if TYPE_CHECKING:
    from bench._database import BenchDatabase
    from prakerja.kit.context import Context

_FIRST = ["Siti", "Budi", "Agus", "Dewi", "Rini", "Muhammad", "Andi", "Sri", "Nur", "Eko", "Putri", "Rizky", "Wayan"]
_LAST = ["Aminah", "Santoso", "Wijaya", "Lestari", "Hidayat", "Pratama", "Saputra", "Rahayu", "Siregar", "Nasution"]
_STATUSES = ("phk", "dirumahkan", "dirumahkan", "pencari_kerja")
_DAYS = 16_000
# A column that few lists have.
_ADDRESS_EVERY = 4
# One row in a thousand is bad, of these kinds in turn.
_BAD_EVERY = 1_000
_BAD = (
    "9,93201E+15;{name};1990-01-01;;phk;;;",
    "993201;{name};;;phk;;;",
    "{nik};;;;phk;;;",
    "{nik};{name};31-02-1990;;phk;;;",
)


def write_list(path: Path, rows: int) -> int:
    """A list of synthetic workers as a ministry would send it; how many of its rows are bad."""
    from prakerja.participants.worker_list_files import TEMPLATE
    from prakerja.programme.areas import regencies

    areas = list(regencies())
    days = [date(1960, 1, 1) + timedelta(days=number) for number in range(_DAYS)]
    parts = [(f"{day.day:02d}{day.month:02d}{day.year % 100:02d}", day.isoformat()) for day in days]
    bad = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(TEMPLATE)
        for number in range(rows):
            area = areas[number * 7 % len(areas)]
            in_nik, born = parts[number % _DAYS]
            nik = f"99{number // _DAYS // 9_000:04d}{in_nik}{number // _DAYS % 9_000 + 1:04d}"
            name = f"{_FIRST[number % len(_FIRST)]} {_LAST[number // 3 % len(_LAST)]}"
            if number % _BAD_EVERY == _BAD_EVERY - 1:
                file.write(_BAD[bad % len(_BAD)].format(nik=nik, name=name) + "\n")
                bad += 1
                continue
            status = _STATUSES[number % len(_STATUSES)]
            address = "" if number % _ADDRESS_EVERY else f"Jl. {name} No. {number % 900}, RT 0{number % 9}"
            file.write(f"{nik};{name};{born};{area[:2]};{status};{area};08{number:010d};{address}\n")
    return bad


def measure_import(database: "BenchDatabase", context: "Context", folder: Path, *, rows: int) -> dict[str, object]:
    """Import and publish a list; wall time, CPU of both sides, memory of the tree without PostgreSQL."""
    from prakerja.kit import db
    from prakerja.participants.operations.worker_list_imports import import_worker_list
    from prakerja.participants.operations.worker_lists import ListOrigin, publish_worker_list

    path = folder / "list.csv"
    with stage(f"a list of {rows:,} rows"):
        bad = write_list(path, rows)
    megabytes = path.stat().st_size / 1e6
    cpu, server_cpu, began = cpu_s(), database.cpu_us(), time.perf_counter()
    with tree_memory(without=database.server.pid) as peak:
        staged = import_worker_list(context, path, ListOrigin("bench", "ministry", announced_rows=rows), workers=2)
        staged_s = time.perf_counter() - began
        assert staged.worker_list_id is not None, staged
        published = publish_worker_list(context, staged.worker_list_id)
    took = time.perf_counter() - began
    here, there = cpu_s() - cpu, (database.cpu_us() - server_cpu) / 1e6
    path.unlink()
    assert published.code == "ok", published
    assert (staged.good_rows, staged.bad_rows) == (rows - bad, bad), (staged, bad)
    assert db.value("SELECT count(*) FROM worker_list_rows") == staged.good_rows
    say(
        f"  {rows:,} rows ({megabytes:.0f} MB, {bad:,} bad) in {took:.1f} s, staged after {staged_s:.1f} s; CPU "
        f"{here:.1f} s here and {there:.1f} s in PostgreSQL; at most {peak.megabytes:.0f} MB without PostgreSQL"
    )
    return {
        "import_rows": rows,
        "import_s": round(took, 1),
        "import_mb": round(peak.megabytes),
        "import_cpu_s": round(here, 1),
        "import_postgres_cpu_s": round(there, 1),
    }


def cpu_s() -> float:
    """Seconds of CPU of this process and of those that it waited for."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
