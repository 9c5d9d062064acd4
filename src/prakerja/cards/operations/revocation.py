"""Revocation by decree: one person proposes, another approves; money, place and card come back."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.cards.errors import RevocationCode
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.lanes import every_lane
from prakerja.programme.operations import give_back_places
from prakerja.programme.regimes import Regime
from prakerja.programme.rules import PlacesRequest
from prakerja.selection.operations.decrees import insert_decree

REASONS = frozenset({"no_first_purchase", "ineligible", "fraud", "own_request"})
# Who was never eligible, or forged who they are, keeps nothing, also when the participation is over (REV-01).
GROUNDS_BEHIND_THE_END = frozenset({"ineligible", "fraud"})
REVOCABLE_STATES = ["active", "suspended"]
ENDED_STATES = ["finished", "expired"]


@dataclass(frozen=True, slots=True)
class RevocationResult:
    """The answer about one revocation decree; `kept` were proposed and stay (bought meanwhile, or taken off)."""

    code: RevocationCode
    decree_id: UUID | None = None
    number: int | None = None
    participants: int = 0
    kept: int = 0
    total_idr: int = 0


def prepare_revocation(
    context: Context, participant_ids: Sequence[UUID], regime: Regime, *, reason: str = "no_first_purchase"
) -> RevocationResult:
    """Propose participants for revocation: the maker's act. The caller knows who has no live purchase.

    Whoever was taken off for a missed deadline is not proposed for the same deadline again.
    Codes: nobody_to_revoke (none of them may be revoked for this reason). Rules: CARD-01, REV-01.
    The total is what their accounts hold now. Cost: three statements.

    Raises:
        ValueError: an unknown reason.
    """
    if reason not in REASONS:
        raise ValueError(f"reasons are {sorted(REASONS)}")
    with db.transaction():
        found = db.rows(
            """
            SELECT p.lane, p.participant_id, coalesce(sum(a.balance_idr), 0)::bigint
            FROM participants AS p
            LEFT JOIN accounts AS a
                ON a.lane = p.lane AND a.holder_id = p.participant_id AND a.kind IN ('training', 'incentive')
            WHERE p.lane = ANY (%(lanes)s)
                AND p.participant_id = ANY (%(ids)s::uuid[])
                AND p.state = ANY (%(states)s)
                AND (
                    %(reason)s <> 'no_first_purchase'
                    OR (p.first_purchase_at IS NULL AND p.first_purchase_deadline_at <= %(now)s)
                )
                AND NOT EXISTS (
                    SELECT FROM revocation_proposals AS s
                    JOIN decrees AS d ON d.id = s.decree_id
                    LEFT JOIN revocation_removals AS x
                        ON x.lane = s.lane AND x.decree_id = s.decree_id AND x.participant_id = s.participant_id
                    WHERE s.lane = p.lane
                        AND s.participant_id = p.participant_id
                        AND d.state = 'prepared'
                        AND x.participant_id IS NULL
                )
                AND NOT (
                    %(reason)s = 'no_first_purchase'
                    AND EXISTS (
                        SELECT FROM revocation_removals AS x
                        WHERE x.lane = p.lane
                            AND x.participant_id = p.participant_id
                            AND x.deadline_at = p.first_purchase_deadline_at
                    )
                )
            GROUP BY p.lane, p.participant_id
            ORDER BY p.lane, p.participant_id
            """,
            {
                "lanes": every_lane(),
                "ids": list(participant_ids),
                "reason": reason,
                "states": REVOCABLE_STATES + (ENDED_STATES if reason in GROUNDS_BEHIND_THE_END else []),
                "now": context.now,
            },
        )
        if not found:
            return RevocationResult(RevocationCode.NOBODY_TO_REVOKE)
        total_idr = sum(amount for _, _, amount in found)
        decree_id, number = insert_decree(context, "revocation", None, regime.version, len(found), total_idr)
        db.execute("INSERT INTO revocation_reasons (decree_id, reason) VALUES (%s, %s)", [decree_id, reason])
        db.copy_rows(
            "revocation_proposals",
            ["lane", "decree_id", "participant_id"],
            ((lane, decree_id, participant_id) for lane, participant_id, _ in found),
        )
        payload = {"number": number, "participants": len(found), "total_idr": total_idr, "reason": reason}
        record_events(context, [Event("revocation.prepared", decree_id, payload)])
    return RevocationResult(RevocationCode.OK, decree_id, number, len(found), 0, total_idr)


def revoke_participants(context: Context, decree_id: UUID) -> RevocationResult:
    """Approve a revocation decree: the second person's act, with all its effects in one transaction.

    The reason is the one with which it was prepared. Whoever bought between proposal and approval stays (CARD-01), and
    whoever was taken off it.
    Codes: decree_not_found, already_decided, same_person, nobody_to_revoke (all stay; the decree is rejected).
    Rules: CARD-01, SCHEME-01 (the place is free again), ELIG-06. Cost: one SQL call per lane, places once, events.
    """
    with db.transaction():
        decree = db.row(
            """
            SELECT d.state, d.maker, d.number, d.participants, r.reason
            FROM decrees AS d
            LEFT JOIN revocation_reasons AS r ON r.decree_id = d.id
            WHERE d.id = %s AND d.kind = 'revocation'
            FOR UPDATE OF d
            """,
            [decree_id],
        )
        refusal = _refusal(context, decree)
        if decree is None or refusal is not None:
            return RevocationResult(refusal or RevocationCode.DECREE_NOT_FOUND, decree_id)
        number, proposed, reason = decree[2], decree[3], decree[4]
        revoked: list[tuple[int, db.Row]] = []
        for lane in every_lane():
            revoked += [
                (lane, row)
                for row in db.rows(
                    "SELECT * FROM revoke_participants(%s::smallint, %s, %s, %s, %s) ORDER BY participant_id",
                    [lane, decree_id, reason, context.now, context.today],
                )
            ]
        total_idr = sum(row[2] + row[3] for _, row in revoked)
        state = "approved" if revoked else "rejected"
        db.execute(
            "UPDATE decrees SET state = %s, approver = %s, approved_at = %s WHERE id = %s",
            [state, context.actor, context.now if revoked else None, decree_id],
        )
        _give_back(context, revoked)
        payload = {
            "number": number,
            "participants": len(revoked),
            "kept": proposed - len(revoked),
            "total_idr": total_idr,
        }
        record_events(context, [Event(f"revocation.{state}", decree_id, payload), *_events(decree_id, reason, revoked)])
    code = RevocationCode.OK if revoked else RevocationCode.NOBODY_TO_REVOKE
    return RevocationResult(code, decree_id, number, len(revoked), proposed - len(revoked), total_idr)


def _refusal(context: Context, decree: db.Row | None) -> RevocationCode | None:
    if decree is None:
        return RevocationCode.DECREE_NOT_FOUND
    if decree[0] != "prepared":
        return RevocationCode.ALREADY_DECIDED
    return RevocationCode.SAME_PERSON if decree[1] == context.actor else None


def _give_back(context: Context, revoked: Sequence[tuple[int, db.Row]]) -> None:
    freed = Counter((lane, row[1]) for lane, row in revoked)
    requests = [PlacesRequest(lane, budget_id, places) for (lane, budget_id), places in sorted(freed.items())]
    answers = give_back_places(context, requests)
    if any(answer.code.is_refusal for answer in answers):
        raise RuntimeError(f"places did not come back: {answers}")


def _events(decree_id: UUID, reason: str, revoked: Sequence[tuple[int, db.Row]]) -> list[Event]:
    return [
        Event(
            "participant.revoked",
            participant_id,
            {"rule": "CARD-01", "decree_id": decree_id, "reason": reason, "returned_idr": training_idr + incentive_idr},
            lane,
        )
        for lane, (participant_id, _, training_idr, incentive_idr) in revoked
    ]
