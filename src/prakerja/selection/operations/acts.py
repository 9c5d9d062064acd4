"""Acts on a wave that take long: an officer asks for one, a worker carries it out, the page shows how far it is.

The worker locks the wave for the whole act, so a wave has one worker. Everything an act does and its end are one
transaction: a worker that dies leaves the act asked and the wave untouched, and the next one begins it anew.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.refusals import Code
from prakerja.selection.errors import ActCode, DrawCode
from prakerja.selection.steps import Report

STATES: Final = {"close": "open", "commit": "closed", "reveal": "committed", "prepare": "drawn", "approve": "drawn"}
"""In which state of the wave an act can be asked for."""
TRIES_MOST: Final = 3
"""So often an act is begun, when workers die over it or it fails; then somebody must look."""
BEACON_AGAIN_AFTER: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Act:
    """An act that was asked for."""

    act_id: UUID
    wave_id: UUID
    kind: str
    decree_id: UUID | None
    notice_hours: int
    asked_by: str
    tries: int


@dataclass(frozen=True, slots=True)
class AskResult:
    """The answer to asking; when somebody else was first, who."""

    code: ActCode
    act_id: UUID | None = None
    asked_by: str | None = None


Way = Callable[[Context, Act, Report], Code]
"""How an act is carried out; what it answers is the act's answer."""


def ask_for_act(
    context: Context, wave_id: UUID, kind: str, *, notice_hours: int = 0, decree_id: UUID | None = None
) -> AskResult:
    """Ask for an act; of two officers at once one asks, the other is told who was first.

    Codes: wave_not_found, wave_not_in_this_state, not_yet (before closing time or the beacon's time),
    act_already_asked. Locks nothing that a running act holds: it answers at once.

    Raises:
        KeyError: an unknown act.
    """
    with db.transaction():
        found = db.row(
            """
            SELECT w.state, w.closes_at, d.beacon_at
            FROM waves AS w
            LEFT JOIN draws AS d ON d.wave_id = w.id
            WHERE w.id = %s
            """,
            [wave_id],
        )
        if found is None:
            return AskResult(ActCode.WAVE_NOT_FOUND)
        earlier = _asked_of(wave_id)
        if earlier is not None:
            return earlier
        state, closes_at, beacon_at = found
        if state != STATES[kind]:
            return AskResult(ActCode.NOT_IN_THIS_STATE)
        due_at: datetime | None = {"close": closes_at, "reveal": beacon_at}.get(kind)
        if due_at is not None and context.now < due_at:
            return AskResult(ActCode.NOT_YET)
        act_id = context.uuid()
        asked = db.execute(
            """
            INSERT INTO wave_acts (id, wave_id, kind, decree_id, notice_hours, state, asked_by, asked_at, tries)
            VALUES (%s, %s, %s, %s, %s, 'asked', %s, %s, 0)
            ON CONFLICT DO NOTHING
            """,
            [act_id, wave_id, kind, decree_id, notice_hours, context.actor, context.now],
        )
        if not asked:
            return _asked_of(wave_id) or AskResult(ActCode.ALREADY_ASKED)
        record_events(
            context, [Event("wave.act_asked", wave_id, {"act": kind} | ({"decree_id": decree_id} if decree_id else {}))]
        )
    return AskResult(ActCode.OK, act_id)


def _asked_of(wave_id: UUID) -> AskResult | None:
    found = db.row("SELECT id, asked_by FROM wave_acts WHERE wave_id = %s AND state = 'asked'", [wave_id])
    return None if found is None else AskResult(ActCode.ALREADY_ASKED, *found)


def carry_out_act(context: Context, ways: Mapping[str, Way]) -> bool:
    """Carry out the act that has waited longest, as whoever asked for it; whether there was one.

    Acts whose wave another worker holds are passed over. A beacon that has not spoken yet is asked again a minute
    later. What fails is begun three times and then given up. A worker runs this outside of any transaction.
    """
    with db.transaction():
        found = db.row(
            """
            SELECT act.id, act.wave_id, act.kind, act.decree_id, act.notice_hours, act.asked_by, act.tries
            FROM wave_acts AS act
            JOIN waves AS w ON w.id = act.wave_id
            WHERE act.state = 'asked' AND (act.again_at IS NULL OR act.again_at <= %s)
            ORDER BY act.asked_at, act.id
            LIMIT 1
            FOR UPDATE OF w SKIP LOCKED
            """,
            [context.now],
        )
        if found is None:
            return False
        act = Act(*found)
        own = context.acting_as(act.asked_by)
        if act.tries >= TRIES_MOST:
            _end(own, act, "failed", ActCode.GAVE_UP)
            return True
        db.execute_aside(
            "UPDATE wave_acts SET tries = tries + 1, step = 'begun', step_at = clock_timestamp() WHERE id = %s",
            [act.act_id],
        )
        code = ways[act.kind](own, act, _reporter(act))
        if code is DrawCode.BEACON_NOT_YET:
            db.execute(
                "UPDATE wave_acts SET again_at = %s, tries = 0, step = 'beacon' WHERE id = %s",
                [context.now + BEACON_AGAIN_AFTER, act.act_id],
            )
        else:
            _end(own, act, "refused" if code.is_refusal else "done", code)
    return True


def _reporter(act: Act) -> Report:
    def report(step: str) -> None:
        db.execute_aside(
            "UPDATE wave_acts SET step = %s, step_at = clock_timestamp() WHERE id = %s", [step, act.act_id]
        )

    return report


def _end(context: Context, act: Act, state: str, code: Code) -> None:
    ended = db.execute(
        "UPDATE wave_acts SET state = %s, answer = %s, ended_at = %s WHERE id = %s AND state = 'asked'",
        [state, code.value, context.now, act.act_id],
    )
    if ended and state != "done":
        payload = {"act": act.kind, "answer": code.value}
        record_events(context, [Event(f"wave.act_{state}", act.wave_id, payload)])
