"""The second person takes single people off a proposed revocation, or declines it as a whole; the rest goes on.

What was judged is kept with it: the missed deadline, or the finding of a register. For that deadline nobody is proposed
again, neither by the clock nor by hand; a finding can be proposed again by a person who has read why it was not signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.cards.errors import RemovalCode
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.lanes import every_lane
from prakerja.selection.operations.decrees import record_rejection


@dataclass(frozen=True, slots=True)
class DecliningResult:
    """The answer to declining a decree: how many it would have revoked."""

    code: RemovalCode
    participants: int = 0


class _Decree(NamedTuple):
    state: str
    maker: str
    number: int
    reason: str


def take_off_revocation(
    context: Context, decree_id: UUID, participant_ids: Sequence[UUID], *, reason: str
) -> list[RemovalCode]:
    """Take people off a prepared revocation, one code per participant in order. The rest stays proposed.

    Codes: reason_missing, decree_not_found, already_decided, same_person, not_proposed, repeated. When nobody is left,
    the decree is rejected with it. Rules: CARD-01, REV-01. Locks the decree. Cost: five statements and the events.
    """
    with db.transaction():
        decree = _lock(decree_id)
        refusal = _refusal(context, decree, reason)
        if decree is None or refusal is not None:
            return [refusal or RemovalCode.DECREE_NOT_FOUND for _ in participant_ids]
        standing: dict[UUID, bool] = dict(
            db.rows(
                """
                SELECT s.participant_id, x.participant_id IS NOT NULL
                FROM revocation_proposals AS s
                LEFT JOIN revocation_removals AS x
                    ON x.lane = s.lane AND x.decree_id = s.decree_id AND x.participant_id = s.participant_id
                WHERE s.lane = ANY (%s) AND s.decree_id = %s AND s.participant_id = ANY (%s::uuid[])
                ORDER BY s.participant_id
                """,
                [every_lane(), decree_id, list(participant_ids)],
            )
        )
        codes: list[RemovalCode] = []
        taken: list[UUID] = []
        for participant_id in participant_ids:
            if participant_id not in standing:
                codes.append(RemovalCode.NOT_PROPOSED)
            elif standing[participant_id]:
                codes.append(RemovalCode.REPEATED)
            else:
                standing[participant_id] = True
                taken.append(participant_id)
                codes.append(RemovalCode.OK)
        if taken:
            _take_off(context, decree_id, decree, taken, reason)
            left = _count_left(decree_id)
            payload = {"number": decree.number, "taken_off": len(taken), "left": left}
            record_events(context, [Event("revocation.narrowed", decree_id, payload)])
            if not left:
                record_rejection(context, decree_id, decree.number, reason)
    return codes


def decline_revocation(context: Context, decree_id: UUID, *, reason: str) -> DecliningResult:
    """Decline a revocation as a whole: everybody who is still on it is taken off, and the decree is rejected.

    Codes: reason_missing, decree_not_found, already_decided, same_person. Cost: as `take_off_revocation`.
    """
    with db.transaction():
        decree = _lock(decree_id)
        refusal = _refusal(context, decree, reason)
        if decree is None or refusal is not None:
            return DecliningResult(refusal or RemovalCode.DECREE_NOT_FOUND)
        taken = _take_off(context, decree_id, decree, None, reason)
        record_rejection(context, decree_id, decree.number, reason)
    return DecliningResult(RemovalCode.OK, taken)


def _lock(decree_id: UUID) -> _Decree | None:
    found = db.row(
        """
        SELECT d.state, d.maker, d.number, r.reason
        FROM decrees AS d
        JOIN revocation_reasons AS r ON r.decree_id = d.id
        WHERE d.id = %s AND d.kind = 'revocation'
        FOR UPDATE OF d
        """,
        [decree_id],
    )
    return None if found is None else _Decree(*found)


def _refusal(context: Context, decree: _Decree | None, reason: str) -> RemovalCode | None:
    if not reason.strip():
        return RemovalCode.REASON_MISSING
    if decree is None:
        return RemovalCode.DECREE_NOT_FOUND
    if decree.state != "prepared":
        return RemovalCode.ALREADY_DECIDED
    return RemovalCode.SAME_PERSON if decree.maker == context.actor else None


def _take_off(
    context: Context, decree_id: UUID, decree: _Decree, participant_ids: Sequence[UUID] | None, reason: str
) -> int:
    """Write who is taken off (None: everybody who is left), with the fact that was judged."""
    taken = db.rows(
        """
        INSERT INTO revocation_removals
            (lane, decree_id, participant_id, reason, removed_by, removed_at, deadline_at, finding_id)
        SELECT
            s.lane, s.decree_id, s.participant_id, %(reason)s, %(actor)s, %(now)s,
            CASE WHEN %(ground)s = 'no_first_purchase' THEN p.first_purchase_deadline_at END,
            (
                SELECT f.finding_id
                FROM eligibility_findings AS f
                WHERE f.lane = p.lane AND f.applicant_id = p.applicant_id AND f.decree_id = s.decree_id
                ORDER BY f.finding_id
                LIMIT 1
            )
        FROM revocation_proposals AS s
        JOIN participants AS p ON p.lane = s.lane AND p.participant_id = s.participant_id
        WHERE s.lane = ANY (%(lanes)s)
            AND s.decree_id = %(decree)s
            AND (%(taken)s::uuid[] IS NULL OR s.participant_id = ANY (%(taken)s::uuid[]))
            AND NOT EXISTS (
                SELECT FROM revocation_removals AS x
                WHERE x.lane = s.lane AND x.decree_id = s.decree_id AND x.participant_id = s.participant_id
            )
        ORDER BY s.lane, s.participant_id
        RETURNING lane, participant_id
        """,
        {
            "reason": reason.strip(),
            "actor": context.actor,
            "now": context.now,
            "ground": decree.reason,
            "lanes": every_lane(),
            "decree": decree_id,
            "taken": None if participant_ids is None else list(participant_ids),
        },
    )
    payload = {"rule": "CARD-01" if decree.reason == "no_first_purchase" else "REV-01", "decree_id": decree_id}
    record_events(
        context,
        [Event("participant.taken_off_revocation", participant_id, payload, lane) for lane, participant_id in taken],
    )
    return len(taken)


def _count_left(decree_id: UUID) -> int:
    left: int = db.value(
        """
        SELECT count(*)
        FROM revocation_proposals AS s
        WHERE s.lane = ANY (%(lanes)s)
            AND s.decree_id = %(decree)s
            AND NOT EXISTS (
                SELECT FROM revocation_removals AS x
                WHERE x.lane = s.lane AND x.decree_id = s.decree_id AND x.participant_id = s.participant_id
            )
        """,
        {"lanes": every_lane(), "decree": decree_id},
    )
    return left
