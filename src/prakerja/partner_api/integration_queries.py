"""Reads of integration runs and of the calls that were seen in them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.kit import db
from prakerja.partner_api.integration_rules import SeenCall


@dataclass(frozen=True, slots=True)
class RunView:
    """A run and the world in which it calls; money in whole rupiah."""

    id: UUID
    state: str
    client_code: str
    course_code: str
    schedule_code: str
    amount_idr: int
    cards: tuple[str, ...]
    started_by: str
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None


def list_runs(platform_id: UUID) -> list[RunView]:
    """The runs of a platform, the newest first. One statement."""
    found = db.rows(
        """
        SELECT id, state, client_code, course_code, schedule_code, amount_idr, cards, started_by, started_at, ends_at,
            ended_at
        FROM integration_runs
        WHERE platform_id = %s
        ORDER BY id DESC
        LIMIT 50
        """,
        [platform_id],
    )
    return [
        RunView(run_id, state, client_code, course, schedule, amount_idr, tuple(cards), *rest)
        for run_id, state, client_code, course, schedule, amount_idr, cards, *rest in found
    ]


def calls_of(run_id: UUID) -> list[SeenCall]:
    """The calls of a run as they came. One statement."""
    found = db.rows(
        """
        SELECT request_id, call, code, seen_at, body_hash, attempt_hash, invoice_code
        FROM integration_calls
        WHERE run_id = %s
        ORDER BY seen_at, id
        """,
        [run_id],
    )
    return [
        SeenCall(request_id, call, code, seen_at, bytes(body), bytes(attempt), invoice_code)
        for request_id, call, code, seen_at, body, attempt, invoice_code in found
    ]


def find_open_run(client_code: str) -> UUID | None:
    """The open run whose key this is."""
    row = db.row("SELECT id FROM integration_runs WHERE client_code = %s AND state = 'open'", [client_code])
    return None if row is None else row[0]
