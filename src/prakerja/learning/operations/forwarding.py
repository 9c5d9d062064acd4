"""The second hop of LEARN-05: the platform passes reports on, or the programme office takes over what it left lying."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.clock import jakarta_date
from prakerja.kit.context import Context
from prakerja.learning.errors import ForwardCode
from prakerja.learning.operations._facts import Key, lock_completions
from prakerja.learning.rules import chain_step, chain_terms
from prakerja.participants.lanes import every_lane
from prakerja.programme.queries import get_regime_book

# No deadline of a working day ends earlier than this.
_SHORTEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ForwardRequest:
    """A completion that a platform passes on."""

    lane: int
    purchase_id: UUID
    platform_id: UUID


@dataclass(frozen=True, slots=True)
class ForwardResult:
    """The answer to one forwarding."""

    code: ForwardCode


def forward_completions(context: Context, requests: Sequence[ForwardRequest]) -> list[ForwardResult]:
    """The platform passes reports on to the programme office.

    Codes in order: not_reported, another_platform, repeated, ok. Rule: LEARN-05. Cost: one locking read, two writes.
    """
    with db.transaction():
        known = lock_completions([(request.lane, request.purchase_id) for request in requests])
        done: set[Key] = set()
        results = []
        for request in requests:
            key = (request.lane, request.purchase_id)
            facts = known.get(key)
            if facts is None:
                code = ForwardCode.NOT_REPORTED
            elif facts.platform_id != request.platform_id:
                code = ForwardCode.ANOTHER_PLATFORM
            elif facts.forwarded_at is not None or key in done:
                code = ForwardCode.REPEATED
            else:
                code = ForwardCode.OK
                done.add(key)
            results.append(ForwardResult(code))
        _write(context, sorted(done), taken_over=False)
    return results


def take_over_completions(context: Context, *, limit: int = 20_000) -> int:
    """The default outcome of the second hop: what a platform did not pass on in time waits for the office from now on.

    How many were taken over. Each stays marked, so that the platform answers for it (finding `late_reports`).
    Rule: LEARN-05. Cost: one read of what waits, one locking read, two writes.
    """
    book = get_regime_book()
    with db.transaction():
        waiting = db.rows(
            """
            SELECT c.lane, c.purchase_id, c.reported_at
            FROM completions c
            WHERE c.lane = ANY (%s) AND c.verified_at IS NULL AND c.forwarded_at IS NULL AND c.reported_at < %s
            ORDER BY c.reported_at, c.purchase_id
            LIMIT %s
            """,
            (every_lane(), context.now - _SHORTEST, limit),
        )
        late = []
        for lane, purchase_id, reported_at in waiting:
            step = chain_step(
                class_ended_at=reported_at,
                reported_at=reported_at,
                forwarded_at=None,
                verified_at=None,
                terms=chain_terms(book.on(jakarta_date(reported_at))),
            )
            if step is not None and step.deadline_at <= context.now:
                late.append((lane, purchase_id))
        # Whoever was faster has passed it on: nothing is taken over from a platform that moved.
        known = lock_completions(late)
        moved = sorted(key for key, facts in known.items() if facts.forwarded_at is None)
        _write(context, moved, taken_over=True)
    return len(moved)


def _write(context: Context, keys: Sequence[Key], *, taken_over: bool) -> None:
    if not keys:
        return
    db.execute(
        """
        UPDATE completions
        SET forwarded_at = %s, forwarded_by = %s, taken_over = %s
        FROM unnest(%s::smallint[], %s::uuid[]) AS given (lane, purchase_id)
        WHERE completions.lane = given.lane AND completions.purchase_id = given.purchase_id
        """,
        (context.now, context.actor, taken_over, [lane for lane, _ in keys], [one for _, one in keys]),
    )
    kind = "completion.taken_over" if taken_over else "completion.forwarded"
    record_events(context, [Event(kind, purchase_id, lane=lane) for lane, purchase_id in keys])
