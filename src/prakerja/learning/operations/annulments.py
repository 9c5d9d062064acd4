"""Presence and tasks that count no more: a purchase's learning begins anew."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.learning.errors import AnnulmentCode
from prakerja.learning.operations._facts import Key

# No result was reported: what is annulled stands in no evidence.
_OPEN_STATES = {"paid", "redeemed"}


@dataclass(frozen=True, slots=True)
class AnnulmentRequest:
    """A purchase whose learning begins anew, and why, as a short word."""

    lane: int
    purchase_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class AnnulmentResult:
    """The answer, with how many presences were annulled and how many tasks taken out."""

    code: AnnulmentCode
    presences: int = 0
    tasks: int = 0


def annul_learning(context: Context, requests: Sequence[AnnulmentRequest]) -> list[AnnulmentResult]:
    """Annul all counted presences of purchases and take their tasks out; one answer each, in order.

    A presence stays in history with its annulment beside it, and its session can be attended again. A task that is
    taken out is named in the event log.

    Codes in order: unknown_purchase, closed (a result was reported, the purchase was voided or expired), ok, also
    where there was nothing. A purchase that is named twice has nothing left the second time.
    Rule: LEARN-03. Cost: one read under locks in key order, two writes.
    """
    with db.transaction():
        states = _lock([(one.lane, one.purchase_id) for one in requests])
        codes = [_code(states.get((one.lane, one.purchase_id))) for one in requests]
        reasons: dict[Key, str] = {}
        for one, code in zip(requests, codes, strict=True):
            if code is AnnulmentCode.OK:
                reasons.setdefault((one.lane, one.purchase_id), one.reason)
        presences = _annul(context, reasons)
        tasks = _take_out(context, reasons)
    return [
        AnnulmentResult(code, presences.pop((one.lane, one.purchase_id), 0), tasks.pop((one.lane, one.purchase_id), 0))
        if code is AnnulmentCode.OK
        else AnnulmentResult(code)
        for one, code in zip(requests, codes, strict=True)
    ]


def _code(state: str | None) -> AnnulmentCode:
    if state is None:
        return AnnulmentCode.UNKNOWN_PURCHASE
    return AnnulmentCode.OK if state in _OPEN_STATES else AnnulmentCode.CLOSED


def _lock(keys: Sequence[Key]) -> dict[Key, str]:
    found = db.rows(
        """
        SELECT p.lane, p.purchase_id, p.state
        FROM purchases p
        JOIN unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id) USING (lane, purchase_id)
        ORDER BY p.lane, p.purchase_id
        FOR NO KEY UPDATE OF p
        """,
        ([lane for lane, _ in keys], [purchase_id for _, purchase_id in keys]),
    )
    return {(lane, purchase_id): state for lane, purchase_id, state in found}


def _annul(context: Context, reasons: dict[Key, str]) -> Counter[Key]:
    written = db.rows(
        """
        WITH annulled AS (
            INSERT INTO attendance_annulments (lane, purchase_id, sequence, round, annulled_at, reason)
            SELECT a.lane, a.purchase_id, a.sequence, a.round, %s, g.reason
            FROM json_to_recordset(%s::json) AS g (lane smallint, purchase_id uuid, reason text)
            JOIN counted_attendances a USING (lane, purchase_id)
            RETURNING lane, purchase_id, sequence, round, reason
        )
        SELECT lane, purchase_id, sequence, round, reason
        FROM annulled
        ORDER BY lane, purchase_id, sequence
        """,
        (context.now, db.encode_json(_items(reasons))),
    )
    record_events(
        context,
        [
            Event("attendance.annulled", purchase_id, {"sequence": sequence, "round": number, "reason": reason}, lane)
            for lane, purchase_id, sequence, number, reason in written
        ],
    )
    return Counter((lane, purchase_id) for lane, purchase_id, *_ in written)


def _take_out(context: Context, reasons: dict[Key, str]) -> Counter[Key]:
    written = db.rows(
        """
        WITH gone AS (
            DELETE FROM tasks t
            USING json_to_recordset(%s::json) AS g (lane smallint, purchase_id uuid, reason text)
            WHERE t.lane = g.lane AND t.purchase_id = g.purchase_id
            RETURNING t.lane, t.purchase_id, t.scope, t.sequence, t.number, g.reason
        )
        SELECT lane, purchase_id, scope, sequence, number, reason
        FROM gone
        ORDER BY lane, purchase_id, scope, sequence
        """,
        (db.encode_json(_items(reasons)),),
    )
    record_events(
        context,
        [
            Event(
                "task.taken_out",
                purchase_id,
                {"scope": scope, "sequence": sequence, "number": number, "reason": reason},
                lane,
            )
            for lane, purchase_id, scope, sequence, number, reason in written
        ],
    )
    return Counter((lane, purchase_id) for lane, purchase_id, *_ in written)


def _items(reasons: dict[Key, str]) -> list[dict[str, object]]:
    return [
        {"lane": lane, "purchase_id": purchase_id, "reason": reason}
        for (lane, purchase_id), reason in sorted(reasons.items())
    ]
