"""Deciding what a register's delta found: a person, after notice and the time to answer, with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.participants.errors import DeltaCode


@dataclass(frozen=True, slots=True)
class FindingDecision:
    """What a person decides about a finding, and why."""

    finding_id: UUID
    upheld: bool
    reason: str


def decide_findings(context: Context, decisions: Sequence[FindingDecision]) -> list[DeltaCode]:
    """Uphold or dismiss findings, one code per decision in order. An upheld one is a ground for a revocation, no more.

    Codes: finding_not_found, reason_missing, not_noticed, still_time_to_answer, already_decided.
    A finding is dismissed at any time after its notice and upheld only when the time to answer is over.
    Cost: one read, one update, the events.
    """
    with db.transaction():
        found = {
            row[1]: row
            for row in db.rows(
                """
                SELECT lane, finding_id, applicant_id, rule, state, deadline_at
                FROM eligibility_findings
                WHERE finding_id = ANY (%s::uuid[])
                ORDER BY lane, finding_id
                FOR UPDATE
                """,
                [[decision.finding_id for decision in decisions]],
            )
        }
        codes, taken = [], {}
        for decision in decisions:
            code = _decision_code(context, decision, found.get(decision.finding_id), decision.finding_id in taken)
            codes.append(code)
            if code is DeltaCode.OK:
                taken[decision.finding_id] = decision
        db.execute(
            """
            UPDATE eligibility_findings AS f
            SET state = given.state, decided_at = %s, decided_by = %s, reason = given.reason
            FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS given (finding_id, state, reason)
            WHERE f.finding_id = given.finding_id
            """,
            [
                context.now,
                context.actor,
                list(taken),
                ["upheld" if decision.upheld else "dismissed" for decision in taken.values()],
                [decision.reason.strip() for decision in taken.values()],
            ],
        )
        record_events(
            context,
            [
                Event(
                    f"applicant.finding_{'upheld' if decision.upheld else 'dismissed'}",
                    found[finding_id][2],
                    {"finding_id": finding_id, "rule": found[finding_id][3]},
                    found[finding_id][0],
                )
                for finding_id, decision in taken.items()
            ],
        )
    return codes


def _decision_code(
    context: Context,
    decision: FindingDecision,
    row: db.Row | None,
    repeated: bool,  # noqa: FBT001
) -> DeltaCode:
    if row is None:
        return DeltaCode.FINDING_NOT_FOUND
    if not decision.reason.strip():
        return DeltaCode.REASON_MISSING
    state, deadline = row[4], row[5]
    if state == "proposed":
        return DeltaCode.NOT_NOTICED
    if repeated or state != "noticed":
        return DeltaCode.ALREADY_DECIDED
    if decision.upheld and context.now < deadline:
        return DeltaCode.STILL_TIME_TO_ANSWER
    return DeltaCode.OK
