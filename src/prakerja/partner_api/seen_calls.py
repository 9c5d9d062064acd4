"""What is seen of the calls of an integration run: kept beside the answers, written behind them.

Nothing of a call's content is kept but its invoice code: bodies and signatures stand as keyed hashes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from prakerja.kit import db
from prakerja.kit.crypto import keyed_hash
from prakerja.kit.ids import SystemIds
from prakerja.partner_api.admission import Head

CALLS_OF_A_RUN_MOST: Final = 2_000
# What waits to be written; beyond it calls go unseen, as those of a run beyond its number.
WAITING_MOST: Final = 5_000
_PURPOSE: Final = "seen call"
_TEXT_MOST: Final = 100
_ids = SystemIds()


@dataclass(frozen=True, slots=True)
class Seen:
    """A call of a watched key with its answer."""

    run_id: UUID
    request_id: str
    call: str
    code: str
    status: int
    seen_at: datetime
    head: Head
    body: bytes


def write_seen(calls: Sequence[Seen]) -> None:
    """Write calls of runs that are open; a run keeps its first two thousand. Two statements."""
    with db.transaction():
        room: dict[UUID, int] = dict(
            db.rows(
                """
                SELECT r.id, %s - (SELECT count(*) FROM integration_calls AS c WHERE c.run_id = r.id)
                FROM integration_runs AS r
                WHERE r.id = ANY (%s) AND r.state = 'open'
                ORDER BY r.id
                FOR SHARE
                """,
                [CALLS_OF_A_RUN_MOST, sorted({one.run_id for one in calls})],
            )
        )
        rows = []
        for one in calls:
            if room.get(one.run_id, 0) <= 0:
                continue
            room[one.run_id] -= 1
            rows.append(_row(one))
        db.copy_rows(
            "integration_calls",
            [
                "id", "run_id", "request_id", "call", "code", "status", "body_hash", "attempt_hash", "invoice_code",
                "seen_at",
            ],
            rows,
        )  # fmt: skip


def _row(one: Seen) -> tuple[object, ...]:
    asked = one.body + b"\x00" + one.head.authorization.encode()
    attempt = asked + b"\x00" + one.head.timestamp.encode() + one.head.signature.encode()
    return (
        _ids.uuid(one.seen_at),
        one.run_id,
        one.request_id,
        one.call,
        one.code,
        one.status,
        keyed_hash(asked, purpose=_PURPOSE),
        keyed_hash(attempt, purpose=_PURPOSE),
        _invoice(one.body),
        one.seen_at,
    )


def _invoice(body: bytes) -> str | None:
    """The platform's own number of its order, where the body has one that could be."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError):
        return None
    invoice = found.get("invoice_code") if isinstance(found, dict) else None
    return invoice[:_TEXT_MOST].replace("\x00", "") if isinstance(invoice, str) and invoice else None
