"""A feed sent by the institution's own program: signed calls of 500 rows, one after the other on one connection."""

import csv
import io
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from bench._api_load import Key, Shot, run
from bench._servers import API, serving
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.partner_api.feed_calls import COURSES, ROWS_MAX, CourseRow
from prakerja.partners.operations import ApiKeyRequest, issue_api_keys
from prakerja.programme.operations import set_programme_clock

_PATH = f"/api/v1/integration/{COURSES.path}"


def send_feed(context: Context, institution_id: UUID, content: bytes) -> tuple[float, float]:
    """Seconds of all calls over a server of its own, and of the same calls again; every answer says what it must.

    Raises:
        AssertionError: an answer counts other rows, or the institution has other courses than were sent.
    """
    rows = _rows(content)
    set_programme_clock(context, context.now, machine_now=datetime.now(UTC))
    until = context.now + timedelta(days=30)
    request = ApiKeyRequest(partner_role="institution", partner_id=institution_id, expires_at=until)
    issued = issue_api_keys(context, [request])[0]
    key = Key(issued.client_code, issued.secret.encode())
    with serving(API) as server:
        new_s = _send(server.port, key, rows, "new")
        again_s = _send(server.port, key, rows, "again")
    there = db.value(
        "SELECT count(*) FROM courses WHERE institution_id = %s AND own_code IS NOT NULL", [institution_id]
    )
    assert there == len(rows), f"{there} courses of {len(rows)}"
    return new_s, again_s


def _send(port: int, key: Key, rows: list[CourseRow], name: str) -> float:
    began = time.perf_counter()
    parts = [rows[begin : begin + ROWS_MAX] for begin in range(0, len(rows), ROWS_MAX)]
    bodies = [msgspec.json.encode({"name": f"{name} {number}", "rows": part}) for number, part in enumerate(parts)]
    shots = [Shot(_PATH, key, body) for body in bodies]
    run(port, shots, must_hold=sorted({_counts(len(part), name) for part in parts}), connections=1)
    return time.perf_counter() - began


def _counts(rows: int, name: str) -> bytes:
    new, unchanged = (rows, 0) if name == "new" else (0, rows)
    return b'"new_rows":%d,"changed_rows":0,"unchanged_rows":%d,"bad_rows":0,' % (new, unchanged)


def _rows(content: bytes) -> list[CourseRow]:
    """The rows of a CSV feed as those of the call."""
    lines = csv.DictReader(io.StringIO(content.decode()), delimiter=";")
    words = {"luring": "offline", "daring": "online"}
    return [
        CourseRow(
            own_code=line["kode"],
            title=line["judul"],
            description=line["uraian"],
            subject=line["bidang"],
            skkni_code=line["kode_skkni"],
            mode=words[line["metode"]],
            training_type=int(line["jenis"]),
            hours=int(line["jam"]),
            price_idr=int(line["harga"]),
            comparison_price_idr=int(line["harga_umum"]),
            age_min=int(line["usia_min"]),
        )
        for line in lines
    ]
