"""Naming in advance what holds when the beacon never speaks: keepers, their threshold, their deadlines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.selection.errors import KeeperCode, SealCode
from prakerja.selection.queries.seals import find_fallback
from prakerja.selection.seal_draw import threshold_is_fair

_CODE = re.compile(r"[a-z][a-z0-9-]{1,19}")
_NAME_LENGTH_MAX = 200
BEFORE_COMMITMENT = ("planned", "open", "closed")


@dataclass(frozen=True, slots=True)
class KeeperRequest:
    """A body outside of the programme that may keep a sealed seed; `code` as files name it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class KeeperResult:
    """The answer about one keeper."""

    code: KeeperCode
    keeper_id: UUID | None = None


def add_seal_keepers(context: Context, requests: Sequence[KeeperRequest]) -> list[KeeperResult]:
    """Put bodies on record that may keep seeds, one result per request in order.

    Codes: code_not_possible (2 to 20 small letters, digits, hyphens), name_missing, code_taken.
    """
    results = []
    with db.transaction():
        for request in requests:
            name = request.name.strip()[:_NAME_LENGTH_MAX]
            if not _CODE.fullmatch(request.code):
                results.append(KeeperResult(KeeperCode.CODE_NOT_POSSIBLE))
                continue
            if not name:
                results.append(KeeperResult(KeeperCode.NAME_MISSING))
                continue
            keeper_id = context.uuid()
            added = db.execute(
                """
                INSERT INTO seal_keepers (id, code, name, added_by, added_at)
                VALUES (%s, %s, %s, %s, %s)
                ON CONFLICT (code) DO NOTHING
                """,
                [keeper_id, request.code, name, context.actor, context.now],
            )
            if added:
                record_events(context, [Event("seal_keeper.added", keeper_id, {"code": request.code})])
            results.append(KeeperResult(KeeperCode.OK, keeper_id) if added else KeeperResult(KeeperCode.CODE_TAKEN))
    return results


@dataclass(frozen=True, slots=True)
class FallbackPlan:
    """Who keeps seeds for a wave; so many of them open one that is withheld; until when they seal and confirm."""

    keeper_ids: tuple[UUID, ...]
    threshold: int
    seal_until_at: datetime
    confirm_until_at: datetime


def name_fallback(context: Context, wave_id: UUID, plan: FallbackPlan) -> SealCode:
    """Name the fallback of a wave before its list is committed. From now on nothing is committed without all seals.

    Codes: ok, wave_not_found, wave_not_in_this_state, fallback_already_named, keeper_not_found (or named twice),
    unfair_threshold (a majority of at least three, less than all), deadlines_not_possible (now, seal, confirm).
    """
    with db.transaction():
        keepers = db.rows(
            "SELECT id, code FROM seal_keepers WHERE id = ANY (%s::uuid[]) ORDER BY code", [list(plan.keeper_ids)]
        )
        state = db.row("SELECT state FROM waves WHERE id = %s FOR UPDATE", [wave_id])
        refusals = [
            (state is None, SealCode.WAVE_NOT_FOUND),
            (state is not None and state[0] not in BEFORE_COMMITMENT, SealCode.NOT_IN_THIS_STATE),
            (find_fallback(wave_id) is not None, SealCode.ALREADY_NAMED),
            (len(keepers) != len(plan.keeper_ids), SealCode.KEEPER_NOT_FOUND),
            (not threshold_is_fair(plan.threshold, len(keepers)), SealCode.UNFAIR_THRESHOLD),
            (not context.now < plan.seal_until_at < plan.confirm_until_at, SealCode.DEADLINES_NOT_POSSIBLE),
        ]
        refusal = next((code for applies, code in refusals if applies), None)
        if refusal is not None:
            return refusal
        fallback_id = context.uuid()
        db.execute(
            """
            INSERT INTO draw_fallbacks
                (id, wave_id, threshold, seal_until_at, confirm_until_at, named_by, named_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s)
            """,
            [
                fallback_id,
                wave_id,
                plan.threshold,
                plan.seal_until_at,
                plan.confirm_until_at,
                context.actor,
                context.now,
            ],
        )
        db.copy_rows(
            "draw_seals",
            ["id", "fallback_id", "keeper_id", "place"],
            [(context.uuid(), fallback_id, keeper_id, place) for place, (keeper_id, _) in enumerate(keepers, 1)],
        )
        payload = {"keepers": [code for _, code in keepers], "threshold": plan.threshold}
        record_events(context, [Event("draw.fallback_named", wave_id, payload)])
    return SealCode.OK


def drop_fallback(context: Context, wave_id: UUID, *, reason: str) -> SealCode:
    """Drop a fallback that does not come about, before the list is committed; another one can be named. On record.

    Codes: ok, wave_not_found, wave_not_in_this_state, no_fallback, reason_missing, keepers_still_have_time (nobody
    objects, and the deadline of whoever has not sealed or confirmed is still to come).
    """
    with db.transaction():
        state = db.row("SELECT state FROM waves WHERE id = %s FOR UPDATE", [wave_id])
        if state is None:
            return SealCode.WAVE_NOT_FOUND
        if state[0] not in BEFORE_COMMITMENT:
            return SealCode.NOT_IN_THIS_STATE
        fallback = find_fallback(wave_id)
        if fallback is None:
            return SealCode.NO_FALLBACK
        if not reason.strip():
            return SealCode.REASON_MISSING
        objects = any(seat.complaint is not None for seat in fallback.seats)
        deadline_at = fallback.confirm_until_at if fallback.is_sealed else fallback.seal_until_at
        if not objects and context.now < deadline_at:
            return SealCode.STILL_TIME
        db.execute(
            "UPDATE draw_fallbacks SET dropped_at = %s, dropped_reason = %s WHERE id = %s",
            [context.now, reason.strip()[:500], fallback.fallback_id],
        )
        record_events(context, [Event("draw.fallback_dropped", wave_id, {"reason": reason.strip()[:500]})])
    return SealCode.OK
