"""What a register's delta found: the person answers, somebody decides after the time to answer, with a reason.

States: proposed → noticed → upheld | dismissed. Upheld: an applicant who waits for a wave is refused by the rule;
whoever is decreed already keeps everything until a decree of two people says otherwise (`cards.operations.findings`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from prakerja.audit.operations import Event, record_events
from prakerja.kit import db
from prakerja.kit.context import Context
from prakerja.kit.crypto import encrypt_field
from prakerja.participants.errors import DeltaCode
from prakerja.participants.lanes import every_lane
from prakerja.participants.rules import REMEDIES

ANSWER_LENGTH_MAX: Final = 2000
_CELL: Final = {"table": "eligibility_findings", "column": "answer_cipher"}


@dataclass(frozen=True, slots=True)
class FindingAnswer:
    """What a person says to a finding about them."""

    finding_id: UUID
    applicant_id: UUID
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FindingDecision:
    """What a person decides about a finding, and why."""

    finding_id: UUID
    upheld: bool
    reason: str


@dataclass(frozen=True, slots=True)
class FindingDecided:
    """The answer to a decision; with `ok` whom it is about, and whether a decree has named that person already."""

    code: DeltaCode
    applicant_id: UUID | None = None
    lane: int | None = None
    is_decreed: bool = False


def answer_findings(context: Context, answers: Sequence[FindingAnswer]) -> list[DeltaCode]:
    """Keep what people answer, encrypted; a later answer takes the place of an earlier one. One code each, in order.

    Codes: finding_not_found (also somebody else's), reason_missing, not_noticed, already_decided, time_is_over.
    """
    codes = []
    with db.transaction():
        for answer in answers:
            found = db.row(
                """
                SELECT lane, state, deadline_at
                FROM eligibility_findings
                WHERE lane = ANY (%s) AND finding_id = %s AND applicant_id = %s
                FOR UPDATE
                """,
                [every_lane(), answer.finding_id, answer.applicant_id],
            )
            code = _answer_code(context, answer, found)
            codes.append(code)
            if found is None or code.is_refusal:
                continue
            text = answer.text.strip()[:ANSWER_LENGTH_MAX]
            db.execute(
                """
                UPDATE eligibility_findings SET answer_cipher = %s, answered_at = %s
                WHERE lane = %s AND finding_id = %s
                """,
                [encrypt_field(text, row_id=answer.finding_id, **_CELL), context.now, found[0], answer.finding_id],
            )
            payload = {"finding_id": answer.finding_id}
            record_events(context, [Event("applicant.finding_answered", answer.applicant_id, payload, found[0])])
    return codes


def _answer_code(context: Context, answer: FindingAnswer, row: db.Row | None) -> DeltaCode:
    if row is None:
        return DeltaCode.FINDING_NOT_FOUND
    if not answer.text.strip():
        return DeltaCode.REASON_MISSING
    if row[1] != "noticed":
        return DeltaCode.NOT_NOTICED if row[1] == "proposed" else DeltaCode.ALREADY_DECIDED
    return DeltaCode.TIME_IS_OVER if context.now >= row[2] else DeltaCode.OK


def decide_findings(context: Context, decisions: Sequence[FindingDecision]) -> list[FindingDecided]:
    """Uphold or dismiss findings, one result per decision in order.

    Codes: finding_not_found, reason_missing, not_noticed, still_time_to_answer, already_decided.
    A finding is dismissed at any time after its notice and upheld only when the time to answer is over. An applicant
    about whom one is upheld is refused by its rule, and can appeal. Rules: ELIG-01, 03, 05, 09.
    Cost: one read, one update; two more for those who are refused; the events.
    """
    with db.transaction():
        found = {row[1]: row for row in _locked([decision.finding_id for decision in decisions])}
        results: list[FindingDecided] = []
        taken: dict[UUID, FindingDecision] = {}
        for decision in decisions:
            row = found.get(decision.finding_id)
            code = _decision_code(context, decision, row, decision.finding_id in taken)
            if row is None or code.is_refusal:
                results.append(FindingDecided(code))
                continue
            taken[decision.finding_id] = decision
            results.append(FindingDecided(code, row[2], row[0], row[6] == "decreed"))
        _store(context, taken)
        _refuse(
            context, [found[key] for key, decision in taken.items() if decision.upheld and found[key][6] == "ready"]
        )
        record_events(context, [_decided_event(found[key], decision) for key, decision in taken.items()])
    return results


def _locked(finding_ids: Sequence[UUID]) -> list[db.Row]:
    """(lane, finding, applicant, rule, state, deadline, the applicant's state, regime version, evidence)."""
    return db.rows(
        """
        SELECT f.lane, f.finding_id, f.applicant_id, f.rule, f.state, f.deadline_at, a.state, f.regime_version,
            f.evidence::text
        FROM eligibility_findings AS f
        JOIN applicants AS a ON a.lane = f.lane AND a.applicant_id = f.applicant_id
        WHERE f.finding_id = ANY (%s::uuid[])
        ORDER BY f.lane, f.finding_id
        FOR UPDATE OF f FOR NO KEY UPDATE OF a
        """,
        [list(finding_ids)],
    )


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


def _store(context: Context, taken: Mapping[UUID, FindingDecision]) -> None:
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


def _refuse(context: Context, rows: Sequence[db.Row]) -> None:
    """Applicants who wait for a wave: a new decision is on record, and the next re-check of their wave drops them."""
    if not rows:
        return
    db.execute(
        """
        INSERT INTO eligibility_decisions
            (lane, decision_id, applicant_id, decided_at, regime_version, outcome, refused_rule, evidence)
        SELECT given.lane, given.decision_id, given.applicant_id, %s, given.version, 'refused', given.rule,
            given.evidence::jsonb || jsonb_build_object('finding_id', given.finding_id, 'remedy', given.remedy)
        FROM unnest(
            %s::smallint[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[]
        ) AS given (lane, decision_id, finding_id, applicant_id, rule, version, evidence, remedy)
        """,
        [
            context.now,
            [row[0] for row in rows],
            [context.uuid() for _ in rows],
            [row[1] for row in rows],
            [row[2] for row in rows],
            [row[3] for row in rows],
            [row[7] for row in rows],
            [row[8] for row in rows],
            [REMEDIES[row[3]] for row in rows],
        ],
    )
    db.execute(
        """
        UPDATE applicants
        SET state = 'refused', eligibility = 'refused', refused_rule = given.rule, decided_at = %s,
            waits_until_at = NULL
        FROM unnest(%s::smallint[], %s::uuid[], %s::text[]) AS given (lane, applicant_id, rule)
        WHERE applicants.lane = given.lane AND applicants.applicant_id = given.applicant_id
        """,
        [context.now, [row[0] for row in rows], [row[2] for row in rows], [row[3] for row in rows]],
    )
    db.execute(
        "UPDATE eligibility_findings SET consequence = 'applicant_refused' WHERE finding_id = ANY (%s::uuid[])",
        [[row[1] for row in rows]],
    )
    record_events(
        context, [Event("applicant.refused", row[2], {"rule": row[3], "finding_id": row[1]}, row[0]) for row in rows]
    )


def _decided_event(row: db.Row, decision: FindingDecision) -> Event:
    kind = f"applicant.finding_{'upheld' if decision.upheld else 'dismissed'}"
    return Event(kind, row[2], {"finding_id": row[1], "rule": row[3]}, row[0])
