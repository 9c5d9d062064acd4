"""The third hop of LEARN-05: the programme office checks a report, and verifies or returns it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.learning.errors import ReturnCode, VerifyCode
from prakerja.learning.operations._facts import CompletionFacts, Key, lock_completions, lock_purchases, move_purchases
from prakerja.learning.rules import CHARACTERS_OF_A_REASON_MAX, Outcome


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """A report that holds; `looked_at`: its evidence was in the sample that the officer saw."""

    lane: int
    purchase_id: UUID
    looked_at: bool = False


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """The answer; `outcome` is the one that stands."""

    code: VerifyCode
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class ReturnRequest:
    """A report that does not hold, and what the institution has to put right."""

    lane: int
    purchase_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnResult:
    """The answer to one return."""

    code: ReturnCode


def verify_completions(context: Context, requests: Sequence[VerifyRequest]) -> list[VerifyResult]:
    """The programme office finds that reports hold: from now on money and certificate follow them.

    Codes in order: not_reported, not_forwarded, repeated, same_person (who reported it or passed it on), ok. The
    constraint `the_checker_is_somebody_else` refuses the last but one whoever writes.
    Rule: LEARN-05. Cost: one locking read, two writes.
    """
    with db.transaction():
        known = lock_completions([(request.lane, request.purchase_id) for request in requests])
        done: set[Key] = set()
        events = []
        results = []
        for request in requests:
            key = (request.lane, request.purchase_id)
            facts = known.get(key)
            code = _judge(context, facts, seen=key in done)
            results.append(VerifyResult(code, None if facts is None else Outcome(facts.outcome)))
            if code is VerifyCode.OK and facts is not None:
                done.add(key)
                payload = {"outcome": facts.outcome, "looked_at": request.looked_at}
                events.append(Event("completion.verified", request.purchase_id, payload, request.lane))
        keys = sorted(done)
        if keys:
            db.execute(
                """
                UPDATE completions
                SET verified_at = %s, verified_by = %s
                FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id)
                WHERE completions.lane = given.lane AND completions.purchase_id = given.purchase_id
                """,
                (context.now, context.actor, [lane for lane, _ in keys], [one for _, one in keys]),
            )
            record_events(context, events)
    return results


def return_completions(context: Context, requests: Sequence[ReturnRequest]) -> list[ReturnResult]:
    """The programme office gives reports back to the institution, which reports anew; the purchase is in class again.

    The returned report stays in `completion_returns` with its reason. Neither certificate nor money follows it; a
    report that never comes again leaves the money to the sweep (SETTLE-01).

    Codes in order: not_reported, not_forwarded, verified, same_person, reason_missing (or too long), ok.
    Rule: LEARN-05. Cost: two locking reads, four writes; locks purchases, then their reports.
    """
    with db.transaction():
        keys = [(request.lane, request.purchase_id) for request in requests]
        lock_purchases(keys)
        known = lock_completions(keys)
        reasons: dict[Key, str] = {}
        results = []
        for request in requests:
            key = (request.lane, request.purchase_id)
            code = _judge_return(context, None if key in reasons else known.get(key), request.reason.strip())
            if code is ReturnCode.OK:
                reasons[key] = request.reason.strip()
            results.append(ReturnResult(code))
        _take_back(context, reasons)
    return results


def _judge(context: Context, facts: CompletionFacts | None, *, seen: bool) -> VerifyCode:
    if facts is None:
        return VerifyCode.NOT_REPORTED
    if facts.forwarded_at is None:
        return VerifyCode.NOT_FORWARDED
    if facts.verified_at is not None or seen:
        return VerifyCode.REPEATED
    return VerifyCode.SAME_PERSON if context.actor in (facts.reported_by, facts.forwarded_by) else VerifyCode.OK


def _judge_return(context: Context, facts: CompletionFacts | None, reason: str) -> ReturnCode:
    if facts is None:
        return ReturnCode.NOT_REPORTED
    if facts.forwarded_at is None:
        return ReturnCode.NOT_FORWARDED
    if facts.verified_at is not None:
        return ReturnCode.VERIFIED
    if context.actor in (facts.reported_by, facts.forwarded_by):
        return ReturnCode.SAME_PERSON
    return ReturnCode.OK if 0 < len(reason) <= CHARACTERS_OF_A_REASON_MAX else ReturnCode.REASON_MISSING


def _take_back(context: Context, reasons: Mapping[Key, str]) -> None:
    if not reasons:
        return
    given = db.encode_json(
        [{"lane": lane, "purchase_id": one, "reason": reason} for (lane, one), reason in sorted(reasons.items())]
    )
    db.execute(
        """
        INSERT INTO completion_returns (
            lane, purchase_id, round, outcome, sessions_attended, post_test_score, skill_shown, feedback_given,
            reported_at, reported_by, forwarded_at, returned_at, returned_by, reason
        )
        SELECT
            c.lane, c.purchase_id,
            (
                SELECT count(*) + 1
                FROM completion_returns AS earlier
                WHERE earlier.lane = c.lane AND earlier.purchase_id = c.purchase_id
            ),
            c.outcome, c.sessions_attended, c.post_test_score, c.skill_shown, c.feedback_given,
            c.reported_at, c.reported_by, c.forwarded_at, %s, %s, g.reason
        FROM json_to_recordset(%s::json) AS g (lane smallint, purchase_id uuid, reason text)
        JOIN completions c USING (lane, purchase_id)
        """,
        (context.now, context.actor, given),
    )
    db.execute(
        """
        DELETE FROM completions c
        USING json_to_recordset(%s::json) AS g (lane smallint, purchase_id uuid, reason text)
        WHERE c.lane = g.lane AND c.purchase_id = g.purchase_id
        """,
        (given,),
    )
    move_purchases(dict.fromkeys(reasons, "redeemed"), closed_at=None)
    record_events(
        context,
        [
            Event("completion.returned", one, {"reason": reason}, lane)
            for (lane, one), reason in sorted(reasons.items())
        ],
    )
