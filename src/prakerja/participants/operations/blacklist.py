"""The blacklist: whose NIK is not chosen again (ELIG-06)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.errors import BlacklistCode
from prakerja.participants.lanes import every_lane


@dataclass(frozen=True, slots=True)
class Blacklisting:
    """`source_id` is what decided it: a revocation decree, a case."""

    applicant_id: UUID
    reason: str
    source_id: UUID


@dataclass(frozen=True, slots=True)
class BlacklistResult:
    """The answer to one entry."""

    code: BlacklistCode


def blacklist_applicants(context: Context, requests: Sequence[Blacklisting]) -> list[BlacklistResult]:
    """Put the NIKs of applicants on the blacklist, one result per request in order.

    Codes: applicant_not_found, repeated. Rule: ELIG-06, CARD-01. Cost: two statements and the events.
    A lifted entry is set again with its new reason.
    """
    first: dict[UUID, int] = {}
    for position, request in enumerate(requests):
        first.setdefault(request.applicant_id, position)
    with db.transaction():
        known = {key for (key,) in db.rows(_KNOWN, [every_lane(), list(first)])}
        set_now = {
            key: lane
            for lane, key in db.rows(
                """
                WITH given AS (
                    SELECT a.lane, a.nik_index, a.nik_index_next, a.applicant_id, g.reason, g.source_id
                    FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS g (applicant_id, reason, source_id)
                    JOIN applicants AS a ON a.lane = ANY (%s) AND a.applicant_id = g.applicant_id
                ), entered AS (
                    INSERT INTO blacklist AS b (lane, nik_index, nik_index_next, reason, source_id, blacklisted_at)
                    SELECT lane, nik_index, nik_index_next, reason, source_id, %s
                    FROM given
                    ORDER BY lane, nik_index
                    ON CONFLICT (lane, nik_index) DO UPDATE
                    SET reason = excluded.reason,
                        source_id = excluded.source_id,
                        blacklisted_at = excluded.blacklisted_at,
                        lifted_at = NULL
                    WHERE b.lifted_at IS NOT NULL
                    RETURNING b.lane, b.nik_index
                )
                SELECT given.lane, given.applicant_id
                FROM given
                JOIN entered USING (lane, nik_index)
                ORDER BY given.lane, given.applicant_id
                """,
                [
                    list(first),
                    [requests[p].reason for p in first.values()],
                    [requests[p].source_id for p in first.values()],
                    every_lane(),
                    context.now,
                ],
            )
        }
        record_events(
            context,
            [
                Event(
                    "applicant.blacklisted",
                    key,
                    {
                        "rule": "ELIG-06",
                        "reason": requests[first[key]].reason,
                        "source_id": requests[first[key]].source_id,
                    },
                    lane,
                )
                for key, lane in set_now.items()
            ],
        )
    return [
        BlacklistResult(
            BlacklistCode.APPLICANT_NOT_FOUND
            if request.applicant_id not in known
            else BlacklistCode.OK
            if request.applicant_id in set_now and first[request.applicant_id] == position
            else BlacklistCode.REPEATED
        )
        for position, request in enumerate(requests)
    ]


def lift_blacklistings(context: Context, applicant_ids: Sequence[UUID], *, reason: str) -> list[BlacklistResult]:
    """Lift entries (an appeal was granted), one result per id in order; the entry stays on record.

    Codes: applicant_not_found, not_blacklisted.
    """
    with db.transaction():
        known = {key for (key,) in db.rows(_KNOWN, [every_lane(), list(applicant_ids)])}
        lifted = {
            key: lane
            for lane, key in db.rows(
                """
                UPDATE blacklist AS b
                SET lifted_at = %s
                FROM applicants AS a
                WHERE a.lane = ANY (%s)
                    AND a.applicant_id = ANY (%s::uuid[])
                    AND b.lane = a.lane
                    AND b.nik_index = a.nik_index
                    AND b.lifted_at IS NULL
                RETURNING a.lane, a.applicant_id
                """,
                [context.now, every_lane(), list(applicant_ids)],
            )
        }
        record_events(
            context,
            [Event("applicant.blacklisting_lifted", key, {"reason": reason}, lane) for key, lane in lifted.items()],
        )
    return [
        BlacklistResult(
            BlacklistCode.OK
            if key in lifted
            else BlacklistCode.NOT_BLACKLISTED
            if key in known
            else BlacklistCode.APPLICANT_NOT_FOUND
        )
        for key in applicant_ids
    ]


_KNOWN = """
    SELECT applicant_id
    FROM applicants
    WHERE lane = ANY (%s) AND applicant_id = ANY (%s::uuid[])
    ORDER BY applicant_id
"""
